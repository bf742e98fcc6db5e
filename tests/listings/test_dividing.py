"""How a listing is divided: what it awaits, what stays meanwhile, and what counts."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

import pytest
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.listings.contents import PartRow
from colophon.listings.in_memory import MemoryIndex
from colophon.listings.kind import ListingGroup
from colophon.listings.kinds.parts import DAY, MONTH, PREFIX
from colophon.listings.kinds.year import YEAR
from colophon.listings.periods import LIMITS, ListingLimits, prefix_of
from tests.decision.builder import folder
from tests.decision.files import CLINIC, text

DECISIONS = folder().put("en.md", text("Coughs")).decide()
(ENTRY,) = DECISIONS.entries.values()
WHOLE_YEAR, MARCH, MAY = (kind.group("en", CLINIC, 2026, *month) for kind, *month in ((YEAR,), (MONTH, 3), (MONTH, 5)))


def row(post: str, day: date, *, live: bool = True) -> EntryRow:
    entry = replace(ENTRY.entry, post=post, posted=day) if live and ENTRY.entry else None
    return replace(ENTRY, post=post, posted=day, id=f"{post} {day} {live}", entry=entry)


def index_of(rows: Iterable[EntryRow], limit: int) -> MemoryIndex:
    return MemoryIndex(DECISIONS.site, DECISIONS.clinics, tuple(rows), limits=ListingLimits(posts=limit))


def keys(index: MemoryIndex, group: ListingGroup) -> set[str]:
    return {listing.key.removeprefix(f"en/{CLINIC}/") for listing in index.decide(group)}


def test_a_year_awaits_each_of_its_months() -> None:
    index = index_of([row("a", date(2026, 3, 1)), row("b", date(2026, 5, 1))], limit=1)
    assert keys(index, WHOLE_YEAR) == set()
    divided = index.rows[WHOLE_YEAR]
    assert keys(index, MARCH) == {"2026/03/index.html", "sitemap-2026-03.xml", "search-2026-03.json"}
    assert keys(index, WHOLE_YEAR) == set()
    assert index.rows[WHOLE_YEAR] == divided
    index.decide(MAY)
    assert keys(index, WHOLE_YEAR) == {"sitemap-2026.xml", "search-2026.json"}
    assert index.rows[WHOLE_YEAR].months == {3: 1, 5: 1}


def test_a_month_awaits_each_of_its_days_and_a_page_of_its_newest_posts_stands_meanwhile() -> None:
    index = index_of([row("a", date(2026, 3, 1)), row("b", date(2026, 3, 2))], limit=1)
    index.decide(WHOLE_YEAR)
    (page,) = index.decide(MARCH)
    assert page.key.endswith("2026/03/index.html")
    assert b"/b/" in page.make(1).content
    assert b"/a/" not in page.make(1).content
    index.decide(DAY.group("en", CLINIC, 2026, 3, 1))
    assert keys(index, MARCH) == set()
    index.decide(DAY.group("en", CLINIC, 2026, 3, 2))
    assert keys(index, MARCH) == {"2026/03/index.html", "sitemap-2026-03.xml", "search-2026-03.json"}


def test_a_part_of_what_is_not_divided_is_not_made() -> None:
    index = index_of([row("a", date(2026, 3, 1))], limit=1)
    assert keys(index, WHOLE_YEAR) == {"2026/03/index.html", "sitemap-2026.xml", "search-2026.json"}
    assert keys(index, MARCH) == set()


@pytest.mark.parametrize(("count", "removed", "is_divided"), [(500, 0, False), (501, 0, True), (400, 101, True)])
def test_a_listing_holds_500_posts_and_removed_ones_count(count: int, removed: int, is_divided: bool) -> None:
    day = date(2026, 3, 2)
    rows = [row(f"post-{number}", day, live=number < count) for number in range(count + removed)]
    index = index_of(rows, LIMITS.posts)
    index.decide(WHOLE_YEAR)
    assert bool(index.rows[WHOLE_YEAR].split) is is_divided
    made = {listing.key.removeprefix(f"en/{CLINIC}/") for listing in index.decide_all(WHOLE_YEAR)}
    assert ("2026/03/02/index.html" in made) is is_divided
    assert sum(key.startswith("2026/03/02/") for key in made) == (17 if is_divided else 0)
    assert index.rows[WHOLE_YEAR].months == {3: count}


def test_a_prefix_whose_row_was_lost_finds_all_of_its_posts_though_one_is_named() -> None:
    day, names = date(2026, 3, 2), [f"post-{number}" for number in range(40)]
    ((prefix, _),) = Counter(map(prefix_of, names)).most_common(1)
    own = tuple(sorted(name for name in names if prefix_of(name) == prefix))
    assert len(own) > 1
    index = index_of([row(name, day) for name in names], limit=3)
    list(index.decide_all(WHOLE_YEAR))
    group = PREFIX.group("en", CLINIC, 2026, 3, 2, prefix)
    known = index.rows.pop(group)
    index.decide(replace(group, posts=own[:1]))
    assert index.rows[group] == known
    assert isinstance(known, PartRow)
    assert known.posts == own


def test_the_whole_hears_of_new_names_and_of_a_new_site_and_of_no_new_text() -> None:
    rows = [row("a", date(2026, 3, 1)), row("b", date(2026, 5, 1))]
    index = index_of(rows, limit=1)
    list(index.decide_all(WHOLE_YEAR))
    known = index.rows[MARCH].id
    assert rows[0].entry
    others = {
        "title": (replace(rows[0].entry, title="Coughs again"), index.site),
        "names": (replace(rows[0].entry, names=rows[0].entry.names[:1]), index.site),
        "site": (rows[0].entry, replace(index.site, fp="another")),
        "tags": (replace(rows[0].entry, tags=("nose",)), index.site),
    }
    changed = set()
    for what, (entry, site) in others.items():
        other = MemoryIndex(site, index.clinics, (replace(rows[0], id=what, entry=entry), rows[1]), dict(index.rows))
        other.decide(MARCH)
        changed |= {what} if other.rows[MARCH].id != known else set()
    assert changed == {"names", "site", "tags"}
