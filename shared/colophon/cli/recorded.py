"""What the index says, read in one go: of every upload, and of every page whose entry the listings have lost."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from colophon.decision.listing_rows import EntryRow
from colophon.decision.outcome import Outcome
from colophon.decision.parts import PostRow
from colophon.stores import listing_keys, rows
from colophon.stores.damaged import Damaged
from colophon.stores.index import Index
from colophon.upload.keys import PageRef, PostRef
from colophon.verbs.report import outcomes_in, outcomes_of

# An entry's partition and sort key, and its id.
_Entry = tuple[str, str, str]
_ENTRIES, _OTHERS = (listing_keys.ENTRIES, listing_keys.RECENT), ("clinic", "site", "stray")


@dataclass(slots=True)
class Recorded:
    """``outcomes`` by their keys. An entry stays in ``must`` or in ``found`` until it has come up in the other, too."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    must: dict[_Entry, str] = field(default_factory=dict)
    found: set[_Entry] = field(default_factory=set)

    @property
    def unlisted(self) -> list[str]:
        """The keys of the pages whose rows name an entry that does not stand."""
        return sorted(set(self.must.values()))

    def take(self, item: dict[str, Any]) -> None:
        """Learn what one item of the index says. Raises Damaged."""
        pk, sk = rows.place(item)
        kind, mark, name = pk.partition("#")
        if kind == "post":
            row = rows.read_post(PostRef(*name.split("/")), item)
            self.outcomes |= outcomes_of(row)
            for entry, page in _entries_of(row):
                self._expect(entry, page)
        elif kind in _OTHERS:
            self.outcomes |= outcomes_in(pk, item)
        elif kind + mark in _ENTRIES:
            self._find((pk, sk, _id(item)))

    def _expect(self, entry: _Entry, page: str) -> None:
        if entry in self.found:
            self.found.discard(entry)
        else:
            self.must[entry] = page

    def _find(self, entry: _Entry) -> None:
        if not self.must.pop(entry, None):
            self.found.add(entry)


def recorded_in(index: Index) -> Recorded:
    """All that ``index`` says. Reads the whole table; raises Damaged."""
    recorded = Recorded()
    for item in index.items():
        recorded.take(item)
    return recorded


def _entries_of(row: PostRow) -> Iterator[tuple[_Entry, str]]:
    for lang, part in row.pages.items():
        if part.mark:
            entry = EntryRow(lang, row.post.clinic, part.mark.posted, row.post.post, part.mark.id)
            for key in (listing_keys.entry(entry), listing_keys.recent_entry(entry)):
                yield (*rows.place(key), entry.id), PageRef(row.post, lang).key


def _id(item: dict[str, Any]) -> str:
    """Empty where nobody can read it: that entry is put again."""
    try:
        return rows.read(EntryRow, item).id
    except Damaged:
        return ""
