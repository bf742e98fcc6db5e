"""Entries that the index lost though the row of their page stayed: found for a fresh ring, before it records.

Part of the record: they are written in its transaction, conditional on the ``n`` of the page's part, so that nobody
brings back what a later decision took away.
"""

from collections.abc import Mapping

from colophon.decision.listing_rows import EntryRow, entry_rows
from colophon.decision.page import PageDecision
from colophon.decision.rows import PostRow
from colophon.stores.index import Index
from colophon.upload.keys import PageRef


def lost_entries(row: PostRow, decided: Mapping[str, PageDecision], index: Index) -> dict[str, EntryRow]:
    """By language, the entry, or blank, that ``row`` and what was ``decided`` agree upon and that does not stand.

    Where the mark changes, the entry is written anyway.
    """
    must: list[EntryRow] = []
    for lang, decision in decided.items():
        known = row.pages.get(lang)
        if known and known.mark == decision.part.mark:
            must += entry_rows(PageRef(row.post, lang), None, known.mark, decision.entry)
    return {entry.lang: entry for entry in index.not_standing(must)}
