"""``sweep``: once a minute enqueue what is due, and scan the inbox for uploads without an answer."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.clinic import ClinicLook, is_clinic_settled
from colophon.decision.history import is_made_otherwise
from colophon.decision.identity import code_version
from colophon.decision.purging import clinic_purges_again, gathered, post_purges_again
from colophon.decision.redirects import earlier_addresses, touched_by_claims
from colophon.decision.rows import ClinicRow, PostRow, SiteRow
from colophon.decision.site import is_site_settled
from colophon.decision.snapshot import Look
from colophon.decision.sweep import is_rung, unanswered
from colophon.stores.inbox import Inbox, Stretch
from colophon.stores.index import Index
from colophon.stores.queues import Bells, PurgeQueue
from colophon.upload.keys import ClinicFile, PageRef, PostRef, SiteFile, SiteStyle, Unknown, named
from colophon.upload.messages import Ring
from colophon.upload.versions import Folder
from colophon.verbs.listings import (
    Group,
    archive_group,
    directory_group,
    front_group,
    home_group,
    ring_listings,
    year_group,
)

# A thousand versions each: ten million objects in a day, with a sweep a minute.
_PAGES = 12
_TOGETHER = 100
_A_ROUND = timedelta(days=1)
# Whatever a round begins with has been taken down since the one before, however late in its day that came by.
_SINCE_THE_LAST = 2 * _A_ROUND


class Queues(Struct, frozen=True):
    """Where is rung: for uploads, for what other code made, for listings; and what the CDN is to forget."""

    intake: Bells
    slow: Bells
    listings: Bells
    purges: PurgeQueue


class _Later(Struct, frozen=True):
    """A ring that today's uploads must not wait for."""

    ring: Ring


@dataclass(slots=True)
class _Round:
    """What one stretch meets again and again."""

    index: Index
    now: datetime
    since: datetime
    site: SiteRow
    clinics: dict[str, ClinicRow]

    def clinic(self, name: str) -> ClinicRow:
        if name not in self.clinics:
            self.clinics[name] = self.index.clinic(name)[0]
        return self.clinics[name]


def go_round(inbox: Inbox, index: Index, queues: Queues, now: datetime) -> None:
    """Look at the next stretch of the inbox and ring for what has no answer. Where it ends is recorded after that.

    What code runs is recorded with it, for whoever wants to know which pages another one made.
    """
    row = index.round()
    if not row.after and row.began and now < row.began + _A_ROUND:
        if row.code != code_version():
            index.record_round(replace(row, code=code_version()))
        return
    if not row.after:
        row = replace(row, began=now)
    stretch = inbox.stretch(row.after, _PAGES)
    _ring_for(stretch, _Round(index, now, now - _SINCE_THE_LAST, index.site(), {}), queues)
    index.record_round(replace(row, after=stretch.after, code=code_version()))


def go_all_round(inbox: Inbox, index: Index, queues: Queues, now: datetime, since: datetime) -> None:
    """Look at all of the inbox at once, beside the day's round: for an operator's command, never for a function.

    What was taken down after ``since`` is purged once more.
    """
    met, after, going = _Round(index, now, since, index.site(), {}), "", True
    while going:
        stretch = inbox.stretch(after, _PAGES)
        _ring_for(stretch, met, queues)
        after = stretch.after
        going = bool(after)


def _ring_for(stretch: Stretch, met: _Round, queues: Queues) -> None:
    found: dict[Ring | Group | _Later, None] = {}
    for start in range(0, len(stretch.folders), _TOGETHER):
        found |= dict.fromkeys(_called_for(stretch.folders[start : start + _TOGETHER], met))
    queues.intake.ring([one for one in found if isinstance(one, Ring)])
    queues.slow.ring([one.ring for one in found if isinstance(one, _Later)])
    ring_listings([one for one in found if isinstance(one, Group)], queues.listings)
    queues.purges.send(gathered(tag for folder in stretch.folders for tag in _kept_by_the_edge(folder, met.since)))


def _kept_by_the_edge(folder: Folder, since: datetime) -> Iterator[str]:
    match folder.prefix.split("/"):
        case ["posts", clinic, post, ""]:
            yield from post_purges_again(PostRef(clinic, post), folder, since)
        case ["clinics", clinic, ""]:
            yield from clinic_purges_again(clinic, folder, since)


def _called_for(folders: Iterable[Folder], met: _Round) -> Iterator[Ring | Group | _Later]:
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


def _of_post(folder: Folder, row: PostRow, met: _Round) -> Iterator[Ring | Group | _Later]:
    look = Look(folder, row, met.clinic(row.post.clinic), met.site, met.now, {})
    yield from (_Later(Ring(key)) if _can_wait(key, look) else Ring(key) for key in unanswered(look))
    yield from (Ring(page.key) for page in touched_by_claims(row))
    for lang, part in row.pages.items():
        if part.mark:
            yield year_group(lang, row.post.clinic, part.mark.posted.year)


def _can_wait(key: str, look: Look) -> bool:
    """Whether other code made the page. No withdrawal waits: one in the folder has a ring of its own."""
    name = named(key)
    old = isinstance(name, PageRef) and is_made_otherwise(look.row.pages.get(name.lang), code_version())
    return old and look.clinic.order is None


def _of_earlier_addresses(posts: Sequence[PostRef], met: _Round) -> Iterator[Ring | _Later]:
    """At an earlier address nothing may ever have lain in the inbox: those that claim it lead to it."""
    for start in range(0, len(posts), _TOGETHER):
        for post, row in met.index.posts(posts[start : start + _TOGETHER]).items():
            yield from (Ring(page.key) for page in touched_by_claims(row))
            if not any(part.outcome.version for part in row.pages.values()):
                look = Look(Folder(post.folder, {}), row, met.clinic(post.clinic), met.site, met.now, {})
                yield from (_Later(Ring(key)) if _can_wait(key, look) else Ring(key) for key in unanswered(look))


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


# So many at once: what is beyond them is rung for a minute later.
_MOST = 5000


class SweepDoors(Struct, frozen=True):
    """What ``sweep`` works through."""

    inbox: Inbox
    index: Index
    queues: Queues
    now: Callable[[], datetime]


def sweep(doors: SweepDoors) -> None:
    """Ring for all that is due now, and go on with the day's round of the inbox."""
    now = doors.now()
    due = (one.key for one in doors.index.due(now) if is_rung(one, now))
    doors.queues.intake.ring([Ring(key) for key in islice(due, _MOST)])
    go_round(doors.inbox, doors.index, doors.queues, now)
