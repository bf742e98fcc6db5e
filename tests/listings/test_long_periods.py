"""Periods that have too many posts for one listing: their pages, their sitemaps, their search shards, their names."""

import json
from collections import Counter
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from colophon.listings.kinds import group_of_item, group_of_key, groups_of_key, kind_of, merge_groups, part_groups_for
from colophon.listings.kinds.parts import DAY, MONTH, PREFIX
from colophon.listings.kinds.search import SEARCH
from colophon.listings.kinds.year import YEAR
from colophon.listings.part_page import Part, PeriodView, render_period, render_posts_sitemap, render_search_shard
from colophon.listings.periods import PREFIXES, Period, periods_listed, periods_of, prefix_of
from colophon.verbs.listings import enqueue_listings, parse_groups
from tests.listings.conftest import divided, shelf
from tests.listings.well_formed import SITEMAP, parsed

CLINIC = "noeul-dental"
ADDRESS = f"/en/{CLINIC}/"
LONG_MONTH, LONG_DAY = Period(2026, 4), Period(2026, 4, 3)


def links(page, parse):
    """What the parts are called, their full names, their addresses and their counts."""
    items = parse(page).findall(".//ol[@class='months']/li")
    return [(a.text, a.get("aria-label"), a.get("href"), li.findtext("span")) for li in items for a in li.findall("a")]


@pytest.mark.parametrize(
    ("lang", "first"),
    [
        ("en", ("April 1", "April 1, 2026")),
        ("ko", ("4월 1일", "2026년 4월 1일")),
        ("ja", ("4月1日", "2026年4月1日")),
        ("zh-Hans", ("4月1日", "2026年4月1日")),
    ],
)
def test_a_long_month_lists_its_days_with_their_counts(parse, lang, first):
    page = render_period(divided(lang, LONG_MONTH, 30), 1)
    found = links(page, parse)
    assert found[0] == (*first, f"/{lang}/{CLINIC}/2026/04/01/", "1")
    assert [count for *_, count in found] == [str(number) for number in range(1, 31)]
    assert str(sum(range(1, 31))) in parse(page).findtext(".//p[@class='count']")


@pytest.mark.parametrize(
    ("lang", "last"),
    [
        ("en", "Part 16"),
        ("ko", "16쪽"),
        ("ja", "16ページ"),
        ("zh-Hans", "第 16 页"),
    ],
)
def test_a_long_day_lists_its_parts_with_their_counts(parse, lang, last):
    found = links(render_period(divided(lang, LONG_DAY, 16), 1), parse)
    assert found[-1] == (last, None, f"/{lang}/{CLINIC}/2026/04/03/f/", "16")
    assert len(found) == len(PREFIXES)


@pytest.mark.parametrize(
    ("lang", "heading"),
    [
        ("en", "April 3, 2026 (part 16 of 16)"),
        ("ko", "2026년 4월 3일 (16쪽 중 16쪽)"),
        ("ja", "2026年4月3日（16ページ中16ページ）"),
        ("zh-Hans", "2026年4月3日（第 16 页，共 16 页）"),
    ],
)
def test_a_part_of_a_day_says_which_it_is(make_month, parse, lang, heading):
    tree = parse(render_period(make_month(lang, period=Period(2026, 4, 3, "f")), 1))
    assert tree.findtext(".//h1") == heading
    assert heading in tree.findtext(".//title")


@pytest.mark.parametrize("lang", ["en", "ko", "ja", "zh-Hans"])
@pytest.mark.parametrize("whole", [LONG_MONTH, LONG_DAY])
def test_what_a_link_is_called_aloud_holds_what_is_seen(parse, lang, whole):
    found = links(render_period(divided(lang, whole, 31), 1), parse)
    assert all(name in (label or name) for name, label, *_ in found)


@pytest.mark.parametrize(
    ("period", "way"),
    [
        (LONG_MONTH, [ADDRESS]),
        (LONG_DAY, [f"{ADDRESS}2026/04/", ADDRESS]),
        (Period(2026, 4, 3, "a"), [f"{ADDRESS}2026/04/03/", ADDRESS]),
    ],
)
def test_a_part_leads_back_to_what_it_is_a_part_of(make_month, parse, period, way):
    tree = parse(render_period(make_month(period=period), 1))
    assert [link.get("href") for link in tree.findall(".//nav[@class='read-on']//a")] == way
    trail = [link.get("href") for link in tree.findall(".//nav[@class='breadcrumb']//a")]
    assert trail[:2] == ["/en/", ADDRESS]
    assert trail[2:] == [f"{ADDRESS}{'/'.join(period.names[:length])}/" for length in range(2, len(period.names))]
    described = json.loads(tree.findtext(".//script"))["breadcrumb"]["itemListElement"]
    assert [item.get("item") for item in described] == [*(f"https://reader.example{path}" for path in trail), None]
    assert [item["position"] for item in described] == list(range(1, len(trail) + 2))
    assert tree.find(".//link[@rel='canonical']").get("href").endswith(f"{ADDRESS}{'/'.join(period.names)}/")


def test_a_program_is_told_which_pages_a_long_month_is_made_of(parse):
    data = json.loads(parse(render_period(divided("en", LONG_MONTH, 2), 1)).findtext(".//script"))
    items = data["mainEntity"]["itemListElement"]
    assert [(item["name"], item["url"]) for item in items] == [
        ("Noeul Dental · April 1, 2026", f"https://reader.example{ADDRESS}2026/04/01/"),
        ("Noeul Dental · April 2, 2026", f"https://reader.example{ADDRESS}2026/04/02/"),
    ]


def test_the_sitemap_of_a_divided_period_names_the_pages_of_its_parts():
    sitemap = render_posts_sitemap(divided("en", Period(2026), 2), 1)
    assert [loc.text for loc in parsed(sitemap, "sitemap.xsd").iter(f"{SITEMAP}loc")] == [
        f"https://reader.example{ADDRESS}2026/01/",
        f"https://reader.example{ADDRESS}2026/02/",
    ]


@pytest.mark.parametrize(
    ("whole", "names"),
    [(Period(2026), ["02", "01"]), (LONG_MONTH, ["04-02", "04-01"]), (LONG_DAY, ["04-03-0", "04-03-1"])],
)
def test_the_search_shard_of_a_divided_period_leads_to_those_of_its_parts_the_newest_first(whole, names):
    shard = json.loads(render_search_shard(divided("en", whole, 2), 1))
    assert shard["entries"] == []
    assert shard["parts"] == [f"{ADDRESS}search-2026-{name}.json" for name in names]
    assert "parts" not in json.loads(render_search_shard(PeriodView(shelf(), whole), 1))


def test_every_post_belongs_to_one_part_of_each_size():
    day = date(2024, 2, 29)
    year, month, day_of_month, part = periods_of(day, "first-steps")
    assert (year.name, month.name, day_of_month.name) == ("2024", "2024-02", "2024-02-29")
    assert part == Period(2024, 2, 29, prefix_of("first-steps"))
    assert [period.parent for period in (month, day_of_month, part)] == [year, month, day_of_month]
    for whole, own in ((year, month), (month, day_of_month), (day_of_month, part)):
        assert own in whole.children()
        assert [one for one in whole.children() if one.includes(day, "first-steps")] == [own]
        assert whole.part_with(day, "first-steps") == own


def test_the_posts_of_a_day_are_divided_evenly():
    counts = Counter(prefix_of(f"post-{number:05}") for number in range(8000))
    assert sorted(counts) == sorted(PREFIXES)
    assert all(count < 600 for count in counts.values())


def test_the_parts_of_a_year_are_told_in_few_letters():
    months = {4: ("01", "03-0f"), 2: ()}
    assert [period.name for period in periods_listed(2026, months)] == [
        *("2026", "2026-04", "2026-04-01", "2026-04-03", "2026-04-03-0", "2026-04-03-f", "2026-02"),
    ]


@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2024, 2, 29)])
def test_every_key_and_item_of_a_part_leads_back_to_it(day):
    groups = part_groups_for("en", CLINIC, day, "first-steps")
    assert [group.kind for group in groups] == [MONTH.number, DAY.number, PREFIX.number]
    for group in groups:
        kind, whole = kind_of(group), group.period
        own = kind.group_of_period("en", CLINIC, whole)
        assert group_of_item(*kind.item_key(group)) == own
        for path in (f"{'/'.join(whole.names)}/index.html", f"sitemap-{whole.name}.xml", f"search-{whole.name}.json"):
            assert groups_of_key(f"en/{CLINIC}/{path}")[-1] == own


def test_groups_are_merged_with_the_posts_of_all_or_without_any():
    month, day, prefix = part_groups_for("en", CLINIC, date(2026, 4, 3), "first-steps")
    whole = replace(prefix, posts=())
    assert (month.posts, day.posts, prefix.posts) == ((), (), ("first-steps",))
    others = [replace(prefix, posts=(f"post-{number:02}",)) for number in range(49)]
    assert merge_groups([month, prefix, day, prefix]) == [prefix, day, month]
    assert [len(group.posts) for group in merge_groups([prefix, *others])] == [50]
    assert merge_groups([prefix, *others, replace(prefix, posts=("one-more",))]) == [whole]
    assert merge_groups([prefix, whole]) == merge_groups([whole, prefix]) == [whole]


class SentMessages:
    """A queue that keeps what is sent to it."""

    def __init__(self):
        self.bodies = []

    def send(self, bodies, delay=0):
        self.bodies += bodies


def test_groups_that_earlier_code_does_not_know_have_messages_of_their_own_which_are_never_too_long():
    days = [date(2026, 4, 1) + timedelta(number) for number in range(30)]
    names = [f"{number:03}{'p' * 78}" for number in range(800)]
    parts = [group for day in days for name in names for group in part_groups_for("en", "c" * 81, day, name)]
    queue = SentMessages()
    enqueue_listings([SEARCH.group("en"), YEAR.group("en", CLINIC, 2026), *parts], queue)
    sent = [parse_groups(body) for body in queue.bodies]
    assert sorted(groups for groups in sent if not groups[0].month) == [
        (YEAR.group("en", CLINIC, 2026),),
        (SEARCH.group("en"),),
    ]
    assert all(group.month for groups in sent if groups[0].month for group in groups)
    assert sum(map(len, sent)) == 1 + 1 + 1 + 30 + 30 * len(PREFIXES)
    assert max(map(len, queue.bodies)) < 262_144


def test_the_page_of_a_month_is_the_years_or_the_months():
    key = f"en/{CLINIC}/2026/04/index.html"
    assert groups_of_key(key) == [YEAR.group("en", CLINIC, 2026), MONTH.group("en", CLINIC, 2026, 4)]
    assert group_of_key(key) == YEAR.group("en", CLINIC, 2026)


@pytest.mark.parametrize(
    "key", ["2026/04/03/g/index.html", "2026/4/03/index.html", "2026/04/03/a/b/index.html", "search-2026-4.json"]
)
def test_no_other_key_is_that_of_a_part(key):
    assert not [group for group in groups_of_key(f"en/{CLINIC}/{key}") if group.kind in (MONTH.number, DAY.number)]
    assert not [group for group in groups_of_key(f"en/{CLINIC}/{key}") if group.kind == PREFIX.number]


def test_a_year_has_a_part_for_each_of_its_days():
    days = [day for month in Period(2024).children() for day in month.children()]
    assert [period.first_day for period in days] == [date(2024, 1, 1) + timedelta(number) for number in range(366)]
    assert Part(days[0], 3).period == Period(2024, 1, 1)
