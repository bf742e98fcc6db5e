"""Once a day round the inbox, a stretch a minute: ring for whatever has no answer.

A notification that never came, a record of the stream that was given up on, a key outside of the notified prefixes:
here is where they are found. Nothing is read but listings and rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from colophon.decision.answered import unanswered
from colophon.decision.claim_rings import earlier_addresses, touched_by_claims
from colophon.decision.clinic import ClinicLook, is_clinic_settled
from colophon.decision.look import Look
from colophon.decision.parts import ClinicRow, PostRow, SiteRow
from colophon.decision.site import is_site_settled
from colophon.stores.bells import Bells
from colophon.stores.inbox import Inbox, Stretch
from colophon.stores.index import Index
from colophon.upload.keys import ClinicFile, PostRef, SiteFile, SiteStyle, Unknown, named
from colophon.upload.ring import Ring
from colophon.upload.versions import Folder
from colophon.verbs.listing_rings import ring_listings
from colophon.verbs.relisting import Group, archive_group, directory_group, front_group, home_group, year_group

# A thousand versions each: ten million objects in a day, with a sweep a minute.
_PAGES = 12
_TOGETHER = 100
_A_ROUND = timedelta(days=1)


@dataclass(slots=True)
class _Round:
    """What one stretch meets again and again."""

    index: Index
    now: datetime
    site: SiteRow
    clinics: dict[str, ClinicRow]

    def clinic(self, name: str) -> ClinicRow:
        if name not in self.clinics:
            self.clinics[name] = self.index.clinic(name)[0]
        return self.clinics[name]


def go_round(inbox: Inbox, index: Index, intake: Bells, listings: Bells, now: datetime) -> None:
    """Look at the next stretch of the inbox and ring for what has no answer. Where it ends is recorded after that."""
    row = index.round()
    if not row.after and row.began and now < row.began + _A_ROUND:
        return
    if not row.after:
        row = replace(row, began=now)
    stretch = inbox.stretch(row.after, _PAGES)
    _ring_for(stretch, _Round(index, now, index.site(), {}), intake, listings)
    index.record_round(replace(row, after=stretch.after))


def go_all_round(inbox: Inbox, index: Index, intake: Bells, listings: Bells, now: datetime) -> None:
    """Look at all of the inbox at once, beside the day's round: for an operator's command, never for a function."""
    met, after, going = _Round(index, now, index.site(), {}), "", True
    while going:
        stretch = inbox.stretch(after, _PAGES)
        _ring_for(stretch, met, intake, listings)
        after = stretch.after
        going = bool(after)


def _ring_for(stretch: Stretch, met: _Round, intake: Bells, listings: Bells) -> None:
    rings: dict[Ring, None] = {}
    groups: dict[Group, None] = {}
    for start in range(0, len(stretch.folders), _TOGETHER):
        for found in _called_for(stretch.folders[start : start + _TOGETHER], met):
            (rings if isinstance(found, Ring) else groups)[found] = None  # type: ignore[index]
    intake.ring(tuple(rings))
    ring_listings(groups, listings)


def _called_for(folders: Iterable[Folder], met: _Round) -> Iterator[Ring | Group]:
    posts = {post: folder for folder in folders if (post := _post_of(folder))}
    rows = met.index.posts(tuple(posts))
    for post, row in rows.items():
        yield from _of_post(posts[post], row, met)
    earlier = {old for row in rows.values() for old in earlier_addresses(row)}
    yield from _of_earlier_addresses(sorted(earlier - posts.keys()), met)
    for folder in folders:
        match folder.prefix.split("/"):
            case ["clinics", name, ""]:
                yield from _of_clinic(name, folder, met)
            case ["site."]:
                yield from _of_site(folder, met)
        yield from _of_strays(folder, met)


def _post_of(folder: Folder) -> PostRef | None:
    match folder.prefix.split("/"):
        case ["posts", clinic, name, ""] if not isinstance(named(f"{folder.prefix}en.md"), Unknown):
            return PostRef(clinic, name)
    return None


def _of_post(folder: Folder, row: PostRow, met: _Round) -> Iterator[Ring | Group]:
    look = Look(folder, row, met.clinic(row.post.clinic), met.site, met.now, {})
    yield from (Ring(key) for key in unanswered(look))
    yield from (Ring(page.key) for page in touched_by_claims(row))
    for lang, part in row.pages.items():
        if part.mark:
            yield year_group(lang, row.post.clinic, part.mark.posted.year)


def _of_earlier_addresses(posts: Sequence[PostRef], met: _Round) -> Iterator[Ring]:
    """At an earlier address nothing may ever have lain in the inbox: those that claim it lead to it."""
    for start in range(0, len(posts), _TOGETHER):
        for post, row in met.index.posts(posts[start : start + _TOGETHER]).items():
            yield from (Ring(page.key) for page in touched_by_claims(row))
            if not any(part.outcome.version for part in row.pages.values()):
                look = Look(Folder(post.folder, {}), row, met.clinic(post.clinic), met.site, met.now, {})
                yield from (Ring(key) for key in unanswered(look))


def _of_clinic(name: str, folder: Folder, met: _Round) -> Iterator[Ring | Group]:
    row = met.clinic(name)
    if not isinstance(named(ClinicFile(name).key), Unknown):
        if not is_clinic_settled(ClinicLook(row, met.site, folder, met.now, {})):
            yield Ring(ClinicFile(name).key)
        yield from (archive_group(lang, name) for lang in row.langs)


def _of_site(folder: Folder, met: _Round) -> Iterator[Ring | Group]:
    if not is_site_settled(met.site, folder):
        yield from (Ring(key) for key in (SiteFile().key, SiteStyle().key) if folder.history(key).ever)
    if met.site.settings:
        yield front_group()
        for lang in met.site.settings.languages:
            yield directory_group(lang)
            yield home_group(lang)


def _of_strays(folder: Folder, met: _Round) -> Iterator[Ring]:
    names = {key for key in folder.uploaded() if isinstance(named(key), Unknown)}
    for key in sorted({*names, *folder.twins}):
        newest = folder.newest(key)
        if newest and met.index.stray(key).seen != newest.id:
            yield Ring(key)
