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
from colophon.listings.view import NEWEST_COUNT
from colophon.stores import listing_keys as keys
from colophon.stores import row_encoding
from colophon.stores.table import Table

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class ListingIndex:
    """The listings' part of the table through one DynamoDB client. Each token is read before, never with, its look."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._table = Table(client, table)

    def read_year(self, lang: str, clinic: str, year: int) -> tuple[YearRow, ClinicRow, SiteRow]:
        items = self._table.read_snapshot(
            (keys.year_key(lang, clinic, year), row_encoding.clinic_key(clinic), row_encoding.site_key())
        )
        row = row_encoding.decode_row(YearRow, items[0]) if items[0] else YearRow(lang, clinic, year)
        return row, row_encoding.decode_clinic(clinic, items[1]), row_encoding.decode_site(items[2])

    def read_archive(self, lang: str, clinic: str) -> tuple[ArchiveRow, ClinicRow, SiteRow]:
        items = self._table.read_snapshot(
            (keys.archive_key(lang, clinic), row_encoding.clinic_key(clinic), row_encoding.site_key())
        )
        row = row_encoding.decode_row(ArchiveRow, items[0]) if items[0] else ArchiveRow(lang, clinic)
        return row, row_encoding.decode_clinic(clinic, items[1]), row_encoding.decode_site(items[2])

    def read_directory(self, lang: str) -> tuple[DirectoryRow, SiteRow]:
        own, site = self._table.read_snapshot((keys.directory_key(lang), row_encoding.site_key()))
        return _decode_directory(lang, own), row_encoding.decode_site(site)

    def read_home(self, lang: str) -> tuple[HomeRow, DirectoryRow, SiteRow]:
        items = self._table.read_snapshot((keys.home_key(lang), keys.directory_key(lang), row_encoding.site_key()))
        row = row_encoding.decode_row(HomeRow, items[0]) if items[0] else HomeRow(lang)
        return row, _decode_directory(lang, items[1]), row_encoding.decode_site(items[2])

    def read_front(self) -> tuple[FrontRow, SiteRow]:
        own, site = self._table.read_snapshot((keys.front_key(), row_encoding.site_key()))
        return (row_encoding.decode_row(FrontRow, own) if own else FrontRow()), row_encoding.decode_site(site)

    def read_entries(self, lang: str, clinic: str, year: int) -> tuple[EntryRow, ...]:
        """Every entry of a year of a clinic, blanks too."""
        return tuple(
            _decode_entry(item) for item in self._table.query(keys.entries_partition(lang, clinic), f"{year:04}/")
        )

    def read_years(self, lang: str, clinic: str) -> tuple[YearRow, ...]:
        return tuple(
            row_encoding.decode_row(YearRow, item) for item in self._table.query(keys.years_partition(lang, clinic))
        )

    def read_archives(self, lang: str) -> tuple[ArchiveRow, ...]:
        return tuple(
            row_encoding.decode_row(ArchiveRow, item) for item in self._table.query(keys.archives_partition(lang))
        )

    def read_newest(self, lang: str, clinic: str = "") -> tuple[EntryRow, ...]:
        """The newest entries of a language, or of a clinic in it, down to the last that listings show; blanks too."""
        pk = keys.entries_partition(lang, clinic) if clinic else keys.recent_partition(lang)
        return _until_enough_shown(_decode_entry(item) for item in self._table.query(pk, page=NEWEST_COUNT + 2))

    def record(self, row: ListingRow) -> None:
        """Record a row if ``row.n`` is still what stands, or Lost."""
        self._table.put(keys.row_key(row), row_encoding.encode_row(replace(row, n=row.n + 1)), row.n)


def _decode_directory(lang: str, item: dict[str, Any]) -> DirectoryRow:
    return row_encoding.decode_row(DirectoryRow, item) if item else DirectoryRow(lang)


def _decode_entry(item: dict[str, Any]) -> EntryRow:
    return row_encoding.decode_row(EntryRow, item)


def _until_enough_shown(entries: Iterable[EntryRow]) -> tuple[EntryRow, ...]:
    found: list[EntryRow] = []
    shown = 0
    for entry in entries:
        found.append(entry)
        shown += entry.entry is not None
        if shown == NEWEST_COUNT:
            break
    return tuple(found)
