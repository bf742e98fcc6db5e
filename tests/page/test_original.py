"""The page of an archived original: it is no translation and says nothing of one."""

from colophon.page.post import render_post


def _notices(tree):
    return [element.get("data-notice") for element in tree.iter("p") if element.get("data-notice")]


def test_an_original_has_the_archive_notices_and_none_of_a_translation(make_view, parse):
    tree = parse(render_post(make_view("ko", siblings=("en", "ja")), 1))
    assert _notices(tree) == ["archive-label", "archive", "original-post", "medical"]
    assert tree.get("lang") == "ko"


def test_an_original_shows_no_original_title_no_translation_date_and_one_name(make_view, parse):
    tree = parse(render_post(make_view("ko"), 1))
    assert tree.find(".//p[@class='source-title']") is None
    assert [time.get("datetime") for time in tree.find(".//dl").iter("time")] == ["2025-02-03"]
    assert "".join(tree.find(".//p[@class='byline']").itertext()) == "노을치과의원 · 2025년 2월 3일"
