"""The quick reader of plain YAML: what it takes it reads as the parser does, and nothing that the parser refuses."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from colophon.upload.limits import MAX_NESTING
from colophon.upload.yaml_fields import parse_yaml_fields
from colophon_ops.build.plain_yaml import parse_plain_yaml

SAMPLES = Path(__file__).parents[1] / "samples" / "inbox"

_SIGNS = some.sampled_from([*"abZ09가é_.-~:#,&*!|>%@`'\"\\[]{}?/ \t\xa0\x85\u3000\U0001f600", "null", ": ", " #", "- "])
_TEXTS = some.sampled_from(["a", "null", "b c", "2026-01-02", "https://a.b/#c"]) | some.lists(_SIGNS, max_size=5).map(
    "".join
)
_VALUES = (
    _TEXTS
    | _TEXTS.map(lambda text: f'"{text}"')
    | _TEXTS.map(lambda text: f"'{text}'")
    | some.lists(_TEXTS, max_size=3).map(lambda texts: f"[{', '.join(texts)}]")
)
_NAMES = some.sampled_from(["a", "b", "d", "e", "f", "g", "c.jpg", "x_y-1", "1", "null", "가", "a b", '"a"'])
_LINES = some.builds(
    "{}{}:{}{}{}".format,
    some.sampled_from(["", "", "", "  ", "  ", "    ", " "]),
    _NAMES,
    some.sampled_from(["", " ", " ", " ", "  "]),
    some.just("") | _VALUES,
    some.sampled_from(["", "", "", "", " ", " # c"]),
)
_TEXT = some.lists(_LINES | _LINES | some.sampled_from(["", "- a", "---", "# c", "a"]), min_size=1, max_size=4)


_GROUP = some.dictionaries(some.sampled_from(["a", "b", "c.jpg", "x_y-1", "null"]), _VALUES, min_size=1, max_size=3)


@some.composite
def _in_groups(draw):
    fields = draw(some.dictionaries(some.sampled_from("abcd"), _VALUES | _GROUP, min_size=1, max_size=4))
    lines = []
    for name, value in fields.items():
        lines += [f"{name}: {value}"] if isinstance(value, str) else [f"{name}:"]
        indent = draw(some.sampled_from(["  ", "  ", " ", "    "]))
        lines += [f"{indent}{inner}: {text}" for inner, text in value.items()] if isinstance(value, dict) else []
    return "\n".join(lines)


def reads_alike(text):
    quick, strict = parse_plain_yaml(text, 2), parse_yaml_fields(text, 2)
    if quick is None:
        return False
    assert (quick.mapping, quick.problems, quick.refused_paths) == (
        strict.mapping,
        strict.problems,
        strict.refused_paths,
    )
    assert quick.lines == strict.lines
    return True


@settings(max_examples=500)
@given(_TEXT.map("\n".join) | _in_groups())
@example("a: b\n  c: d")
@example("a:\n  b: c\n d: e")
@example("a:\n    b: c\n  d: e")
@example("a: [null, b]")
@example("a: Null\nb:")
@example("a: x: y")
@example("a: [b, c]d")
def test_what_the_quick_reader_takes_the_parser_reads_alike(text):
    reads_alike(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: b",
        "a: b\n",
        'source:\n  url: "https://a.example/b"\n  posted: 2026-01-02\n  title: 하루 종일 8213\ntags: [눈 꺼풀, b-c]\n',
        "a:\n  b.jpg:\n    alt: it's a picture, of 5 o'clock\n    kind: ''\nc: https://a.example/#b",
    ],
)
def test_plain_fields_are_read_quickly(text):
    assert reads_alike(text)


# JSON, and what is refused before it is parsed.
_OF_THE_STRICT_READER = ('{"a": "b"}', "a: b\u2028c", "a: '\u2029'", "\ufeffa: b", "a: b\n\ufeff")


@pytest.mark.parametrize(
    "text", ["", "a:", "a: ~", "a: 1\na: 2", "a: |\n  b", "a: *b", "- a", "a: b\n\n---\nc: d", *_OF_THE_STRICT_READER]
)
def test_what_is_not_plain_is_left_to_the_parser(text):
    assert parse_plain_yaml(text, 1) is None


def test_deep_groups_are_left_to_the_parser():
    lines = [f"{' ' * depth}a:" for depth in range(MAX_NESTING)]
    assert parse_plain_yaml("\n".join([*lines, f"{' ' * MAX_NESTING}a: b"]), 1) is None
    assert reads_alike("\n".join([*lines[:-1], f"{lines[-1]} b"]))


def test_most_of_the_samples_front_matter_is_plain():
    fronts = [path.read_text("utf-8").split("---\n")[1] for path in sorted(SAMPLES.glob("posts/*/*/*.md"))]
    assert sum(map(reads_alike, fronts)) > len(fronts) / 2


def test_many_blanks_take_no_time():
    assert parse_plain_yaml("a: " + "b " * 8000 + ":", 1) is None
    assert parse_plain_yaml("a: [" + "b , " * 4000 + "!]", 1) is None
