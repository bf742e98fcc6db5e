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


def entries_of(lang: str, clinic: str) -> str:
    """The partition of a clinic's entries, in the order of their days."""
    return f"{ENTRIES}{lang}/{clinic}"


def recent(lang: str) -> str:
    """The partition of a whole language's entries, in the order of their days."""
    return f"{RECENT}{lang}"


def years_of(lang: str, clinic: str) -> str:
    return f"{YEARS}{lang}/{clinic}"


def archives_of(lang: str) -> str:
    return f"{ARCHIVES}{lang}"


def entry(row: EntryRow) -> dict[str, Any]:
    return _key(entries_of(row.lang, row.clinic), f"{row.posted:%Y/%m/%d}#{row.post}")


def recent_entry(row: EntryRow) -> dict[str, Any]:
    return _key(recent(row.lang), f"{row.posted:%Y/%m/%d}#{row.clinic}/{row.post}")


def year(lang: str, clinic: str, number: int) -> dict[str, Any]:
    return _key(years_of(lang, clinic), f"{number:04}")


def archive(lang: str, clinic: str) -> dict[str, Any]:
    return _key(archives_of(lang), clinic)


def directory(lang: str) -> dict[str, Any]:
    return _key(DIRECTORY, lang)


def home(lang: str) -> dict[str, Any]:
    return _key(HOME, lang)


def front() -> dict[str, Any]:
    return _key(FRONT, FRONT)


def of(row: ListingRow) -> dict[str, Any]:
    """The key of a row."""
    match row:
        case YearRow():
            return year(row.lang, row.clinic, row.year)
        case ArchiveRow():
            return archive(row.lang, row.clinic)
        case DirectoryRow():
            return directory(row.lang)
        case HomeRow():
            return home(row.lang)
        case FrontRow():
            return front()


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}
