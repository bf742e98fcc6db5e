"""What verify says of rows: each that is not as the site or the inbox is, and of several the one that explains them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from colophon.decision.history import PublishedVersion
from colophon.decision.rows import EntryRef, ImageRow, Outcome, PageRow, PageToken, SiteRow
from colophon.images.copy import RECIPE_VERSION
from colophon.listings.kinds import KINDS, kind_of
from colophon.listings.kinds.tags import MAX_KNOWN, TAGS, TagsRow, TagState
from colophon.listings.kinds.year import YEAR, YearRow
from colophon.page.objects import SiteObject
from colophon.stores import row_encoding
from colophon.stores.row_encoding import DamagedRow
from colophon.upload.keys import PostRef
from colophon_ops.verify.live import Difference
from colophon_ops.verify.recorded import RecordedState
from colophon_ops.verify.repair import groups_for, requests_for
from colophon_ops.verify.rows import (
    find_lost_tags,
    find_lost_versions,
    find_other_files,
    find_other_objects,
    find_unnoted_dates,
    select_causes,
)

POST, KEY, PAGE = PostRef("willow", "rash"), "posts/willow/rash/en.md", "en/willow/rash/index.html"
IMAGE = "posts/willow/rash/arm.png"
TOKEN = PageToken('"one"', 3, "fp")
MOMENT = datetime(2026, 6, 4, 12, tzinfo=UTC)
BASE = "images/willow/rash/arm.0123"
ROW = PageRow(Outcome(KEY, "live", version="v"), 1, TOKEN, entry_ref=EntryRef(date(2026, 3, 2), "id"))
SHOWN = ImageRow(
    Outcome(IMAGE, "live", version="v"),
    1,
    state="ready",
    path=f"/{BASE}-960.jpg",
    width=960,
    widths=(480, 960),
    recipe=RECIPE_VERSION,
)


def state_of(*items: dict[str, Any]) -> RecordedState:
    state = RecordedState()
    for item in items:
        state.add(item)
    return state


def post_item(page: PageRow = ROW, image: ImageRow | None = None) -> dict[str, Any]:
    rows = {"L#en": row_encoding.encode_attribute(page)}
    rows |= {"I#arm.png": row_encoding.encode_attribute(image)} if image else {}
    return {**row_encoding.post_key(POST), **rows}


def listing_item(row: Any, kind: Any) -> dict[str, Any]:
    group = kind.group("en", "willow", getattr(row, "year", 0))
    return {**row_encoding.make_key(*kind.item_key(group)), **row_encoding.encode_row(row)}


def keys(differences: Any) -> list[tuple[str, str]]:
    return [(each.what, each.key) for each in differences]


@pytest.mark.parametrize(
    ("found", "differs"),
    [
        (TOKEN, False),
        (PageToken('"one"'), False),
        (PageToken('"two"'), True),
        (PageToken('"one"', 2, "fp"), True),
        (PageToken('"one"', 3, "another"), True),
        (PageToken(), True),
    ],
)
def test_a_row_that_names_another_object_is_named(found: PageToken, differs: bool) -> None:
    """Of an object that was only listed the ETag is known, of one that was read the revision and fingerprint too."""
    state = state_of(post_item(), listing_item(YearRow("en", "willow", 2026, tokens={"a.xml": TOKEN}), YEAR))
    named = keys(find_other_objects(state, {PAGE: found, "a.xml": found}, set()))
    assert named == ([("row", KEY), ("listing row", "years#en/willow 2026")] if differs else [])
    assert keys(find_other_objects(state, {PAGE: found, "a.xml": found}, {PAGE, "a.xml"})) == []


def test_a_row_before_its_page_was_put_names_no_object() -> None:
    assert keys(find_other_objects(state_of(post_item(PageRow(ROW.outcome))), {}, set())) == []


def tag_key(slug: str) -> str:
    return f"en/willow/tags/{slug}/index.html"


def test_a_tag_that_its_row_has_lost_is_named_and_its_slug_goes_with_the_repair() -> None:
    state = state_of(listing_item(TagsRow("en", "willow", known={"sleep": TagState(True, 1)}), TAGS))
    assert keys(find_lost_tags(state, [tag_key("sleep"), PAGE])) == []
    (lost,) = find_lost_tags(state, [tag_key("sleep"), tag_key("rest")])
    assert (lost.what, lost.key, lost.tags) == ("listing row", "tags#en willow", ("rest",))
    (group,) = groups_for(lost)
    assert (kind_of(group), group.lang, group.clinic, group.tags) == (TAGS, "en", "willow", ("rest",))


def test_of_very_many_tags_some_may_be_forgotten() -> None:
    pages = [tag_key(f"tag-{number}") for number in range(MAX_KNOWN + 1)]
    assert keys(find_lost_tags(state_of(), pages)) == []
    assert keys(find_lost_tags(state_of(), pages[1:])) == [("listing row", "tags#en willow")]


FILES = [f"{BASE}-960.jpg", f"{BASE}-480.webp", f"{BASE}-960.webp"]


def made(*names: str) -> list[SiteObject]:
    return [SiteObject(name, b"", "", "") for name in names]


@pytest.mark.parametrize(
    ("files", "named"),
    [(FILES, []), (FILES[1:], [("row", IMAGE)]), ([*FILES, f"{BASE}-1920.webp"], [("row", IMAGE)])],
)
def test_an_image_whose_row_names_other_files_is_named(files: list[str], named: list[tuple[str, str]]) -> None:
    state = state_of(post_item(image=SHOWN))
    assert keys(find_other_files(state, made(*files, "images/willow/other/leg.9-960.jpg"))) == named


def test_a_moment_that_nothing_notes_is_named() -> None:
    waiting = PageRow(Outcome(KEY, "scheduled", version="v"), 1, next_at=MOMENT)
    due = {**row_encoding.make_key("due#1", f"2026-06-04T12:00:00.000000Z {KEY}")}
    assert keys(find_unnoted_dates(state_of(post_item(waiting)))) == [("row", KEY)]
    assert keys(find_unnoted_dates(state_of(post_item(waiting), due))) == []
    site = {**row_encoding.site_key(), **row_encoding.encode_row(SiteRow(next_at=MOMENT))}
    assert keys(find_unnoted_dates(state_of(site))) == [("row", "site.yaml")]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_row_of_listings_that_can_not_be_read_is_an_error(kind: Any) -> None:
    names = ("en", "willow", 2026, 3, 2, "a")
    key = row_encoding.make_key(*kind.item_key(kind.group(*names[: kind.exists_for])))
    with pytest.raises(DamagedRow):
        state_of({**key, "n": {"N": "1"}, "row": {"S": "{garbage"}})


def row(key: str) -> Difference:
    return Difference(key, "row", "")


def listing(key: str) -> Difference:
    return Difference(key, "listing row", "")


OTHER, YEAR_ITEM, ARCHIVE, HOME, FRONT = (
    "posts/maple/cough/ko.md",
    "years#en/willow 2026",
    "archives#en willow",
    "home en",
    "front front",
)
ALL_ROWS = [row(KEY), row(OTHER), *map(listing, (YEAR_ITEM, ARCHIVE, "archives#ko maple", HOME, FRONT))]


@pytest.mark.parametrize(
    ("found", "named"),
    [
        ([], [KEY, OTHER, YEAR_ITEM, "archives#ko maple"]),
        ([Difference("site.yaml", "outcome", "")], []),
        ([Difference("clinics/willow/clinic.yaml", "outcome", "")], [OTHER, "archives#ko maple"]),
        ([Difference(KEY, "entry", "")], [OTHER, "archives#ko maple"]),
        ([Difference(PAGE, "different", "")], [OTHER, YEAR_ITEM, "archives#ko maple"]),
        ([Difference(KEY, "report", "")], [KEY, OTHER, YEAR_ITEM, "archives#ko maple"]),
    ],
)
def test_of_rows_only_those_are_named_that_follow_from_nothing_else(found: list[Difference], named: list[str]) -> None:
    assert [each.key for each in select_causes(ALL_ROWS, found)] == named


def test_each_row_is_named_once() -> None:
    assert [each.key for each in select_causes([row(KEY), row(KEY)], [])] == [KEY]


def test_rows_are_repaired_by_requests_and_rows_of_listings_by_their_groups() -> None:
    (page,), (image,) = requests_for(row(KEY)), requests_for(row(IMAGE))
    assert (page.key, page.force, page.rebuild_files) == (KEY, True, False)
    assert (image.key, image.force, image.rebuild_files) == (IMAGE, True, True)
    assert requests_for(listing(YEAR_ITEM)) == []
    assert list(groups_for(listing(YEAR_ITEM))) == [YEAR.group("en", "willow", 2026)]
    assert list(groups_for(row(KEY))) == []


@pytest.mark.parametrize(
    ("recorded", "changes", "lost"),
    [
        ([], {}, [KEY]),
        ([1, 2], {}, [KEY]),
        ([1, 2, 3], {}, []),
        ([3], {}, []),
        # A page whose record was lost to a crash may stand at a revision that its row does not name yet.
        ([1, 4], {}, []),
        # The row itself holds the first version.
        ([], {"published_at": MOMENT}, []),
        ([], {"token": PageToken()}, []),
    ],
)
def test_a_history_tells_of_the_version_that_stands(
    recorded: list[int], changes: dict[str, Any], lost: list[str]
) -> None:
    row = replace(ROW, **changes)
    items = [row_encoding.encode_history(POST, PublishedVersion("en", rev, MOMENT, "page")) for rev in recorded]
    for order in (items, items[::-1]):
        state = state_of(*order, post_item(row))
        assert [each.key for each in find_lost_versions(state)] == lost
