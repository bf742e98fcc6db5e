"""Bodies made to take long: each is read or refused within two seconds, and so is any bytes at all."""

import time
from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from colophon.edition.body import read_body
from colophon.edition.lint import lint_edition
from colophon.edition.read import read_edition
from colophon.problem import Problem, Refused
from colophon.upload.fields import Fields
from colophon.upload.limits import MAX_EDITION_BYTES
from tests.edition.editions import BODY, FRONT, edition_file

_LONG = MAX_EDITION_BYTES - 2000
_PATTERNS = {
    "unclosed images": "![a",
    "unclosed image addresses": "![a](",
    "opening brackets": "[",
    "unused definitions": "[a]: b\n",
    "headings by hyphens": "a b.\n---\n",
    "pairs of brackets": "[[]]",
    "unclosed addresses": "[a](<b",
    "unclosed titles": '[a](b "',
    "parentheses": "[a](b(",
    "quotes": "> ",
    "quotes without spaces": ">",
    "lists in one line": "- ",
    "mixed emphasis": "*a **a ",
    "unmatched emphasis": "a**b c* ",
    "alternating emphasis": "_*",
    "less-than signs": "<",
    "open tags": "<a ",
    "tags": "<b>",
    "tags on lines": "<b>\n",
    "open comments": "a <!-- ",
    "open declarations": "a <!A ",
    "ampersands": "&",
    "entities": "&quot;",
    "definitions": "[a]: https://b.kr\n",
    "uses of one definition": "[a] ",
    "table cells": "a|",
    "table rules": "|-",
    "warnings": "※\n",
    "warnings and prose": "※ a\n\nb\n\n",
    "hanging lines": "※ a\n  b\n",
    "warnings in lists": "- ※ a\n  - ※ b\n\n    c\n",
    "warnings with open emphasis": "**※ a\n",
    "warnings with two kinds of emphasis": "*※ a\n__※ b\n",
    "warnings behind open containers": "> - ",
    "wide blanks": "\u3000",
    "wide blanks and letters": "\u00a0a",
    "marks and wide blanks": "-\u00a0>\u3000#\u00a0",
    "links and wide blanks": "](\u3000)",
    "invisible signs": "\u200b\u200d\u2060",
    "blank references": "&nbsp;",
    "breaks before warnings": "<br> ※",
    "line separators": "\u2028※",
    "combining marks": "\u0301\u0323",
    "short runs of combining marks": "a" + "\u0301\u0323" * 15,
    "references to combining marks": "![&#769;&#803;](a.jpg)",
    "escaped combining marks": "![a](a%CC%81%CC%A3.jpg)",
    "fences": "```\n",
    "fences and warnings": "```\n※\n```\n",
    "bad links": "[a](http://b)\n\n",
    "images": "![](a.jpg)",
    "images in text": "a ![](a.jpg)",
    "headings": "# a\n###### b\n",
    "blank paragraphs": "&nbsp;\n\n",
    "asterisks": "**",
    "bidirectional controls": "\u202e",
    "tables": "a|b\n-|-\n\n",
    "rows without cells": "a|b\n",
    "pipes in code": "|`",
    "tildes": "~",
    "pairs of tildes": "~~a",
    "tildes and asterisks": "*~~",
    "fences of tildes": "~~~\n",
    "marks of one footnote": "[^a]",
    "footnotes": "a[^b]\n\n[^b]: c\n\n",
    "nested footnotes": "[^a]: ",
    "tasks": "- [ ] a\n",
    "tasks in one line": "- [x] ",
    "addresses": "https://a.kr ",
    "addresses without spaces": "https://a.kr",
    "marks after an address": "https://a.kr" + "!" * 900,
    "closing parentheses": "https://a.kr/" + "()" * 40 + ")" * 900 + " ",
    "line breaks": "<br>",
    "line breaks and warnings": "<br>※",
    "comments": "a <!-- b --> ",
    "comments on lines": "<!-- b -->\n",
    "comments between blank lines": "<!-- b -->\n\n",
    "references to control characters": "&#3;",
    "control characters": "\x85",
    "spaced names": "![a](b c.jpg)",
    "images on one line with text": "a ![](b.jpg) c\n\n",
    "images in a list": "- a\n  ![](b.jpg)\n",
    "images in links": "[![](a.jpg)](https://b.kr)",
    "full-width images": "！[a](b.jpg)",
    "spaced definitions": "[a]: b c.jpg\n",
    "backquotes and breaks": "`<br>``",
    "escapes and breaks": "\\<br>",
}
_BODIES = [pytest.param(one * (_LONG // len(one.encode())), id=name) for name, one in _PATTERNS.items()]
_GROWING = [
    pytest.param("".join("e" + "`" * n for n in range(1, 700)), id="code spans of every length"),
    pytest.param("\n".join("  " * n + "- a" for n in range(480)), id="a staircase of lists"),
    pytest.param("<b>\n" + ("`" * 1999 + "\n") * 120, id="backquotes beside a tag"),
    pytest.param("*a _b " * 20000 + " b_ a*" * 20000, id="emphasis in emphasis"),
    pytest.param("|" + "a|" * 20000 + "\n|" + "-|" * 20000 + "\n", id="a table of 20,000 columns"),
    pytest.param("|" + "a|" * 700 + "\n|" + "-|" * 700 + "\n" + "a\n" * 120_000, id="short rows below a wide header"),
    pytest.param(
        "|" + "a|" * 20000 + "\n|" + "-|" * 20000 + "\n" + "a\n" * 80_000, id="short rows below a very wide one"
    ),
    pytest.param("".join(f"[^{n}]: x\n" for n in range(20_000)), id="footnotes that nothing refers to"),
    pytest.param("".join(f"[^{n}]" for n in range(30_000)), id="marks without footnotes"),
    pytest.param("".join(f"a[^{n}]\n\n[^{n}]: x\n\n" for n in range(9_000)), id="9,000 footnotes"),
    pytest.param("[^0]\n\n" + "".join(f"[^{n}]: [^{n + 1}]\n\n" for n in range(11_000)), id="a chain of footnotes"),
    pytest.param("\n".join("  " * n + "- [ ] a" for n in range(450)), id="a staircase of tasks"),
    pytest.param("".join("e" + "~" * n for n in range(1, 700)), id="tildes of every length"),
    pytest.param("a\n" * 80_000 + "a|b\n-|-\n", id="a long paragraph above a table"),
    pytest.param("<br>" + "".join("e" + "`" * n for n in range(1, 690)), id="code spans of every length and a break"),
    pytest.param("a <!-- " + "b <!-- " * 30_000 + "-->", id="comments in a comment"),
    pytest.param("![a](a.jpg)\n" + "b" + " " * 200_000 + "c", id="an image above many spaces"),
    pytest.param("- a ![a](a.jpg)" + "<br>" * 50_000, id="an image before many breaks"),
    pytest.param("![](" + "a.jpg " * 40_000 + ")", id="an image with a name of many spaces"),
    pytest.param("https://" + "가a" * 60_000, id="an address of two scripts"),
]


# What each rule of the lint looks for, beside the first line, which makes every rule look.
_EVERY_SIGN = "**a** ** `x` [a] ![b] &amp;nbsp; \\n 3*4*5 | ~~ ``` \\_a 가나다라마바사다.\n\n"
_SIGNS = {
    "open images": "![",
    "open brackets": "![a [b",
    "stars": "*a(b)*c ",
    "underscores": "_a_가 ",
    "number signs": "##a\n\n",
    "hash words": "#" + "a " * 70 + ".\n\n",
    "rows": "|a|a|\n",
    "fields": "title: a\n---\n",
    "entities": "&amp;nbsp;",
    "dates": "2024. 3. 5. a\n\n",
    "numbers": "1. a\n3. b\n",
    "fences": "```\n",
    "lost letters": "aaaaaaaaaa\ufffd",
    "Korean sentences": "가나다라마바사다.\n\n",
    "quotes": "> 가나다.\n\n",
    "open quotation marks": "“가나다라마 ",
}


def _lint(one: str) -> tuple[list[Problem], float]:
    """What the lint finds in the longest text of every sign once and ``one`` over and over, and its processor time."""
    body = read_body(_EVERY_SIGN + one * ((_LONG - 200) // len(one.encode())), 1)
    begin = time.process_time()
    found = list(lint_edition("en", Fields({}, (), frozenset(), dict), body))
    return found, time.process_time() - begin


@pytest.mark.parametrize("one", _SIGNS.values(), ids=_SIGNS)
def test_a_text_made_to_be_full_of_signs_is_read_at_once_by_the_lint(one: str) -> None:
    _, usual = _lint("Plain words.\n\n")
    found, taken = _lint(one)
    # At most twice as long as plain words of the same length, on any machine; four times with its noise.
    assert taken < 4 * usual
    assert len({problem.fix for problem in found}) > 5
    assert all(number <= 10 for number in Counter(problem.fix for problem in found).values())


def taken(content: bytes) -> float:
    """Seconds of processor time that it takes to read or refuse ``content``; whatever else is raised goes through."""
    begin = time.process_time()
    with suppress(Refused):
        read_edition("en", content)
    return time.process_time() - begin


@pytest.mark.parametrize("body", [*_BODIES, *_GROWING])
def test_a_body_made_to_take_long_does_not(body: str) -> None:
    assert taken(edition_file(body)) < 2


@pytest.mark.parametrize(
    "one", ["[", "{a: ", "- ", "? ", "&a ", "*a ", "a: b\n", "'", '"', "!a ", "a: |\n ", "#", "%", "\t", "a,"]
)
def test_front_matter_made_to_take_long_does_not(one: str) -> None:
    front = one * (16_000 // len(one))
    assert taken(edition_file(front=front + "\n")) < 2
    assert taken(edition_file(front='{"a": ' + front + "\n")) < 2


@settings(max_examples=150, deadline=2000)
@given(st.binary(max_size=400))
@example(b"---\n{\n---\n")
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert taken(content) < 2
    assert taken(b"---\n" + content + b"\n---\n" + content) < 2


_TOKENS = (
    "title: a\n",
    "source:\n",
    "  url: ",
    "https://a.kr\n",
    "---\n",
    "- ",
    "? ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "&a ",
    "*a",
    "!!str ",
    "|\n",
    ">\n",
    '"',
    "'",
    "\\",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "\n",
    "  ",
    "\t",
    "#",
    "%YAML 1.2\n",
    "...\n",
    "※ ",
    "![a](b.jpg)",
    "<b>",
    "```\n",
    "\ufeff",
    "\u2028",
    "\x85",
    "가",
    "\u1100\u1161",
    "images: ",
    "tags: ",
    "2024-05-01",
    "9999-12-31T23:59:59-23:59",
    '{"a": NaN}',
    "1e999",
)


@settings(max_examples=250, deadline=2000)
@given(st.lists(st.sampled_from(_TOKENS), max_size=25), st.lists(st.sampled_from(_TOKENS), max_size=25))
def test_any_pieces_of_an_edition_are_read_or_refused(front: list[str], body: list[str]) -> None:
    assert taken(edition_file("".join(body), "".join(front))) < 2


@settings(max_examples=250, deadline=2000)
@given(st.data())
def test_a_whole_edition_spoiled_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    whole = edition_file(BODY, FRONT, "images: {a.jpg: {alt: x}}\ncorrections: [{at: 2024-06-01, note: x}]\n").decode()
    place = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(place, min(len(whole), place + 30)))
    piece = data.draw(st.sampled_from(_TOKENS) | st.text(max_size=5))
    assert taken((whole[:place] + piece + whole[end:]).encode("utf-8", "surrogatepass")) < 2
