"""The body: CommonMark in, clean blocks out, and every line that is not let through told."""

import resource

import pytest

from colophon.edition.markdown import render_markdown, render_plain
from colophon.edition.model import Prose
from tests.edition.editions import BODY_LINE, edition_file, problems_of, read, told


def html_of(body: str) -> str:
    """The prose that ``body`` becomes."""
    return "".join(block.html for block in read(body).blocks if isinstance(block, Prose))


def test_commonmark_becomes_the_elements_of_the_closed_list() -> None:
    html = html_of("One *two* **three** `four`  \nfive\n\n> six\n\n- seven\n\n3. eight\n\n***\n\n    nine\n")
    assert html == (
        "<p>One <em>two</em> <strong>three</strong> <code>four</code><br>\nfive</p>\n"
        "<blockquote>\n<p>six</p>\n</blockquote>\n<ul>\n<li>seven</li>\n</ul>\n"
        '<ol start="3">\n<li>eight</li>\n</ol>\n<hr>\n<pre><code>nine\n</code></pre>'
    )


def test_a_sentence_broken_over_lines_stays_one_paragraph() -> None:
    assert html_of("One\ntwo\nthree\n") == "<p>One\ntwo\nthree</p>"


def test_a_link_is_marked_as_someone_elses() -> None:
    assert html_of("[a](https://a.kr/b?c=d&e)") == (
        '<p><a href="https://a.kr/b?c=d&amp;e" rel="nofollow ugc noopener noreferrer">a</a></p>'
    )


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((1, 2, 3), (2, 3, 4)),
        ((2, 2), (2, 2)),
        ((3, 3), (2, 2)),
        ((2, 3, 2), (2, 3, 2)),
        ((3, 1, 2), (2, 2, 3)),
        ((1, 4, 6, 4), (2, 3, 4, 3)),
        ((1, 2, 3, 4, 5, 6), (2, 3, 4, 4, 4, 4)),
    ],
)
def test_headings_go_below_the_title_without_leaving_a_level_out(
    levels: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    html = html_of("\n\n".join(f"{'#' * level} x" for level in levels))
    assert html == "\n".join(f"<h{level}>x</h{level}>" for level in expected)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("a\n\n<div>b</div>", 2),
        ("a <b>c</b>", 0),
        ("a\nb <br class=c> d", 1),
        ("a\n\n</br>", 2),
        ("a <!-- b\nc --> d\n<b>e</b>", 2),
        ("<!--\na\n-->\n\n<b>e</b>", 4),
        ("<!--\na\n-->\n<b>e</b>", 3),
        ("a\n<!--\nb --> <b>e</b>", 2),
        ("<?php ?>", 0),
        ("a\n\n<script>\nx\n</script>\n", 2),
        ("`<i>` and\n<i>x</i>", 1),
        ("```\n<i>\n```\n\n<i>x</i>", 4),
        ("- a\n\n  <i>x</i>", 2),
    ],
)
def test_html_is_refused_with_its_line(body: str, line: int) -> None:
    found = problems_of(edition_file(body))
    assert BODY_LINE + line in [problem.line for problem in found]
    assert all("HTML" in problem.what and problem.severity == "error" for problem in found)


@pytest.mark.parametrize("body", ["a `<u>` <b> c", "a ``<u>` ``<b>", "a \\<u> <b>", "`<u>\n<u>`\n<b>"])
def test_html_is_named_and_code_beside_it_is_not(body: str) -> None:
    (problem,) = problems_of(edition_file(body))
    assert "(<b>)" in problem.what


@pytest.mark.parametrize(
    "body", ["a < b and c > d", "\\<b>", "`<b>`", "```\n<b>\n```", "    <b>", "1 <2> 3", "&lt;b&gt;"]
)
def test_what_only_looks_like_html_stands_as_text(body: str) -> None:
    assert told(edition_file(body)) == []
    assert "<b>" not in html_of(body)


@pytest.mark.parametrize(
    "address",
    [
        "http://a.kr",
        "//a.kr",
        "/a",
        "a.html",
        "#a",
        "?a",
        "mailto:a@b.kr",
        "tel:1",
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "JaVaScRiPt:x",
        "&#106;avascript:x",
        "HTTPS://a.kr",
        "https:a.kr",
        "https://",
        "https:///a",
        "https://a@b.kr",
        "https://a.kr:x",
        "https://a\\@b.kr",
        "ftp://a.kr",
        "",
        "https://.",
        "https://a..b",
        "\u202ehttps://a.kr",
    ],
)
def test_a_link_to_anything_but_a_whole_https_address_is_refused_with_its_line(address: str) -> None:
    assert told(edition_file(f"One.\n\nTwo\n[x](<{address}>) three.\n")) == [(BODY_LINE + 3, "", "error")]


@pytest.mark.parametrize("body", ["<http://a.kr>", "<a@b.kr>", "[x]\n\n[x]: /y", "[![b](b.jpg)](http://a.kr)"])
def test_other_ways_to_a_link_are_judged_alike(body: str) -> None:
    assert "error" in [severity for _, _, severity in told(edition_file(body))]


def test_deep_nesting_is_refused_with_its_line() -> None:
    assert told(edition_file("a\n\n" + "> " * 8 + "b")) == []
    assert told(edition_file("a\n\n" + "> " * 9 + "b")) == [(BODY_LINE + 2, "", "error")]


def test_asterisks_that_stay_asterisks_are_a_warning() -> None:
    assert told(edition_file("a\n\n**피부(skin)**는")) == [(BODY_LINE + 2, "", "warning")]
    assert told(edition_file("`2**3` and\n\n    2**3")) == []


@pytest.mark.parametrize("line", ["Word and word. ", "| Word | ~~word~~[^1] |\n|---|---|\n\n[^1]: word\n\n"])
def test_renderings_do_not_pile_up_in_memory(line: str) -> None:
    """As much text as makes many megabytes, in few enough renderings for a quick test."""
    body = line * (24_000 // len(line))
    for _ in range(20):
        render_markdown(body)
        render_plain(body)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(300):
        render_markdown(body)
        render_plain(body)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 * 1024
