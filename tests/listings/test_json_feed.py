"""JSON Feeds: valid by version 1.1, and every item says what a reader is owed."""

import json
from html import unescape

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from colophon.listings.feeds import render_json_feed
from colophon.notices.gate import check_feed
from colophon.notices.policy import entry_label, notices_for_feed
from tests.listings.feeds import (
    ENTRY,
    HOSTILE,
    ORIGINAL,
    PLAIN,
    SITE,
    clinic_feed,
    hostile_entry,
    language_feed,
)
from tests.listings.well_formed import SCHEMAS

SCHEMA = Draft202012Validator(json.loads((SCHEMAS / "json-feed.json").read_text()))
VIEWS = {
    "language": language_feed(ENTRY, PLAIN),
    "clinic": clinic_feed(ENTRY, PLAIN),
    "originals": clinic_feed(ORIGINAL, lang="ko"),
    "empty": clinic_feed(),
    "empty language": language_feed(lang="ja"),
}


def read(view):
    feed = json.loads(render_json_feed(view, 12))
    SCHEMA.validate(feed)
    return feed


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_a_feed_follows_the_schema(view):
    assert len(read(view)["items"]) == len(view.entries)


def test_a_feed_says_where_it_lies_and_whose_it_is():
    feed = read(clinic_feed(ENTRY))
    assert feed["title"] == "Noeul Dental · Clinic Reader"
    assert feed["authors"] == [{"name": "Noeul Dental"}]
    assert feed["home_page_url"] == "https://reader.example/en/noeul-dental/"
    assert feed["feed_url"] == "https://reader.example/en/noeul-dental/feed.json"
    feed = read(language_feed(lang="ja"))
    assert (feed["title"], feed["language"]) == ("クリニックリーダー", "ja")
    assert (feed["home_page_url"], feed["feed_url"]) == (
        "https://reader.example/ja/",
        "https://reader.example/ja/feed.json",
    )


def test_an_item_says_where_and_what_and_when_and_by_whom():
    item = read(clinic_feed(ENTRY))["items"][0]
    assert item["id"] == item["url"] == "https://reader.example/en/noeul-dental/night-guards/"
    assert item["authors"] == [{"name": "Noeul Dental"}]
    assert (item["date_published"], item["date_modified"]) == ("2026-04-22T14:39:00+09:00", "2026-05-01T00:00:00Z")
    assert item["tags"] == ["AI-translated post", "teeth", "sleep"]
    assert item["image"].endswith("/%EC%82%AC%EC%A7%84%201.00ff-1200.jpg")
    assert "image" not in read(clinic_feed(PLAIN))["items"][0]


@pytest.mark.parametrize("view", [VIEWS["language"], VIEWS["clinic"], VIEWS["originals"]])
def test_every_item_carries_the_label_first_and_every_notice_that_a_feed_owes(view):
    feed = read(view)
    for item, shown in zip(feed["items"], view.entries, strict=True):
        label = entry_label(view.lang, shown.original).full_text
        assert item["title"] == f"{label} · {shown.title}"
        assert item["tags"][0] == label
        assert item["summary"].startswith(label)
        assert item["content_html"].startswith(f"<p>{label}</p>")
        assert shown.excerpt in item["content_html"]
        for notice in notices_for_feed(view.lang, view.site):
            assert notice.full_text in unescape(item["content_html"])
            assert notice.full_text in feed["description"]


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_the_gate_lets_a_feed_through(view):
    label = entry_label(view.lang, view.lang == "ko")
    check_feed(render_json_feed(view, 12), notices_for_feed(view.lang, view.site), label, len(view.entries))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_keeps_a_notice_from_the_gate(text):
    content = render_json_feed(clinic_feed(hostile_entry(text)), 12)
    check_feed(content, notices_for_feed("en", SITE), entry_label("en", False), 1)


def test_the_revision_stands_once_where_comparisons_mask_it():
    view = clinic_feed(ENTRY, *map(hostile_entry, HOSTILE))
    content = render_json_feed(view, 12)
    assert content.count(b'"rev": ') == content.count(b'"rev": 12') == 1
    assert content.replace(b'"rev": 12', b'"rev": 13') == render_json_feed(view, 13)
    assert json.loads(content)["_colophon"]["rev"] == 12


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_a_feed_or_says_more_than_text(text):
    (item,) = read(clinic_feed(hostile_entry(text)))["items"]
    assert item["title"] == f"AI-translated post · {text}"
    assert item["tags"][1] == text
    assert "<script" not in item["content_html"]
    assert item["content_html"].count("<") == 2 * (2 + len(notices_for_feed("en", SITE)))


def test_an_entry_whose_page_has_marks_says_so_and_no_other():
    differing = replace(ENTRY, differences=(("number", 2), ("link", 1)))
    with_marks, without = read(language_feed(differing, PLAIN))["items"]
    said = "A program found differences from the original and marked them: numbers (2), links (1)."
    assert said in with_marks["content_html"]
    assert "A program found" not in without["content_html"]
