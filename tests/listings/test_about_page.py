"""The page about the posts in a language: honest in every language, made from the settings alone."""

import re

import pytest
from msgspec.structs import replace

from colophon.decision.rows import PageToken, SiteRow
from colophon.language.languages import language_name
from colophon.language.served import served_languages
from colophon.language.words import words_for
from colophon.listings.about_page import finish_about, render_about
from colophon.listings.cards import ClinicSummary
from colophon.listings.kind import ListingSnapshot
from colophon.listings.kinds import group_of_key
from colophon.listings.kinds.clinic import ClinicInLanguageRow
from colophon.listings.kinds.language import LANGUAGE, LanguageRow
from colophon.notices.policy import notices_for_feed
from colophon.notices.texts import load_notice_file
from colophon.page.names import ClinicName
from colophon.problem import Misconfigured
from colophon.site_settings import Notices
from tests.listings.conftest import SITE

KEY = "en/about/index.html"


@pytest.mark.parametrize("lang", served_languages())
def test_it_has_every_notice_in_full_the_language_of_the_originals_and_the_contact(lang, parse):
    tree = parse(render_about(SITE, lang, 1))
    text = "".join(tree.find(".//main").itertext())
    assert all(notice.full_text in text for notice in notices_for_feed(lang, SITE))
    assert language_name("ko", lang) in "".join(tree.find(".//div[@class='prose']").itertext())
    assert SITE.contact in [link.get("href") for link in tree.findall(".//div[@class='prose']//a")]
    assert "{" not in text


@pytest.mark.parametrize("lang", served_languages())
def test_its_own_words_say_nothing_that_no_notice_may_say(lang):
    said = " ".join(words_for(lang).listings["language"].values()).lower()
    assert [word for word in load_notice_file(lang).forbidden if word in said] == []


def test_translations_and_originals_have_sections_of_their_own(parse):
    headings = {
        lang: [heading.text for heading in parse(render_about(SITE, lang, 1)).findall(".//h2")] for lang in ("en", "ko")
    }
    words = {lang: words_for(lang).listings["language"] for lang in ("en", "ko")}
    names = ("what", "made", "checked", "unchecked", "prevails", "ask")
    assert headings["en"] == [words["en"][name] for name in names]
    assert headings["ko"] == [
        words["ko"][name] for name in ("what_original", "made_original", "unchecked_original", "ask")
    ]


def test_without_the_medical_note_the_site_has_none_here_either(parse):
    silent = SITE.model_copy(update={"notices": Notices(medical=False)})
    shown = parse(render_about(silent, "en", 1)).findall(".//p[@data-notice]")
    assert [notice.get("data-notice") for notice in shown] == ["listing"]


def test_the_gate_stops_it_without_a_notice(monkeypatch):
    finish_about(SITE, "en", 1, "fp")
    whole = render_about(SITE, "en", 1)
    cut = re.sub(rb'<p class="notice" data-notice="medical".*?</p>', b"", whole)
    monkeypatch.setattr("colophon.listings.about_page.render_about", lambda *given: cut)
    with pytest.raises(Misconfigured, match="medical"):
        finish_about(SITE, "en", 1, "fp")


def _decide(*clinics, site=None):
    names = (ClinicName("en", "Sorae"),)
    rows = tuple(
        ClinicInLanguageRow("en", clinic, shown=ClinicSummary(clinic, names), years=(2026,), id="x")
        for clinic in clinics
    )
    snapshot = ListingSnapshot(LanguageRow("en", tokens={KEY: PageToken()}), site or SiteRow(fp="1", settings=SITE))
    return {listing.key: listing for listing in LANGUAGE.decide(snapshot, rows).listings}


def test_it_is_there_without_any_post_and_no_post_and_no_clinic_changes_it():
    none, some = _decide(), _decide("badaro", "sorae")
    assert none[KEY].fp == some[KEY].fp
    assert none["en/search/index.html"].fp != some["en/search/index.html"].fp
    assert none[KEY].make(3).content == some[KEY].make(3).content


def test_the_site_changes_it():
    contact = SITE.model_copy(update={"contact": "https://desk.example/"})
    other = _decide(site=SiteRow(fp="2", settings=contact))
    assert other[KEY].fp != _decide()[KEY].fp
    assert b"https://desk.example/" in other[KEY].make(1).content


def test_it_is_put_before_what_links_to_it_and_is_known_by_its_key():
    assert next(iter(_decide())) == KEY
    assert group_of_key(KEY) == LANGUAGE.group("en")


def test_a_language_that_the_site_no_longer_has_leaves_a_tombstone():
    korean = SITE.model_copy(update={"languages": ("ko",)})
    removed = replace(SiteRow(fp="2", settings=korean), removed_languages={"en": "2"})
    assert _decide(site=removed)[KEY].make(2).metadata["status"] == "404"
