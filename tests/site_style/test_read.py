"""Reading site.css: text that parses, and loads nothing."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colophon.page.frame import load_style_sheet
from colophon.problem import Problem, Refused
from colophon.site_style.read import read_site_style, reserved_names

SHARED = Path(__file__).parents[2] / "shared"
LOOK = """\
@charset "utf-8";
@layer look;
/* Colours by https://palette.example, under a licence that wants to be named. */
:root { --paper: #fffaf3; --ink: #1d1a16; --link: light-dark(#0b5a6e, #7cc7da); }
@media (prefers-color-scheme: dark) { :root { --paper: #101010; --ink: #f2f2f2; } }
body { font-family: "Noto Serif KR", Georgia, serif; background: linear-gradient(to bottom, #fff, var(--paper)); }
.site-header { position: sticky; top: 0; & a:hover { color: var(--link); } }
.notice-box { border-radius: 0; background: #eef; color: #113; padding: 2rem; font-size: 1.0625rem; }
.post-header > .notice { text-transform: uppercase; border-width: 2px }
.source-warning::before { content: "※ " }
a[href^="https://"]::after { content: " ↗" }
.site-footer, nav li:nth-child(4) { display: none }
@supports (display: grid) { .read-on ul { display: grid; gap: 1rem } }
@container (min-width: 30rem) { figure { margin-inline: -2rem } }
@keyframes rise { from { opacity: 0; transform: translateY(1rem) } to { opacity: 1 } }
h1 { animation: rise .3s; font-size: clamp(1.6rem, 1rem + 2vw, 3rem); }
@page { margin: 2cm; @bottom-center { content: counter(page); } }
"""


def problems_of(css: str | bytes) -> list[Problem]:
    """Why ``css`` is refused: nothing where it is not."""
    try:
        read_site_style(css.encode() if isinstance(css, str) else css)
    except Refused as refused:
        return list(refused.problems)
    return []


def test_a_look_of_one_s_own_is_read() -> None:
    assert problems_of(LOOK) == []
    assert read_site_style(LOOK.encode()) == LOOK.encode()


def test_a_byte_order_mark_and_foreign_line_ends_are_not_published() -> None:
    assert read_site_style(b"\xef\xbb\xbfa { color: red }\r\n") == b"a { color: red }\n"


def test_colophon_s_own_sheet_passes_but_for_what_is_reserved_for_it() -> None:
    # It folds the list of clinic, dates and system. No other sheet may fold what is in the box.
    folding = [
        number
        for number, line in enumerate(load_style_sheet()[1].decode().splitlines(), 1)
        if line.strip().startswith(".notice-box details") and "display: none" in line
    ]
    problems = problems_of(load_style_sheet()[1])
    assert folding
    assert set(folding) <= {problem.line for problem in problems}
    told = [problem.what for problem in problems if problem.line not in folding]
    assert told
    reserved = ("keeps the notices visible", "the colours of the notices", "put something over a notice")
    assert all(any(words in what for words in reserved) for what in told)


def test_a_layer_within_another_is_not_colophon_s() -> None:
    assert problems_of(f"@layer mine.{reserved_names()[0]} {{ a {{ color: red }} }}") == []
    assert problems_of("@layer look { a { color: red } }") == []


def test_what_keeps_the_notices_in_sight_can_not_be_added_to() -> None:
    layer, properties = reserved_names()
    assert f"@layer {layer} {{" in load_style_sheet()[1].decode()
    for css in (
        f"@layer {layer} {{ a {{ color: red }} }}",
        f"@media print {{ @layer x, {layer}.deeper; }}",
        *(f"@property {name} {{ syntax: '*'; inherits: false }}" for name in properties),
    ):
        (problem,) = problems_of(css)
        assert "keeps the notices visible" in problem.what


@pytest.mark.parametrize(
    ("css", "words"),
    [
        ("a { background: url(x.png) }", "address"),
        ("a { background: url( 'x.png' ) }", "url()"),
        ("a { background: URL(//other.example/x) }", "address"),
        ("a { background: \\75 r\\6c(x) }", "address"),
        ("a { --later: url(data:image/png;base64,AAAA) }", "address"),
        ("a { background: image-set('x.png' 1x) }", "image-set()"),
        ("a { background: -webkit-image-set(var(--x) 1x) }", "image-set()"),
        ("a { background: image('x.png') }", "image()"),
        ("a { background: src('x.png') }", "src()"),
        ("a { cursor: cross-fade(url(x), red) }", "address"),
        ("a { --x: ×url('x') }", "url()"),
        ("@supports (background: url(x)) { a { color: red } }", "address"),
        ("a { b { c: { d: [ url(x) ] } } }", "address"),
        ("@import 'more.css';", "@import"),
        ("@\\49mport 'more.css';", "@Import"),
        ("a { color: red; @import 'more.css'; }", "@import"),
        ("@font-face { font-family: x; src: local('x') }", "@font-face"),
        ("@namespace svg 'http://www.w3.org/2000/svg';", "@namespace"),
        ("@document domain(other.example) { a { color: red } }", "@document"),
        ("@nobody-knows-yet 'x';", "@nobody-knows-yet"),
        ("@charset 'euc-kr';", "is not “utf-8”"),
        ("@charset utf-8;", "is not “utf-8”"),
    ],
)
def test_whatever_would_load_something_is_refused_in_any_spelling(css: str, words: str) -> None:
    told = problems_of(f"\n\n{css}\n")
    assert any(words in problem.what for problem in told)
    assert {problem.line for problem in told} == {3}
    assert all(problem.fix and problem.severity == "error" for problem in told)


@pytest.mark.parametrize(
    ("css", "line", "words"),
    [
        ("a {}\nb { color: red\n", 2, "“}” is missing"),
        ("a {}\nb { color: rgb(1, 2, 3; }\n", 2, "“}” is missing"),
        ("a {}\n:is(b {}", 2, "“)” is missing"),
        ("a {}\nb[href {}", 2, "“]” is missing"),
        ("a {}\n/* b", 2, "“*/” is missing"),
        ("a {}\n}", 2, "“}” closes nothing"),
        ("a {}\nb { content: 'x }\n}", 2, "string isn't closed"),
        ("a {}\nb { content: 'x", 2, "string isn't closed"),
        ("a {}\nb { color red; }", 2, "neither a declaration"),
        ("a {}\nb { *zoom: 1 }", 2, "neither a declaration"),
        ("a {}\nb", 2, "neither a declaration"),
        ("a {}\nb { order: " + 5000 * "9" + " }", 2, "hundred digits"),
        ("a {}\nb { width: " + 20 * "calc(" + "1" + 20 * ")" + " }", 2, "deep"),
        ("a {}\n\x01", 2, "control character"),
        ("", 1, "empty"),
    ],
)
def test_what_does_not_parse_is_refused_with_its_line(css: str, line: int, words: str) -> None:
    told = problems_of(css)
    assert any(words in problem.what and problem.line == line for problem in told), told


@pytest.mark.parametrize("css", ["a { content: 'x\n }", "a {}\n}\n", "a { 'x\n }", "a { ) }"])
def test_one_mistake_is_told_once(css: str) -> None:
    assert len(problems_of(css)) == 1


def test_only_utf_8_of_at_most_64_kilobytes_is_read() -> None:
    assert "UTF-8" in problems_of("/* 한글 */ a {}".encode("cp949"))[0].what
    assert "at most 65,536" in problems_of("a{}" * 22_000)[0].what


def test_every_problem_is_told_at_once_in_the_order_of_lines() -> None:
    css = "@import 'x';\na { b }\n.notice { display: none }\ni { background: url(x) }\nu {\n"
    assert [problem.line for problem in problems_of(css)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "piece",
    ["{", "(", ":is(", "a{", "a{}", "@a{", '"', "\\", "/*", "[", "url(", ",", "a;", "p{a ", "@x;", ".notice{order:1}"],
)
def test_the_longest_heap_of_anything_is_answered_for(piece: str) -> None:
    read_or_refused(piece * (65_536 // len(piece)))


@settings(deadline=2000)
@given(st.text(st.sampled_from("a1-.:;,{}()[]<>@#!*&~|^$=+%/\\\"' \n\\d800한é") | st.characters(codec="utf-8")))
def test_any_text_is_read_or_refused(text: str) -> None:
    read_or_refused(text)


COLOUR = st.sampled_from(["rgb(", "hsl(", "hwb(", "lab(", "oklch(", "color(srgb ", "light-dark(", "red", "#", ")", "/"])
AMOUNT = st.sampled_from(
    ["0", "-1", "1e999", "-1e999", "50%", "1e999%", "none", "9deg", "1e999turn", "fff", " ", ",", ""]
)


@settings(deadline=2000)
@given(st.lists(COLOUR | AMOUNT, max_size=12), st.lists(COLOUR | AMOUNT, max_size=12))
def test_any_colour_is_read_or_refused(ink: list[str], ground: list[str]) -> None:
    read_or_refused(f".notice {{ color: {''.join(ink)}; background: {' '.join(ground)} }}")


def test_many_blocks_within_many_selectors_cost_no_more_than_their_length() -> None:
    began = time.process_time()
    read_or_refused(f"{'.notice,' * 3000}p {{ {'@media print { color: red } ' * 1300} }}")
    assert time.process_time() - began < 3


def read_or_refused(css: str) -> None:
    for problem in problems_of(css):
        assert problem.what.isprintable()
        assert problem.fix


def test_nobody_pays_for_the_parser_who_reads_no_style_sheet() -> None:
    program = "import sys, colophon.verbs.intake; print([name for name in sys.modules if 'css' in name])"
    answer = subprocess.run([sys.executable, "-c", program], cwd=SHARED, capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"
