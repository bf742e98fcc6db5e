"""Which groups a change of the index wakes, when they are rebuilt, and whether copies must go: one table for each."""

from datetime import date

import pytest
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.listings.cards import ClinicSummary
from colophon.listings.contents import PartRow
from colophon.listings.kind import (
    ClinicChange,
    EntryChange,
    IndexChange,
    ListingChange,
    ListingGroup,
    ListingKind,
    ListingRow,
    RecentDayChange,
    SiteChange,
    Timing,
)
from colophon.listings.kinds import KINDS
from colophon.listings.kinds.clinic import CLINIC, ClinicInLanguageRow
from colophon.listings.kinds.front import FRONT
from colophon.listings.kinds.home import HOME
from colophon.listings.kinds.language import LANGUAGE, LanguageRow
from colophon.listings.kinds.parts import DAY, MONTH, PREFIX
from colophon.listings.kinds.search import SEARCH
from colophon.listings.kinds.tags import TAGS, TagsRow, TagState
from colophon.listings.kinds.year import YEAR, YearRow
from colophon.listings.kinds.year_page import YEAR_PAGE
from colophon.listings.tag_counts import TagCount
from tests.listings.conftest import SITE, entry, shelf

NAME, DAY_POSTED = "noeul", date(2026, 4, 3)
LIVE = EntryRow("en", NAME, DAY_POSTED, "a", "1", entry(clinic=NAME, post="a", posted=DAY_POSTED))
REMOVED, CORRECTED = replace(LIVE, id="2", entry=None), replace(LIVE, id="3")
IN_ENGLISH = ClinicRow(NAME, fp="1", langs=("en",), site_fp="s")
YEAR_2026 = YearRow(
    "en", NAME, 2026, n=1, months={4: 1}, id="1", tag_counts={"sleep": TagCount(1, "x", 1)}, page_id="p-1"
)
HERE, OTHER = (ClinicSummary(name, shelf().names, ()) for name in (NAME, "badaro"))
LANGUAGE_ROW = LanguageRow("en", n=1, clinics=(HERE,), total=1, id="1")
PART = PartRow("en", NAME, 2026, 4, n=1, id="1")
TAGS_ROW = TagsRow("en", NAME, n=1, known={"sleep": TagState(True, 1)}, linked=("sleep",), id="1")


def entry_change(before: EntryRow | None, after: EntryRow | None) -> EntryChange:
    return EntryChange("en", NAME, 2026, before, after)


def listing_change(group: ListingGroup, before: ListingRow | None, after: ListingRow | None) -> ListingChange:
    return ListingChange(group, before, after)


def of_year(before: YearRow | None, after: YearRow | None) -> ListingChange:
    return ListingChange(YEAR.group("en", NAME, 2026), before, after)


def of_language(**changes: object) -> ListingChange:
    return ListingChange(LANGUAGE.group("en"), LANGUAGE_ROW, replace(LANGUAGE_ROW, **changes))


def of_part(kind: ListingKind[PartRow, object], row: PartRow, **changes: object) -> ListingChange:
    group = kind.group("en", NAME, row.year, row.month, row.day, row.prefix)
    return ListingChange(group, row, replace(row, **changes))


ENGLISH, KOREAN = (CLINIC.group(lang, NAME) for lang in ("en", "ko"))
SITE_IN_ENGLISH = SiteRow(fp="1", settings=SITE.model_copy(update={"languages": ("en",)}))
SITE_IN_KOREAN = SiteRow(fp="2", settings=SITE.model_copy(update={"languages": ("ko",)}), removed_languages={"en": "2"})
MONTH_OF_YEAR = MONTH.group("en", NAME, 2026, 4)

WOKEN: dict[str, tuple[IndexChange, set[ListingGroup]]] = {
    "a new entry": (
        entry_change(None, LIVE),
        {YEAR.group("en", NAME, 2026), HOME.group("en"), SEARCH.group("en")},
    ),
    "a new day of a clinic": (RecentDayChange("en"), {HOME.group("en")}),
    "a clinic that no language lists any longer": (
        ClinicChange(IN_ENGLISH, replace(IN_ENGLISH, langs=())),
        {ENGLISH, TAGS.group("en", NAME)},
    ),
    "a clinic that is listed in another language": (
        ClinicChange(IN_ENGLISH, replace(IN_ENGLISH, langs=("ko",))),
        {ENGLISH, KOREAN, TAGS.group("en", NAME), TAGS.group("ko", NAME)},
    ),
    "other settings of the site that a clinic's row has": (
        ClinicChange(IN_ENGLISH, replace(IN_ENGLISH, site_fp="t")),
        {ENGLISH, TAGS.group("en", NAME)},
    ),
    "a report of a clinic's record": (ClinicChange(IN_ENGLISH, replace(IN_ENGLISH, n=4, inputs_id="b")), set()),
    "a language that the site has lost": (
        SiteChange(SITE_IN_ENGLISH, SITE_IN_KOREAN),
        {FRONT.group(), *(kind.group(lang) for kind in (LANGUAGE, HOME, SEARCH) for lang in ("en", "ko"))},
    ),
    "a report of the site's settings": (SiteChange(SITE_IN_ENGLISH, replace(SITE_IN_ENGLISH, n=2)), set()),
    "a year that the archive shows otherwise": (of_year(YEAR_2026, replace(YEAR_2026, id="2")), {ENGLISH}),
    "the tokens of a year": (of_year(YEAR_2026, replace(YEAR_2026, n=2)), set()),
    "a tag of a year": (of_year(YEAR_2026, replace(YEAR_2026, tag_counts={})), {TAGS.group("en", NAME)}),
    "the page of a year": (of_year(YEAR_2026, replace(YEAR_2026, page_id="q-2")), {YEAR_PAGE.group("en", NAME, 2026)}),
    "a year that awaits its months": (
        of_year(YEAR_2026, replace(YEAR_2026, split="s", awaited=("04", "05"))),
        {YEAR_PAGE.group("en", NAME, 2026), MONTH_OF_YEAR, MONTH.group("en", NAME, 2026, 5)},
    ),
    "a year that is divided as before": (
        of_year(replace(YEAR_2026, split="s", awaited=("04",)), replace(YEAR_2026, split="s", awaited=("04",), n=2)),
        set(),
    ),
    "a month that its year shows otherwise": (of_part(MONTH, PART, id="2"), {YEAR.group("en", NAME, 2026)}),
    "a month that is divided now": (
        of_part(MONTH, PART, split="s", awaited=("03",)),
        {DAY.group("en", NAME, 2026, 4, 3)},
    ),
    "a day that is divided now": (
        of_part(DAY, replace(PART, day=3), split="s", awaited=("a", "f")),
        {PREFIX.group("en", NAME, 2026, 4, 3, prefix) for prefix in "af"},
    ),
    "a part of a day that the day shows otherwise": (
        of_part(PREFIX, replace(PART, day=3, prefix="a"), id="2"),
        {DAY.group("en", NAME, 2026, 4, 3)},
    ),
    "pages of tags that may be put now": (
        listing_change(TAGS.group("en", NAME), TAGS_ROW, replace(TAGS_ROW, known={"ears": TagState(True, 2)})),
        {TAGS.group("en", NAME)},
    ),
    "pages of tags that are there now": (
        listing_change(TAGS.group("en", NAME), TAGS_ROW, replace(TAGS_ROW, linked=(), id="2")),
        {ENGLISH},
    ),
    "a clinic that the directory shows otherwise": (
        listing_change(ENGLISH, ClinicInLanguageRow("en", NAME, id="1"), ClinicInLanguageRow("en", NAME, id="2")),
        {LANGUAGE.group("en")},
    ),
    "clinics that the home page shows otherwise": (of_language(id="2"), {HOME.group("en")}),
    "a second index of sitemaps": (of_language(sitemap_indexes=2), {FRONT.group()}),
    "the first row of a language": (
        listing_change(LANGUAGE.group("en"), None, LANGUAGE_ROW),
        {HOME.group("en")},
    ),
}


@pytest.mark.parametrize(("change", "groups"), WOKEN.values(), ids=WOKEN)
def test_a_change_wakes_exactly_what_is_made_from_it(change: IndexChange, groups: set[ListingGroup]) -> None:
    assert {group for kind in KINDS for group in kind.woken_by(change)} == groups


TIMES: dict[str, tuple[ListingKind[object, object], IndexChange, Timing]] = {
    "search, a new post": (SEARCH, entry_change(None, LIVE), Timing.GATHERED),
    "search, a correction": (SEARCH, entry_change(LIVE, CORRECTED), Timing.GATHERED),
    "search, a removed post": (SEARCH, entry_change(LIVE, REMOVED), Timing.QUEUED),
    "search, a post whose entry is lost": (SEARCH, entry_change(LIVE, None), Timing.QUEUED),
    "search, a removed post that comes back": (SEARCH, entry_change(REMOVED, LIVE), Timing.GATHERED),
    "search, other settings": (SEARCH, SiteChange(SITE_IN_ENGLISH, SITE_IN_KOREAN), Timing.GATHERED),
    "tags, a new post": (TAGS, of_year(YEAR_2026, replace(YEAR_2026, tag_counts={})), Timing.GATHERED),
    "tags, the first post of a year": (TAGS, of_year(None, YEAR_2026), Timing.GATHERED),
    "tags, a removed post": (TAGS, of_year(YEAR_2026, replace(YEAR_2026, removed_id="r")), Timing.NOW),
    "tags, a clinic that closes": (TAGS, ClinicChange(IN_ENGLISH, replace(IN_ENGLISH, fp="2")), Timing.NOW),
    "year page, another tag": (
        YEAR_PAGE,
        of_year(YEAR_2026, replace(YEAR_2026, tag_counts={}, page_id="q-2")),
        Timing.GATHERED,
    ),
    "year page, another month": (
        YEAR_PAGE,
        of_year(YEAR_2026, replace(YEAR_2026, months={4: 1, 5: 1}, tag_counts={}, page_id="q-2")),
        Timing.NOW,
    ),
    "year page, a removed post with a tag": (
        YEAR_PAGE,
        of_year(YEAR_2026, replace(YEAR_2026, removed_id="r", tag_counts={}, page_id="q-2")),
        Timing.NOW,
    ),
    "year page, the first one": (YEAR_PAGE, of_year(None, YEAR_2026), Timing.NOW),
    "year, any": (YEAR, entry_change(LIVE, REMOVED), Timing.NOW),
}


@pytest.mark.parametrize(("kind", "change", "timing"), TIMES.values(), ids=TIMES)
def test_additions_are_gathered_and_removals_are_not(
    kind: ListingKind[object, object], change: IndexChange, timing: Timing
) -> None:
    assert kind.timing(change) == timing


MORE = replace(LANGUAGE_ROW, clinics=(HERE, OTHER), total=2)
SHOWN = ClinicInLanguageRow("en", NAME, shown=HERE)
LESS: dict[str, tuple[ListingKind[object, object], ListingRow, ListingRow, bool]] = {
    "a clinic more": (LANGUAGE, LANGUAGE_ROW, MORE, False),
    "a clinic less": (LANGUAGE, MORE, LANGUAGE_ROW, True),
    "a clinic for another": (LANGUAGE, LANGUAGE_ROW, replace(LANGUAGE_ROW, clinics=(OTHER,)), True),
    "a clinic less that the home page did not show": (
        LANGUAGE,
        replace(LANGUAGE_ROW, total=30),
        replace(LANGUAGE_ROW, total=29),
        True,
    ),
    "the first post of a clinic": (CLINIC, replace(SHOWN, shown=None), SHOWN, False),
    "the last post of a clinic": (CLINIC, SHOWN, replace(SHOWN, shown=None), True),
    "a tag less": (TAGS, TAGS_ROW, replace(TAGS_ROW, linked=()), True),
    "a tag more": (TAGS, TAGS_ROW, replace(TAGS_ROW, linked=("ears", "sleep")), False),
    "a post less in a year": (YEAR, YEAR_2026, replace(YEAR_2026, removed_id="r"), True),
    "a post more in a year": (YEAR, YEAR_2026, replace(YEAR_2026, id="2"), False),
    "a post less in a month": (MONTH, PART, replace(PART, removed_id="r"), True),
}


@pytest.mark.parametrize(("kind", "before", "after", "less"), LESS.values(), ids=LESS)
def test_copies_go_where_less_is_shown(
    kind: ListingKind[object, object], before: ListingRow, after: ListingRow, less: bool
) -> None:
    assert kind.shows_less(before, after) == less
