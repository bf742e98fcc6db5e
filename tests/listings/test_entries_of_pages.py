"""How one post is shown among others, wherever it is listed."""

import pytest

from colophon.listings.kinds.home import render_home
from colophon.listings.part_page import render_period
from colophon.notices.gate import check_listing
from colophon.notices.policy import entry_label, notices_for_listing
from colophon.page.paths import about_path

LABELS = {"en": "AI-translated post", "ja": "AI翻訳の記事", "ko": "보관된 원문", "zh-Hans": "AI 生成翻译"}


def _entries(tree):
    # Not the template of what a search finds.
    return tree.findall(".//main//ol/li[@class='entry']")


@pytest.mark.parametrize("lang", LABELS)
@pytest.mark.parametrize("count", [0, 1, 40])
def test_a_page_passes_the_gate_with_every_entry_labelled(page_with_entries, make_shelf, lang, count):
    site = make_shelf(lang).site
    owed, label = notices_for_listing(lang, site, about_path(lang)), entry_label(lang, original=lang == "ko")
    assert label.text == LABELS[lang]
    check_listing(page_with_entries(lang, count), owed, label, count)


def test_the_label_stands_before_the_title_and_the_title_leads_to_the_page(make_month, parse):
    first = _entries(parse(render_period(make_month(), 1)))[0]
    shown = [(element.tag, element.get("class")) for element in first]
    assert shown == [
        ("p", "notice"), ("h2", None), ("p", "source-title"), ("p", "byline"), ("p", "excerpt"),
        ("ul", "tags"), ("picture", None),
    ]  # fmt: skip
    link = first.find("h2/a")
    assert (link.get("href"), link.text) == ("/en/noeul-dental/post-0/", "Night guards")
    assert first.find("p/span[@lang='ko']").text == "이갈이와 마우스가드"
    time = first.find("p/time")
    assert (time.get("datetime"), time.text) == ("2026-04-28", "April 28, 2026")


def test_an_archived_original_has_no_other_title(make_month, parse):
    first = _entries(parse(render_period(make_month("ko"), 1)))[0]
    assert first.find("p[@class='source-title']") is None


def test_a_picture_keeps_its_shape_says_nothing_twice_and_waits_below_the_fold(make_month, parse):
    images = [found.find("picture/img") for found in _entries(parse(render_period(make_month(count=4), 1)))]
    assert {(image.get("width"), image.get("height"), image.get("alt")) for image in images} == {("1200", "800", "")}
    assert [image.get("loading") for image in images] == [None, None, "lazy", "lazy"]


def test_what_an_entry_lacks_leaves_no_empty_place(make_month, make_entry, parse):
    bare = make_entry(excerpt="", tags=(), pictures=())
    (shown,) = _entries(parse(render_period(make_month(entries=(bare,)), 1)))
    assert [element.get("class") for element in shown] == ["notice", None, "source-title", "byline"]


def test_a_tag_leads_to_the_clinics_archive_and_to_what_its_search_finds(make_month, parse):
    links = parse(render_period(make_month(count=1), 1)).findall(".//ul[@class='tags']//a")
    assert [(link.text, link.get("href")) for link in links] == [
        ("teeth", "/en/noeul-dental/#q=teeth"),
        ("잠 & 꿈", "/en/noeul-dental/#q=%EC%9E%A0%20%26%20%EA%BF%88"),
    ]


def test_a_home_names_each_posts_clinic_and_leads_to_it(make_home, parse):
    link = _entries(parse(render_home(make_home(), 1)))[0].find("p[@class='byline']/a")
    assert (link.get("href"), link.text) == ("/en/noeul-dental/", "Noeul Dental")


@pytest.mark.parametrize(
    "words",
    [
        "</script><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        '<li class="entry">',
        "<!-- ",
        "{{ 7*7 }}",
    ],
)
def test_hostile_words_are_shown_as_they_are_and_pass_the_gate(make_month, make_entry, parse, words):
    view = make_month(entries=(make_entry(title=words, source_title=words, excerpt=words, tags=(words,)),))
    page = render_period(view, 1)
    check_listing(
        page, notices_for_listing("en", view.clinic.site, about_path("en")), entry_label("en", original=False), 1
    )
    (shown,) = _entries(parse(page))
    assert shown.findtext("h2/a") == shown.findtext("p[@class='excerpt']") == words
