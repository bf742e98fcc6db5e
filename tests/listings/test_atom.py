"""Atom feeds: valid by RFC 4287, and every entry says what a reader is owed."""

import feedparser
import pytest
from lxml.etree import DocumentInvalid
from msgspec.structs import replace

from colophon.listings.documents import render_xml
from colophon.listings.feeds import build_feed, render_atom_feed
from colophon.notices.gate import check_feed
from colophon.notices.policy import entry_label, notices_for_feed
from colophon.page.entry import Picture
from colophon.page.names import ClinicName
from tests.listings.feeds import (
    ENTRY,
    HOSTILE,
    ORIGINAL,
    PLAIN,
    SITE,
    clinic_feed,
    entry,
    hostile_entry,
    language_feed,
)
from tests.listings.well_formed import ATOM, parsed

VIEWS = {
    "language": language_feed(ENTRY, PLAIN),
    "clinic": clinic_feed(ENTRY, PLAIN),
    "originals": clinic_feed(ORIGINAL, lang="ko"),
    "empty": clinic_feed(),
    "empty language": language_feed(lang="ja"),
}


def tree_of(view):
    return parsed(render_atom_feed(view, 12), "atom.rng")


def read(view):
    feed = feedparser.parse(render_atom_feed(view, 12))
    assert not feed.bozo
    return feed


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_a_feed_follows_the_schema_and_a_feed_library_reads_it(view):
    tree_of(view)
    feed = read(view)
    assert feed.version == "atom10"
    assert len(feed.entries) == len(view.entries)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"<id>", b"<nid>"),
        (b"+09:00</published>", b"</published>"),
        (b"<updated>2026-05-01T", b"<updated>2026-05-32T"),
        (b"%EC", b"\xec\x82\xac"),
        (b"</author>", b"<email/></author>"),
        (b' type="html"', b' type="xhtml"'),
        (b"https://reader.example/en/noeul-dental/<", b"/en/noeul-dental/<"),
    ],
)
def test_the_schema_knows_wrong_from_right(right, wrong):
    content = render_atom_feed(clinic_feed(ENTRY), 12)
    assert right in content
    spoiled = content.replace(right, wrong, 1).replace(b"</id>", b"</nid>" if wrong == b"<nid>" else b"</id>", 1)
    with pytest.raises(DocumentInvalid):
        parsed(spoiled, "atom.rng")


def test_a_feed_of_a_clinic_is_by_the_clinic_and_names_the_site_too():
    feed = read(clinic_feed(ENTRY)).feed
    assert (feed.title, feed.author) == ("Noeul Dental · Clinic Reader", "Noeul Dental")
    assert feed.id == feed.link == "https://reader.example/en/noeul-dental/"
    assert [link.href for link in feed.links if link.rel == "self"] == [
        "https://reader.example/en/noeul-dental/feed.xml"
    ]


def test_a_feed_of_a_language_is_by_the_site():
    feed = read(language_feed(ENTRY, lang="en")).feed
    assert (feed.title, feed.author, feed.language) == ("Clinic Reader", "Clinic Reader", "en")
    assert feed.id == feed.link == "https://reader.example/en/"
    assert [link.href for link in feed.links if link.rel == "self"] == ["https://reader.example/en/feed.xml"]


def test_an_entry_says_where_and_what_and_by_whom():
    (told,) = read(clinic_feed(ENTRY)).entries
    assert told.id == told.link == "https://reader.example/en/noeul-dental/night-guards/"
    assert told.author == "Noeul Dental"
    assert [tag.term for tag in told.tags] == ["AI-translated post", "teeth", "sleep"]
    assert "Grinding wears teeth down." in told.summary
    (picture,) = told.enclosures
    assert picture.href == (
        "https://reader.example/images/noeul-dental/night-guards/%EC%82%AC%EC%A7%84%201.00ff-1200.jpg"
    )
    assert picture.type == "image/jpeg"


@pytest.mark.parametrize(
    ("ending", "media_type"), [("jpg", "image/jpeg"), ("png", "image/png"), ("webp", ""), ("old.jpg", "image/jpeg")]
)
def test_a_picture_has_the_type_of_its_file(ending, media_type):
    picture = Picture(f"/images/noeul-dental/night-guards/a.00ff-1200.{ending}", 1200, 800)
    (found,) = build_feed(clinic_feed(replace(ENTRY, pictures=(picture,)))).entries
    assert found.picture
    assert found.picture.url == SITE.url + picture.path
    assert found.picture.media_type == media_type


@pytest.mark.parametrize("view", [VIEWS["language"], VIEWS["clinic"], VIEWS["originals"]])
def test_every_entry_carries_the_label_first_and_every_notice_that_a_feed_owes(view):
    for told, shown in zip(read(view).entries, view.entries, strict=True):
        label = entry_label(view.lang, shown.original).full_text
        assert told.title == f"{label} · {shown.title}"
        assert told.tags[0].term == label
        assert told.summary.startswith(f"<p>{label}</p>")
        for notice in notices_for_feed(view.lang, view.site):
            assert notice.full_text in told.summary
            assert notice.full_text in read(view).feed.subtitle


def test_without_the_medical_note_the_others_stay():
    site = SITE.model_copy(update={"notices": SITE.notices.model_copy(update={"medical": False})})
    (told,) = read(clinic_feed(ENTRY, site=site)).entries
    (listing,) = notices_for_feed("en", site)
    assert listing.full_text in told.summary
    assert "not medical advice" not in told.summary


def test_times_are_those_of_the_uploads():
    told = tree_of(clinic_feed(ENTRY, PLAIN, ORIGINAL)).findall(f"{ATOM}entry")
    times = [(one.findtext(f"{ATOM}published"), one.findtext(f"{ATOM}updated")) for one in told]
    assert times == [
        ("2026-04-22T14:39:00+09:00", "2026-05-01T00:00:00Z"),
        ("2026-01-02T09:00:00Z", "2026-01-02T09:00:00Z"),
        ("2025-02-03T00:00:00Z", "2025-02-03T00:00:00Z"),
    ]


def test_a_feed_is_as_old_as_its_latest_change():
    older, newer = entry(modified="2026-05-01"), entry(modified="", published="2026-05-01T08:30:00+09:00")
    assert tree_of(clinic_feed(newer, older)).findtext(f"{ATOM}updated") == "2026-05-01T00:00:00Z"
    later = entry(modified="", published="2026-05-01T09:00:01+09:00")
    assert tree_of(clinic_feed(later, older)).findtext(f"{ATOM}updated") == "2026-05-01T09:00:01+09:00"


def test_an_entry_never_changed_before_it_came():
    reviewed_first = entry(published="2026-05-01T14:39:00+09:00", modified="2026-05-01")
    told = tree_of(clinic_feed(reviewed_first)).find(f"{ATOM}entry")
    assert told.findtext(f"{ATOM}updated") == told.findtext(f"{ATOM}published") == "2026-05-01T14:39:00+09:00"


def test_an_empty_feed_tells_a_fixed_time():
    assert tree_of(clinic_feed()).findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_the_gate_lets_a_feed_through(view):
    label = entry_label(view.lang, view.lang == "ko")
    check_feed(render_atom_feed(view, 12), notices_for_feed(view.lang, view.site), label, len(view.entries))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_keeps_a_notice_from_the_gate(text):
    content = render_atom_feed(clinic_feed(hostile_entry(text)), 12)
    check_feed(content, notices_for_feed("en", SITE), entry_label("en", False), 1)


def test_the_revision_stands_once_where_comparisons_mask_it():
    content = render_atom_feed(clinic_feed(ENTRY, *map(hostile_entry, HOSTILE)), 12)
    assert content.count(b"<!-- rev ") == content.count(b"<!-- rev 12 -->") == 1
    assert content.replace(b"rev 12", b"rev 13") == render_atom_feed(
        clinic_feed(ENTRY, *map(hostile_entry, HOSTILE)), 13
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_a_feed_or_says_more_than_text(text):
    view = replace(
        clinic_feed(hostile_entry(text)), clinic=replace(clinic_feed().clinic, names=(ClinicName("en", text),))
    )
    told = tree_of(view).find(f"{ATOM}entry")
    kept = "".join("�" if mark in "\0\a\x1b\ufffe\uffff" else mark for mark in text)
    assert told.findtext(f"{ATOM}title") == f"AI-translated post · {kept}"
    assert told.findtext(f"{ATOM}author/{ATOM}name") == kept
    assert told.findall(f"{ATOM}category")[1].get("term") == kept
    markup = told.findtext(f"{ATOM}summary")
    assert "<script" not in markup
    assert markup.count("<p>") == markup.count("<") / 2 == 2 + len(notices_for_feed("en", SITE))


@pytest.mark.parametrize("code", [*range(0x20), 0x7F, 0x85, 0xFFFD, 0xFFFE, 0xFFFF])
def test_exactly_the_characters_that_xml_forbids_are_replaced(code):
    allowed = code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xFFFD
    document = render_xml("sitemap_index.xml", 3, urls=[f"a{chr(code)}z"]).decode()
    assert f"<loc>a{chr(code) if allowed else chr(0xFFFD)}z</loc>" in document
