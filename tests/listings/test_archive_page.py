"""A clinic's archive: newest posts, years and months with counts, topics, and a search that waits for its script."""

import json

import pytest

from colophon.listings.kinds.clinic import YearCount, render_archive
from colophon.listings.search import search_script_path


def _links(tree, path):
    return [(link.get("href"), link.get("aria-label") or link.text) for link in tree.findall(path)]


def test_years_and_their_months_lead_to_the_months_with_counts(make_archive, parse):
    tree = parse(render_archive(make_archive(), 1))
    years = tree.findall(".//ol[@class='years']/li")
    assert ["".join(year.find("h3").itertext()) for year in years] == ["2026 Posts: 3", "2024 Posts: 5"]
    assert _links(tree, ".//ol[@class='months']//a") == [
        ("/en/noeul-dental/2026/04/", "April 2026"),
        ("/en/noeul-dental/2024/12/", "December 2024"),
        ("/en/noeul-dental/2024/01/", "January 2024"),
    ]
    months = tree.findall(".//ol[@class='months']/li")
    assert ["".join(month.itertext()) for month in months] == ["April 3", "December 2", "January 3"]


@pytest.mark.parametrize(
    ("lang", "shown", "said", "total"),
    [
        ("ko", "4월", "2026년 4월", "글 3개"),
        ("ja", "4月", "2026年4月", "記事：3件"),
        ("zh-Hans", "4月", "2026年4月", "文章：3 篇"),
    ],
)
def test_months_and_counts_are_told_in_the_readers_language(make_archive, parse, lang, shown, said, total):
    tree = parse(render_archive(make_archive(lang), 1))
    link = tree.find(".//ol[@class='months']//a")
    # Who speaks to the browser says what they see: it is a part of the name.
    assert (link.text, link.get("aria-label")) == (shown, said)
    assert shown in said
    assert tree.findtext(".//ol[@class='years']/li/h3/span") == total


def test_the_notices_stand_before_the_search_and_the_search_before_the_posts(make_archive, parse):
    main = parse(render_archive(make_archive(), 1)).find(".//main")
    assert [element.get("class") for element in main] == ["listing-header", "notice-box", "search", "columns"]


def test_the_search_waits_hidden_for_its_script_and_knows_every_year(make_archive, parse):
    tree = parse(render_archive(make_archive(), 1))
    search = tree.find(".//div[@data-search]")
    assert search.get("hidden") is not None
    assert search.get("data-shards") == "/en/noeul-dental/search-2026.json /en/noeul-dental/search-2024.json"
    assert all(search.get(f"data-{words}") for words in ("found", "first", "none", "more", "failed"))
    assert "{number}" in search.get("data-found")
    assert search.find("input[@type='search']").get("aria-label") == "Search this clinic’s posts"
    assert search.find("p[@class='everywhere']/a").get("href") == "/en/search/"
    assert [script.get("src") for script in tree.iter("script") if script.get("src")] == [search_script_path()]


def test_what_the_search_finds_will_carry_its_label_before_its_title(make_archive, parse):
    (result,) = parse(render_archive(make_archive("ko"), 1)).findall(".//template//li[@class='entry']")
    assert [element.get("data-notice") or element.tag for element in result] == ["archive-label", "h2", "p", "p"]
    assert result.find("h2/a") is not None
    assert result.find("p/time") is not None
    assert result.find("p[@class='excerpt']") is not None


def test_an_empty_archive_says_so_asks_not_to_be_found_and_searches_nothing(make_archive, parse):
    tree = parse(render_archive(make_archive(count=0), 1))
    assert tree.findtext(".//p[@class='nothing']") == "No posts are shown here at present."
    assert tree.find(".//meta[@name='robots']").get("content") == "noindex"
    assert tree.find(".//*[@data-search]") is None
    assert not [script for script in tree.iter("script") if script.get("src")]
    assert tree.find(".//a[@href='/en/noeul-dental/profile/']") is not None
    assert parse(render_archive(make_archive(), 1)).find(".//meta[@name='robots']") is None


def test_both_names_lead_the_page_each_in_its_language(make_archive, parse):
    heading = parse(render_archive(make_archive(), 1)).find(".//h1")
    assert heading.text.strip() == "Noeul Dental"
    assert [(name.get("lang"), name.text) for name in heading.findall("span")] == [("ko", "노을치과의원")]


def test_the_title_and_description_say_what_the_posts_are(make_archive, parse):
    for lang, title in (("en", "Noeul Dental · AI-translated posts"), ("ko", "노을치과의원 · 보관된 원문")):
        tree = parse(render_archive(make_archive(lang), 1))
        assert tree.findtext(".//title").startswith(f"{title} · ")
    assert "Korean" in parse(render_archive(make_archive(), 1)).find(".//meta[@name='description']").get("content")


def test_feeds_are_offered_to_readers_and_to_their_programs(make_archive, parse):
    tree = parse(render_archive(make_archive(), 1))
    feeds = ["/en/noeul-dental/feed.xml", "/en/noeul-dental/feed.json"]
    assert [link.get("href") for link in tree.findall(".//link[@rel='alternate'][@type]")] == feeds
    assert [link.get("href") for link in tree.findall(".//p[@class='feeds']/a")] == feeds


def test_structured_data_lists_the_newest_posts_and_names_the_clinic(make_archive, parse):
    described = json.loads(parse(render_archive(make_archive(), 1)).findtext(".//script[@type='application/ld+json']"))
    assert described["about"] == {
        "@type": "Organization", "name": "Noeul Dental", "alternateName": ["노을치과의원"],
    }  # fmt: skip
    items = described["mainEntity"]["itemListElement"]
    assert [(item["position"], item["url"]) for item in items] == [
        (place + 1, f"https://reader.example/en/noeul-dental/post-{place}/") for place in range(3)
    ]


def test_a_year_keeps_the_order_it_is_given(make_archive, parse):
    view = make_archive(years=(YearCount(2025, {11: 1, 2: 9}),))
    assert [path for path, _ in _links(parse(render_archive(view, 1)), ".//ol[@class='months']//a")] == [
        "/en/noeul-dental/2025/11/",
        "/en/noeul-dental/2025/02/",
    ]
