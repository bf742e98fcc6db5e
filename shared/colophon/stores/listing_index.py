"""What the index holds for listings: entries, and the rows of years, archives, directories and home pages."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from colophon.decision.listing_rows import (
    ArchiveRow,
    DirectoryRow,
    EntryRow,
    FrontRow,
    HomeRow,
    ListingRow,
    YearRow,
)
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.listings.view import NEWEST
from colophon.stores import listing_keys as keys
from colophon.stores import row_encoding
from colophon.stores.table import Table

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class ListingIndex:
    """The listings' part of the table through one DynamoDB client. Each token is read before, never with, its look."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._table = Table(client, table)

    def year(self, lang: str, clinic: str, year: int) -> tuple[YearRow, ClinicRow, SiteRow]:
        items = self._table.snapshot(
            (keys.year(lang, clinic, year), row_encoding.clinic_key(clinic), row_encoding.site_key())
        )
        row = row_encoding.read(YearRow, items[0]) if items[0] else YearRow(lang, clinic, year)
        return row, row_encoding.read_clinic(clinic, items[1]), row_encoding.read_site(items[2])

    def archive(self, lang: str, clinic: str) -> tuple[ArchiveRow, ClinicRow, SiteRow]:
        items = self._table.snapshot(
            (keys.archive(lang, clinic), row_encoding.clinic_key(clinic), row_encoding.site_key())
        )
        row = row_encoding.read(ArchiveRow, items[0]) if items[0] else ArchiveRow(lang, clinic)
        return row, row_encoding.read_clinic(clinic, items[1]), row_encoding.read_site(items[2])

    def directory(self, lang: str) -> tuple[DirectoryRow, SiteRow]:
        own, site = self._table.snapshot((keys.directory(lang), row_encoding.site_key()))
        return _directory(lang, own), row_encoding.read_site(site)

    def home(self, lang: str) -> tuple[HomeRow, DirectoryRow, SiteRow]:
        items = self._table.snapshot((keys.home(lang), keys.directory(lang), row_encoding.site_key()))
        row = row_encoding.read(HomeRow, items[0]) if items[0] else HomeRow(lang)
        return row, _directory(lang, items[1]), row_encoding.read_site(items[2])

    def front(self) -> tuple[FrontRow, SiteRow]:
        own, site = self._table.snapshot((keys.front(), row_encoding.site_key()))
        return (row_encoding.read(FrontRow, own) if own else FrontRow()), row_encoding.read_site(site)

    def entries(self, lang: str, clinic: str, year: int) -> tuple[EntryRow, ...]:
        """Every entry of a year of a clinic, blanks too."""
        return tuple(_entry(item) for item in self._table.query(keys.entries_of(lang, clinic), f"{year:04}/"))

    def years(self, lang: str, clinic: str) -> tuple[YearRow, ...]:
        return tuple(row_encoding.read(YearRow, item) for item in self._table.query(keys.years_of(lang, clinic)))

    def archives(self, lang: str) -> tuple[ArchiveRow, ...]:
        return tuple(row_encoding.read(ArchiveRow, item) for item in self._table.query(keys.archives_of(lang)))

    def newest(self, lang: str, clinic: str = "") -> tuple[EntryRow, ...]:
        """The newest entries of a language, or of a clinic in it, down to the last that listings show; blanks too."""
        pk = keys.entries_of(lang, clinic) if clinic else keys.recent(lang)
        return _down_to_last(_entry(item) for item in self._table.query(pk, page=NEWEST + 2))

    def record(self, row: ListingRow) -> None:
        """Record a row if ``row.n`` is still what stands, or Lost."""
        self._table.put(keys.of(row), row_encoding.fields(replace(row, n=row.n + 1)), row.n)


def _directory(lang: str, item: dict[str, Any]) -> DirectoryRow:
    return row_encoding.read(DirectoryRow, item) if item else DirectoryRow(lang)


def _entry(item: dict[str, Any]) -> EntryRow:
    return row_encoding.read(EntryRow, item)


def _down_to_last(entries: Iterable[EntryRow]) -> tuple[EntryRow, ...]:
    found: list[EntryRow] = []
    shown = 0
    for entry in entries:
        found.append(entry)
        shown += entry.entry is not None
        if shown == NEWEST:
            break
    return tuple(found)
