"""Signs that YAML does not read as text: each is reported with the true reason, at the true line, with a fix."""

import pytest

from colophon.upload.strict import parse_fields

QUOTES = "whole value in quotes"
SPACES = "with spaces"

# The text, the line, a part of what, a part of the fix.
REASONS = [
    ("a: 1\nt: {b} c", 2, "opening brace", QUOTES),
    ("s:\n  t: {b}", 2, "{", QUOTES),
    ("t: {b: c", 1, "opening brace", QUOTES),
    ("a: 1\nt: [b] c d", 2, "opening bracket", QUOTES),
    ("t: [b", 1, "opening bracket", QUOTES),
    ("a: 1\nt: [b\nc: 2\nd: 3", 2, "opening bracket", QUOTES),
    ("t: \"b\" c\nd: 1", 1, "after the closing quote", QUOTES),
    ("t: 'b' c\nd: 1", 1, "after the closing quote", QUOTES),
    ("t: ''b''\nd: 1", 1, "after the closing quote", QUOTES),
    ('t: """b"""\nd: 1', 1, "after the closing quote", QUOTES),
    ("t: 'don\\'t'\nd: 1", 1, "after the closing quote", QUOTES),
    ("t: 'b', 'c'", 1, "after the closing quote", QUOTES),
    ("t: \"b\ns:\n  c: \"d\"\n  e: 1", 1, "not closed", QUOTES),
    ("a: 1\nt: 'b\nc: 2", 2, "not closed", QUOTES),
    ('t: "b\\q"', 1, "\\q", "single quotes"),
    ('t: "C:\\Users"', 1, "\\U", "single quotes"),
    ("a: 1\nt: - b -", 2, "hyphen", QUOTES),
    ("t: ? b", 1, "question mark", QUOTES),
    ("t: : b", 1, "colon", QUOTES),
    ("t: b: c", 1, "colon and a space", QUOTES),
    ("t: (b) c: d", 1, "colon and a space", QUOTES),
    ("a: 1\nt: b:\nc: 1", 2, "colon", QUOTES),
    ("t: @b", 1, "@", QUOTES),
    ("t: `b`", 1, "`", QUOTES),
    ("t: %b", 1, "%", QUOTES),
    ("t: &b c", 1, "&", QUOTES),
    ("t: *b", 1, "*", QUOTES),
    ("t: *\uc911\uc694* b", 1, "*", QUOTES),
    ("t: **b**", 1, "*", QUOTES),
    ("t: ! b", 1, "!", QUOTES),
    ("t: !b c", 1, "!b", QUOTES),
    ("t: | b", 1, "|", QUOTES),
    ("t: >b", 1, ">", QUOTES),
    ("t: , b", 1, "comma", QUOTES),
    ("t: ] b", 1, "bracket", QUOTES),
    ("t: } b", 1, "brace", QUOTES),
    ("s:\n\tb: c", 2, "tab", SPACES),
    ("s:\n  b: 1\n\t c: 2", 3, "tab", SPACES),
    ("a: 1\n\tb: 2", 2, "tab", SPACES),
    ("tags: [b, #c]\nd: 1", 1, "# begins a comment", "in quotes"),
    ("tags: [#b, c]\nd: 1", 1, "# begins a comment", "in quotes"),
    ("tags:\n  - b\n  - #c", 3, "# begins a comment", QUOTES),
    ("t: #b", 1, "# begins a comment", QUOTES),
    ("t: b #3 c", 1, "“#3 c”", QUOTES),
    ("t: b # c", 1, "“# c”", QUOTES),
    ("s:\n  t: \ubb34\ub98e #3 \uacc4\ub2e8\n", 2, "“#3 \uacc4\ub2e8”", QUOTES),
    ("t: b\t#c", 1, "“#c”", QUOTES),
    ("t: \U0001f600 b #c", 1, "“#c”", QUOTES),
    ("u: https://a.kr/ #b", 1, "“#b”", QUOTES),
    ("tags:\n  - b\n  - c #d", 3, "“#d”", QUOTES),
    ("t: b\n  c: 1", 2, "indented deeper", "Indent"),
    ("t:\n  b: 1\n c: 2", 3, "indentation", "Indent"),
    ("a: 1\nt\uff1ab\nc: 1", 2, "U+FF1A", "a space after"),
    ("t\uff1ab", 1, "U+FF1A", "a space after"),
    ("a: 1\nt:b\nc: 1", 2, "no space after the colon", "space after the colon"),
    ("a: 1\nt:\u00a0b\nc: 1", 2, "no-break space U+00A0", "space after the colon"),
    ("a: 1\nb c\nd: 1", 2, "no colon", "name: value"),
    ("s:\n\u00a0\u00a0b: 1", 2, "U+00A0", SPACES),
    ("\u3000s: 1", 1, "U+3000", SPACES),
    ("\u200bs: 1", 1, "U+200B", "Delete"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "what", "fix"), REASONS)
def test_the_reason_is_the_sign_itself(text: str, line: int, what: str, fix: str) -> None:
    found = [problem for problem in parse_fields(text, 10).problems if what in problem.what]
    assert [problem.line for problem in found] == [line + 9]
    assert fix in found[0].fix
    assert "title." not in found[0].field


@pytest.mark.parametrize(("text", "line", "what", "fix"), REASONS)
def test_nothing_else_is_wrong_in_that_line(text: str, line: int, what: str, fix: str) -> None:
    assert len([problem for problem in parse_fields(text, 1).problems if problem.line == line]) == 1


@pytest.mark.parametrize(("text", "severity"), [("t: b #3 c", "error"), ("t: b # c", "warning"), ("t: b #", "warning")])
def test_a_number_sign_without_a_space_is_hardly_a_comment(text: str, severity: str) -> None:
    fields = parse_fields(text, 1)
    assert [(problem.field, problem.severity) for problem in fields.problems] == [("t", severity)]
    assert fields.mapping == {"t": "b"}


@pytest.mark.parametrize(
    "text", ["t: b  # c", "t: b\t# c", "t: b        # c", "s:\n  t: b  # c #3", "tags: [b]  # c", "t: [b] #c"]
)
def test_a_comment_that_is_set_apart_is_none_of_the_value(text: str) -> None:
    assert parse_fields(text, 1).problems == ()


def test_a_comment_in_place_of_a_value_leaves_it_empty() -> None:
    (problem,) = parse_fields("t:   # what it is called", 1).problems
    assert problem.what == "“t” has no value."


def test_the_fields_around_a_word_in_braces_are_read() -> None:
    fields = parse_fields("s:\n  t: {b}\nc: 1", 1)
    assert [(problem.line, problem.field) for problem in fields.problems] == [(2, "s.t")]
    assert fields.mapping["c"] == "1"


def test_a_group_in_braces_names_its_empty_field() -> None:
    assert [problem.field for problem in parse_fields("n: {en: b, ko: }", 1).problems] == ["n.ko"]
