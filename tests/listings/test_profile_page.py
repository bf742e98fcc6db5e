"""Who a clinic is: names as registered, where it publishes, and no word that would be advertising."""

import json
import re

import pytest

from colophon.listings.profile import render_profile

LANGUAGES = ("en", "ja", "ko", "zh-Hans")


def test_names_stand_as_registered_each_in_its_language(make_profile, parse):
    rows = parse(render_profile(make_profile(), 1)).findall(".//dl/div")
    assert [(row.findtext("dt"), row.findtext("dd"), row.find("dd").get("lang")) for row in rows] == [
        ("English", "Noeul Dental", "en"),
        ("Korean", "노을치과의원", "ko"),
        ("Registration", "Sample registry 1", None),
    ]


def test_channels_are_named_by_kind_and_lead_out_without_a_recommendation(make_profile, parse):
    rows = parse(render_profile(make_profile(), 1)).findall(".//ul[@class='channels']/li")
    assert [(row.findtext("span"), row.findtext("a"), row.find("a").get("href")) for row in rows] == [
        ("Naver Blog", "노을 블로그", "https://blog.naver.com/noeul-example"),
        ("Website", "노을치과", "https://noeul.example"),
    ]
    assert {row.find("a").get("rel") for row in rows} == {"nofollow noopener noreferrer"}


def test_a_clinic_without_channels_or_registration_has_no_empty_places_for_them(make_profile, parse):
    record = make_profile().record.model_copy(update={"channels": {}, "registration": None})
    tree = parse(render_profile(make_profile(record=record), 1))
    assert tree.find(".//ul[@class='channels']") is None
    assert [row.findtext("dt") for row in tree.findall(".//dl/div")] == ["English", "Korean"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_prompts_to_book_to_call_or_to_pay(make_profile, parse, lang):
    main = parse(render_profile(make_profile(lang), 1)).find(".//main")
    prompts = (
        "book|appointment|price|phone|call |contact|예약|가격|전화|문의|상담|予約|料金|電話|相談|预约|价格|电话|咨询"
    )
    assert not re.search(prompts, "".join(main.itertext()), re.IGNORECASE)
    assert not main.findall(".//form")
    assert not [link for link in main.iter("a") if link.get("href").startswith(("tel:", "mailto:"))]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_archive_is_one_step_away(make_profile, parse, lang):
    assert parse(render_profile(make_profile(lang), 1)).find(f".//main//a[@href='/{lang}/noeul-dental/']") is not None


def test_structured_data_names_the_organization_and_what_it_is_the_same_as(make_profile, parse):
    described = json.loads(parse(render_profile(make_profile(), 1)).findtext(".//script[@type='application/ld+json']"))
    assert described["@type"] == "ProfilePage"
    assert described["mainEntity"] == {
        "@type": "Organization",
        "name": "Noeul Dental",
        "alternateName": ["노을치과의원"],
        "sameAs": ["https://blog.naver.com/noeul-example", "https://noeul.example"],
    }
