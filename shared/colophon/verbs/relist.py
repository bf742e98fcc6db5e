"""``relist``: from a change of the index to the purges, refresh requests and listings that it calls for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct

from colophon.decision.image import is_shown_nowhere
from colophon.decision.listing_rows import ArchiveRow, DirectoryRow, EntryRow, YearRow
from colophon.decision.purging import clinic_purges, entries_that_left, is_less, languages_that_lost, post_purges
from colophon.decision.redirects import touched_by_claims
from colophon.decision.rows import ClinicRow, PostRow, SiteRow
from colophon.page.objects import listing_tag
from colophon.stores import listing_keys as keys
from colophon.stores import row_encoding
from colophon.stores.queues import Bells, PurgeQueue
from colophon.stores.row_encoding import Damaged
from colophon.stores.stream import RowChange, readable
from colophon.upload.keys import ImageRef, PageRef, PostRef
from colophon.upload.messages import Ring
from colophon.verbs.listings import (
    Group,
    Shelves,
    archive_group,
    bring,
    directory_group,
    front_group,
    home_group,
    year_group,
)

R = TypeVar("R")


def stale_posts(changes: Sequence[RowChange]) -> tuple[str, ...]:
    """The tags of the posts of which something was taken away or corrected: what stands instead is put already."""
    return tuple(dict.fromkeys(tag for change in changes for tag in _post_tags(change)))


def stale_listings(changes: Sequence[RowChange]) -> tuple[str, ...]:
    """The tags of the listings that lose something by ``changes``; to be sent when they have been swapped."""
    entries = [change for change in changes if f"{change.pk.partition('#')[0]}#" in (keys.ENTRIES, keys.RECENT)]
    shown = [(_read(EntryRow, change.before), _read(EntryRow, change.after)) for change in entries]
    tags = [listing_tag(lang) for lang in languages_that_lost(shown) | {row.lang for row in entries_that_left(shown)}]
    return tuple(sorted({*tags, *(tag for change in changes for tag in _of_group(change))}))


def _post_tags(change: RowChange) -> Iterator[str]:
    kind, _, name = change.pk.partition("#")
    if kind == "post":
        post = PostRef(*name.split("/"))
        yield from post_purges(
            row_encoding.read_post(post, dict(change.before)), row_encoding.read_post(post, dict(change.after))
        )


def _of_group(change: RowChange) -> Iterator[str]:
    """The listings that are made from a row which shows less than it did."""
    kind, mark, name = change.pk.partition("#")
    match kind + mark:
        case "clinic#":
            before, after = (
                row_encoding.read_clinic(name, dict(change.before)),
                row_encoding.read_clinic(name, dict(change.after)),
            )
            yield from clinic_purges(before, after)
        case keys.YEARS if is_less(_read(YearRow, change.before), _read(YearRow, change.after)):
            yield listing_tag(name.partition("/")[0])
        case keys.ARCHIVES if is_less(_read(ArchiveRow, change.before), _read(ArchiveRow, change.after)):
            yield listing_tag(name)
        case keys.DIRECTORY if is_less(_read(DirectoryRow, change.before), _read(DirectoryRow, change.after)):
            yield listing_tag(change.sk)


def _read(kind: type[R], item: Mapping[str, Any]) -> R | None:
    return row_encoding.read(kind, dict(item)) if item else None


class RelistDoors(Struct, frozen=True):
    """What ``relist`` works through."""

    intake: Bells
    shelves: Shelves
    purges: PurgeQueue


def relist(changes: Iterable[RowChange], doors: RelistDoors) -> None:
    """Do what ``changes`` call for, each thing once however many of them call for it.

    Raises what went wrong with any of it, after all the rest was done.
    """
    told = tuple(changes)
    try:
        _relist(told, doors)
    except Damaged:
        _relist(tuple(map(readable, told)), doors)


def _relist(told: Sequence[RowChange], doors: RelistDoors) -> None:
    doors.purges.send(stale_posts(told))
    called = tuple(dict.fromkeys(one for change in told for one in _called_for(change)))
    doors.intake.ring([one for one in called if isinstance(one, Ring)])
    bring_all([one for one in called if isinstance(one, Group)], doors.shelves)
    doors.purges.send(stale_listings(told))


def bring_all(groups: Iterable[Group], shelves: Shelves) -> None:
    """Bring each of ``groups`` once to what the index says. Raises what went wrong with any, after all were tried."""
    failures = [_failure(group, shelves) for group in sorted(set(groups))]
    for failure in failures:
        if failure:
            raise failure


def _failure(group: Group, shelves: Shelves) -> Exception | None:
    try:
        bring(group, shelves)
    except Exception as failure:
        return failure
    return None


def _called_for(change: RowChange) -> Iterator[Ring | Group]:
    before, after = dict(change.before), dict(change.after)
    kind, _, name = change.pk.partition("#")
    match kind + "#" if "#" in change.pk else kind:
        case "post#":
            post = PostRef(*name.split("/"))
            yield from _of_post(row_encoding.read_post(post, before), row_encoding.read_post(post, after))
        case "clinic#":
            yield from _of_clinic(row_encoding.read_clinic(name, before), row_encoding.read_clinic(name, after))
        case "site":
            yield from _of_site(row_encoding.read_site(before), row_encoding.read_site(after))
        case keys.ENTRIES:
            lang, _, clinic = name.partition("/")
            yield year_group(lang, clinic, int(change.sk[:4]))
        case keys.RECENT:
            yield home_group(name)
        case keys.YEARS if _id(YearRow, before) != _id(YearRow, after):
            yield archive_group(*name.split("/"))
        case keys.ARCHIVES if _id(ArchiveRow, before) != _id(ArchiveRow, after):
            yield directory_group(name)
        case keys.DIRECTORY if _id(DirectoryRow, before) != _id(DirectoryRow, after):
            yield home_group(change.sk)


def _id(kind: type[YearRow | ArchiveRow | DirectoryRow], item: Mapping[str, Any]) -> str:
    return row_encoding.read(kind, dict(item)).id if item else ""


def _of_post(before: PostRow, after: PostRow) -> Iterator[Ring]:
    """An image's change rings the post's pages. A page that was made from other siblings than there are is rung for.

    All languages lie in one item, so what one record shows of them stood at one moment: a page that looked before a
    sibling was recorded is told by its own record, and one that had been recorded by the sibling's.
    """
    yield from _of_use(before, after)
    yield from (Ring(page.key) for page in touched_by_claims(after))
    if {name: part.fp for name, part in after.images.items()} != {n: part.fp for n, part in before.images.items()}:
        yield Ring(after.post.folder, folder=True)
        return
    for lang, part in after.pages.items():
        others = {other: found.facts_id for other, found in after.pages.items() if other != lang and found.facts_id}
        if part.siblings is not None and dict(part.siblings) != others:
            yield Ring(PageRef(after.post, lang).key)


def _of_use(before: PostRow, after: PostRow) -> Iterator[Ring]:
    """An image that no text shows any longer, and one that a text shows after its uploader was told that none does."""
    for name, part in after.images.items():
        nowhere = is_shown_nowhere(name, after)
        told_in_vain = part.unused and not nowhere
        left = nowhere and not part.unused and name in before.images and not is_shown_nowhere(name, before)
        if told_in_vain or left:
            yield Ring(ImageRef(after.post, name).key)


def _of_clinic(before: ClinicRow, after: ClinicRow) -> Iterator[Ring | Group]:
    if before.fp != after.fp or before.langs != after.langs:
        images = before.order_id != after.order_id
        yield Ring(f"posts/{after.clinic}/", folder=True, images=images)
    if (before.fp, before.langs, before.site_fp) != (after.fp, after.langs, after.site_fp):
        for lang in sorted({*before.langs, *after.langs}):
            yield archive_group(lang, after.clinic)


def _of_site(before: SiteRow, after: SiteRow) -> Iterator[Ring | Group]:
    if before.fp == after.fp:
        return
    yield Ring("posts/", folder=True)
    yield Ring("clinics/", folder=True)
    yield front_group()
    for row in (before, after):
        for lang in row.settings.languages if row.settings else ():
            yield directory_group(lang)
            yield home_group(lang)
