"""What is rebuilt after a change of the index, in memory: as ``relist`` does it, without a site."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.listings.in_memory import MemoryIndex
from colophon.listings.kind import EntryChange, IndexChange, ListingChange, ListingGroup
from colophon.listings.kinds import groups_woken_by, part_groups_for
from colophon.listings.kinds.clinic import CLINIC
from colophon.listings.kinds.parts import is_divided
from colophon.listings.kinds.year import YEAR


def woken_by(change: IndexChange, index: MemoryIndex) -> Iterator[ListingGroup]:
    """As ``relist`` does it: of a year that is listed by parts, the part that lists the entry as well."""
    yield from groups_woken_by(change)
    if isinstance(change, EntryChange) and change.after:
        whole = YEAR.group(change.lang, change.clinic, change.year)
        if is_divided(index.rows[whole]):
            parts = part_groups_for(change.lang, change.clinic, change.after.posted, change.after.post)
            yield next(part for part in parts if not is_divided(index.rows.get(replace(part, posts=()))))
            # The archive shows the newest entries.
            yield CLINIC.group(change.lang, change.clinic)


def replace_entries(index: MemoryIndex, entries: Iterable[EntryRow]) -> MemoryIndex:
    return MemoryIndex(index.site, index.clinics, tuple(entries), dict(index.rows), index.limits)


def entry_changes(before: Iterable[EntryRow], after: Iterable[EntryRow]) -> Iterator[IndexChange]:
    known = {(row.posted, row.post): row for row in before}
    for row in after:
        old = known.get((row.posted, row.post))
        if row != old:
            yield EntryChange(row.lang, row.clinic, row.posted.year, old, row)


def row_changes(groups: Iterable[ListingGroup], index: MemoryIndex) -> Iterator[IndexChange]:
    for group in groups:
        own = replace(group, posts=())
        before = index.rows.get(own)
        index.decide(group)
        if index.rows[own] != before:
            yield ListingChange(own, before, index.rows[own])
