"""What each kind of listings decides from rows and entries alone: its objects, their identities, and its own row."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, PageToken, SiteRow
from colophon.listings.contents import PartRow
from colophon.listings.kind import ListingDecision, ListingSnapshot
from colophon.listings.kinds.clinic import CLINIC, ClinicInLanguageRow, ClinicInputs
from colophon.listings.kinds.front import FRONT, FrontRow
from colophon.listings.kinds.home import HOME, HomeRow
from colophon.listings.kinds.language import LANGUAGE, LanguageRow
from colophon.listings.kinds.parts import DAY, MONTH, PREFIX
from colophon.listings.kinds.search import SEARCH, SearchRow
from colophon.listings.kinds.tags import TAGS, TagInputs, TagPlan, TagsRow, TagState
from colophon.listings.kinds.year import YEAR, YearRow
from colophon.listings.kinds.year_page import YEAR_PAGE, YearPageRow
from colophon.listings.periods import LIMITS, ListingLimits
from colophon.listings.tag_counts import TagCount
from tests.decision.builder import Uploads, folder
from tests.decision.files import CLINIC as NAME
from tests.decision.files import CLINIC_FILE, CLINIC_WITHDRAWAL, record, settings, text, withdrawal

OPEN = folder().put("en.md", text("Coughs"))
SITE, SHOWN = OPEN.decide().site, OPEN.decide().clinic()
(ENTRY,) = OPEN.decide().entries.values()
OTHER_SITE = OPEN.put("site.yaml", settings(name="Another name")).decide().site
WITHOUT_ENGLISH = OPEN.put("site.yaml", settings(languages="ja, ko")).decide().site
TWO = ListingLimits(posts=2)


def closed(uploads: Uploads) -> ClinicRow:
    return uploads.decide().clinic()


SUSPENDED = closed(OPEN.put(CLINIC_FILE, record(status="suspended")))
CORRECTED = OPEN.put(CLINIC_FILE, record(name="Another clinic")).decide().clinic()
WITHDRAWN = closed(OPEN.put(CLINIC_WITHDRAWAL, withdrawal()))


def look(
    row: Any,
    *,
    site: SiteRow = SITE,
    clinic: ClinicRow = SHOWN,
    others: tuple[Any, ...] = (),
    limits: ListingLimits = LIMITS,
) -> ListingSnapshot[Any]:
    return ListingSnapshot(row, site, clinic, others, limits)


def row_of(post: str, day: date = date(2026, 3, 2), number: int = 1) -> EntryRow:
    assert ENTRY.entry
    shown = replace(ENTRY.entry, post=post, posted=day, title=f"{post} {number}")
    return replace(ENTRY, post=post, posted=day, id=f"{post} {number}", entry=shown)


def fps(decision: ListingDecision[Any]) -> dict[str, str]:
    """The identity of each object, by the last part of its address."""
    return {listing.key.removeprefix(f"en/{NAME}/").removeprefix("en/"): listing.fp for listing in decision.listings}


def statuses(decision: ListingDecision[Any]) -> dict[str, str]:
    """The status of each object, by its key; 200 for a listing."""
    made = {listing.key: listing.make(1).metadata for listing in decision.listings}
    return {key: metadata.get("status", "200") for key, metadata in made.items()}


# --- the archive


def years(*numbers: int, **changes: Any) -> list[YearRow]:
    return [
        replace(YearRow("en", NAME, year, n=1, months={3: 2}, id=f"{year}", page_id=f"p-{year}"), **changes)
        for year in numbers
    ]


def of_clinic(
    inputs: ClinicInputs, *, site: SiteRow = SITE, clinic: ClinicRow = SHOWN
) -> ListingDecision[ClinicInLanguageRow]:
    decision: ListingDecision[ClinicInLanguageRow] = CLINIC.decide(
        look(ClinicInLanguageRow("en", NAME), site=site, clinic=clinic), inputs
    )
    return decision


def test_the_row_of_a_clinic_names_the_years_that_have_posts_the_latest_first() -> None:
    found = [*years(2024, 2026), *years(2025, months={}), *years(2023, parts={3: ("02",)})]
    row = of_clinic(ClinicInputs(found, (row_of("a"),))).row
    assert row.years == (2026, 2024, 2023)
    assert row.parts == {2023: {3: ("02",)}}
    assert row.shown
    assert of_clinic(ClinicInputs(years(2025, months={}), ())).row.shown is None


def test_a_new_post_changes_the_archive_and_the_feeds_of_its_clinic_and_a_year_only_the_archive() -> None:
    before = fps(of_clinic(ClinicInputs(years(2026), (row_of("a"),))))
    post = fps(of_clinic(ClinicInputs(years(2026), (row_of("a"), row_of("b")))))
    year = fps(of_clinic(ClinicInputs(years(2026, id="another"), (row_of("a"),))))
    assert {key for key in before if before[key] != post[key]} == {"index.html", "feed.xml", "feed.json"}
    assert {key for key in before if before[key] != year[key]} == {"index.html"}
    assert set(before) == {"index.html", "profile/index.html", "feed.xml", "feed.json"}


@pytest.mark.parametrize(("clinic", "follows"), [(SHOWN, True), (SUSPENDED, False), (WITHDRAWN, True)])
def test_what_is_left_of_a_clinic_follows_the_site_where_its_changes_reach_the_clinic(
    clinic: ClinicRow, *, follows: bool
) -> None:
    inputs = ClinicInputs(years(2026), (row_of("a"),))
    before, after = (fps(of_clinic(inputs, site=site, clinic=clinic)) for site in (SITE, OTHER_SITE))
    assert {before[key] != after[key] for key in before} == {follows}


@pytest.mark.parametrize("clinic", [SHOWN, CORRECTED, SUSPENDED, WITHDRAWN])
def test_a_clinic_in_a_language_that_the_site_lost_is_absent_whatever_comes_of_it(clinic: ClinicRow) -> None:
    inputs = ClinicInputs(years(2026), (row_of("a"),))
    never_known = of_clinic(inputs, site=WITHOUT_ENGLISH, clinic=ClinicRow(NAME))
    decision = of_clinic(inputs, site=WITHOUT_ENGLISH, clinic=clinic)
    assert fps(decision) == fps(never_known)
    assert set(statuses(decision).values()) == {"404"}


# --- a language, its home page, and the front


def clinic_rows(*names: str, listed: bool = True) -> tuple[ClinicInLanguageRow, ...]:
    shown = of_clinic(ClinicInputs(years(2026), (row_of("a"),))).row.shown
    assert shown
    return tuple(
        ClinicInLanguageRow(
            "en",
            name,
            n=1,
            shown=replace(shown, clinic=name) if listed else None,
            years=(2026,),
            id="1" if listed else "",
        )
        for name in names
    )


def of_language(
    rows: Iterable[ClinicInLanguageRow],
    row: LanguageRow | None = None,
    *,
    site: SiteRow = SITE,
    limits: ListingLimits = LIMITS,
) -> ListingDecision[LanguageRow]:
    decision: ListingDecision[LanguageRow] = LANGUAGE.decide(
        look(row or LanguageRow("en"), site=site, limits=limits), tuple(rows)
    )
    return decision


def test_the_home_page_shows_some_clinics_and_counts_all() -> None:
    row = of_language(clinic_rows(*(f"c{number:02}" for number in range(30)))).row
    assert (len(row.clinics), row.total) == (24, 30)


def test_the_row_of_a_clinic_that_was_never_listed_changes_no_directory() -> None:
    listed, other = clinic_rows("a"), clinic_rows("b", listed=False)
    assert fps(of_language((*listed, *other))) == fps(of_language(listed))
    assert fps(of_language(clinic_rows("a", "b"))) != fps(of_language(listed))


def test_files_that_a_language_needs_no_longer_have_tombstones() -> None:
    small = ListingLimits(urls=4)
    many = of_language(clinic_rows("a", "b", "c"), limits=small)
    tokens = {listing.key: PageToken("e", 1, listing.fp) for listing in many.listings}
    assert many.row.sitemap_indexes == 2
    row = replace(many.row, tokens=tokens)
    fewer = of_language(clinic_rows("a"), row, limits=small)
    gone = {key for key, status in statuses(fewer).items() if status != "200"}
    assert gone == set(tokens) - {listing.key for listing in of_language(clinic_rows("a"), limits=small).listings}
    assert gone
    left = of_language(clinic_rows("a"), row, site=WITHOUT_ENGLISH, limits=small)
    assert set(statuses(left).values()) == {"404"}
    assert set(statuses(left)) == set(tokens)
    assert (left.row.sitemap_indexes, left.row.total, left.row.clinics) == (1, 0, ())


def test_a_change_of_clinics_changes_the_home_page_and_not_the_feeds() -> None:
    def made(language: LanguageRow, *posts: EntryRow) -> dict[str, str]:
        return fps(HOME.decide(look(HomeRow("en"), others=(language,)), posts))

    before = made(LanguageRow("en", id="1"), row_of("a"))
    clinics = made(LanguageRow("en", id="2"), row_of("a"))
    posts = made(LanguageRow("en", id="1"), row_of("a"), row_of("b"))
    assert {key for key in before if before[key] != clinics[key]} == {"index.html"}
    assert {key for key in before if before[key] != posts[key]} == {"index.html", "feed.xml", "feed.json"}


@pytest.mark.parametrize(("counts", "named"), [({}, 3), ({"en": 2}, 4), ({"en": 3, "ko": 2}, 6)])
def test_robots_txt_names_every_index_of_sitemaps(counts: Mapping[str, int], named: int) -> None:
    class Reader:
        def read_rows(self, kind: object) -> list[LanguageRow]:
            return [LanguageRow(lang, sitemap_indexes=counts.get(lang, 1)) for lang in ("en", "ja", "ko")]

    snapshot = look(FrontRow())
    reader: Any = Reader()
    decision = FRONT.decide(snapshot, FRONT.inputs(FRONT.group(), snapshot, reader))
    (robots,) = (listing.make(1).content for listing in decision.listings if listing.key == "robots.txt")
    assert robots.count(b"Sitemap: ") == named


# --- years, their pages and their parts


def of_year(rows: list[Any], row: YearRow | None = None, **around: Any) -> ListingDecision[YearRow]:
    decision: ListingDecision[YearRow] = YEAR.decide(look(row or YearRow("en", NAME, 2026), **around), rows)
    return decision


def test_a_year_in_a_language_that_the_site_lost_has_no_months() -> None:
    row = of_year([row_of("a")]).row
    assert (dict(row.months), bool(row.tag_counts)) == ({3: 1}, bool(ENTRY.entry and ENTRY.entry.tags))
    assert of_year([row_of("a")], site=WITHOUT_ENGLISH).row.months == {}


def test_the_identity_of_a_years_page_never_returns() -> None:
    march, april = row_of("a"), row_of("b", date(2026, 4, 2))
    row, seen = YearRow("en", NAME, 2026), []
    for rows in ([march], [march, april], [march], [march, row_of("c")]):
        row = of_year(rows, row).row
        row = replace(row, n=row.n + 1)
        seen.append(row.page_id)
    assert len(set(seen[:3])) == 3
    assert seen[3] == seen[2], "another post of a month that has one shows nothing else"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_year_and_a_month_are_divided_above_their_limit(count: int) -> None:
    rows = [row_of(f"p{number}") for number in range(count)]
    assert bool(of_year(list(rows), limits=TWO).row.split) == (count > 2)
    whole = YearRow("en", NAME, 2026, split="s", page_id="p-1")
    month = MONTH.decide(look(PartRow("en", NAME, 2026, 3), others=(whole,), limits=TWO), rows)
    assert bool(month.row.split) == (count > 2)
    assert (
        MONTH.decide(look(PartRow("en", NAME, 2026, 3), others=(YearRow("en", NAME, 2026),), limits=TWO), rows).row.n
        == 0
    )


def test_the_first_page_of_a_divided_month_lists_no_more_than_a_page_may() -> None:
    whole = YearRow("en", NAME, 2026, split="s", page_id="p-1")
    rows = [row_of(f"p{number}") for number in range(5)]
    decision = MONTH.decide(look(PartRow("en", NAME, 2026, 3), others=(whole,), limits=TWO), rows)
    (page,) = decision.listings
    assert page.make(1).content.count(b'<li class="entry" id="p') == 2
    assert page.key == f"en/{NAME}/2026/03/index.html"


def test_only_a_month_leads_to_the_page_of_its_year() -> None:
    year = YearRow("en", NAME, 2026, split="s", page_id="p-1")
    month, day = PartRow("en", NAME, 2026, 3, split="s"), PartRow("en", NAME, 2026, 3, 2, split="s")
    for kind, row, whole, leads in (
        (MONTH, PartRow("en", NAME, 2026, 3), year, True),
        (MONTH, PartRow("en", NAME, 2026, 3), replace(year, page_id=""), False),
        (DAY, PartRow("en", NAME, 2026, 3, 2), month, False),
        (PREFIX, PartRow("en", NAME, 2026, 3, 2, "a"), day, False),
    ):
        page, *_ = kind.decide(look(row, others=(whole,)), [row_of("a")]).listings
        assert (f'href="/en/{NAME}/2026/"'.encode() in page.make(1).content) == leads


def test_the_files_of_a_whole_change_with_the_first_and_the_last_post_of_a_part() -> None:
    year = YearRow("en", NAME, 2026, split="s")
    row, ids = PartRow("en", NAME, 2026, 3), []
    removed = replace(row_of("a"), id="gone", entry=None)
    for rows in ([row_of("a")], [row_of("a"), row_of("b")], [removed], [removed], [row_of("a")]):
        row = MONTH.decide(look(row, others=(year,)), rows).row
        ids.append(row.live_id)
    assert ids[0] == ids[1]
    assert len({*ids}) == 3
    assert ids[2] == ids[3]


def test_a_part_of_a_day_reads_the_posts_that_its_row_names_and_those_that_changed() -> None:
    asked: list[list[str]] = []

    class Reader:
        def read_entries_of(self, lang: str, clinic: str, day: date, posts: list[str]) -> tuple[EntryRow, ...]:
            asked.append(list(posts))
            return ()

        def read_entries(self, *_: object) -> tuple[EntryRow, ...]:
            asked.append([])
            return ()

    reader: Any = Reader()
    group = replace(PREFIX.group("en", NAME, 2026, 3, 2, "a"), posts=("new",))
    whole = PartRow("en", NAME, 2026, 3, 2, split="s")
    known = PartRow("en", NAME, 2026, 3, 2, "a", n=1, posts=("old", "other"), id="1")
    for each, row in (
        (group, known),
        (replace(group, posts=()), known),
        (replace(group, force=True), known),
        (group, replace(known, id="")),
    ):
        PREFIX.inputs(each, look(row, others=(whole,)), reader)
    assert asked == [["new", "old", "other"], [], [], []]


def test_months_that_pages_lead_to_are_those_of_the_language_and_the_year() -> None:
    months = frozenset({"en/2026-03", "en/2025-03", "ko/2026-03", "en/2026-11"})
    snapshot = look(YearRow("en", NAME, 2026), clinic=replace(SHOWN, months=months))
    assert set(YEAR.awaited(snapshot)) == {f"en/{NAME}/2026/{month}/index.html" for month in ("03", "11")}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "200"),
        ({"page_id": ""}, None),
        ({"awaited": ("03",)}, None),
        ({"months": {}}, "404"),
        ({"months": {}, "clinic_withdrawn": True}, "404"),
    ],
)
def test_the_page_of_a_year_waits_until_something_leads_to_it_and_its_months_are_there(
    changes: dict[str, Any], status: str | None
) -> None:
    (year,) = years(2026, **changes)
    decision = YEAR_PAGE.decide(look(YearPageRow("en", NAME, 2026), others=(year,)), None)
    assert list(statuses(decision).values()) == ([status] if status else [])


# --- tags and the search


def test_a_page_of_a_tag_lists_posts_of_the_newest_four_periods() -> None:
    posts = [row_of(f"p{year}", date(year, 3, 2)) for year in range(2026, 2019, -1)]
    tagged = [replace(row, entry=replace(row.entry, tags=("sleep",))) for row in posts if row.entry]
    counted = {row.posted.year: of_year([row], YearRow("en", NAME, row.posted.year)).row for row in tagged}
    read: list[int] = []

    class Reader:
        def read_rows(self, *_: object) -> list[YearRow]:
            return list(counted.values())

        def read_backwards(self, lang: str, clinic: str, period: Any) -> Any:
            read.append(period.year)
            return iter([row for row in tagged if row.posted.year == period.year])

    reader: Any = Reader()
    row = TagsRow("en", NAME, n=1, known={"sleep": TagState(True, 1)})
    group, snapshot = TAGS.group("en", NAME), look(row)
    decision = TAGS.decide(snapshot, TAGS.inputs(group, snapshot, reader))
    assert read == [2026, 2025, 2024, 2023]
    (page,) = (listing.make(1).content.decode() for listing in decision.listings)
    assert page.count('<li class="entry" id="p') == 4
    older = [f"/en/{NAME}/{year}/" for year in (2022, 2021, 2020)]
    assert [path in page for path in older] == [True] * 3
    assert f'href="/en/{NAME}/2023/"' not in page


@pytest.mark.parametrize("is_live", [True, False])
def test_what_is_at_a_tag_again_has_another_identity_than_before(*, is_live: bool) -> None:
    """The same posts may be listed as before the page was taken down."""
    (year,) = years(2026)
    plans = {"sleep": TagPlan("sleep", ((year, TagCount(1, "x", 1)),))} if is_live else {}

    def made(since: int) -> set[str]:
        row = TagsRow("en", NAME, n=since, known={"sleep": TagState(is_live, since)})
        return {listing.fp for listing in TAGS.decide(look(row), TagInputs(plans, {"sleep": ()})).listings}

    assert len(made(1)) == 1
    assert made(1).isdisjoint(made(3))


def of_search(row: SearchRow, *posts: EntryRow) -> ListingDecision[SearchRow]:
    decision: ListingDecision[SearchRow] = SEARCH.decide(look(row), posts)
    return decision


def test_shards_that_have_no_posts_any_longer_have_tombstones() -> None:
    tokens = {f"en/search/{name}.json": PageToken("e", 1, "fp") for name in ("index", "00", "07")}
    found = statuses(of_search(SearchRow("en", n=1, tokens=tokens), row_of("a")))
    assert found == {"en/search/00.json": "200", "en/search/index.json": "200", "en/search/07.json": "404"}
