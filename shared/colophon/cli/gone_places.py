"""Where something withdrawn could still be read: its pages, its images, whatever mentions it, the index."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from msgspec import Struct

from colophon.cli.footprint import Edition, Footprint, parts
from colophon.cli.gone_rows import archive_is_gone, clinic_is_gone, entries_are_gone, post_is_gone
from colophon.cli.listings_about import listings_about
from colophon.cli.proof import Finding, Place
from colophon.cli.site_looks import PublicSite, Seen, Sight, SiteBucket
from colophon.cli.traces import Traces, image_keys
from colophon.page.paths import FRONT_KEY, key_of
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.upload.keys import ClinicWithdrawal, PostRef
from colophon.withdrawal import WithdrawalKind

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


class Sights(Struct, frozen=True):
    """Where a proof looks."""

    bucket: SiteBucket
    public: PublicSite
    index: Index
    listings: ListingIndex


class Gone(Struct, frozen=True):
    """Something that must be gone: what it is, by what it is known, and the keys of its images."""

    found: Footprint
    kind: WithdrawalKind
    traces: Traces
    image_keys: tuple[str, ...]


def gone_places(gone: Gone, sights: Sights, languages: Sequence[str]) -> Iterator[Place]:
    """Every place to read after an order, the first that it changes first. ``languages`` are the site's."""
    found = gone.found
    front = Place(sights.public.place(FRONT_KEY), "public site", partial(_answers, sights.public))
    rows = dict(_posts(found, sights.index))
    clinic = tuple(_clinic(found, sights, languages))
    yield from (front, *rows.values(), *clinic)
    for edition in found.covered:
        yield from _object(
            key_of(edition.page), "page", partial(_page, gone, edition), sights, front, rows[edition.page.post]
        )
    for key in gone.image_keys:
        row = rows.get(_post_of(key))
        yield from _object(key, "image", _image, sights, front, *((row,) if row else ()))
    for post in found.posts if found.images else ():
        place = sights.bucket.place(f"images/{post}/")
        yield Place(place, "images", partial(_no_image, found, post, sights), (rows[post],))
    for edition in found.beside:
        yield from _object(
            key_of(edition.page), "sibling", partial(_mention, gone.traces, ""), sights, front, *rows.values()
        )
    yield from _earlier(gone, sights, front, tuple(rows.values()))
    # A listing made of what the index held before may still be on its way; and one that is made of a clinic's posts
    # is not worth reading before the last of them has gone.
    told = clinic or tuple(rows.values())
    for lang, key in listings_about(found, languages):
        yield from _object(key, "listing", partial(_mention, gone.traces, lang), sights, front, *told)


def _posts(found: Footprint, index: Index) -> Iterator[tuple[PostRef, Place]]:
    for post, part in parts(found).items():
        yield post, Place(f"index: post {post}", "index", partial(post_is_gone, part, post, index))


def _clinic(found: Footprint, sights: Sights, languages: Sequence[str]) -> Iterator[Place]:
    if isinstance(found.subject, ClinicWithdrawal):
        clinic, index = found.subject.clinic, sights.index
        yield Place(f"index: clinic {clinic}", "index", partial(clinic_is_gone, clinic, index))
        for lang in sorted({*languages, *found.langs}):
            yield Place(f"index: archive {lang}/{clinic}", "index", partial(archive_is_gone, lang, clinic, index))
            entries = partial(entries_are_gone, lang, clinic, sights.listings)
            yield Place(f"index: entries of {lang}/{clinic}", "index", entries)


def _earlier(gone: Gone, sights: Sights, front: Place, after: tuple[Place, ...]) -> Iterator[Place]:
    """The addresses from which readers were led here, and the images that may have been left there."""
    for page in gone.found.earlier:
        yield from _object(key_of(page), "moved from", partial(_leads_nowhere, gone.traces), sights, front, *after)
    for post in sorted({page.post for page in gone.found.earlier}):
        place = sights.bucket.place(f"images/{post}/")
        yield Place(place, "images left there", partial(_left_behind, post, sights), after)


def _object(key: str, what: str, judge: Judge, sights: Sights, front: Place, *after: Place) -> Iterator[Place]:
    """One object of the site: in the bucket, and then as readers get it."""
    stored = Place(sights.bucket.place(key), what, partial(_judged, sights.bucket, key, judge), after)
    yield stored
    yield Place(
        sights.public.place(key), f"public {what}", partial(_judged, sights.public, key, judge), (stored, front)
    )


def _judged(sight: Sight, key: str, judge: Judge) -> Finding:
    return judge(sight.look(key))


def _answers(public: PublicSite) -> Finding:
    return Finding(ok=True, found=f"it answers {public.look(FRONT_KEY).status}")


def _page(gone: Gone, edition: Edition, seen: Seen) -> Finding:
    read = gone.traces.in_page(seen.content, edition.page)
    if read:
        return Finding(ok=False, found=f"{seen.status}, and it still says {_some(read)}")
    accepted = _ANSWERS[gone.kind] if edition.present else _NOTHING
    return Finding(seen.status in accepted, f"{seen.status}, none of {len(edition.sentences)} sentences")


def _image(seen: Seen) -> Finding:
    return Finding(seen.status in _NOTHING, str(seen.status))


def _mention(traces: Traces, lang: str, seen: Seen) -> Finding:
    read = traces.in_listing(seen.content, lang)
    return Finding(not read, f"{seen.status}, {f'still has {_some(read)}' if read else 'no mention'}")


def _leads_nowhere(traces: Traces, seen: Seen) -> Finding:
    """Whether an earlier address leads to none of what is withdrawn. What stands there of its own is another page."""
    if seen.status == 200:
        return Finding(ok=True, found="200, a page of its own, which this order does not withdraw")
    if seen.location in traces.addresses:
        return Finding(ok=False, found=f"{seen.status}, and it still leads to {seen.location}")
    if read := traces.in_listing(seen.content, ""):
        return Finding(ok=False, found=f"{seen.status}, still has {_some(read)}")
    leads = f"leads to {seen.location}, another post" if seen.location else "leads nowhere"
    return Finding(ok=True, found=f"{seen.status}, {leads}")


def _no_image(found: Footprint, post: PostRef, sights: Sights) -> Finding:
    """Whether everything in the folder of a post's images that belongs to what is withdrawn is a tombstone."""
    keys = list(image_keys(found, sights.bucket.keys(f"images/{post}/"), sights.index))
    standing = _still_seen(keys, sights)
    told = f"{len(keys)} objects, {len(standing) or 'none'} still to be seen"
    return Finding(not standing, f"{told}: {_some(standing)}" if standing else told)


def _still_seen(keys: Iterable[str], sights: Sights) -> list[str]:
    return [key for key in keys if sights.bucket.look(key).status not in _NOTHING]


def _left_behind(post: PostRef, sights: Sights) -> Finding:
    """Whether images are still to be seen at an earlier address without a page of its own: they belong to its folder,
    which no order stands against."""
    if any(part.facts for part in sights.index.post(post)[0].pages.values()):
        return Finding(ok=True, found="a page of its own, which this order does not withdraw")
    standing = _still_seen(sights.bucket.keys(f"images/{post}/"), sights)
    if not standing:
        return Finding(ok=True, found="none is to be seen")
    what = f"still to be seen: {_some(standing)}; colophon withdraw {post} takes them down"
    return Finding(ok=False, found=what, settled=True)


def _post_of(key: str) -> PostRef:
    _, clinic, post, _ = key.split("/", 3)
    return PostRef(clinic, post)


def _some(read: list[str]) -> str:
    shown = [f"“{each[:_QUOTED]}{'…' if len(each) > _QUOTED else ''}”" for each in read[:_NAMED]]
    return ", ".join(shown) + (f" and {len(read) - _NAMED} more" if len(read) > _NAMED else "")
