"""The keys of entries in the index. The keys of listings' rows are in their kinds (``listings.kinds``)."""

from datetime import date
from typing import Any

from colophon.decision.listing_rows import EntryRow

# What the partition keys begin with: of a clinic's entries in a language, and of the days with entries of a language.
ENTRIES, RECENT = "entries#", "recent#"


def entries_partition(lang: str, clinic: str) -> str:
    """The partition of a clinic's entries in one language, in the order of their days."""
    return f"{ENTRIES}{lang}/{clinic}"


def recent_partition(lang: str) -> str:
    """The partition of the days on which any clinic has entries in one language."""
    return f"{RECENT}{lang}"


def entry_key_of(lang: str, clinic: str, day: date, post: str) -> dict[str, Any]:
    """The key of the entry of ``post`` on ``day`` among those of its clinic."""
    return _key(entries_partition(lang, clinic), f"{day:%Y/%m/%d}#{post}")


def entry_key(row: EntryRow) -> dict[str, Any]:
    """The key of ``row`` among the entries of its clinic."""
    return entry_key_of(row.lang, row.clinic, row.posted, row.post)


def entry_at(pk: str, sk: str) -> EntryRow:
    """The entry of a clinic's with this key, without what it says."""
    lang, _, clinic = pk.removeprefix(ENTRIES).partition("/")
    day, _, post = sk.partition("#")
    return EntryRow(lang, clinic, date.fromisoformat(day.replace("/", "-")), post, "")


def recent_day_key(row: EntryRow) -> dict[str, Any]:
    """The key of the item that notes that the clinic of ``row`` has entries on its day. It has no other attributes."""
    return _key(recent_partition(row.lang), f"{row.posted:%Y/%m/%d}#{row.clinic}")


def parse_recent_day(sk: str) -> tuple[str, str]:
    """The day and the clinic in the sort key of such an item. Earlier code wrote one for each post, which follows."""
    day, _, clinic = sk.partition("#")
    return day, clinic.partition("/")[0]


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}
