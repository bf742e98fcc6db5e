"""Tables, footnotes, task lists and bare addresses: for readers of every kind, and as plain words elsewhere."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colophon.edition.blocks import html_to_text
from colophon.edition.markdown import render_markdown
from colophon.edition.model import Figure, Prose
from colophon.edition.source import MarkdownSource
from tests.edition.editions import BODY_LINE, edition_file, problems_of, read, told
from tests.edition.hostile import elements_of, ids_of

WIDE = "| a | b | c | d |\n|---|---|---|---|\n| 1 | 2 | 3 |\n"


def html_of(body: str) -> str:
    return "\n".join(block.html for block in read(body).blocks if not isinstance(block, Figure))


def test_a_wide_table_can_be_scrolled_by_keyboard_and_is_named_by_its_columns() -> None:
    table = elements_of(html_of(WIDE))[1]
    assert table[:2] == ("div", {"class": "wide-table", "role": "group", "tabindex": "0", "aria-label": "a, b, c, d"})
    assert 'aria-label="a, b, c"' in html_of("| a[^1] | b<br> | *c* | |\n|-|-|-|-|\n\n[^1]: d")
    assert "<div" not in html_of("| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n")


@pytest.mark.parametrize(
    ("body", "cells"),
    [
        ("| a | |\n|---|---|\n| 1 | 2 |", ["th", "td", "td", "td"]),
        ("| | |\n|---|---|\n| 1 | 2 |", ["td", "td"]),
        ("| `x\\|y` | b |\n|---|---|\n| 1 | 2 | 3 |", ["th", "th", "td", "td"]),
        ("a | b\n-|-\n1 | 2", ["th", "th", "td", "td"]),
        ("> | a |\n> |---|\n> | 1 |", ["th", "td"]),
        ("- | a |\n  |---|\n  | 1 |", ["th", "td"]),
    ],
)
def test_only_a_cell_with_words_names_a_column(body: str, cells: list[str]) -> None:
    assert [name for name, *_ in elements_of(html_of(body)) if name in ("th", "td")] == cells


@pytest.mark.parametrize(
    "body",
    [
        "a | b",
        "a | b\n\n--- | ---",
        "a ~~~b~~~ ~c~ 1~2",
        "\\| a |\n\\|---|",
        "[^1",
        "- [y] a",
        "- \\[ ] a",
        "- [ ]",
        "[ ] a",
    ],
)
def test_what_only_looks_like_an_extension_stays_text(body: str) -> None:
    assert not re.search("<(table|del|sup|span)", html_of(body))


def test_a_task_is_done_only_if_it_is_ticked_itself() -> None:
    body = "- [ ] see [x](https://a.kr)\n- [ ] ![x](a.jpg)\n- [X] b\n\n> 1. [ ] c [x]\n> 2. [x] d\n"
    assert re.findall(r'<span class="(done|open)">', html_of(body)) == ["open", "open", "done", "open", "done"]


@pytest.mark.parametrize(
    ("labels", "ids"),
    [
        (("1", "1-2", "1"), ["fnref-1", "fnref-2", "fnref-1-2"]),
        (("about", "corrections", "read-on"), ["fnref-1", "fnref-2", "fnref-3"]),
        (("가", "가", "가"), ["fnref-1", "fnref-1-2", "fnref-1-3"]),
        (('"><b>', "A", "a"), ["fnref-1", "fnref-2", "fnref-2-2"]),
    ],
)
def test_ids_of_footnotes_are_numbers_and_never_clash(labels: tuple[str, ...], ids: list[str]) -> None:
    notes = "".join(f"\n\n[^{label}]: note" for label in dict.fromkeys(label.lower() for label in labels))
    edition = read(" ".join(f"word[^{label}]" for label in labels) + notes)
    found = ids_of(edition)
    assert found == [*ids, *(f"fn-{number + 1}" for number in range(len(found) - len(ids)))]
    links = {attributes.get("href", "")[1:] for _, attributes, *_ in elements_of(html_of_blocks(edition.blocks))}
    assert links - {""} == set(found)


def html_of_blocks(blocks: tuple[object, ...]) -> str:
    return "\n".join(block.html for block in blocks if isinstance(block, Prose))


def test_no_link_leads_to_a_mark_that_is_not_on_the_page() -> None:
    html = html_of("![a[^1]](a.jpg)\n\n[^1]: note")
    assert "note" in html
    assert "<a " not in html


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        ("a\n\n[^1]: b", 2, "Nothing in the text refers to the footnote [^1]"),
        ("a[^1]\n\n[^1]: b\n\n[^1]: c", 4, "another footnote [^1] above"),
        ("a\n\nb\nc[^2] d", 3, "There is no footnote [^2]"),
        ("<!-- a\n\nb -->\n\nc[^2]", 4, "There is no footnote [^2]"),
        ("> a[^n]", 0, "There is no footnote [^n]"),
    ],
)
def test_a_footnote_or_mark_without_the_other_is_a_warning(body: str, line: int, what: str) -> None:
    (problem,) = problems_of(edition_file(body))
    assert (problem.line, problem.severity) == (BODY_LINE + line, "warning")
    assert what in problem.what


@pytest.mark.parametrize("body", ["`[^1]`", "```\n[^1]: a\n```", "a\\[^1]", "a[^A]\n\n[^a]: b", "[^가]: 나\n\n다[^가]"])
def test_a_footnote_that_is_right_or_none_is_no_warning(body: str) -> None:
    assert [problem for problem in told(edition_file(body)) if body[0] != "a" or "\\" not in body] == []


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://a.kr/b, then (https://b.kr/c_(d)) end.", ["https://a.kr/b", "https://b.kr/c_(d)"]),
        ("https://a.kr/b에서 https://b.kr/c를", ["https://a.kr/b", "https://b.kr/c"]),
        ("詳しくはhttps://a.jp/bをご覧ください。「https://b.jp」", ["https://a.jp/b", "https://b.jp"]),
        ("https://ko.wikipedia.org/wiki/피부", ["https://ko.wikipedia.org/wiki/%ED%94%BC%EB%B6%80"]),
        ("https://a.kr/?b=c&d=e#f https://a.kr:8443/", ["https://a.kr/?b=c&d=e#f", "https://a.kr:8443/"]),
        ("**https://a.kr** *https://b.kr/c*", ["https://a.kr", "https://b.kr/c"]),
        ("[https://a.kr](https://b.kr) <https://c.kr>", ["https://b.kr", "https://c.kr"]),
        ("https://a.kr/b_c_d https://a.kr/b~c", ["https://a.kr/b_c_d", "https://a.kr/b~c"]),
        ("`https://a.kr`\n\n    https://b.kr\n", []),
        ("http://a.kr www.a.kr a@b.kr mailto:a@b.kr ftp://a.kr HTTPS://a.kr", []),
        ("xhttps://a.kr git+https://a.kr http://a.kr?b=https://c.kr a@https://b.kr", []),
        ("https:// https://a https://a..b https://a@b.kr https://a.kr:x https://.kr", []),
        ("https://a.kr/*b*/c https://a.kr/~~b~~", []),
    ],
)
def test_only_whole_https_addresses_become_links(text: str, links: list[str]) -> None:
    html = html_of(text)
    assert [attributes["href"] for name, attributes, *_ in elements_of(html) if name == "a"] == links
    assert html_to_text(html) == html_to_text(render_markdown(text))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Word[^1] next.\n\n[^1]: Note.", "Word next."),
        ("- one[^1]\n- two\n\n[^1]: Note.", "one two"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a b 1 2"),
        (WIDE, "a b c d 1 2 3"),
        ("- [ ] one\n- [x] two", "one two"),
        ("One ~~two~~ three", "One two three"),
        ("One <!-- two --> three<br>four&nbsp;five", "One three four five"),
        ("See https://a.kr/b.", "See https://a.kr/b."),
        ("- a\n  ![x](a.jpg)\n- b\n\nc", "c"),
        ("- a\n  ![x](a.jpg)\n- b", "a b"),
    ],
)
def test_an_excerpt_has_plain_words(body: str, words: str) -> None:
    assert read(body).excerpt == words


_PARTS = (
    "| a X | b X |\n|---|:-:|\n| c X | d X |\n| X |\n", "text X\nmore X\n| h X | i |\n|-|-|\n| X | x |\n",
    "text X\n| h X | i |\n|-|-|\n", "X[^1]\nX\n\n[^1]: note X\n    more X\n", "- [ ] X\n- [x] X\n  - [ ] X\n",
    "> X\n> | X | x |\n> |-|-|\n> | X | y |\n", "- X\n  | X | x |\n  |-|-|\n  | X | y |\n", "~~X~~ x\n",
    "```\nX\n```\n",    "# X\n", "1. a X\n\n   b X\n", "X<br>X\n",
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_PARTS), min_size=1, max_size=5))
def test_each_word_is_in_the_lines_of_its_block(parts: list[str]) -> None:
    pieces = "\n".join(parts).split("X")
    text = "".join(f"{piece}X{number}X" for number, piece in enumerate(pieces[:-1])) + pieces[-1]
    source = MarkdownSource(text, 1)
    html = render_markdown(text)
    assert re.sub(r' data-sourcepos="[^"]*"', "", source.html_with_positions) == html
    for match in re.finditer(r"X\d+X", html):
        first, last = source.block_lines(match.start())
        assert first <= text.count("\n", 0, text.index(match[0])) + 1 <= last
