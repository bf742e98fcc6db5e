"""No page of a tag keeps a post that was removed: changes are answered in memory, round by round, as by ``relist``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.decision.purging import removed_entries
from colophon.listings.in_memory import MemoryIndex
from colophon.listings.kind import EntryChange, IndexChange, ListingChange, ListingGroup
from colophon.listings.kinds import groups_woken_by, in_dependency_order, kind_of
from colophon.listings.periods import ListingLimits
from colophon.listings.tag_counts import MAX_TAGS_WITH_PAGES
from colophon.page.tags import TAGS_WITH_PAGES
from tests.decision.builder import folder
from tests.decision.files import CLINIC, text
from tests.listings.rebuilding import entry_changes, replace_entries, woken_by

DECISIONS = folder().put("en.md", text("Coughs")).decide()
(ENTRY,) = DECISIONS.entries.values()
JANUARY, FEBRUARY, MARCH = (date(2026, month, 2) for month in (1, 2, 3))
SLEEP = f"en/{CLINIC}/tags/sleep/index.html"


def row(post: str, day: date, *tags: str) -> EntryRow:
    assert ENTRY.entry
    entry = replace(ENTRY.entry, post=post, posted=day, tags=tags)
    return replace(ENTRY, post=post, posted=day, id=f"{post} {day} {tags}", entry=entry)


def without(post: str, rows: Iterable[EntryRow]) -> tuple[EntryRow, ...]:
    return tuple(replace(each, id=f"no {post}", entry=None) if each.post == post else each for each in rows)


@dataclass
class Site:
    """What stands: the fingerprint and the bytes of each listing. ``copies`` are those that a CDN may still hold."""

    index: MemoryIndex
    standing: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    copies: dict[str, set[bytes]] = field(default_factory=dict)

    def settle(self, changes: Iterable[IndexChange]) -> None:
        found = list(changes)
        while found:
            found = self.answer(found)

    def answer(self, changes: Sequence[IndexChange]) -> list[IndexChange]:
        """Rebuild what ``changes`` wake, then purge if they call for that. Returns the changes of rows that follow."""
        woken = {group for change in changes for group in groups_woken_by(change)}
        followed = self._rebuild(woken)
        # The row of a year, just rebuilt, says which parts list an entry.
        parts = {group for change in changes for group in woken_by(change, self.index)} - woken
        followed += self._rebuild(parts)
        for key, (_, content) in self.standing.items():
            self.copies.setdefault(key, set()).add(content)
        if any(map(_calls_for_a_purge, changes)):
            self.copies = {key: {content} for key, (_, content) in self.standing.items()}
        return followed

    def change_to(self, rows: tuple[EntryRow, ...]) -> list[IndexChange]:
        """The entries are now ``rows``. Returns the changes."""
        changes = list(entry_changes(self.index.entries, rows))
        self.index = replace_entries(self.index, rows)
        return changes

    def _rebuild(self, groups: Iterable[ListingGroup]) -> list[IndexChange]:
        followed: list[IndexChange] = []
        for group in in_dependency_order({replace(group, posts=()) for group in groups}):
            before = self.index.rows.get(group)
            for listing in self.index.decide(group):
                if self.standing.get(listing.key, ("", b""))[0] != listing.fp:
                    self.standing[listing.key] = (listing.fp, listing.make(1).content)
            if self.index.rows[group] != before:
                followed.append(ListingChange(group, before, self.index.rows[group]))
        return followed


def _calls_for_a_purge(change: IndexChange) -> bool:
    match change:
        case EntryChange(before=before, after=after):
            return bool(removed_entries([(before, after)]))
        case ListingChange(group=group, before=before, after=after):
            return bool(before and after and kind_of(group).shows_less(before, after))
    return False


def site_of(rows: Iterable[EntryRow], limit: int) -> Site:
    site = Site(MemoryIndex(DECISIONS.site, DECISIONS.clinics, limits=ListingLimits(posts=limit)))
    site.settle(site.change_to(tuple(rows)))
    return site


def listed(page: bytes) -> set[str]:
    """The posts that ``page`` leads to, of those in these tests."""
    return {post for post in "abcdex" if f"/en/{CLINIC}/{post}/".encode() in page}


FOUR = (row("a", JANUARY, "sleep"), row("b", JANUARY, "sleep"), row("c", FEBRUARY, "sleep"), row("d", FEBRUARY))
LIMITS = {"a year listed as a whole": 500, "a year listed by months": 3}


def test_a_tag_lists_no_post_of_a_month_that_does_not_count_it() -> None:
    """A month names its most frequent tags only, and nothing else tells the tag's page of a change there."""
    full = [
        row(f"full-{number}", JANUARY, *(f"all-{number:02}-{tag}" for tag in range(TAGS_WITH_PAGES)))
        for number in range(MAX_TAGS_WITH_PAGES // TAGS_WITH_PAGES)
    ]
    rows = (*full, row("x", JANUARY, "sleep"), row("a", FEBRUARY, "sleep"), row("b", FEBRUARY, "sleep"))
    site = site_of(rows, limit=len(rows) - 1)
    assert listed(site.standing[SLEEP][1]) == {"a", "b"}
    site.settle(site.change_to(without("x", rows)))
    assert listed(site.standing[SLEEP][1]) == {"a", "b"}


def test_a_tag_lists_the_posts_of_the_months_that_count_it() -> None:
    site = site_of((*FOUR, row("e", MARCH, "sleep")), limit=3)
    assert listed(site.standing[SLEEP][1]) == {"a", "b", "c", "e"}


@pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS)
def test_a_cdn_keeps_no_copy_of_a_page_that_had_the_removed_post(limit: int) -> None:
    site = site_of(FOUR, limit)
    assert listed(site.standing[SLEEP][1]) == {"a", "b", "c"}
    site.settle(site.change_to(without("b", FOUR)))
    assert [listed(page) for page in site.copies[SLEEP]] == [{"a", "c"}]


@pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS)
def test_a_post_that_a_page_had_before_the_row_counted_it_leaves_with_its_removal(limit: int) -> None:
    site = site_of(FOUR, limit)
    rows = (*FOUR, row("e", MARCH, "sleep"))
    changes = site.change_to(rows)
    for _ in range(1 if limit > len(rows) else 2):
        changes = site.answer(changes)
    more = (*rows, row("x", MARCH, "sleep"))
    of_the_post = site.change_to(more)
    changes = site.answer(changes)
    assert "x" in listed(site.standing[SLEEP][1])
    of_the_post += site.change_to(without("x", more))
    site.settle([*changes, *of_the_post])
    assert [listed(page) for page in site.copies[SLEEP]] == [{"a", "b", "c", "e"}]
