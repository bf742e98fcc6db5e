"""Words for screen readers on footnotes, tasks and linked images: in the page's language, and nowhere else."""

import pytest

from colophon.edition.body import read_body
from colophon.edition.model import LinkedFigure
from colophon.page.post import render_post
from colophon.views import ImageView
from tests.page.conftest import IMAGES

LABELS = [("en", "Footnotes", "Back to the text", "Done", "To do"), ("ja", "脚注", "本文に戻る", "完了", "未完了")]


def _body(view, parse):
    (body,) = (one for one in parse(render_post(view, 1)).iter("div") if one.get("class") == "post-body")
    return body


@pytest.mark.parametrize(("lang", "footnotes", "back", "done", "to_do"), LABELS)
def test_footnotes_and_tasks_have_words_in_the_language_of_the_page(
    make_view, change_body, parse, lang, footnotes, back, done, to_do
):
    blocks = read_body("- [x] a[^1]\n- [ ] b\n\n[^1]: c", 1).blocks
    body = _body(change_body(make_view(lang), *blocks), parse)
    section = body.find("section")
    assert (section.get("role"), section.get("aria-label")) == ("doc-endnotes", footnotes)
    assert section.find(".//a").get("aria-label") == back
    assert [(one.text, one.get("role"), one.get("aria-label")) for one in body.iter("span")] == [
        ("☑", "img", done),
        ("☐", "img", to_do),
    ]


def test_text_that_looks_like_these_elements_has_none(make_view, change_body, parse):
    text = '`<span class="done">` `<a href="#fnref-1" role="doc-backlink">` &lt;section class="footnotes">'
    body = _body(change_body(make_view(), *read_body(f"{text} a[^1]\n\n[^1]: b", 1).blocks), parse)
    labels = [one.get("aria-label") for one in body.iter() if one.get("aria-label")]
    assert labels == ["Footnotes", "Back to the text"]
    assert 'class="done">' in "".join(body.find("p").itertext())


@pytest.mark.parametrize(("alt", "label"), [("A guard", None), ("", "Figure 1")])
def test_a_linked_image_has_a_name_and_the_marks_of_a_link_to_elsewhere(make_view, change_body, parse, alt, label):
    figure = LinkedFigure(1, "a.jpg", alt, address="https://noeul.example/b?c&d")
    link = _body(change_body(make_view(), figure, **IMAGES), parse).find("figure/a")
    assert link.get("href") == "https://noeul.example/b?c&d"
    assert {"nofollow", "noopener", "noreferrer", "ugc"} == set(link.get("rel").split())
    assert link.get("aria-label") == label
    assert link.find("picture/img").get("alt") == alt


def test_the_link_of_an_image_goes_with_the_image(make_view, change_body, parse):
    figure = LinkedFigure(1, "a.jpg", address="https://noeul.example/b")
    view = change_body(make_view(), figure, **{"a.jpg": ImageView("withdrawn")})
    assert _body(view, parse).find("figure//a") is None


def test_each_way_back_from_a_footnote_has_the_number_that_it_shows(make_view, change_body, parse):
    body = _body(change_body(make_view(), *read_body("a[^1] b[^1] c[^1]\n\n[^1]: d", 1).blocks), parse)
    links = [one for one in body.iter("a") if one.get("role") == "doc-backlink"]
    assert [one.get("aria-label") for one in links] == ["Back to the text", "Back to the text 2", "Back to the text 3"]
    assert ["".join(one.itertext()).strip("↩") for one in links] == ["", "2", "3"]
