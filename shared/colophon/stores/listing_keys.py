"""Where the listings' items lie in the index."""

from typing import Any

from colophon.decision.listing_rows import ArchiveRow, DirectoryRow, EntryRow, FrontRow, HomeRow, ListingRow, YearRow

ENTRIES, RECENT, YEARS, ARCHIVES, DIRECTORY, HOME, FRONT = (
    "entries#",
    "recent#",
    "years#",
    "archives#",
    "directory",
    "home",
    "front",
)


def entries_partition(lang: str, clinic: str) -> str:
    """The partition of a clinic's entries, in the order of their days."""
    return f"{ENTRIES}{lang}/{clinic}"


def recent_partition(lang: str) -> str:
    """The partition of a whole language's entries, in the order of their days."""
    return f"{RECENT}{lang}"


def years_partition(lang: str, clinic: str) -> str:
    return f"{YEARS}{lang}/{clinic}"


def archives_partition(lang: str) -> str:
    return f"{ARCHIVES}{lang}"


def entry_key(row: EntryRow) -> dict[str, Any]:
    return _key(entries_partition(row.lang, row.clinic), f"{row.posted:%Y/%m/%d}#{row.post}")


def recent_entry_key(row: EntryRow) -> dict[str, Any]:
    return _key(recent_partition(row.lang), f"{row.posted:%Y/%m/%d}#{row.clinic}/{row.post}")


def year_key(lang: str, clinic: str, number: int) -> dict[str, Any]:
    return _key(years_partition(lang, clinic), f"{number:04}")


def archive_key(lang: str, clinic: str) -> dict[str, Any]:
    return _key(archives_partition(lang), clinic)


def directory_key(lang: str) -> dict[str, Any]:
    return _key(DIRECTORY, lang)


def home_key(lang: str) -> dict[str, Any]:
    return _key(HOME, lang)


def front_key() -> dict[str, Any]:
    return _key(FRONT, FRONT)


def row_key(row: ListingRow) -> dict[str, Any]:
    """The key of a row."""
    match row:
        case YearRow():
            return year_key(row.lang, row.clinic, row.year)
        case ArchiveRow():
            return archive_key(row.lang, row.clinic)
        case DirectoryRow():
            return directory_key(row.lang)
        case HomeRow():
            return home_key(row.lang)
        case FrontRow():
            return front_key()


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}
