"""Where something withdrawn could still be read: its pages, its images, whatever mentions it, the index."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TypeAlias

from msgspec import Struct

from colophon.decision.listing_rows import ArchiveRow, EntryRow
from colophon.page.paths import (
    FRONT_KEY,
    NOT_FOUND_KEY,
    archive_path,
    atom_path,
    clinics_sitemap_path,
    directory_path,
    home_path,
    json_feed_path,
    key_at,
    key_of,
    month_path,
    profile_path,
    search_shard_path,
    sitemap_index_path,
    year_sitemap_path,
)
from colophon.stores import listing_keys, rows
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.upload.keys import ClinicWithdrawal, PostRef
from colophon.withdrawal import WithdrawalKind
from colophon_ops.site_reader import PublicSite, Seen, Sight
from colophon_ops.withdraw.clients import Stack
from colophon_ops.withdraw.evidence import Traces, image_keys
from colophon_ops.withdraw.footprint import Edition, Footprint, parts
from colophon_ops.withdraw.proof import Check, Finding, Phase

# What is stronger may stand instead: of several orders the strongest gives the answer.
_ANSWERS: Mapping[WithdrawalKind, frozenset[int]] = {
    "legal": frozenset({451}),
    "gone": frozenset({410, 451}),
    "withdrawn": frozenset({410, 451}),
    "hold": frozenset({404, 410, 451}),
}
# Of an edition that lies in the inbox no more nothing needs to be said.
_NOTHING = frozenset({404, 410, 451})
_QUOTED, _NAMED = 60, 3

Judge: TypeAlias = Callable[[Seen], Finding]


class Removal(Struct, frozen=True):
    """Something that must be gone: what it is, by what it is known, and the site's keys of its images."""

    found: Footprint
    kind: WithdrawalKind
    traces: Traces
    image_keys: tuple[str, ...]


def removal_checks(removal: Removal, stack: Stack) -> Iterator[Check]:
    """Everything to read after a withdrawal, in the order in which it is printed."""
    found = removal.found
    site = _SiteChecks(stack)
    posts = dict(_post_checks(found, stack.index))
    clinic = tuple(_clinic_checks(found, stack))
    every_post = tuple(posts.values())
    yield from (site.front, *every_post, *clinic)
    for edition in found.covered:
        key, row = key_of(edition.page), posts[edition.page.post]
        yield from site.both(key, "page", Phase.BUCKET, partial(_page, removal, edition), row)
    for key in removal.image_keys:
        rows_of_post = (posts[post],) if (post := _post_of(key)) in posts else ()
        yield from site.both(key, "image", Phase.BUCKET, _image, *rows_of_post)
    for post in found.posts if found.images else ():
        read = partial(_no_image, found, post, stack)
        yield Check(stack.bucket.place(f"images/{post}/"), "images", Phase.BUCKET, read, (posts[post],))
    for edition in found.beside:
        judge = partial(_mention, removal.traces, "")
        yield from site.both(key_of(edition.page), "sibling", Phase.BUCKET, judge, *every_post)
    yield from _earlier_checks(removal, site, every_post)
    for lang, key in listings_about(found, stack.languages):
        judge = partial(_mention, removal.traces, lang)
        yield from site.both(key, "listing", Phase.LISTINGS, judge, *(clinic or every_post))


class _SiteChecks:
    """Checks of objects of the site, in the bucket and at their public addresses.

    ``front`` is whether readers get an answer at all: known before the public addresses are read.
    """

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        read = partial(_answers, stack.public)
        self.front = Check(stack.public.place(FRONT_KEY), "public site", Phase.LISTINGS, read)

    def both(self, key: str, kind: str, phase: Phase, judge: Judge, *needs: Check) -> Iterator[Check]:
        """The object at ``key``: stored, in ``phase``, and then as readers get it."""
        bucket, public = self.stack.bucket, self.stack.public
        stored = Check(bucket.place(key), kind, phase, partial(_judged, bucket, key, judge), needs)
        yield stored
        read = partial(_judged, public, key, judge)
        yield Check(public.place(key), f"public {kind}", Phase.PUBLIC, read, (stored, self.front))


def _post_checks(found: Footprint, index: Index) -> Iterator[tuple[PostRef, Check]]:
    for post, part in parts(found).items():
        yield post, Check(f"index: post {post}", "index", Phase.INDEX, partial(post_is_gone, part, post, index))


def _clinic_checks(found: Footprint, stack: Stack) -> Iterator[Check]:
    if not isinstance(found.subject, ClinicWithdrawal):
        return
    clinic, index = found.subject.clinic, stack.index
    reads = {f"clinic {clinic}": partial(clinic_is_gone, clinic, index)}
    for lang in sorted({*stack.languages, *found.langs}):
        reads[f"archive {lang}/{clinic}"] = partial(archive_is_gone, lang, clinic, index)
        reads[f"entries of {lang}/{clinic}"] = partial(entries_are_gone, lang, clinic, stack.listings)
    for row, read in reads.items():
        yield Check(f"index: {row}", "index", Phase.INDEX, read)


def _earlier_checks(removal: Removal, site: _SiteChecks, posts: tuple[Check, ...]) -> Iterator[Check]:
    """The addresses from which readers were led here, and the images that may have been left there."""
    earlier, stack = removal.found.earlier, site.stack
    for page in earlier:
        judge = partial(_leads_nowhere, removal.traces)
        yield from site.both(key_of(page), "moved from", Phase.LISTINGS, judge, *posts)
    for post in sorted({page.post for page in earlier}):
        read = partial(_left_behind, post, stack)
        yield Check(stack.bucket.place(f"images/{post}/"), "images left there", Phase.BUCKET, read, posts)


def _judged(sight: Sight, key: str, judge: Judge) -> Finding:
    return judge(sight.look(key))


def _answers(public: PublicSite) -> Finding:
    return Finding(ok=True, text=f"it answers {public.look(FRONT_KEY).status}")


def _page(removal: Removal, edition: Edition, seen: Seen) -> Finding:
    read = removal.traces.in_page(seen.content, edition.page)
    if read:
        return Finding(ok=False, text=f"{seen.status}, and it still says {_some(read)}")
    accepted = _ANSWERS[removal.kind] if edition.present else _NOTHING
    return Finding(seen.status in accepted, f"{seen.status}, none of {len(edition.sentences)} sentences")


def _image(seen: Seen) -> Finding:
    return Finding(seen.status in _NOTHING, str(seen.status))


def _mention(traces: Traces, lang: str, seen: Seen) -> Finding:
    read = traces.in_listing(seen.content, lang)
    return Finding(not read, f"{seen.status}, {f'still has {_some(read)}' if read else 'no mention'}")


def _leads_nowhere(traces: Traces, seen: Seen) -> Finding:
    """Whether an earlier address leads to none of what is withdrawn. What stands there of its own is another page."""
    if seen.status == 200:
        return Finding(ok=True, text="200, a page of its own, which this order does not withdraw")
    if seen.location in traces.addresses:
        return Finding(ok=False, text=f"{seen.status}, and it still leads to {seen.location}")
    if read := traces.in_listing(seen.content, ""):
        return Finding(ok=False, text=f"{seen.status}, still has {_some(read)}")
    leads = f"leads to {seen.location}, another post" if seen.location else "leads nowhere"
    return Finding(ok=True, text=f"{seen.status}, {leads}")


def _no_image(found: Footprint, post: PostRef, stack: Stack) -> Finding:
    """Whether everything in the folder of a post's images that belongs to what is withdrawn is a tombstone."""
    keys = list(image_keys(found, stack.bucket.keys(f"images/{post}/"), stack.index))
    standing = _still_seen(keys, stack)
    told = f"{len(keys)} objects, {len(standing) or 'none'} still to be seen"
    return Finding(not standing, f"{told}: {_some(standing)}" if standing else told)


def _still_seen(keys: Iterable[str], stack: Stack) -> list[str]:
    return [key for key in keys if stack.bucket.look(key).status not in _NOTHING]


def _left_behind(post: PostRef, stack: Stack) -> Finding:
    """Whether images are still to be seen at an earlier address without a page of its own: they belong to its folder,
    which no order stands against."""
    if any(part.facts for part in stack.index.post(post)[0].pages.values()):
        return Finding(ok=True, text="a page of its own, which this order does not withdraw")
    standing = _still_seen(stack.bucket.keys(f"images/{post}/"), stack)
    if not standing:
        return Finding(ok=True, text="none is to be seen")
    what = f"still to be seen: {_some(standing)}; colophon withdraw {post} takes them down"
    return Finding(ok=False, text=what, held=True)


def _post_of(key: str) -> PostRef:
    _, clinic, post, _ = key.split("/", 3)
    return PostRef(clinic, post)


def _some(read: list[str]) -> str:
    shown = [f"“{each[:_QUOTED]}{'…' if len(each) > _QUOTED else ''}”" for each in read[:_NAMED]]
    return ", ".join(shown) + (f" and {len(read) - _NAMED} more" if len(read) > _NAMED else "")


_GONE = ("withdrawn", "absent")


def post_is_gone(found: Footprint, post: PostRef, index: Index) -> Finding:
    """Whether the row of ``post``, which ``found`` is a part about, shows nothing covered, nor any listing's entry."""
    left = [*_rows(found, post, index), *_entries(found, post, index)]
    return Finding(not left, "; ".join(left) or "no page, no image and no entry is live")


def clinic_is_gone(clinic: str, index: Index) -> Finding:
    """Whether the row of ``clinic`` knows of the order against it."""
    row = index.clinic(clinic)[0]
    return Finding(row.order is not None, "the order stands" if row.order else "the clinic's row knows of no order")


def archive_is_gone(lang: str, clinic: str, index: Index) -> Finding:
    """Whether the directory of ``lang`` is told to leave ``clinic`` out."""
    key = listing_keys.archive(lang, clinic)
    item = index.item(key["pk"]["S"], key["sk"]["S"])
    shown = rows.read(ArchiveRow, item).shown if item else None
    return Finding(shown is None, "listed" if shown else "not listed")


def entries_are_gone(lang: str, clinic: str, listings: ListingIndex) -> Finding:
    """Whether nothing is left that listings of ``lang`` could show of ``clinic``."""
    left = sum(row.entry is not None for row in listings.newest(lang, clinic))
    return Finding(not left, "listings have entries of it" if left else "no entry is left")


def _rows(found: Footprint, post: PostRef, index: Index) -> Iterator[str]:
    key = rows.post_key(post)
    row = rows.read_post(post, index.item(key["pk"]["S"], key["sk"]["S"]))
    for edition in found.covered:
        part = row.pages.get(edition.page.lang)
        if part and (part.outcome.state not in _GONE or part.facts is not None):
            yield f"{edition.page.lang} is {part.outcome.state}"
    for image in found.images:
        shown = row.images.get(image.name)
        if shown and (shown.outcome.state not in _GONE or shown.path):
            yield f"{image.name} is {shown.outcome.state}"


def _entries(found: Footprint, post: PostRef, index: Index) -> Iterator[str]:
    for edition in found.covered:
        for day in sorted(edition.days):
            blank = EntryRow(edition.page.lang, post.clinic, day, post.post, "")
            for key in (listing_keys.entry(blank), listing_keys.recent_entry(blank)):
                item = index.item(key["pk"]["S"], key["sk"]["S"])
                if item and rows.read(EntryRow, item).entry:
                    yield f"the listings of {edition.page.lang} have an entry of {day}"


def listings_about(found: Footprint, languages: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The language and the site key of each listing that could mention what ``found`` is about, in order.

    ``languages`` are the site's: a listing of one may speak of a post in another.
    """
    langs = sorted({*languages, *found.langs})
    editions = (*found.covered, *found.beside)
    clinics = sorted({post.clinic for post in found.posts})
    for lang in langs:
        for path in (home_path, atom_path, json_feed_path, directory_path, clinics_sitemap_path, sitemap_index_path):
            yield lang, key_at(path(lang))
        for clinic in clinics:
            yield from ((lang, key_at(path)) for path in _of_clinic(lang, clinic))
    for lang in langs:
        days = {
            (edition.page.post.clinic, day) for edition in editions if edition.page.lang == lang for day in edition.days
        }
        for clinic, year in sorted({(clinic, day.year) for clinic, day in days}):
            yield lang, key_at(year_sitemap_path(lang, clinic, year))
            yield lang, key_at(search_shard_path(lang, clinic, year))
        for clinic, year, month in sorted({(clinic, day.year, day.month) for clinic, day in days}):
            yield lang, key_at(month_path(lang, clinic, year, month))
    yield from (("", key) for key in (FRONT_KEY, NOT_FOUND_KEY))


def _of_clinic(lang: str, clinic: str) -> Iterator[str]:
    for path in (archive_path, profile_path, atom_path, json_feed_path):
        yield path(lang, clinic)
