"""A month of a clinic."""

import pytest

from colophon.listings.part_page import render_period


@pytest.mark.parametrize(
    ("lang", "heading"), [("en", "April 2026"), ("ko", "2026년 4월"), ("ja", "2026年4月"), ("zh-Hans", "2026年4月")]
)
def test_the_month_heads_its_page(make_month, parse, lang, heading):
    tree = parse(render_period(make_month(lang), 1))
    assert tree.findtext(".//h1") == heading
    assert heading in tree.findtext(".//title")


def test_the_clinic_is_named_in_both_scripts_and_the_way_back_is_its_archive(make_month, parse):
    tree = parse(render_period(make_month(), 1))
    kicker = tree.find(".//p[@class='kicker']")
    assert kicker.text == "Noeul Dental "
    assert kicker.find("span[@lang='ko']").text == "노을치과의원"
    back = tree.findall(".//nav[@class='breadcrumb']//a")[-1]
    assert (back.get("href"), back.text) == ("/en/noeul-dental/", "Noeul Dental")
    assert tree.find(".//nav[@class='read-on']//a").get("href") == "/en/noeul-dental/"


def test_every_post_is_there_in_its_order_and_counted(make_month, parse):
    tree = parse(render_period(make_month(count=40), 1))
    paths = [link.get("href") for link in tree.findall(".//ol[@class='entries']/li/h2/a")]
    assert paths == [f"/en/noeul-dental/post-{place}/" for place in range(40)]
    assert tree.findtext(".//p[@class='count']") == "Posts: 40"


def test_an_empty_month_says_so_and_asks_not_to_be_found(make_month, parse):
    tree = parse(render_period(make_month(count=0), 1))
    assert tree.findtext(".//p[@class='nothing']")
    assert tree.find(".//meta[@name='robots']").get("content") == "noindex"


def test_the_notices_stand_before_the_first_entry(make_month, parse):
    main = parse(render_period(make_month(), 1)).find(".//main")
    assert [element.get("class") for element in main] == [
        "listing-header", "notice-box", "search", "entries", "read-on",
    ]  # fmt: skip
