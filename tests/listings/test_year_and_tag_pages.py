"""The page about a year of a clinic, and the page of a tag."""

import json

import pytest
from msgspec.structs import replace

from colophon.listings.kinds.clinic import render_archive
from colophon.listings.part_page import render_period, render_posts_sitemap
from colophon.listings.periods import Period
from colophon.listings.tag_page import render_tag
from colophon.listings.year_page import render_year


def _links(tree, path):
    return [(link.get("href"), link.text) for link in tree.findall(path)]


@pytest.mark.parametrize(
    ("lang", "heading", "month"),
    [("en", "2026", "January"), ("ko", "2026년", "1월"), ("ja", "2026年", "1月"), ("zh-Hans", "2026年", "1月")],
)
def test_a_year_names_its_months_and_tags_without_counts(make_year, parse, lang, heading, month):
    tree = parse(render_year(make_year(lang, 2), 1))
    assert tree.findtext(".//h1") == heading
    assert _links(tree, ".//ol[@class='months']//a")[0] == (f"/{lang}/noeul-dental/2026/01/", month)
    assert next(path for path, _ in _links(tree, ".//ul[@class='tags']//a")) == f"/{lang}/noeul-dental/#q=teeth"
    assert tree.find(".//*[@class='number']") is None
    assert tree.find(".//*[@class='count']") is None


def test_a_year_whose_months_are_not_there_yet_asks_not_to_be_found(make_year, parse):
    tree = parse(render_year(make_year(count=0), 1))
    assert tree.findtext(".//p[@class='nothing']")
    assert tree.find(".//meta[@name='robots']").get("content") == "noindex"
    assert parse(render_year(make_year(), 1)).find(".//meta[@name='robots']") is None


def test_the_archive_a_month_and_the_sitemap_lead_to_the_year(make_archive, make_month, parse):
    years = make_archive().years
    with_pages = make_archive(years=tuple(replace(year, has_page=True) for year in years))
    assert _links(parse(render_archive(with_pages, 1)), ".//ol[@class='years']/li/h3/a") == [
        ("/en/noeul-dental/2026/", "2026"),
        ("/en/noeul-dental/2024/", "2024"),
    ]
    assert not _links(parse(render_archive(make_archive(), 1)), ".//ol[@class='years']/li/h3/a")
    month = parse(render_period(make_month(has_year_page=True), 1))
    assert ("/en/noeul-dental/2026/", "2026") in _links(month, ".//main//a")
    assert ("/en/noeul-dental/2026/", "2026") not in _links(parse(render_period(make_month(), 1)), ".//main//a")
    sitemap = make_month(has_year_page=True, period=Period(2026))
    assert b"<loc>https://reader.example/en/noeul-dental/2026/</loc>" in render_posts_sitemap(sitemap, 1)
    empty = make_month(count=0, has_year_page=True, period=Period(2026))
    assert b"<loc>" not in render_posts_sitemap(empty, 1)


def test_a_year_and_a_month_of_the_archive_can_be_linked_to(make_archive, parse):
    tree = parse(render_archive(make_archive(), 1))
    assert [item.get("id") for item in tree.findall(".//ol[@class='years']/li")] == ["period_2026", "period_2024"]
    assert [item.get("id") for item in tree.findall(".//ol[@class='months']/li")] == [
        *("period_2026-04", "period_2024-12", "period_2024-01"),
    ]


def test_a_tag_heads_its_page_with_the_number_of_its_posts(make_tag, parse):
    tree = parse(render_tag(make_tag(), 1))
    assert tree.findtext(".//h1") == "잠 & 꿈"
    assert tree.findtext(".//p[@class='count']") == "Posts: 10"
    assert len(tree.findall(".//ol[@class='entries']/li")) == 3
    described = json.loads(tree.findtext(".//script[@type='application/ld+json']"))
    assert len(described["mainEntity"]["itemListElement"]) == 3


def test_posts_that_a_tag_does_not_list_are_counted_by_year_and_all_are_found_by_the_search(make_tag, parse):
    tree = parse(render_tag(make_tag(), 1))
    assert _links(tree, ".//nav[@class='calendar']//a") == [("/en/noeul-dental/2024/", "2024")]
    assert tree.findtext(".//nav[@class='calendar']//span") == "7"
    search, archive = _links(tree, ".//nav[@class='read-on']//a")
    assert search == (
        "/en/noeul-dental/#q=%EC%9E%A0%20%26%20%EA%BF%88",
        "Search all posts of this clinic for “잠 & 꿈”",
    )
    assert archive[0] == "/en/noeul-dental/"


def test_tags_of_the_archive_lead_to_their_pages_where_there_are_some(make_archive, parse):
    tree = parse(render_archive(make_archive(slugs=("teeth",)), 1))
    paths = [path for path, _ in _links(tree, ".//section[@class='topics']//a")]
    assert paths == ["/en/noeul-dental/tags/teeth/", "/en/noeul-dental/#q=%EC%9E%A0%20%26%20%EA%BF%88"]
