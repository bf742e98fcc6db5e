"""The entries that the index holds for listings: one per page."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from colophon.decision.identity import fingerprint
from colophon.decision.rows import EntryRef
from colophon.page.entry import Entry
from colophon.upload.keys import PageRef


class EntryRow(Struct, frozen=True, omit_defaults=True):
    """One page in the listings of its day.

    ``entry`` is None for a removed entry, which stays: without it a listing could return to an identity that it had
    before. ``clinic_withdrawn``: the entry is removed because the whole clinic is withdrawn, and the month with it.
    """

    lang: str
    clinic: str
    posted: date
    post: str
    id: str
    entry: Entry | None = None
    clinic_withdrawn: bool = field(default=False, name="covered")


def entry_rows(
    page: PageRef, before: EntryRef | None, after: EntryRef | None, entry: Entry | None
) -> tuple[EntryRow, ...]:
    """The entries to write when a page's reference changes; a removed entry for its former day, if that differs."""
    if after is None or after == before:
        return ()
    rows = [
        EntryRow(page.lang, page.post.clinic, after.posted, page.post.post, after.id, entry, after.clinic_withdrawn)
    ]
    if before and before.posted != after.posted:
        rows.append(EntryRow(page.lang, page.post.clinic, before.posted, page.post.post, after.id))
    return tuple(rows)


def removed_entry_rows(listed: Iterable[EntryRow], entry_ref: EntryRef | None, fp: str) -> list[EntryRow]:
    """Removed entries to replace those ``listed`` of a page whose row was lost, except the one that ``entry_ref`` is.

    ``fp`` is the fingerprint of the decision about the page; it makes the identity of the removed entry a new one.
    """
    others = (row for row in listed if entry_ref is None or row.posted != entry_ref.posted)
    return [replace(row, id=fingerprint("left", fp, row.id), entry=None, clinic_withdrawn=False) for row in others]
