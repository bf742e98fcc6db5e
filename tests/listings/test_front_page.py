"""The front door and the page for addresses at which nothing is: for readers of every language."""

import pytest

from colophon.listings.kinds.front import render_front, render_not_found


@pytest.fixture
def site(make_shelf):
    return make_shelf().site


def _doors(tree):
    return [(door.get("lang"), door.find(".//a").get("href")) for door in tree.findall(".//ul[@class='doors']/li")]


@pytest.mark.parametrize("page", [render_front, render_not_found])
def test_every_language_has_its_door(site, parse, page):
    assert _doors(parse(page(site, 1))) == [
        ("en", "/en/"),
        ("ja", "/ja/"),
        ("ko", "/ko/"),
        ("zh-Hans", "/zh-Hans/"),
    ]


def test_the_front_names_each_language_and_the_site_as_its_readers_do(site, parse):
    doors = parse(render_front(site, 1)).findall(".//ul[@class='doors']/li")
    assert [["".join(part.itertext()) for part in door.find("a")] for door in doors[:3]] == [
        ["English", "Clinic Reader"],
        ["日本語", "クリニックリーダー"],
        ["한국어", "클리닉 리더"],
    ]


def test_nothing_found_is_said_in_every_language_and_never_indexed(site, parse):
    tree = parse(render_not_found(site, 1))
    said = [door.findtext("p") for door in tree.findall(".//ul[@class='doors']/li")]
    assert said[:3] == [
        "There is no page at this address.",
        "このアドレスにページはありません。",
        "이 주소에는 페이지가 없습니다.",
    ]
    assert len(set(said)) == 4
    assert tree.find(".//meta[@name='robots']").get("content") == "noindex"
    assert tree.find(".//link[@rel='canonical']") is None


@pytest.mark.parametrize("page", [render_front, render_not_found])
def test_a_site_without_english_speaks_its_first_language(site, parse, page):
    korean = site.model_copy(update={"languages": ("ko", "ja")})
    assert parse(page(korean, 1)).get("lang") == "ko"
    assert parse(page(site, 1)).get("lang") == "en"


def test_a_site_of_one_language_shows_no_switch(site, parse):
    alone = site.model_copy(update={"languages": ("ko",)})
    assert parse(render_front(alone, 1)).find(".//nav[@class='languages']") is None
