"""Listings in the index: entries, and one row per group of listings."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from heapq import heappop, heappush
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.listings.kind import ListingGroup, ListingKind, ListingRow, ListingSnapshot, RowT
from colophon.listings.kinds import kind_of
from colophon.listings.periods import LIMITS, NEWEST_COUNT, ListingLimits, Period
from colophon.listings.sources import newest_rows
from colophon.stores import listing_keys, row_encoding
from colophon.stores.item_trace import trace_that_fits
from colophon.stores.table import Table
from colophon.stores.unknown_fields import UnknownFields
from colophon.trace import get_trace

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# BatchGetItem and TransactGetItems take a hundred keys.
_ITEMS_PER_READ = 100
# Most clinics have one or two of a language's newest entries.
_FIRST_OF_CLINIC = 5
# If very many entries are asked for, a clinic is expected to have such a share of them.
_SHARE_OF_CLINIC = 40
# What is read backwards fills a page of 50 posts, if most of them are of one kind.
_ITEMS_BACKWARDS = 60
_NO_DAY = (("", ""), "")


class ListingIndex:
    """The listings' part of the table, through one DynamoDB client.

    A group's token is in its snapshot, which is read before, never with, what else the group is made from.
    """

    def __init__(self, client: "DynamoDBClient", table: str, limits: ListingLimits = LIMITS) -> None:
        self._table = Table(client, table)
        self._unknown = UnknownFields()
        self._limits = limits

    def read_snapshot(self, group: ListingGroup) -> ListingSnapshot[Any]:
        """The rows of ``group``, read at one moment. Raises DamagedRow."""
        keys = _keys_of_snapshot(group)
        return self._decode_snapshot(group, self._table.read_snapshot(keys))

    def read_snapshots(self, groups: Iterable[ListingGroup]) -> dict[ListingGroup, ListingSnapshot[Any]]:
        """The same for several groups, in few calls. Without those whose rows can't be read together.

        They may have more than 4 MB, the limit of a transaction, or one of them may be written at that moment. Raises
        DamagedRow.
        """
        found = {}
        for some in _divide_by_transaction(groups):
            keys = {row_encoding.split_key(key): key for group in some for key in _keys_of_snapshot(group)}
            answer = self._table.try_read_snapshot(list(keys.values()))
            if answer is not None:
                items = dict(zip(keys, answer, strict=True))
                for group in some:
                    own = [items[row_encoding.split_key(key)] for key in _keys_of_snapshot(group)]
                    found[group] = self._decode_snapshot(group, own)
        return found

    def _decode_snapshot(self, group: ListingGroup, items: Sequence[dict[str, Any]]) -> ListingSnapshot[Any]:
        """``items`` are those of the group's own row, of the rows that are read with it, of its clinic and the site."""
        self._unknown.note(kind_of(group).row_type, items[0])
        groups = (group, *kind_of(group).read_with_row(group))
        row, *other_rows = (_decode_row(each, item) for each, item in zip(groups, items, strict=False))
        clinic = row_encoding.decode_clinic(group.clinic, items[-2] if group.clinic else {})
        return ListingSnapshot(row, row_encoding.decode_site(items[-1]), clinic, tuple(other_rows), self._limits)

    def read_group_rows(self, groups: Iterable[ListingGroup]) -> dict[ListingGroup, ListingRow]:
        """The rows of ``groups``, not all read at the same moment; of a group without one, that before its first."""
        rows = {}
        by_key = {kind_of(group).item_key(group): group for group in groups}
        for found in self._read_items([row_encoding.make_key(*key) for key in by_key]):
            group = by_key[row_encoding.split_key(found)]
            rows[group] = _decode_row(group, found)
        return {group: rows.get(group) or _decode_row(group, {}) for group in by_key.values()}

    def read_entries(self, lang: str, clinic: str, period: Period | None = None) -> tuple[EntryRow, ...]:
        """Every entry of a clinic in a language, or of one period of it; removed entries too."""
        prefix = "" if period is None else _sort_key_prefix(period)
        rows = map(_decode_entry, self._table.query(listing_keys.entries_partition(lang, clinic), prefix))
        return tuple(row for row in rows if period is None or period.includes(row.posted, row.post))

    def read_entries_of(self, lang: str, clinic: str, day: date, posts: Iterable[str]) -> tuple[EntryRow, ...]:
        """The entries of ``posts`` on ``day``, those that exist; removed entries too."""
        keys = [listing_keys.entry_key_of(lang, clinic, day, post) for post in posts]
        return tuple(map(_decode_entry, self._read_items(keys)))

    def _read_items(self, keys: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for start in range(0, len(keys), _ITEMS_PER_READ):
            yield from self._table.read_items(keys[start : start + _ITEMS_PER_READ])

    def read_backwards(self, lang: str, clinic: str, period: Period) -> Iterator[EntryRow]:
        """The entries of a period, the newest first, read as far as they are asked for; removed entries too."""
        pk, prefix = listing_keys.entries_partition(lang, clinic), _sort_key_prefix(period)
        rows = map(_decode_entry, self._table.query(pk, prefix, _ITEMS_BACKWARDS))
        return (row for row in rows if period.includes(row.posted, row.post))

    def read_newest(self, lang: str, clinic: str = "", count: int = NEWEST_COUNT) -> tuple[EntryRow, ...]:
        """The newest entries of a language, or of a clinic in it: ``count`` live ones, and removed ones among them."""
        if clinic:
            return newest_rows(self._newest_of_clinic(lang, clinic, count + 2), count)
        return newest_rows(self._newest_of_language(lang, count), count)

    def _newest_of_clinic(self, lang: str, clinic: str, page: int) -> Iterator[EntryRow]:
        """All entries of a clinic, the newest first; the first request reads ``page`` of them."""
        return map(_decode_entry, self._table.query(listing_keys.entries_partition(lang, clinic), page=page))

    def _newest_of_language(self, lang: str, count: int) -> Iterator[EntryRow]:
        """All entries of a language, the newest first.

        Those of a clinic are read once the newest day that is noted for it is not older than all entries at hand. So no
        day is read that is older than the last entry which is asked for.
        """
        noted = self._noted_days(lang, count)
        # They come with the first request. A clinic that has most of them has most of the newest entries.
        first_days = list(islice(noted, NEWEST_COUNT))
        shares = Counter(clinic for _, clinic in first_days)
        days = chain(first_days, noted)
        day = next(days, None)
        at_hand: list[_NextOfClinic] = []
        seen: set[str] = set()
        page = max(_FIRST_OF_CLINIC, count // _SHARE_OF_CLINIC)
        while day or at_hand:
            if day and not (at_hand and day < at_hand[0].place[:2]):
                clinic = day[1]
                if clinic not in seen:
                    seen.add(clinic)
                    _push_next(at_hand, self._newest_of_clinic(lang, clinic, max(page, shares[clinic] + 2)))
                day = next(days, None)
            else:
                newest = heappop(at_hand)
                yield newest.row
                _push_next(at_hand, newest.others)

    def _noted_days(self, lang: str, count: int) -> Iterator[tuple[date, str]]:
        """The days with entries in the language and their clinics, the newest first."""
        for item in self._table.query(listing_keys.recent_partition(lang), page=count + 2):
            day, clinic = listing_keys.parse_recent_day(item["sk"]["S"])
            yield date.fromisoformat(day.replace("/", "-")), clinic

    def read_rows(self, kind: ListingKind[RowT, Any], *names: Any) -> tuple[RowT, ...]:
        """The rows of every group of ``kind`` in one partition: of those that ``names`` begin to name."""
        pk, _ = kind.item_key(kind.group(*names))
        return tuple(row_encoding.decode_row(kind.row_type, item) for item in self._table.query(pk))

    def record(self, group: ListingGroup, row: ListingRow) -> None:
        """Record the row of ``group`` if ``row.n`` is still the current one. Raises Conflict."""
        key, encoded = _row_key(group), row_encoding.encode_row(replace(row, n=row.n + 1))
        attributes = self._unknown.keep(key, encoded)
        self._table.put(key, attributes | trace_that_fits(get_trace(), key | attributes), row.n)


class _NextOfClinic:
    """The next entry of a clinic and those after it. The newest sorts first, as in a heap."""

    __slots__ = ("others", "place", "row")

    def __init__(self, row: EntryRow, others: Iterator[EntryRow]) -> None:
        self.row, self.others = row, others
        self.place = (row.posted, row.clinic, row.post)

    def __lt__(self, other: "_NextOfClinic") -> bool:
        return self.place > other.place


def _push_next(at_hand: list[_NextOfClinic], rows: Iterator[EntryRow]) -> None:
    row = next(rows, None)
    if row:
        heappush(at_hand, _NextOfClinic(row, rows))


def _sort_key_prefix(period: Period) -> str:
    """What the sort keys of the entries of ``period`` begin with. A part of a day has no range of its own."""
    names = Period(period.year, period.month, period.day).names
    return "/".join(names) + ("#" if period.day else "/")


def _keys_of_snapshot(group: ListingGroup) -> list[dict[str, Any]]:
    clinic_keys = [row_encoding.clinic_key(group.clinic)] if group.clinic else []
    groups = (group, *kind_of(group).read_with_row(group))
    return [*map(_row_key, groups), *clinic_keys, row_encoding.site_key()]


def _divide_by_transaction(groups: Iterable[ListingGroup]) -> Iterator[list[ListingGroup]]:
    """``groups`` in their order, as many together as have rows for one transaction."""
    some: list[ListingGroup] = []
    keys: set[tuple[str, str]] = set()
    for group in groups:
        own = set(map(row_encoding.split_key, _keys_of_snapshot(group)))
        if len(keys | own) > _ITEMS_PER_READ:
            yield some
            some, keys = [], set()
        some.append(group)
        keys |= own
    if some:
        yield some


def _row_key(group: ListingGroup) -> dict[str, Any]:
    return row_encoding.make_key(*kind_of(group).item_key(group))


def _decode_row(group: ListingGroup, item: dict[str, Any]) -> ListingRow:
    kind = kind_of(group)
    row: ListingRow = row_encoding.decode_row(kind.row_type, item) if item else kind.first_row(group)
    return row


def _decode_entry(item: dict[str, Any]) -> EntryRow:
    return row_encoding.decode_row(EntryRow, item)
