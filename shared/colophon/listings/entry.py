"""A listing's entry: what a month of a clinic shows of one page, or the blank that a page which left leaves."""

from dataclasses import dataclass

from colophon.page.view import Facts
from colophon.upload.keys import PageRef


@dataclass(frozen=True, slots=True)
class Entry:
    """One page in one month. ``facts`` is None for a blank; ``facts_id`` tells one state of it from every other."""

    month: str
    post: str
    facts_id: str
    facts: Facts | None = None


def entries_of(page: PageRef, before: Facts | None, after: Facts | None, facts_id: str) -> tuple[Entry, ...]:
    """The entries to write when what others show of ``page`` goes from ``before`` to ``after``."""
    entries = []
    if after:
        entries.append(Entry(_month(page, after), page.post.post, facts_id, after))
    if before and (after is None or _month(page, before) != _month(page, after)):
        entries.append(Entry(_month(page, before), page.post.post, facts_id))
    return tuple(entries)


def _month(page: PageRef, facts: Facts) -> str:
    return f"{page.lang}/{page.post.clinic}/{facts.posted:%Y/%m}"
