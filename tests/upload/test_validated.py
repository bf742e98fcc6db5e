"""From fields to a model: plain words for everything that can be wrong, never pydantic's own."""

from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from colophon.clinic.record import ClinicRecord
from colophon.edition.model import FrontMatter
from colophon.problem import Problem, Refused
from colophon.site_settings import SiteSettings
from colophon.upload.strict import parse_fields
from colophon.upload.validated import try_validate, validate
from colophon.upload.values import Day, HttpsUrl, Instant, Line, YesNo
from colophon.withdrawal import Withdrawal


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    first: Line
    second: Line = ""


class _Whole(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[Line, Field(description="a few words")] = "x"
    on: Day | None = None
    at: Instant | None = None
    to: HttpsUrl | None = None
    sure: YesNo = True
    kind: Literal["one", "two"] = "one"
    part: _Part | None = None
    parts: Annotated[dict[str, _Part], Field(max_length=2)] = {}
    many: Annotated[tuple[Line, ...], Field(min_length=1, max_length=2)] = ("x",)


def judged(text: str) -> list[Problem]:
    return list(try_validate(_Whole, parse_fields(text, 1))[1])


@pytest.mark.parametrize(
    ("text", "line", "field", "what", "fix"),
    [
        ("text: ''", 1, "text", "is empty", "leave the field out"),
        ("text: " + "x" * 301, 1, "text", "301 characters; at most 300", "Shorten"),
        ("text: [a]", 1, "text", "a list", "after the colon"),
        ("text: {a: b}", 1, "text", "a group of fields", "after the colon"),
        ('text: "a\\u200eb"', 1, "text", "U+200E", "Delete"),
        ('text: "a\\nb"', 1, "text", "a line break", "one line"),
        ("kind: three", 1, "kind", "“three”", "'one' or 'two'"),
        ("on: 5 May", 1, "on", "“5 May” is not a date", "2026-05-31"),
        ("on: 2023-02-29", 1, "on", "not a day in the calendar", "2026-05-31"),
        ("on: [2023]", 1, "on", "a list", "after the colon"),
        ("at: 2023-02-28T10:00", 1, "at", "UTC offset", "+09:00"),
        ("at: 2023-02-28T10:00:61Z", 1, "at", "a time that does not exist", "+09:00"),
        ("at: 1700000000", 1, "at", "not a date and time", "+09:00"),
        ("at: {a: b}", 1, "at", "a group of fields", "after the colon"),
        ("to: http://a.kr", 1, "to", "begins with http:", "https://"),
        ("to: https://a b", 1, "to", "a space", "https://"),
        ("to: [a]", 1, "to", "a list", "after the colon"),
        ("sure: yes", 1, "sure", "neither true nor false", "true or false"),
        ("sure: True", 1, "sure", "neither true nor false", "true or false"),
        ("part: x", 1, "part", "must be a group of fields, but is the text “x”", "indented"),
        ("part:\n  second: x", 1, "part.first", "is missing", "Add part.first"),
        ("part:\n  first: x\n  frist: y", 3, "part.frist", "no field “part.frist”", "Did you mean part.first"),
        ("parts: [a]", 1, "parts", "must be a group of fields, but is a list", "indented"),
        ("parts:\n  a.b:\n    first: ''", 3, "parts.a.b.first", "is empty", "leave"),
        ("parts: {a: {first: x}, b: {first: x}, c: {first: x}}", 1, "parts", "3 entries; at most 2", "Remove"),
        ("many: x", 1, "many", "must be a list, but is the text “x”", "- "),
        ("many: []", 1, "many", "is empty", "at least one"),
        ("many: [a, b, c]", 1, "many", "3 entries; at most 2", "Remove"),
        ("many:\n- a\n- ''", 3, "many.1", "is empty", "leave"),
        ("frist: x", 1, "frist", "no field “frist”", "Did you mean part.first"),
        ("xyz: x", 1, "xyz", "no field “xyz”", "Remove the field"),
    ],
)
def test_each_flaw_has_words_line_and_fix(text: str, line: int, field: str, what: str, fix: str) -> None:
    (problem,) = judged(text)
    assert (problem.line, problem.field) == (line, field)
    assert what in problem.what
    assert fix in problem.fix


def test_a_missing_field_says_what_it_is_for() -> None:
    (problem,) = [p for p in try_validate(FrontMatter, parse_fields("title: x", 1))[1] if p.field == "source"]
    assert problem.line is None
    assert "where the original was published" in problem.fix


def test_what_reading_refused_is_not_called_missing() -> None:
    assert [p.field for p in try_validate(FrontMatter, parse_fields("title:\nsource: *a", 1))[1]] == ["title", "source"]


def test_long_values_are_shown_shortened() -> None:
    (problem,) = judged("kind: " + "y" * 1000)
    assert len(problem.what) < 150


def test_validated_takes_further_problems_along() -> None:
    warning, error = Problem("A.", "B.", severity="warning"), Problem("C.", "D.", line=1)
    assert validate(_Whole, parse_fields("text: a", 1), [warning]).text == "a"
    with pytest.raises(Refused) as refused:
        validate(_Whole, parse_fields("text: a", 1), [warning, error])
    assert refused.value.problems == (error, warning)


_SCALARS = st.text(max_size=8) | st.sampled_from(
    ["none", "ko", "https://a.kr", "2024-05-01", "true", "naver-blog", "hold", "9" * 400]
)
_VALUES = st.recursive(
    _SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=5), v, max_size=3), max_leaves=6
)
_NAMES = (
    "title",
    "source",
    "translation",
    "images",
    "tags",
    "corrections",
    "names",
    "channels",
    "permission",
    "url",
    "name",
    "about",
    "languages",
    "notices",
    "contact",
    "kind",
    "reason",
    "at",
    "until",
    "time_zone",
    "moved_from",
    "publish_at",
    "excerpt",
)
_RAW = ("Input should", "Value error", "valid", "pydantic", "type=", "String should", "Field required", "validation")


@given(st.dictionaries(st.sampled_from(_NAMES), _VALUES, max_size=6))
def test_no_words_of_pydantic_ever_show(mapping: dict[str, object]) -> None:
    fields = parse_fields("a: b", 1)
    fields.mapping.clear()
    fields.mapping.update(mapping)  # type: ignore[arg-type]
    for model in (FrontMatter, ClinicRecord, SiteSettings, Withdrawal):
        for problem in try_validate(model, fields)[1]:
            assert problem.what.endswith(".")
            assert problem.fix.endswith((".", "?"))
            if all(raw not in str(mapping) for raw in _RAW):
                assert not any(raw in problem.what + problem.fix for raw in _RAW)
