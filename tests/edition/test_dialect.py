"""Comments, line breaks and spaces as HTML: taken for what they mean, and every line keeps its number."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colophon.edition.dialect import is_plain, translate_dialect
from colophon.edition.extensions import render_extensions
from colophon.edition.markdown import render_markdown, render_plain
from colophon.edition.model import Figure, SourceWarning
from colophon.edition.source import find_signs
from tests.edition.editions import BODY_LINE, edition_file, problems_of, read


def html_of(body: str) -> str:
    return "\n".join(
        ("※" if isinstance(block, SourceWarning) else "") + block.html
        for block in read(body).blocks
        if not isinstance(block, Figure)
    )


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("a<!-- b -->c", "<p>ac</p>"),
        ("a <!-- b -->\nc", "<p>a\nc</p>"),
        ("a  <!-- b\nc -->\nd", "<p>a\nd</p>"),
        ("a\n<!-- b -->\nc", "<p>a\nc</p>"),
        ("a\n\n<!-- b\n\n    c\n\n- d -->\n\ne", "<p>a</p>\n<p>e</p>"),
        ("- a\n<!-- b -->\n- c", "<ul>\n<li>a</li>\n<li>c</li>\n</ul>"),
        ("- a\n\n<!-- -->\n\n- b", "<ul>\n<li>a</li>\n</ul>\n<ul>\n<li>b</li>\n</ul>"),
        ("- a\n\n<!-- -->\n\n    b", "<ul>\n<li>a</li>\n</ul>\n<pre><code>b\n</code></pre>"),
        ("<!-- a --># b", "<h2>b</h2>"),
        ("<!-- a -->※ b", "※<p>※ b</p>"),
        ("<!-- a\nb -->\n※ c", "※<p>※ c</p>"),
        ("> <!-- a\n> b -->\n> c", "<blockquote>\n<p>c</p>\n</blockquote>"),
        ("<!---->a<!--->b", "<p>ab</p>"),
        ("`<!-- a -->` <!-- `b` -->", "<p><code>&lt;!-- a --&gt;</code></p>"),
        ("```\n<!-- a\n```\n\nb -->", "<pre><code>&lt;!-- a\n</code></pre>\n<p>b --&gt;</p>"),
        ("\\<!-- a -->", "<p>&lt;!-- a --&gt;</p>"),
        ("`<!--` and `-->`", "<p><code>&lt;!--</code> and <code>--&gt;</code></p>"),
        ("a<br>※ b", "<p>a</p>\n※<p>※ b</p>"),
        ("a<br>\n<br>\nb", "<p>a<br>\n<br>\nb</p>"),
        ("a\n\n<br/>\n\nb", "<p>a</p>\n<p>b</p>"),
        ("`<br>` \\<br>", "<p><code>&lt;br&gt;</code> &lt;br&gt;</p>"),
        ("a `b\n2. <br> c` d", "<p>a <code>b 2. &lt;br&gt; c</code> d</p>"),
        ("- a<br>b", "<ul>\n<li>a<br>b</li>\n</ul>"),
        ("a&nbsp;&#160;&#xA0;b `&nbsp;`", "<p>a   b <code>&amp;nbsp;</code></p>"),
    ],
)
def test_what_is_taken_for_what_it_means(body: str, html: str) -> None:
    assert html_of(body) == html


def test_a_line_break_in_a_cell_and_a_comment_between_rows_leave_the_table_whole() -> None:
    html = html_of("| a<br>b | c |\n|---|---|\n| 1 | 2 |\n<!-- d -->\n| 3<br/>4 | 5<br>※ 6 |\n")
    assert html.count("<table>") == 1
    assert "<td>3<br>4</td>\n<td>5<br>※ 6</td>" in html


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        ("a\n\n<!-- b\n\nc", 2, "never closed"),
        ("a <!-- b", 0, "never closed"),
        ("a\n\n<!-- b\n\nc\n\n<!-- d -->\n\ne", 2, "begins inside a comment"),
        ("a\n&#3;", 1, "control character"),
        ("a &#x85;", 0, "control character"),
    ],
)
def test_a_comment_that_would_hide_more_than_it_says_is_refused(body: str, line: int, what: str) -> None:
    assert [
        (problem.line, problem.severity) for problem in problems_of(edition_file(body)) if what in problem.what
    ] == [(BODY_LINE + line, "error")]


def test_a_comment_that_hides_a_source_warning_is_a_warning() -> None:
    (problem,) = problems_of(edition_file("a\n\n<!-- b\n> ※ c\n-->"))
    assert (problem.line, problem.severity) == (BODY_LINE + 2, "warning")


_PARTS = (
    "<!-- a -->",
    "<!-- a\n\nb -->",
    "<!-- a\n-->\n",
    "<br>",
    "<br>\n※ c",
    "\n",
    "\n\n",
    "a ",
    "- a",
    "※ b\n",
    "`a`",
    "> ",
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(_PARTS), max_size=8))
def test_a_problem_below_has_its_own_line(parts: list[str]) -> None:
    above = "".join(parts)
    problems = problems_of(edition_file(f"{above}\n\n<b>"))
    assert [problem.line for problem in problems if "HTML" in problem.what] == [BODY_LINE + above.count("\n") + 2]


_LINKS = (
    "[a](https://a.kr)",
    "[x] b",
    "- [x](https://a.kr)",
    "[a]: b.jpg\n",
    "[![a](b.jpg)](https://a.kr)",
    "](",
    "https://a.kr",
)


@settings(max_examples=500, deadline=None)
@given(
    st.text(st.sampled_from("![]()（）［！ \"'a.jpgx\n:<>`\\~|&^-/*_#3※"), max_size=40)
    | st.lists(
        st.sampled_from((*_PARTS, *_LINKS, '![a](<b c.jpg> "d")', "![a](b.jpg)", "|-|", "~~", "[^1]", "- ")), max_size=5
    ).map("".join)
)
def test_plain_text_needs_neither_translation_nor_extensions(text: str) -> None:
    if is_plain(text, find_signs(text)):
        assert translate_dialect(text, 1).text == text
        html = render_plain(text)
        assert render_markdown(text) == html
        assert render_extensions(html, frozenset()) == html


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('# A\n\nb *c*\n\n![d](e.jpg "f g")\n\n![h](<i j.jpg> "k")\n\n- l\n\n※ m: n/o', True),
        ("a [b](https://c.kr/d_e) f https://g.kr", True),
        *((text, False) for text in ("a|b", "~~a~~", "a[^1]", "- [ ] a", "- [ ] [a](b)", "a\n:-", "a\n-:", "[a]: b")),
        *(
            (text, False)
            for text in (
                "<br>",
                "](<!--",
                "[a](<!--",
                "[a](<br>)",
                "&amp;",
                "![a](b c.jpg)",
                "！[a](b.jpg)",
                "a\u2028b",
            )
        ),
    ],
)
def test_the_plainest_texts_are_plain(text: str, plain: bool) -> None:
    assert is_plain(text, find_signs(text)) is plain
