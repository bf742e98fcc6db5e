"""Fields out of YAML and JSON: text as it stands, and every liberty of the two formats refused with its line."""

from contextlib import suppress

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from colophon.problem import Refused
from colophon.upload.limits import MAX_OTHER_FILE_BYTES
from colophon.upload.strict import parse_fields, read_fields


def told(text: str) -> list[tuple[int | None, str]]:
    """Line and field of each problem of ``text``, which begins in line 1."""
    return [(problem.line, problem.field) for problem in parse_fields(text, 1).problems]


def test_the_c_parser_is_there() -> None:
    assert yaml.__with_libyaml__


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no", "no"),
        ("a: 012", "012"),
        ("a: 1.10", "1.10"),
        ("a: 12:30:45", "12:30:45"),
        ("a: 2024-05-01", "2024-05-01"),
        ("a: .inf", ".inf"),
        ("a: 'null'", "null"),
        ('a: ""', ""),
        ("a: |\n  b\n  c\n", "b\nc\n"),
        ("a: >-\n  b\n  c\n", "b c"),
        ('a: "\\U0001F600"', "\U0001f600"),
        ("# c\na: b\n  # c", "b"),
        ("a: 'b' # c", "b"),
        ('a: "b" #c', "b"),
        ("a: 'It''s #1'", "It's #1"),
        ("a: C#", "C#"),
        ("a: b#c", "b#c"),
        ("a: |\n  b #c\n", "b #c\n"),
        ("a: 12:30", "12:30"),
        ("a: b - c", "b - c"),
        ("a: -b", "-b"),
        ("a: b [c] {d}", "b [c] {d}"),
        ("a: Knee 'pain' \"x\"", "Knee 'pain' \"x\""),
        ('{"a": "b"}', "b"),
        ('{"a": 1.10}', "1.10"),
        ('{"a": 1e999}', "1e999"),
        ('{"a": true}', "true"),
        ('{"a": "\\ud83d\\ude00"}', "\U0001f600"),
        (' \n{"a": "b"}\n', "b"),
    ],
)
def test_every_scalar_is_the_text_that_stands_there(text: str, value: str) -> None:
    fields = parse_fields(text, 1)
    assert fields.problems == ()
    assert fields.mapping == {"a": value}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: *b", [(1, "a")]),
        ("a: &b c", [(1, "a")]),
        ("a: !!int 1", [(1, "a")]),
        ("a: !x 1", [(1, "a")]),
        ("a: !!python/object/apply:os.system [x]", [(1, "a")]),
        ("a: 1\nb: 2\na: 3", [(3, "a")]),
        ("a:\n  b: 1\n  b: 2", [(3, "a.b")]),
        ("a: 1\n---\nb: 2", [(2, "")]),
        ("%YAML 1.1\n---\na: 1", [(1, "")]),
        ("a:", [(1, "a")]),
        ("a: ~", [(1, "a")]),
        ("a: null", [(1, "a")]),
        ("a: [1, , 2]", [(1, "")]),
        ("- a", [(1, "")]),
        ("a", [(1, "")]),
        ("? [a]\n: b", [(1, "")]),
        ("a: b: c", [(1, "")]),
        ("a: 'b", [(1, "")]),
        ("x: 1\na: [b", [(2, "")]),
        ("a: @b", [(1, "")]),
        ("a: 1\n\tb: 2", [(2, "")]),
        ("a: b\u2028c", [(1, "")]),
        ("a: b\ufeffc", [(1, "")]),
        ("a: " + "{b: " * 8 + "c" + "}" * 8, [(1, "a.b.b.b.b.b.b.b")]),
        ("a: " + "[" * 5000, [(1, "a.0.0.0.0.0.0.0")]),
        ('{"a": 1,\n"a": 2}', [(2, "a")]),
        ('{"a": {"b": 1,\n"c": 2,\n"b": 3}}', [(3, "a.b")]),
        ('{"a":\nNaN}', [(2, "")]),
        ('{"a": -Infinity}', [(1, "")]),
        ('{"a": null}', [(1, "a")]),
        ('{\n"a": ["b",\n"\\ud800"]}', [(3, "a.1")]),
        ('{"\\udfff": 1}', [(None, "")]),
        ('{"a": "b\nc"}', [(1, "")]),
        ('{"a": 1,}', [(1, "")]),
        ("{'a': 1}", [(1, "")]),
        ('{"a": 01}', [(1, "")]),
        ('{"a": "\\x"}', [(1, "")]),
        ('{"a": 1} {"b": 2}', [(1, "")]),
        ('{"a": 1} // b', [(1, "")]),
        ('{"a": ' * 9 + "1" + "}" * 9, [(1, "a.a.a.a.a.a.a.a")]),
        ('{"a": ' + "[" * 60_000, [(1, "")]),
    ],
)
def test_each_liberty_is_refused_with_line_and_field(text: str, expected: list[tuple[int | None, str]]) -> None:
    assert told(text) == expected


def test_reading_goes_on_after_a_problem() -> None:
    assert told("a: *x\nb: !y z\nc:\na: 1\n") == [(1, "a"), (2, "b"), (3, "c"), (4, "a")]
    assert told('{"a": null,\n"b": "\\ud800",\n"a": 1}') == [(1, "a"), (2, "b"), (3, "a")]


def test_lines_are_known_of_every_field_and_entry() -> None:
    yaml_lines = parse_fields("a:\n  - b\n  - c: 1\n    d: 2\ne: 3\n", 10).lines
    json_lines = parse_fields('{\n"a":\n["b",\n{"c": 1,\n"d": 2}],\n"e": 3}', 10).lines
    assert yaml_lines == {("a",): 10, ("a", 0): 11, ("a", 1): 12, ("a", 1, "c"): 12, ("a", 1, "d"): 13, ("e",): 14}
    assert json_lines == {("a",): 11, ("a", 0): 12, ("a", 1): 13, ("a", 1, "c"): 13, ("a", 1, "d"): 14, ("e",): 15}


def test_names_are_compared_in_nfc() -> None:
    assert told("\uac00: 1\n\u1100\u1161: 2") == [(2, "\uac00")]


@pytest.mark.parametrize("content", [b"", b"\n", b"a: \x00", b"a: \xff", b"a: \x7f", b"#" * (MAX_OTHER_FILE_BYTES + 1)])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        read_fields(content)


def test_a_byte_order_mark_is_dropped() -> None:
    assert read_fields(b"\xef\xbb\xbfa: b").mapping == {"a": "b"}


@settings(max_examples=200, deadline=2000)
@given(st.text(max_size=80) | st.text("ab:-?[]{},&*!|>'\"%@`# \n\t.~\\", max_size=80))
@example("a: !<")
@example("? ")
@example('{"a":')
def test_any_text_is_read_without_an_exception(text: str) -> None:
    with suppress(Refused):
        read_fields(text.encode("utf-8", "surrogatepass"))
    with suppress(Refused):
        read_fields(b'{"a":' + text.encode("utf-8", "surrogatepass"))
