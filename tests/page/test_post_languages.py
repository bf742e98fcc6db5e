"""Which language each word is marked as."""

import pytest
from msgspec.structs import replace

from colophon.clinic.record import ClinicRecord
from colophon.page.post import render_post
from colophon.problem import Misconfigured
from colophon.upload.keys import PageRef


def test_korean_is_marked_as_korean_on_a_page_in_another_language(make_view, parse):
    tree = parse(render_post(make_view(), 1))
    assert tree.get("lang") == "en"
    assert tree.get("dir") == "ltr"
    marked = [element.text for element in tree.iter("span") if element.get("lang") == "ko"]
    assert marked == ["노을치과의원", "이갈이와 마우스가드", "노을치과의원"]


def test_the_body_says_its_own_language_and_direction(make_view, parse):
    body = parse(render_post(make_view("ja"), 1)).find(".//div[@class='post-body']")
    assert (body.get("lang"), body.get("dir")) == ("ja", "ltr")


def test_a_clinic_without_a_name_in_the_readers_language_keeps_its_registered_one(make_view, parse):
    korean_only = replace(make_view(), clinic=ClinicRecord(names={"ko": "노을치과의원"}))
    byline = parse(render_post(korean_only, 1)).find(".//p[@class='byline']")
    assert [(span.get("lang"), span.text) for span in byline.iter("span")] == [("ko", "노을치과의원")]


@pytest.mark.parametrize(
    ("lang", "posted", "translated"),
    [
        ("en", "February 3, 2025", "April 22, 2026 at 2:39 PM UTC+09:00"),
        ("ja", "2025年2月3日", "2026年4月22日 14:39 UTC+09:00"),
    ],
)
def test_dates_are_written_as_the_language_writes_them(make_view, parse, lang, posted, translated):
    times = [time.text for time in parse(render_post(make_view(lang), 1)).iter("time")]
    assert posted in times
    assert translated in times


def test_a_regional_tag_reads_the_texts_of_its_language(make_view, parse):
    view = make_view()
    british = replace(view, page=PageRef(view.page.post, "en-GB"))
    tree = parse(render_post(british, 1))
    assert tree.get("lang") == "en-GB"
    assert tree.findtext(".//p[@data-notice='label']") == "AI-translated post"


def test_a_language_without_notices_gets_no_page_at_all(make_view):
    view = make_view()
    with pytest.raises(Misconfigured, match="qaa"):
        render_post(replace(view, page=PageRef(view.page.post, "qaa")), 1)
