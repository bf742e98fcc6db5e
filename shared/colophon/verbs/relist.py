"""``relist``: from a change of the index to the purges, refresh requests and listings that it calls for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct

from colophon.decision.image import is_unreferenced
from colophon.decision.listing_rows import ArchiveRow, DirectoryRow, EntryRow, YearRow
from colophon.decision.purging import (
    clinic_tags_to_purge,
    languages_showing_less,
    post_tags_to_purge,
    removed_entries,
    shows_less,
)
from colophon.decision.redirects import pages_affected_by_claims
from colophon.decision.rows import ClinicRow, PostRow, SiteRow
from colophon.page.objects import listing_tag
from colophon.stores import listing_keys as keys
from colophon.stores import row_encoding
from colophon.stores.queues import MessageQueue, PurgeQueue
from colophon.stores.row_encoding import DamagedRow
from colophon.stores.stream import RowChange, without_unreadable
from colophon.upload.keys import ImageRef, PageRef, PostRef
from colophon.upload.messages import RefreshRequest
from colophon.verbs.listings import (
    ListingClients,
    ListingGroup,
    archive_group,
    directory_group,
    front_group,
    home_group,
    rebuild,
    year_group,
)

RowT = TypeVar("RowT")


def tags_of_stale_posts(changes: Sequence[RowChange]) -> tuple[str, ...]:
    """The tags of the posts of which something was taken away or corrected: what stands instead is put already."""
    return tuple(dict.fromkeys(tag for change in changes for tag in _post_tags(change)))


def tags_of_stale_listings(changes: Sequence[RowChange]) -> tuple[str, ...]:
    """The tags of the listings that lose something by ``changes``; to be sent when they have been swapped."""
    entries = [change for change in changes if f"{change.pk.partition('#')[0]}#" in (keys.ENTRIES, keys.RECENT)]
    shown = [(_decode_or_none(EntryRow, change.before), _decode_or_none(EntryRow, change.after)) for change in entries]
    tags = [listing_tag(lang) for lang in languages_showing_less(shown) | {row.lang for row in removed_entries(shown)}]
    return tuple(sorted({*tags, *(tag for change in changes for tag in _listing_tags(change))}))


def _post_tags(change: RowChange) -> Iterator[str]:
    kind, _, name = change.pk.partition("#")
    if kind == "post":
        post = PostRef(*name.split("/"))
        yield from post_tags_to_purge(
            row_encoding.decode_post(post, dict(change.before)), row_encoding.decode_post(post, dict(change.after))
        )


def _listing_tags(change: RowChange) -> Iterator[str]:
    """The listings that are made from a row which shows less than it did."""
    kind, separator, name = change.pk.partition("#")
    match kind + separator:
        case "clinic#":
            before, after = (
                row_encoding.decode_clinic(name, dict(change.before)),
                row_encoding.decode_clinic(name, dict(change.after)),
            )
            yield from clinic_tags_to_purge(before, after)
        case keys.YEARS if shows_less(_decode_or_none(YearRow, change.before), _decode_or_none(YearRow, change.after)):
            yield listing_tag(name.partition("/")[0])
        case keys.ARCHIVES if shows_less(
            _decode_or_none(ArchiveRow, change.before), _decode_or_none(ArchiveRow, change.after)
        ):
            yield listing_tag(name)
        case keys.DIRECTORY if shows_less(
            _decode_or_none(DirectoryRow, change.before), _decode_or_none(DirectoryRow, change.after)
        ):
            yield listing_tag(change.sk)


def _decode_or_none(kind: type[RowT], item: Mapping[str, Any]) -> RowT | None:
    return row_encoding.decode_row(kind, dict(item)) if item else None


class RelistClients(Struct, frozen=True):
    """What ``relist`` works through."""

    intake: MessageQueue
    listings: ListingClients
    purges: PurgeQueue


def relist(changes: Iterable[RowChange], clients: RelistClients) -> None:
    """Do what ``changes`` call for, each thing once however many of them call for it.

    Raises what went wrong with any of it, after all the rest was done.
    """
    collected = tuple(changes)
    try:
        _purge_and_rebuild(collected, clients)
    except DamagedRow:
        _purge_and_rebuild(tuple(map(without_unreadable, collected)), clients)


def _purge_and_rebuild(changes: Sequence[RowChange], clients: RelistClients) -> None:
    clients.purges.send(tags_of_stale_posts(changes))
    follow_ups = tuple(dict.fromkeys(one for change in changes for one in _follow_ups(change)))
    clients.intake.enqueue([one for one in follow_ups if isinstance(one, RefreshRequest)])
    rebuild_all([one for one in follow_ups if isinstance(one, ListingGroup)], clients.listings)
    clients.purges.send(tags_of_stale_listings(changes))


def rebuild_all(groups: Iterable[ListingGroup], clients: ListingClients) -> None:
    """Bring each of ``groups`` once to what the index says. Raises what went wrong with any, after all were tried."""
    failures = [_rebuild_and_catch(group, clients) for group in sorted(set(groups))]
    for failure in failures:
        if failure:
            raise failure


def _rebuild_and_catch(group: ListingGroup, clients: ListingClients) -> Exception | None:
    try:
        rebuild(group, clients)
    except Exception as failure:
        return failure
    return None


def _follow_ups(change: RowChange) -> Iterator[RefreshRequest | ListingGroup]:
    before, after = dict(change.before), dict(change.after)
    kind, _, name = change.pk.partition("#")
    match kind + "#" if "#" in change.pk else kind:
        case "post#":
            post = PostRef(*name.split("/"))
            yield from _post_requests(row_encoding.decode_post(post, before), row_encoding.decode_post(post, after))
        case "clinic#":
            yield from _clinic_follow_ups(
                row_encoding.decode_clinic(name, before), row_encoding.decode_clinic(name, after)
            )
        case "site":
            yield from _site_follow_ups(row_encoding.decode_site(before), row_encoding.decode_site(after))
        case keys.ENTRIES:
            lang, _, clinic = name.partition("/")
            yield year_group(lang, clinic, int(change.sk[:4]))
        case keys.RECENT:
            yield home_group(name)
        case keys.YEARS if _row_id(YearRow, before) != _row_id(YearRow, after):
            yield archive_group(*name.split("/"))
        case keys.ARCHIVES if _row_id(ArchiveRow, before) != _row_id(ArchiveRow, after):
            yield directory_group(name)
        case keys.DIRECTORY if _row_id(DirectoryRow, before) != _row_id(DirectoryRow, after):
            yield home_group(change.sk)


def _row_id(kind: type[YearRow | ArchiveRow | DirectoryRow], item: Mapping[str, Any]) -> str:
    return row_encoding.decode_row(kind, dict(item)).id if item else ""


def _post_requests(before: PostRow, after: PostRow) -> Iterator[RefreshRequest]:
    """An image's change rings the post's pages. A page that was made from other siblings than there are is rung for.

    All languages lie in one item, so what one record shows of them stood at one moment: a page that looked before a
    sibling was recorded is told by its own record, and one that had been recorded by the sibling's.
    """
    yield from _image_use_requests(before, after)
    yield from (RefreshRequest(page.key) for page in pages_affected_by_claims(after))
    if {name: row.fp for name, row in after.images.items()} != {n: row.fp for n, row in before.images.items()}:
        yield RefreshRequest(after.post.folder, is_folder=True)
        return
    for lang, row in after.pages.items():
        others = {other: found.facts_id for other, found in after.pages.items() if other != lang and found.facts_id}
        if row.siblings is not None and dict(row.siblings) != others:
            yield RefreshRequest(PageRef(after.post, lang).key)


def _image_use_requests(before: PostRow, after: PostRow) -> Iterator[RefreshRequest]:
    """An image that no text shows any longer, and one that a text shows after its uploader was told that none does."""
    for name, row in after.images.items():
        unreferenced = is_unreferenced(name, after)
        warned_wrongly = row.unused and not unreferenced
        became_unused = unreferenced and not row.unused and name in before.images and not is_unreferenced(name, before)
        if warned_wrongly or became_unused:
            yield RefreshRequest(ImageRef(after.post, name).key)


def _clinic_follow_ups(before: ClinicRow, after: ClinicRow) -> Iterator[RefreshRequest | ListingGroup]:
    if before.fp != after.fp or before.langs != after.langs:
        images = before.withdrawal_id != after.withdrawal_id
        yield RefreshRequest(f"posts/{after.clinic}/", is_folder=True, with_images=images)
    if (before.fp, before.langs, before.site_fp) != (after.fp, after.langs, after.site_fp):
        for lang in sorted({*before.langs, *after.langs}):
            yield archive_group(lang, after.clinic)


def _site_follow_ups(before: SiteRow, after: SiteRow) -> Iterator[RefreshRequest | ListingGroup]:
    if before.fp == after.fp:
        return
    yield RefreshRequest("posts/", is_folder=True)
    yield RefreshRequest("clinics/", is_folder=True)
    yield front_group()
    for row in (before, after):
        for lang in row.settings.languages if row.settings else ():
            yield directory_group(lang)
            yield home_group(lang)
