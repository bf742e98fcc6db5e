"""The lint: what readers would see as markup is told with its line, and what is meant is not."""

import pytest

from colophon.edition.body import read_body
from colophon.edition.lint import lint_edition
from colophon.edition.lint_rules import RULES, LintRule
from colophon.edition.quick_tests import TAG_TESTS, has_rare_tags
from colophon.problem import Problem
from colophon.upload.fields import Fields
from tests.edition.editions import BODY_LINE, FRONT, edition_file, problems_of, told
from tests.edition.lint_cases import CASES

_NO_FIELDS = Fields({}, (), frozenset(), dict)
_BY_NAME = {rule.name: rule for rule in RULES}


def lint(body: str) -> list[Problem]:
    """What the lint alone says of ``body``, which begins in line 0."""
    return list(lint_edition("en", _NO_FIELDS, read_body(body, 0)))


def told_by(rule: LintRule, body: str) -> list[int | None]:
    """The lines that ``rule`` tells of ``body``."""
    return [problem.line for problem in lint(body) if problem.fix == rule.fix]


def test_every_rule_has_its_cases_and_fixes_of_its_own() -> None:
    assert list(CASES) == [rule.name for rule in RULES]
    assert len({rule.fix for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.what.endswith(".")
        assert rule.fix.endswith(".")


@pytest.mark.parametrize(
    ("name", "body", "lines"), [(name, *case) for name, cases in CASES.items() for case in cases.told]
)
def test_a_rule_tells_the_lines(name: str, body: str, lines: tuple[int, ...]) -> None:
    assert told_by(_BY_NAME[name], body) == list(lines)


def test_no_text_is_suspect_to_a_rule_for_tags_without_a_rare_one() -> None:
    bodies = [body for cases in CASES.values() for body in (*(case[0] for case in cases.told), *cases.silent)]
    for markdown in bodies:
        html = read_body(markdown, 0).html
        assert has_rare_tags(html) or not any(test(html, markdown) for test in TAG_TESTS)


@pytest.mark.parametrize(("name", "body"), [(name, body) for name, cases in CASES.items() for body in cases.silent])
def test_a_rule_is_silent_where_the_text_means_what_it_shows(name: str, body: str) -> None:
    assert told_by(_BY_NAME[name], body) == []


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("bold", "**Knee** pain"),
        ("emphasis", "*Knee* pain"),
        ("heading", "## Knee pain"),
        ("link", "[Knee](https://a.kr) pain"),
        ("entity", "Knee &amp; hip"),
        ("entity", "Knee&#39;s pain"),
        ("escape", "Knee.\\nPain"),
        ("lost character", "Knee p\ufffdin"),
        ("wrong encoding", "Kneeâ€™s pain"),
        ("template mark", "{{ title }}"),
        ("tag in a field", "<b>Knee</b> pain"),
        ("fence sign", "``` Knee"),
    ],
)
def test_a_title_shows_its_signs_as_they_are(name: str, title: str) -> None:
    front = FRONT.replace("title: What fractional lasers do", f"title: '{title}'")
    (problem,) = problems_of(edition_file(front=front))
    assert problem.fix == _BY_NAME[name].fix
    assert (problem.line, problem.field, problem.severity) == (2, "title", "warning")


@pytest.mark.parametrize(
    ("more", "line", "field"),
    [
        ("excerpt: a **b** c\n", 11, "excerpt"),
        ("tags: [a, '**b**']\n", 11, "tags.1"),
        ("corrections:\n  - {at: 2024-06-01, note: a **b**}\n", 12, "corrections.0.note"),
        ("images: {a.jpg: {alt: a **b**}}\n", 11, "images.a.jpg.alt"),
    ],
)
def test_other_fields_that_a_page_shows_are_read_too(more: str, line: int, field: str) -> None:
    assert (line, field, "warning") in told(edition_file("a\n\n![a](a.jpg)\n", more=more))


@pytest.mark.parametrize(
    "title", ["5 * 3 = 15", "R&D [in Seoul]", "#1 in knees", "A_B_C", "a < b", "20~30 minutes", "Knee 「膝」", "x (y)"]
)
def test_an_ordinary_title_is_silent(title: str) -> None:
    assert told(edition_file(front=FRONT.replace("title: What fractional lasers do", f"title: '{title}'"))) == []


def test_a_figure_that_stays_text_and_a_text_of_code_refuse_and_nothing_else_does() -> None:
    assert {rule.name for rule in RULES if rule.severity == "error"} == {"image", "image link", "whole text in code"}
    for rule in RULES:
        assert rule.severity in ("error", "warning")


def test_the_line_is_the_one_in_the_file_below_source_warnings_too() -> None:
    assert told(edition_file("a\n※ b\nc\n\n**피부(skin)**는")) == [(BODY_LINE + 4, "", "warning")]


def test_a_rule_tells_ten_lines_at_most() -> None:
    assert len(problems_of(edition_file("a **b\n\n" * 50))) == 10


def test_a_full_width_mark_before_an_image_is_named() -> None:
    (problem,) = problems_of(edition_file("Look！[A towel](a.jpg)"))
    assert "full-width ！" in problem.what
    assert "a.jpg" in problem.what
