"""The keys of entries in the index. The keys of listings' rows are in their kinds (``listings.kinds``)."""

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


def entry_key(row: EntryRow) -> dict[str, Any]:
    """The key of ``row`` among the entries of its clinic."""
    return _key(entries_partition(row.lang, row.clinic), f"{row.posted:%Y/%m/%d}#{row.post}")


def recent_entry_key(row: EntryRow) -> dict[str, Any]:
    """The key of ``row`` among the entries of its language."""
    return _key(recent_partition(row.lang), f"{row.posted:%Y/%m/%d}#{row.clinic}/{row.post}")


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}
