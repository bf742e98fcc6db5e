"""The keys of entries in the index. The keys of listings' rows are in their kinds (``listings.kinds``)."""

from datetime import date
from typing import Any

from colophon.decision.listing_rows import EntryRow

# What the partition keys begin with. Each entry is an item in two partitions: of its clinic, and of its language.
ENTRIES, RECENT = "entries#", "recent#"


def entries_partition(lang: str, clinic: str) -> str:
    """The partition of a clinic's entries in one language, in the order of their days."""
    return f"{ENTRIES}{lang}/{clinic}"


def recent_partition(lang: str) -> str:
    """The partition of all entries in one language, in the order of their days."""
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


def recent_entry_key(row: EntryRow) -> dict[str, Any]:
    """The key of ``row`` among the entries of its language."""
    return _key(recent_partition(row.lang), f"{row.posted:%Y/%m/%d}#{row.clinic}/{row.post}")


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}
