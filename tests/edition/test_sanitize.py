"""The quick way through the sanitizer: it takes nothing that the parser would change, and gives the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colophon.edition import markdown
from colophon.edition.blocks import split_pieces
from colophon.edition.checks import demote_headings
from colophon.edition.markdown import render_markdown, render_plain, sanitize, sanitize_by_parser
from tests.bench.post import make_post
from tests.edition.hostile import PAYLOADS, off_the_list
from tests.fuzz import documents

# What is near a tag, an address or a reference that the quick way takes.
_NEAR = (
    "<p onclick=x>",
    "<p/onclick=x>",
    "<p\n>",
    "<p ",
    "<P>",
    "<p",
    "<",
    "</p onclick=x>",
    "<script>",
    "<strong style='x'>",
    "<em\x0c>",
    "<h1>",
    "<h5>",
    "<br />",
    "<ol start=3>",
    "&nbsp;",
    "&#60;script>",
    "&lt",
    "&ltscript&gt",
    "&",
    "&amp;lt;",
    "\xa0",
    "\x00",
    '"',
    '">',
    "'",
    ">",
)
_LINKS = (
    "<a>",
    "<a href=https://a.kr/>",
    '<a href="http://a.kr">',
    '<a href="//a.kr">',
    '<a href="javascript:alert(1)">',
    '<a href="https://a.kr" onclick="x">',
    '<a href="https://a.kr/"onclick="x">',
    '<a href="https://a.kr/&quot;x">',
    '<a href="https://a.kr/?a&amp;b">',
    '<a href="https://a.kr/\n">',
    '<a href="https://a.kr:99999/">',
    '<a href="https://b@a.kr/">',
    '<a href="https://1.2.3.999/">',
    '<a href="https://xn--a.kr/">',
    '<a href="https://a.xn--a/">',
    '<a href="https://-.kr/">',
    '<a href="https://a..kr/">',
    '<a href="https://a.kr/">',
    '<a href="https://www.a-b.example/x/~y_z.html">',
)
_PARTS = (
    *_NEAR,
    *_LINKS,
    *PAYLOADS,
    "<p>",
    "</p>",
    "<ul>",
    "</ul>",
    "<li>",
    "</li>",
    "</a>",
    "&quot;",
    "&amp;",
    "text",
    "무릎",
)


@settings(max_examples=300, deadline=2000)
@given(documents.markdown)
def test_whatever_is_rendered_comes_out_as_from_the_parser(text: str) -> None:
    for html in (render_plain(text), demote_headings(render_markdown(text))):
        for piece in (html, *(piece.html for piece in split_pieces(html))):
            assert sanitize(piece) == sanitize_by_parser(piece)


@pytest.mark.parametrize("near", _NEAR)
def test_whatever_is_near_a_familiar_tag_comes_out_as_from_the_parser(near: str) -> None:
    for html in (f"<p>a {near} b</p>", f"<p>{near}</a></p>", f"<ul>\n<li>{near}</li>\n</ul>"):
        assert list(off_the_list(sanitize(html))) == []
    written = f"a {near} b"
    assert sanitize(render_markdown(written)) == sanitize_by_parser(render_markdown(written))


@pytest.mark.parametrize("link", [*_LINKS, "&nbsp;", "&#60;script"])
def test_every_link_and_reference_comes_out_as_from_the_parser(link: str) -> None:
    html = f"<p>One {link}two</a> &amp; three</p>"
    assert sanitize(html) == sanitize_by_parser(html)


@settings(max_examples=300, deadline=2000)
@given(st.lists(st.sampled_from(_PARTS), max_size=12).map("".join))
def test_nothing_off_the_list_gets_through_even_if_no_renderer_wrote_it(html: str) -> None:
    assert list(off_the_list(sanitize(html))) == []


def test_most_texts_need_no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    html = render_plain(make_post(0).body + '\n\nShe said "now" & <https://a.kr/b>.\n\n> 1. **a**\n')
    parsed = sanitize_by_parser(html)
    monkeypatch.delattr(markdown, "sanitize_by_parser")
    assert sanitize(html) == parsed
