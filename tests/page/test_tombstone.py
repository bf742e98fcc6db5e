"""Tombstones: what is said where a page was."""

from datetime import datetime, timedelta, timezone
from typing import get_args

import pytest

from colophon.language.served import served_languages
from colophon.notices.gate import check_tombstone
from colophon.notices.policy import notices_for_tombstone
from colophon.page.tombstone import render_tombstone, tombstone_language, tombstone_status
from colophon.views import TombstoneKind, TombstoneView
from colophon.withdrawal import WithdrawalReason

SEOUL = timezone(timedelta(hours=9))
AT = datetime(2026, 3, 1, 9, 30, tzinfo=SEOUL)
STATUS = {"legal": 451, "gone": 410, "withdrawn": 410, "hold": 404, "moved": 301, "absent": 404}


def _tombstone(kind, lang="en", **told):
    location = "/en/noeul-dental/guards/" if kind == "moved" else ""
    return TombstoneView(kind, lang, location=location, **told)


def _words(tree):
    return [" ".join(element.itertext()) for element in tree.iter("p") if element.get("data-notice")]


@pytest.mark.parametrize("lang", served_languages())
@pytest.mark.parametrize("kind", get_args(TombstoneKind))
def test_every_kind_speaks_every_language_and_says_its_status_in_the_bytes(parse, kind, lang):
    view = _tombstone(kind, lang)
    page = render_tombstone(view, 4)
    check_tombstone(page, notices_for_tombstone(view, lang))
    tree = parse(page)
    metas = {meta.get("name"): meta.get("content") for meta in tree.iter("meta")}
    assert tree.get("lang") == lang
    assert len(tree.findall(".//h1")) == 1
    assert metas["colophon-status"] == str(tombstone_status(_tombstone(kind))) == str(STATUS[kind])
    assert metas["robots"] == "noindex"
    assert metas["colophon-rev"] == "4"


@pytest.mark.parametrize("lang", served_languages())
@pytest.mark.parametrize("reason", get_args(WithdrawalReason))
def test_a_withdrawal_and_a_hold_say_why_in_words_of_the_fixed_list(parse, reason, lang):
    for kind in ("withdrawn", "hold"):
        tree = parse(render_tombstone(_tombstone(kind, lang, reason=reason), 1))
        assert tree.find(f".//p[@data-notice='reason-{reason}']") is not None


def test_a_hold_says_when_it_began_and_when_it_ends_with_the_zone(parse):
    tree = parse(render_tombstone(_tombstone("hold", at=AT, until=AT + timedelta(days=20)), 1))
    assert _words(tree)[1:] == [
        "Since: March 1, 2026 at 9:30 AM UTC+09:00",
        "The hold ends: March 21, 2026 at 9:30 AM UTC+09:00",
    ]


def test_what_is_gone_gives_no_reason_and_a_legal_one_gives_its_reference(parse):
    gone = parse(render_tombstone(_tombstone("gone", reason="clinic-request"), 1))
    assert len(_words(gone)) == 1
    legal = parse(render_tombstone(_tombstone("legal", reason="legal", reference="<Case 12>"), 1))
    assert _words(legal)[-1] == "Reference: <Case 12>"


def test_what_moved_links_to_its_new_address(parse):
    tree = parse(render_tombstone(_tombstone("moved"), 1))
    assert tree.find(".//p[@data-notice='tombstone-moved']/a").get("href") == "/en/noeul-dental/guards/"
    assert tree.find(".//link[@rel='canonical']").get("href") == "/en/noeul-dental/guards/"


def test_a_tombstone_for_readers_of_an_unknown_language_speaks_english(parse):
    assert tombstone_language("qaa") == "en"
    assert tombstone_language("ko-KR") == "ko-KR"
    assert parse(render_tombstone(_tombstone("absent", "qaa"), 1)).get("lang") == "en"


def _ways(tree):
    return [link.get("href") for link in tree.findall(".//nav[@class='read-on']//a")]


@pytest.mark.parametrize("lang", served_languages())
def test_a_tombstone_leads_on_to_the_clinic_all_clinics_and_home(parse, make_view, lang):
    site = make_view().site.model_copy(update={"languages": served_languages()})
    view = _tombstone("withdrawn", lang, site=site, clinic="noeul-dental")
    tree = parse(render_tombstone(view, 1))
    assert _ways(tree) == [f"/{lang}/noeul-dental/", f"/{lang}/search/", f"/{lang}/"]
    assert all(link.text for link in tree.findall(".//nav[@class='read-on']//a"))
    without = parse(render_tombstone(_tombstone("withdrawn", lang, site=site), 1))
    assert _ways(without) == [f"/{lang}/search/", f"/{lang}/"]


def test_a_tombstone_in_a_language_that_the_site_has_no_more_leads_to_the_front_door(parse, make_view):
    view = _tombstone("absent", "zh-Hans", site=make_view().site, clinic="noeul-dental")
    assert _ways(parse(render_tombstone(view, 1))) == ["/"]
    assert _ways(parse(render_tombstone(_tombstone("absent"), 1))) == []


def test_a_tombstone_can_stand_alone_or_under_the_sites_name(parse, make_view):
    assert parse(render_tombstone(_tombstone("absent"), 1)).find(".//header") is None
    tree = parse(render_tombstone(_tombstone("absent", site=make_view().site), 1))
    assert tree.find(".//header//a").get("href") == "/en/"
    assert tree.find(".//footer") is not None
