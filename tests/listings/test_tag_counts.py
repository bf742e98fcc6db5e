"""The tags that may have pages: of entries, of the parts of a period, and since when a row has them."""

from datetime import date

from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.listings.tag_counts import (
    MAX_TAGS_WITH_PAGES,
    TagCount,
    add_tag_counts,
    count_tags,
    date_tag_counts,
    order_by_frequency,
    tags_by_slug,
)
from colophon.page.tags import TAGS_WITH_PAGES
from tests.listings.conftest import entry

DAY = date(2026, 4, 1)


def row(post: str, *tags: str, day: date = DAY) -> EntryRow:
    """The entry of a post; a removed one without tags."""
    return EntryRow(
        "en", "noeul", day, post, f"id of {post}", entry(post=post, posted=day, tags=tags) if tags else None
    )


def test_the_first_tags_of_a_post_have_pages_each_slug_in_its_first_spelling() -> None:
    tags = tuple(f"tag {number}" for number in range(TAGS_WITH_PAGES + 2))
    assert list(tags_by_slug(row("a", *tags)).values()) == list(reversed(tags[:TAGS_WITH_PAGES]))
    assert set(tags_by_slug(row("a", "Dry  Cough", "dry cough", "sleep")).values()) == {"Dry  Cough", "sleep"}
    assert tags_by_slug(row("a")) == {}


def test_tags_of_one_slug_count_together_in_the_spelling_of_most_posts() -> None:
    rows = [row("a", "Sleep", "ears"), row("b", "sleep"), row("c", "sleep"), row("d")]
    counts = count_tags(rows, identified=True)
    assert {tag: found.count for tag, found in counts.items()} == {"sleep": 3, "ears": 1}
    assert count_tags(rows[::-1], identified=True) == counts, "in whatever order"
    assert {found.value for found in count_tags(rows, identified=False).values()} == {""}
    others = [rows[0], rows[1], replace(rows[2], id="another"), rows[3]]
    assert count_tags(others, identified=True)["sleep"] != counts["sleep"]
    assert count_tags(others, identified=True)["ears"] == counts["ears"]


def test_a_period_names_its_most_frequent_tags_only() -> None:
    rows = [row(f"a {number}", f"rare {number:03}") for number in range(MAX_TAGS_WITH_PAGES)]
    rows += [row(f"b {number}", "zz") for number in range(2)]
    kept = count_tags(rows, identified=True)
    assert list(kept) == ["zz", *(f"rare {number:03}" for number in range(MAX_TAGS_WITH_PAGES - 1))]
    assert order_by_frequency({"b": 1, "a": 1, "c": 2}) == ["c", "a", "b"]


def test_a_year_names_the_months_whose_posts_pages_of_tags_may_list() -> None:
    parts = [
        ("2026-03", 3, {"sleep": TagCount(2, "x", 5), "ears": TagCount(1, "y", 5)}),
        ("2026-01", 1, {"Sleep": TagCount(1, "z", 4)}),
        ("2026-02", 0, {"sleep": TagCount(4, "", 2), "nose": TagCount(1, "", 2)}),
    ]
    found = add_tag_counts(parts)
    assert {tag: (each.count, each.months) for tag, each in found.items()} == {
        "sleep": (7, (1, 3)),
        "ears": (1, (3,)),
        "nose": (1, ()),
    }
    assert add_tag_counts(parts[::-1]) == found
    since = [("2026-03", 3, {**parts[0][2], "sleep": TagCount(2, "x", 6)}), *parts[1:]]
    assert add_tag_counts(since)["sleep"].value != found["sleep"].value
    assert add_tag_counts(since)["ears"] == found["ears"]


def test_a_tag_keeps_the_number_of_the_row_that_first_had_it() -> None:
    known = {"sleep": TagCount(2, "x", 4), "ears": TagCount(1, "y", 4)}
    found = {"sleep": TagCount(2, "x"), "ears": TagCount(2, "z"), "nose": TagCount(1, "w")}
    dated = {"sleep": TagCount(2, "x", 4), "ears": TagCount(2, "z", 7), "nose": TagCount(1, "w", 7)}
    assert date_tag_counts(found, known, 7) == dated
