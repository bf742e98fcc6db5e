"""Warns of everything in a text that would appear on its page in a way its author did not mean."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import chain

from colophon.edition.body import Body
from colophon.edition.lint_rules import RULES, LintRule
from colophon.edition.quick_tests import TAG_TESTS, has_rare_tags
from colophon.edition.scripts import find_other_scripts
from colophon.edition.shown_text import CODE, ESCAPED, ESCAPED_BACKSLASH, ShownText, show_field
from colophon.edition.source import find_signs
from colophon.problem import Problem
from colophon.upload.fields import FieldPath, Fields, FieldValue, display_value, format_path

# Of one rule in one text.
_MAX_WARNINGS = 10
# Without one of these no rule finds anything in a field.
_FIELD_SIGN = re.compile(r"[*_#＃＊\[［~`&＆<\\{\ufffdÃÂâìëêíïãäåæçè占锟À´µÊ‚]")


class _RuleIndex:
    """Rules by the characters that they need, and those that need none by their quick test: each is made once."""

    def __init__(self, rules: Sequence[LintRule]) -> None:
        self.rules = rules
        signs = dict.fromkeys("".join(rule.signs for rule in rules))
        # Looking at the first bytes of the signs is the fastest.
        self.by_byte = {byte: [sign for sign in signs if sign.encode()[0] == byte] for byte in _first_bytes(signs)}
        self.other_bytes = bytes({*range(0x100)} - {*self.by_byte})
        without = [rule for rule in rules if not rule.signs]
        tests = dict.fromkeys(rule.may_match for rule in without)
        self.by_test = [(test, [rule for rule in without if rule.may_match is test]) for test in tests if test]
        self.without_tags = [(test, found) for test, found in self.by_test if test not in TAG_TESTS]

    def find_suspects(self, html: str, markdown: str, signs: str) -> list[LintRule]:
        """The rules that may find something in ``html`` (a field's text, escaped), rendered from ``markdown``.

        ``signs`` are the characters of it that ``find_signs`` finds. Most of them are no longer in ``html``.
        """
        # A reference stands for any character.
        written = (html if "&" in signs else signs).encode().translate(None, self.other_bytes)
        shown = "".join([sign for byte in {*written} for sign in self.by_byte[byte] if sign in html])
        found = self._find_by_signs(shown, html, markdown) if shown else []
        for test, rules in self.by_test if has_rare_tags(html) else self.without_tags:
            if test(html, markdown):
                found += rules
        return found

    def _find_by_signs(self, signs: str, html: str, markdown: str) -> list[LintRule]:
        found = [rule for rule in self.rules if any(sign in rule.signs for sign in signs)]
        return [rule for rule in found if rule.may_match is None or rule.may_match(html, markdown)]


def _first_bytes(signs: Iterable[str]) -> set[int]:
    return {sign.encode()[0] for sign in signs}


_BODY_RULES = _RuleIndex([rule for rule in RULES if rule.in_body])
_FIELD_RULES = _RuleIndex([rule for rule in RULES if rule.in_fields])
_SHOWN_GROUPS = ("tags", "corrections", "images")
_UNMARK = str.maketrans({CODE: "`…`", ESCAPED: "\\", ESCAPED_BACKSLASH: "\\"})


def lint_edition(lang: str, fields: Fields, body: Body) -> Iterator[Problem]:
    """The problems of what readers in ``lang`` would see of ``fields`` and ``body``; most are warnings."""
    html = body.html
    if not html:
        return
    if rules := _BODY_RULES.find_suspects(html, body.source.text, body.source.signs):
        for rule in rules:
            yield from _apply(rule, body.shown)
    texts = _shown_fields(fields.mapping)
    written = "\n".join([text for _, text in texts])
    signs = find_signs(written)
    if signs and _FIELD_SIGN.search(signs):
        yield from _lint_fields(fields, texts, written)
    yield from find_other_scripts(lang, fields, body, texts)


def _lint_fields(fields: Fields, texts: Iterable[tuple[FieldPath, str]], written: str) -> Iterator[Problem]:
    html = escape(written, quote=False)
    rules = _FIELD_RULES.find_suspects(html, written, written)
    for path, text in texts if rules else ():
        shown = show_field(text, fields.line_of(path) or 1)
        for rule in rules:
            yield from _apply(rule, shown, format_path(path))


def _shown_fields(mapping: Mapping[str, FieldValue]) -> list[tuple[FieldPath, str]]:
    """The path and the text of every field that a page shows as it is written."""
    texts: list[tuple[FieldPath, FieldValue | None]] = [(("title",), mapping.get("title"))]
    if isinstance(source := mapping.get("source"), dict):
        texts.append((("source", "title"), source.get("title")))
    if isinstance(translation := mapping.get("translation"), dict):
        texts.append((("translation", "system"), translation.get("system")))
    if "excerpt" in mapping:
        texts.append((("excerpt",), mapping["excerpt"]))
    for name in _SHOWN_GROUPS:
        for key, member in _members(mapping[name]) if name in mapping else ():
            texts.append(((name, key), member))
            if isinstance(member, dict):
                texts += [((name, key, part), member.get(part)) for part in ("note", "alt", "credit")]
    return [(path, text) for path, text in texts if isinstance(text, str)]


def _members(group: FieldValue) -> Iterable[tuple[str | int, FieldValue]]:
    if isinstance(group, dict):
        return group.items()
    return enumerate(group) if isinstance(group, list) else ()


def _apply(rule: LintRule, shown: ShownText, field: str = "") -> Iterator[Problem]:
    if callable(rule.find):
        found = rule.find(shown)
    else:
        found = chain(*map(shown.find, rule.find if isinstance(rule.find, tuple) else (rule.find,)))
    by_line: dict[int, str] = {}
    for finding in found:
        by_line.setdefault(finding.line, finding.sign)
        if len(by_line) == _MAX_WARNINGS:
            break
    for line, sign in by_line.items():
        what = rule.what.replace("{sign}", display_value(" ".join(sign.translate(_UNMARK).split())))
        yield Problem(what, rule.fix, field, line, rule.severity)
