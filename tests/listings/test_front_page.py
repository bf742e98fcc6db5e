"""The front door and the page for addresses at which nothing is: for readers of every language."""

import pytest

from colophon.language.words import words_for
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


def test_the_front_says_in_each_language_what_the_site_is_and_that_it_holds_machine_translations(site, parse):
    named = site.model_copy(update={"about": {"en": "What clinics write.", "ja": "クリニックの記事。"}})
    doors = parse(render_front(named, 1)).findall(".//ul[@class='doors']/li")
    assert [["".join(part.itertext()) for part in door.iter("p")] for door in doors[:3]] == [
        [
            "English",
            "Clinic Reader",
            "What clinics write.",
            "Posts by clinics, translated from Korean by AI and labelled as such.",
        ],
        [
            "日本語",
            "クリニックリーダー",
            "クリニックの記事。",
            words_for("ja").listings["home"]["description"].format(language="韓国語"),
        ],
        ["한국어", "클리닉 리더", words_for("ko").listings["home"]["description"].format(language="한국어")],
    ]


def test_where_nothing_is_every_language_leads_home_and_to_all_clinics(site, parse):
    doors = parse(render_not_found(site, 1)).findall(".//ul[@class='doors']/li")
    assert [[link.get("href") for link in door.iter("a")] for door in doors] == [
        [f"/{lang}/", f"/{lang}/search/"] for lang in site.languages
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
