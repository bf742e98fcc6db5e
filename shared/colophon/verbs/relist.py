"""``relist``: from a change of the index to the purges, refresh requests and listings that it calls for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.earlier_address import addresses_with_room, claims_begun_to_wait, claims_displaced
from colophon.decision.image import is_unreferenced
from colophon.decision.purging import (
    clinic_tags_to_purge,
    languages_showing_less,
    post_tags_to_purge,
    removed_entries,
)
from colophon.decision.redirects import pages_affected_by_claims
from colophon.decision.room import frees_place
from colophon.decision.rows import PostRow
from colophon.listings.kind import (
    ClinicChange,
    EntryChange,
    IndexChange,
    ListingChange,
    ListingGroup,
    ListingRow,
    SiteChange,
    Timing,
)
from colophon.listings.kinds import groups_by_timing, in_waves, kind_of, merge_groups, part_groups_for
from colophon.listings.kinds.clinic import CLINIC
from colophon.listings.kinds.parts import is_divided
from colophon.listings.kinds.year import YEAR
from colophon.page.objects import listing_tag
from colophon.stores.queues import MessageQueue, PurgeQueue
from colophon.stores.row_changes import DecodedChange, PostRowChange, decode_change, decode_readable
from colophon.stores.row_encoding import DamagedRow
from colophon.stores.stream import RowChange
from colophon.trace import Trace, follow, merge_traces
from colophon.upload.keys import ImageRef, PageRef
from colophon.upload.messages import RefreshRequest
from colophon.verbs.gathering import Gathering
from colophon.verbs.listings import ListingClients, RowsRead, read_ahead, rebuild
from colophon.verbs.waiting_claims import acceptance_requests, room_request


def tags_of_stale_posts(changes: Sequence[DecodedChange]) -> tuple[str, ...]:
    """The cache tags of posts of which something was removed or corrected. What replaces it is already put."""
    posts = (change for change in changes if isinstance(change, PostRowChange))
    return tuple(dict.fromkeys(tag for change in posts for tag in post_tags_to_purge(change.before, change.after)))


def tags_of_stale_listings(changes: Sequence[DecodedChange]) -> tuple[str, ...]:
    """The cache tags of listings that lose something by ``changes``. Send them after the listings are swapped."""
    entries = [(each.before, each.after) for each in changes if isinstance(each, EntryChange)]
    languages = languages_showing_less(entries) | {row.lang for row in removed_entries(entries)}
    tags = [listing_tag(lang) for lang in languages]
    return tuple(sorted({*tags, *(tag for change in changes for tag in _tags_of_row(change))}))


def _tags_of_row(change: DecodedChange) -> Iterator[str]:
    """The listings that are made from a row which shows less than before."""
    match change:
        case ClinicChange(before=clinic_before, after=clinic_after):
            yield from clinic_tags_to_purge(clinic_before, clinic_after)
        case ListingChange(group=group, before=before, after=after):
            if before and after and kind_of(group).shows_less(before, after):
                yield listing_tag(group.lang)


class RelistClients(Struct, frozen=True):
    """The clients of ``relist``."""

    intake: MessageQueue
    listings: ListingClients
    purges: PurgeQueue
    gathering: Gathering


def relist(changes: Iterable[RowChange], clients: RelistClients) -> Trace:
    """Do what ``changes`` require, each thing once however many of them require it.

    Returns the trace of the changes by which listings lost something; it is empty if there are none. Raises the first
    error of any listing, after every other listing was tried; listings are then not purged, and all of it is repeated.
    """
    collected = tuple(changes)
    with follow(merge_traces(change.trace for change in collected)):
        try:
            return _purge_and_rebuild([(change.trace, decode_change(change)) for change in collected], clients)
        except DamagedRow:
            return _purge_and_rebuild([(change.trace, decode_readable(change)) for change in collected], clients)


def _purge_and_rebuild(decoded: Sequence[tuple[Trace, DecodedChange | None]], clients: RelistClients) -> Trace:
    changes = tuple(change for _, change in decoded if change)
    with follow(_trace_of(decoded, tags_of_stale_posts)):
        clients.purges.send(tags_of_stale_posts(changes))
    clients.intake.enqueue(list(dict.fromkeys(request for change in changes for request in _requests(change))))
    index_changes = (change for change in changes if not isinstance(change, PostRowChange))
    _rebuild_listings(tuple(index_changes), clients)
    with follow(_trace_of(decoded, tags_of_stale_listings)) as removals:
        clients.purges.send(tags_of_stale_listings(changes))
    return removals


def _trace_of(
    decoded: Iterable[tuple[Trace, DecodedChange | None]],
    stale_tags: Callable[[Sequence[DecodedChange]], Sequence[str]],
) -> Trace:
    """The uploads by which something is stale, without those that only came in the same batch."""
    return merge_traces(trace for trace, change in decoded if change and stale_tags((change,)))


def _rebuild_listings(changes: Sequence[IndexChange], clients: RelistClients) -> None:
    """Rebuild what ``changes`` wake, or have it rebuilt by messages: these first, as they are taken up meanwhile."""
    woken = groups_by_timing(changes)
    clients.gathering.enqueue(woken[Timing.QUEUED], woken[Timing.GATHERED])
    _rebuild_now(changes, woken[Timing.NOW], clients.listings)


def _rebuild_now(changes: Sequence[IndexChange], woken: Iterable[ListingGroup], clients: ListingClients) -> None:
    """Rebuild ``woken``. If a year is listed by parts, its row, just read, says so: then these as well."""
    rows = rebuild_all(woken, clients)
    listed_by_parts = [
        change for change in changes if isinstance(change, EntryChange) and is_divided(rows.get(_year_of(change)))
    ]
    if listed_by_parts:
        parts = _find_parts(listed_by_parts, clients)
        # The archive shows the newest entries.
        archives = (CLINIC.group(change.lang, change.clinic) for change in listed_by_parts)
        rebuild_all((*parts, *archives), clients)


def _year_of(change: EntryChange) -> ListingGroup:
    return YEAR.group(change.lang, change.clinic, change.year)


def _find_parts(changes: Iterable[EntryChange], clients: ListingClients) -> Iterator[ListingGroup]:
    """The part that lists each changed entry: that of the widest period which is not divided further."""
    places = [
        part_groups_for(change.lang, change.clinic, row.posted, row.post)
        for change in changes
        if (row := change.after or change.before)
    ]
    divisible = {replace(group, posts=()) for *groups, _ in places for group in groups}
    rows = clients.index.read_group_rows(sorted(divisible))
    for groups in places:
        yield next(group for group in groups if not is_divided(rows.get(replace(group, posts=()))))


def rebuild_all(groups: Iterable[ListingGroup], clients: ListingClients) -> dict[ListingGroup, ListingRow]:
    """Bring each of ``groups`` up to date with the index, once. Returns the rows.

    Groups that are not made from each other may run side by side. Raises the first error after all were tried.
    """
    rows: dict[ListingGroup, ListingRow] = {}
    failures: list[Exception] = []
    for wave in in_waves(merge_groups(groups)):
        read = read_ahead(wave, clients)
        results = clients.run_groups([partial(_rebuild_and_catch, group, clients, read.get(group)) for group in wave])
        for group, result in zip(wave, results, strict=True):
            if isinstance(result, Exception):
                failures.append(result)
            else:
                rows[group] = result
    if failures:
        raise failures[0]
    return rows


def _rebuild_and_catch(group: ListingGroup, clients: ListingClients, read: RowsRead | None) -> ListingRow | Exception:
    try:
        return rebuild(group, clients, read)
    except Exception as failure:
        return failure


def _requests(change: DecodedChange) -> Iterator[RefreshRequest]:
    match change:
        case PostRowChange(before=post_before, after=post_after):
            yield from _post_requests(post_before, post_after)
        case ClinicChange(before=before, after=after):
            if before.fp != after.fp or before.langs != after.langs:
                images = before.withdrawal_id != after.withdrawal_id
                yield RefreshRequest(f"posts/{after.clinic}/", is_folder=True, with_images=images)
            yield from acceptance_requests(before, after)
        case SiteChange() if change.has_new_id:
            yield RefreshRequest("posts/", is_folder=True)
            yield RefreshRequest("clinics/", is_folder=True)


def _post_requests(before: PostRow, after: PostRow) -> Iterator[RefreshRequest]:
    """Requests for the post's pages if an image changed; else for each page made from siblings that have changed.

    A place that becomes free is for a file that waits for one: which, only the folder knows.

    All languages are in one item, so one record shows them all at one moment: a page that was decided before a sibling
    was recorded is found by its own record, and one that was recorded earlier is found by the sibling's.
    """
    yield from _image_use_requests(before, after)
    if frees_place(before, after):
        yield RefreshRequest(after.post.folder, is_folder=True, with_images=True)
    yield from (RefreshRequest(page.key) for page in pages_affected_by_claims(after))
    yield from (RefreshRequest(page.key) for page in claims_displaced(before, after))
    yield from (RefreshRequest(page.key) for page in claims_begun_to_wait(before, after))
    yield from map(room_request, addresses_with_room(before, after))
    if {name: row.fp for name, row in after.images.items()} != {n: row.fp for n, row in before.images.items()}:
        yield RefreshRequest(after.post.folder, is_folder=True)
        return
    for lang, row in after.pages.items():
        others = {other: found.facts_id for other, found in after.pages.items() if other != lang and found.facts_id}
        if row.siblings is not None and dict(row.siblings) != others:
            yield RefreshRequest(PageRef(after.post, lang).key)


def _image_use_requests(before: PostRow, after: PostRow) -> Iterator[RefreshRequest]:
    """Requests for images that no text shows any longer, and for those reported as unused that a text now shows."""
    for name, row in after.images.items():
        unreferenced = is_unreferenced(name, after)
        warned_wrongly = row.unused and not unreferenced
        became_unused = unreferenced and not row.unused and name in before.images and not is_unreferenced(name, before)
        if warned_wrongly or became_unused:
            yield RefreshRequest(ImageRef(after.post, name).key)
