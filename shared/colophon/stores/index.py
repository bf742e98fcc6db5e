"""The index: the DynamoDB table with the outcome of every upload. See README.md for its items."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.claim import MAX_CLAIMS
from colophon.decision.history import PublishedVersion
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, PostRow, SiteRow
from colophon.decision.stray import StrayRow
from colophon.decision.stray_scan import StrayScan
from colophon.decision.sweep import DueChanges, DueKey
from colophon.stores import listing_keys, row_encoding
from colophon.stores.change import PostChange
from colophon.stores.item_trace import needed_since
from colophon.stores.post_updates import make_claim_update, make_post_update
from colophon.stores.row_encoding import DamagedRow, ScanCursor
from colophon.stores.table import NO_EXTRA_WRITES, ExtraWrites, Table
from colophon.stores.unknown_fields import UnknownFields
from colophon.trace import TRACE, Trace, get_trace, trace_attribute
from colophon.upload.keys import PageRef, PostRef

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_WAITS_PER_READ = 500
RowT = TypeVar("RowT")


class Missing(Struct, frozen=True):
    """What should be in the index and is not."""

    entries: tuple[EntryRow, ...]
    versions: tuple[PublishedVersion, ...]


class Index:
    """The rows of posts, clinics, the site and stray keys, what is due, and the cursors of scans."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._table = Table(client, table)
        self._unknown = UnknownFields()

    def read_post(self, post: PostRef) -> tuple[PostRow, ClinicRow, SiteRow]:
        """A post's row, its clinic's and the site's, read at one moment."""
        keys = (row_encoding.post_key(post), row_encoding.clinic_key(post.clinic), row_encoding.site_key())
        items = self._table.read_snapshot(keys)
        self._unknown.note_post(items[0])
        return (
            row_encoding.decode_post(post, items[0]),
            row_encoding.decode_clinic(post.clinic, items[1]),
            row_encoding.decode_site(items[2]),
        )

    def read_posts_together(self, posts: Sequence[PostRef]) -> dict[PostRef, tuple[PostRow, ClinicRow, SiteRow]]:
        """The rows of ``posts``, of their clinics and of the site, all read at one moment; none if that fails.

        It may fail where reading each post would not: together they may have more than 4 MB, the limit of a
        transaction, one of them may be written at that moment, or one of the rows can't be decoded.
        """
        clinics = list(dict.fromkeys(post.clinic for post in posts))
        keys = [*map(row_encoding.post_key, posts), *map(row_encoding.clinic_key, clinics), row_encoding.site_key()]
        items = self._table.try_read_snapshot(keys)
        if items is None:
            return {}
        for item in items[: len(posts)]:
            self._unknown.note_post(item)
        try:
            return _decode_together(posts, clinics, items)
        except DamagedRow:
            return {}

    def read_posts(self, posts: Sequence[PostRef]) -> dict[PostRef, PostRow]:
        """The rows of at most a hundred ``posts``, not all read at the same moment."""
        return self.read_posts_and_clinics(posts, ())[0]

    def read_posts_and_clinics(
        self, posts: Sequence[PostRef], clinics: Sequence[str]
    ) -> tuple[dict[PostRef, PostRow], dict[str, ClinicRow]]:
        """The rows of ``posts`` and ``clinics``, at most a hundred together, not all read at the same moment."""
        keys = [*map(row_encoding.post_key, posts), *map(row_encoding.clinic_key, clinics)]
        found = {item["pk"]["S"]: item for item in self._table.read_items(keys)}
        post_items = {post: found.get(row_encoding.post_key(post)["pk"]["S"], {}) for post in posts}
        for item in post_items.values():
            self._unknown.note_post(item)
        clinic_items = {clinic: found.get(row_encoding.clinic_key(clinic)["pk"]["S"], {}) for clinic in clinics}
        return (
            {post: row_encoding.decode_post(post, item) for post, item in post_items.items()},
            {clinic: row_encoding.decode_clinic(clinic, item) for clinic, item in clinic_items.items()},
        )

    def read_scan_cursor(self) -> ScanCursor:
        """How far the scan of the inbox has come. Raises DamagedRow."""
        return self._read_row(ScanCursor, row_encoding.scan_cursor_key()) or ScanCursor()

    def record_scan_cursor(self, row: ScanCursor) -> None:
        """Record how far the scan has come, if ``row.n`` is still current or ANY_N. Raises Conflict."""
        self._put_row(row_encoding.scan_cursor_key(), row)

    def read_command_cursor(self, name: str) -> ScanCursor:
        """How far the operator's command called ``name`` has come."""
        return self._read_row(ScanCursor, row_encoding.command_cursor_key(name)) or ScanCursor()

    def record_command_cursor(self, name: str, row: ScanCursor) -> None:
        """Record how far that command has come, if ``row.n`` is still current. Raises Conflict."""
        self._put_row(row_encoding.command_cursor_key(name), row)

    def read_clinic(self, clinic: str) -> tuple[ClinicRow, SiteRow]:
        """A clinic's row and the site's, read at one moment."""
        items = self._table.read_snapshot((row_encoding.clinic_key(clinic), row_encoding.site_key()))
        self._unknown.note(ClinicRow, items[0])
        return row_encoding.decode_clinic(clinic, items[0]), row_encoding.decode_site(items[1])

    def read_site(self) -> SiteRow:
        return self._read_row(SiteRow, row_encoding.site_key()) or SiteRow()

    def read_stray(self, name: str) -> StrayRow:
        return self._read_row(StrayRow, row_encoding.stray_key(name)) or StrayRow(name)

    def read_strays(self, names: Sequence[str]) -> dict[str, StrayRow]:
        """The rows of stray keys, by key, not all read at the same moment."""
        found = self._table.read_items([row_encoding.stray_key(name) for name in names])
        rows = {item["sk"]["S"]: row_encoding.decode_row(StrayRow, item) for item in found}
        return {name: rows.get(name, StrayRow(name)) for name in names}

    def read_own_rows(self, prefix: str) -> Iterator[StrayRow]:
        """The rows of all keys that begin with ``prefix`` and have an item of their own."""
        pk, sk = row_encoding.split_key(row_encoding.stray_key(prefix))
        return (row_encoding.decode_row(StrayRow, item) for item in self._table.query(pk, sk))

    def read_stray_scan(self) -> StrayScan:
        """How far the prefixes were read for which S3 sends no notification. Raises DamagedRow."""
        return self._read_row(StrayScan, row_encoding.stray_scan_key()) or StrayScan()

    def record_stray_scan(self, scan: StrayScan) -> None:
        """Record how far they were read, if ``scan.n`` is still current or ANY_N. Raises Conflict."""
        self._put_row(row_encoding.stray_scan_key(), scan)

    def read_history(self, page: PageRef) -> Iterator[PublishedVersion]:
        """Every published version of ``page`` that this index has recorded, newest first."""
        pk, prefix = row_encoding.history_location(page)
        return (row_encoding.decode_row(PublishedVersion, item) for item in self._table.query(pk, prefix, page=100))

    def read_listed_entries(self, page: PageRef) -> tuple[EntryRow, ...]:
        """The entries under which listings show ``page``: usually one.

        Only for a page whose own row is lost: it reads all entries of its clinic in its language.
        """
        items = self._table.query(listing_keys.entries_partition(page.lang, page.post.clinic))
        found = (row_encoding.decode_row(EntryRow, item) for item in items)
        return tuple(row for row in found if row.post == page.post.post and row.entry)

    def find_missing(self, post: PostRef, entries: Sequence[EntryRow], versions: Sequence[PublishedVersion]) -> Missing:
        """Those of ``entries`` that are not stored so, or whose day is not noted for their language, and those of
        ``versions`` of the pages of ``post`` that have no row."""
        days = {row_encoding.split_key(key): key for entry in entries for key in _day_keys(entry)}
        of_versions = [row_encoding.history_key(PageRef(post, each.lang), each.rev) for each in versions]
        keys = [*map(listing_keys.entry_key, entries), *days.values(), *of_versions]
        found = {row_encoding.split_key(item): item for item in self._table.read_items(keys)}

        def has_entry(entry: EntryRow) -> bool:
            stored = found.get(row_encoding.split_key(listing_keys.entry_key(entry)), {})
            has_day = all(row_encoding.split_key(key) in found for key in _day_keys(entry))
            return has_day and row_encoding.is_same_entry(stored, entry)

        with_keys = zip(versions, of_versions, strict=True)
        return Missing(
            tuple(entry for entry in entries if not has_entry(entry)),
            tuple(version for version, key in with_keys if row_encoding.split_key(key) not in found),
        )

    def read_claimed_posts(self, clinic: str) -> Iterator[PostRef]:
        """The posts of ``clinic``, existing or not, whose address another post ever claimed."""
        for item in self._table.query(row_encoding.CLAIMED_PREFIX + clinic):
            yield PostRef(clinic, item["sk"]["S"])

    def read_claimants_waiting_for_room(self, address: PageRef) -> list[PageRef]:
        """The first pages, by the names of their posts, that wait for room at ``address``: as many as can claim it."""
        items, _ = self._table.query_page(row_encoding.room_waits_partition(address), "", "", MAX_CLAIMS)
        return [PageRef(PostRef(*item["sk"]["S"].split("/")), address.lang) for item in items]

    def read_claimants_waiting_for_clinic(self, clinic: str, other: str, after: str) -> tuple[list[str], str]:
        """Keys of pages of the clinic ``other`` that wait for ``clinic`` to accept their claims, and where to go on.

        Only those after ``after``, and a bounded number of them.
        """
        pk, prefix = row_encoding.WAITS_PREFIX + clinic, f"posts/{other}/"
        items, last = self._table.query_page(pk, prefix, after, _WAITS_PER_READ)
        return [item["sk"]["S"] for item in items], last

    def read_item(self, pk: str, sk: str) -> dict[str, Any]:
        """One item's attributes as they are now; empty if there is none."""
        return self._table.read_item(row_encoding.make_key(pk, sk))

    def read_items(self, places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
        """Items by their keys, empty if there is none, not all read at the same moment. Only for commands."""
        found = self._table.read_items([row_encoding.make_key(*place) for place in places])
        return {place: {} for place in places} | {(item["pk"]["S"], item["sk"]["S"]): item for item in found}

    def scan_items(self) -> Iterator[dict[str, Any]]:
        """Every item of the table. Only for operators' commands."""
        return self._table.scan()

    def record_post(self, post: PostRef, change: PostChange, noted_days: set[tuple[str, str]] | None = None) -> None:
        """Record each row of ``change`` with ``n`` + 1, if its ``n`` is still current. Raises Conflict.

        Entries, due keys, history and claims are written with the rows or not at all; history alone has no condition.
        A change too large for one transaction takes several, as if each language had been handled on its own.

        ``noted_days`` are the keys of days that the same batch has noted already: they are not written again, as they
        are never deleted. Those of ``change`` are added to them.
        """
        noted_days = set() if noted_days is None else noted_days
        for transaction in change.split_into_transactions():
            self._record_post(post, transaction, noted_days)

    def _record_post(self, post: PostRef, change: PostChange, noted_days: set[tuple[str, str]]) -> None:
        history = tuple(row_encoding.encode_history(post, version) for version in change.history)
        of_entries = Trace(get_trace().ids, needed_since(get_trace(), change.rows_by_attribute()))
        trace = trace_attribute(of_entries)
        days = {row_encoding.split_key(key): key for entry in change.entries for key in _day_keys(entry)}
        new_days = (key for place, key in days.items() if place not in noted_days)
        # An entry says what one decision says of a page, so it is replaced as a whole.
        entries = (*(row_encoding.encode_entry(entry) | trace for entry in change.entries), *new_days)
        if change.rows_by_attribute():
            puts = (*entries, *history, *_claimed_items(change), *map(row_encoding.wait_key, change.waits_begun()))
            extra = _due_writes(change.due_changes, puts)
            extra = ExtraWrites(
                extra.puts,
                (*extra.deletes, *map(row_encoding.wait_key, change.waits_ended())),
                tuple(
                    make_claim_update(post, address, claims, self._unknown) for address, claims in change.claims.items()
                ),
                tuple((row_encoding.clinic_key(clinic), n) for clinic, n in change.accepting_clinics().items()),
                tuple(_own_row_write(row) for row in change.own_rows),
            )
            self._table.update(make_post_update(post, change, self._unknown), extra)
            noted_days.update(days)
        else:
            self._table.put_all(history)

    def record_clinic(self, row: ClinicRow, changes: DueChanges) -> None:
        """Record a clinic's row with its due keys, if ``row.n`` is still current. Raises Conflict."""
        # Its months are an attribute of their own, which stays.
        without_months = replace(row, months=frozenset())
        self._put_row(row_encoding.clinic_key(row.clinic), without_months, _due_writes(changes))

    def note_month(self, clinic: str, month: str) -> None:
        """Note that an object is at ``month`` of ``clinic``, whose row must exist. Raises Conflict.

        It has no other condition: the fact stays true. A write of the row at the same moment may lose it.
        """
        self._table.update(
            {
                "Key": row_encoding.clinic_key(clinic),
                "UpdateExpression": "ADD #m :m REMOVE #t",
                "ConditionExpression": "attribute_exists(#n)",
                "ExpressionAttributeNames": {"#m": row_encoding.MONTHS, "#t": TRACE, "#n": "n"},
                "ExpressionAttributeValues": {":m": {"SS": [month]}},
            }
        )

    def read_due(self, now: datetime, skip: Callable[[DamagedRow], None] | None = None) -> Iterator[DueKey]:
        """Every key that is due at ``now``, in order of time within each partition.

        ``skip`` is called with each item that can't be read; without it, raises DamagedRow.
        """
        for partition in row_encoding.due_partitions():
            for item in self._table.query_up_to(partition, row_encoding.last_due_sort_key(now)):
                try:
                    yield row_encoding.parse_due_item(item)
                except DamagedRow as error:
                    if skip is None:
                        raise
                    skip(error)

    def record_site(self, row: SiteRow, changes: DueChanges) -> None:
        """Record the site's row with its due keys, if ``row.n`` is still current. Raises Conflict."""
        self._put_row(row_encoding.site_key(), row, _due_writes(changes))

    def record_stray(self, row: StrayRow) -> None:
        """Record a stray key's row, if ``row.n`` is still current. Raises Conflict."""
        self._put_row(row_encoding.stray_key(row.key), row)

    def _read_row(self, kind: type[RowT], key: dict[str, Any]) -> RowT | None:
        item = self._table.read_item(key)
        self._unknown.note(kind, item)
        return row_encoding.decode_row(kind, item) if item else None

    def _put_row(self, key: dict[str, Any], row: Any, extra: ExtraWrites = NO_EXTRA_WRITES) -> None:
        """Put ``row`` with ``n`` + 1, what else its item holds, and the trace.

        On condition that its ``n`` is still current, or ANY_N. Raises Conflict.
        """
        encoded = row_encoding.encode_row(replace(row, n=max(row.n, 0) + 1))
        self._table.put(key, self._unknown.keep(key, encoded) | trace_attribute(get_trace()), row.n, extra)


def _decode_together(
    posts: Sequence[PostRef], clinics: Sequence[str], items: Sequence[dict[str, Any]]
) -> dict[PostRef, tuple[PostRow, ClinicRow, SiteRow]]:
    """The rows in ``items``, which are those of ``posts``, of ``clinics``, and the site's. Raises DamagedRow."""
    site, of_clinics = row_encoding.decode_site(items[-1]), items[len(posts) : -1]
    clinic_rows = {
        clinic: row_encoding.decode_clinic(clinic, item) for clinic, item in zip(clinics, of_clinics, strict=True)
    }
    pairs = zip(posts, items, strict=False)
    return {post: (row_encoding.decode_post(post, item), clinic_rows[post.clinic], site) for post, item in pairs}


def _due_writes(changes: DueChanges, puts: tuple[dict[str, Any], ...] = ()) -> ExtraWrites:
    due = (row_encoding.due_item_key(due) for due in changes.added)
    return ExtraWrites((*puts, *due), tuple(row_encoding.due_item_key(due) for due in changes.removed))


def _day_keys(entry: EntryRow) -> Iterator[dict[str, Any]]:
    """The key of the item that notes the day of ``entry``; none for a removed entry, whose day is noted already."""
    if entry.entry:
        yield listing_keys.recent_day_key(entry)


def _own_row_write(row: StrayRow) -> tuple[dict[str, Any], dict[str, Any]]:
    attributes = row_encoding.encode_row(row) | trace_attribute(get_trace())
    del attributes["n"]
    return row_encoding.stray_key(row.key), attributes


def _claimed_items(change: PostChange) -> Iterator[dict[str, Any]]:
    """Items that note claimed addresses with their clinic, for when its record changes."""
    for address, claims in change.claims.items():
        if any(write.claim.targets for write in claims.values()):
            yield row_encoding.claimed_key(address)
