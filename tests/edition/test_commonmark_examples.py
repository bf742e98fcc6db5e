"""The lint on the 652 examples of CommonMark's specification: a rule may be wrong about one of them at most.

A rule is wrong where it reports an example whose page shows no such sign as text. ``make browser`` fetches the
specification, which is not part of this repository.
"""

import re
from html import unescape

import html5lib
import pytest

from colophon.edition.body import read_body
from colophon.edition.lint_rules import RULES, LintRule
from colophon.edition.quick_tests import TAG_TESTS, has_rare_tags
from tests.browser import installed_tools
from tests.edition.lint_cases import CASES
from tests.edition.test_lint import told_by

_ESCAPES = re.compile(r"\\[!-/:-@\[-`{-~]|&(?!#0;)#?\w{1,7};")


@pytest.fixture(scope="module")
def examples() -> list[str]:
    """The Markdown of each example, in order."""
    if missing := installed_tools.describe_missing():
        if installed_tools.is_required():
            pytest.fail(f"CommonMark's examples: {missing}.")
        pytest.skip(f"CommonMark's examples: {missing}.")
    found = re.findall(
        r"^`{32} example\n(.*?)^\.\n.*?^`{32}$", installed_tools.COMMONMARK.read_text(), re.MULTILINE | re.DOTALL
    )
    assert len(found) == 652
    return [markdown.replace("→", "\t") for markdown in found]


def text_on_page(html: str) -> str:
    """What a reader of ``html`` sees, without code; an escape in its Markdown is no reason to see it."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    for element in tree.iter():
        if element.tag in ("code", "script", "style"):
            for child in list(element):
                element.remove(child)
            element.text = ""
    return "".join(tree.itertext())


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.in_body], ids=lambda rule: rule.name)
def test_of_the_examples_of_commonmark_a_rule_tells_one_at_most_that_shows_no_sign(
    rule: LintRule, examples: list[str]
) -> None:
    cases = CASES[rule.name]
    found = {number: markdown for number, markdown in enumerate(examples, start=1) if told_by(rule, markdown)}
    shows = {
        number
        for number, markdown in found.items()
        if cases.on_page
        and re.search(cases.on_page, text_on_page(read_body(markdown, 0).html))
        and re.search(cases.on_page, unescape(_ESCAPES.sub("", markdown)))
    }
    assert found.keys() - shows == set(cases.false_alarms)
    assert len(cases.false_alarms) <= 1


def test_the_examples_that_show_code_alone_are_told_if_it_reads_as_text(examples: list[str]) -> None:
    """Of CommonMark's own, only one has sentences."""
    (rule,) = [rule for rule in RULES if rule.name == "whole text in code"]
    told = [number for number, body in enumerate(examples, 1) if told_by(rule, body)]
    assert told == [289]


def test_no_example_is_suspect_to_a_rule_for_tags_without_a_rare_one(examples: list[str]) -> None:
    for markdown in examples:
        html = read_body(markdown, 0).html
        assert has_rare_tags(html) or not any(test(html, markdown) for test in TAG_TESTS)
