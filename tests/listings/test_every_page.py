"""What holds for each kind of listing page, in each language, empty and full."""

import json
import re
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

LANGUAGES = ("en", "ja", "ko", "zh-Hans")


def _metas(tree):
    return {meta.get("name") or meta.get("property"): meta.get("content") for meta in tree.iter("meta")}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 40])
def test_a_page_is_well_formed_and_has_one_main_heading(any_page, parse, lang, count):
    tree = parse(any_page(lang, count))
    assert len(tree.findall(".//h1")) == 1
    assert tree.findtext(".//title")
    ranks = [int(element.tag[1]) for element in tree.iter() if re.fullmatch("h[1-6]", element.tag)]
    assert all(after <= before + 1 for before, after in pairwise(ranks))


def test_every_id_is_there_once_and_whatever_names_one_finds_it(any_page, parse):
    tree = parse(any_page("en", 3))
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    named = {element.get(name) for element in tree.iter() for name in ("aria-labelledby", "for") if element.get(name)}
    named |= {link.get("href")[1:] for link in tree.iter("a") if link.get("href").startswith("#")}
    assert named <= set(ids)


def test_the_same_view_makes_the_same_bytes_and_says_its_revision(any_page, parse):
    page = any_page("ja", 3)
    assert any_page("ja", 3) == page
    assert _metas(parse(page))["colophon-rev"] == "7"
    assert page.count(b'content="7"') == 1


def test_nothing_is_styled_in_line_and_nothing_is_fetched_from_elsewhere(any_page, parse):
    tree = parse(any_page("en", 3))
    for element in tree.iter():
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
    scripts = [script for script in tree.iter("script") if script.get("type") != "application/ld+json"]
    assert not [script for script in scripts if script.text]
    fetched = [element.get("src") for element in tree.iter() if element.get("src")]
    fetched += [link.get("href") for link in tree.iter("link") if link.get("rel") == "stylesheet"]
    assert all(urlsplit(address).netloc == "" and address.startswith("/") for address in fetched)


def test_a_keyboard_gets_past_the_header_and_every_language_is_one_step_away(any_page, parse):
    tree = parse(any_page("en", 3))
    first = next(tree.iter("a"))
    assert (first.get("href"), first.get("class")) == ("#main", "skip")
    links = tree.findall(".//nav[@class='languages']//a")
    assert [(link.get("lang"), link.text) for link in links] == [
        ("en", "English"), ("ja", "日本語"), ("ko", "한국어"), ("zh-Hans", "简体中文"),
    ]  # fmt: skip
    assert all(link.get("href").startswith(f"/{link.get('lang')}/") for link in links)
    assert [link.get("aria-current") for link in links] == ["true", None, None, None]


def test_a_page_that_listings_and_search_engines_may_name_is_canonical_to_itself(any_page, parse):
    tree = parse(any_page("en", 3))
    canonical = tree.find(".//link[@rel='canonical']")
    metas = _metas(tree)
    if canonical is None:
        assert metas["robots"] == "noindex"
        assert "og:url" not in metas
        return
    assert canonical.get("href").startswith("https://reader.example/")
    assert metas["og:url"] == canonical.get("href")
    assert metas["og:type"] == "website"
    assert metas["og:site_name"] == "Clinic Reader"
    assert metas["og:locale"] == "en_US"
    assert metas["og:title"]
    assert metas["description"] == metas["og:description"] != ""


def test_only_homes_and_the_front_door_name_alternates_and_all_name_the_same(any_page, parse):
    tree = parse(any_page("ja", 3))
    alternates = {link.get("hreflang"): link.get("href") for link in tree.findall(".//link[@hreflang]")}
    canonical = tree.find(".//link[@rel='canonical']")
    if canonical is not None and canonical.get("href") in ("https://reader.example/ja/", "https://reader.example/"):
        homes = {lang: f"https://reader.example/{lang}/" for lang in LANGUAGES}
        assert alternates == {**homes, "x-default": "https://reader.example/"}
    else:
        assert alternates == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_structured_data_is_schema_org_and_claims_no_review_and_no_medicine(any_page, parse, lang):
    for script in parse(any_page(lang, 3)).findall(".//script[@type='application/ld+json']"):
        described = json.loads(script.text)
        assert described["@context"] == "https://schema.org"
        assert described["@type"] in {"CollectionPage", "ProfilePage"}
        assert described["inLanguage"] == lang
        assert not re.search("medical|review|physician|rating|hospital", script.text, re.IGNORECASE)


def test_headings_and_names_in_another_language_say_so(any_page, parse):
    tree = parse(any_page("en", 3))
    parents = {child: parent for parent in tree.iter() for child in parent}
    for element in tree.find(".//body").iter():
        if re.search("[가-힣]", (element.text or "").replace("잠 & 꿈", "")):
            around = element
            while around.get("lang") is None:
                around = parents[around]
            assert around.get("lang") == "ko", element.text
