"""Words of advertising and names of clinics in a text.

A rule is tried only on texts with a word that has one of its parts, because single words are known after some texts.
"""

import re
from collections.abc import ItemsView, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct

from colophon.fidelity.value import load_words

_CLINICS = "clinics"


class _Rule(Struct, frozen=True):
    """``pattern`` finds what is of ``kind`` in a text of which a word has one of ``parts``, in small letters.

    Without parts it is tried on every text.
    """

    kind: str
    parts: Sequence[str]
    pattern: re.Pattern[str]


@cache
def _rules(word_file: str) -> Sequence[_Rule]:
    words = load_words(word_file) if word_file else {}
    claims = [
        _Rule(kind, parts.split(), re.compile("|".join(f"(?:{each.lower()})" for each in patterns)))
        for kind, by_parts in words.get("claims", {}).items()
        for parts, patterns in _list_by_parts(by_parts)
    ]
    names = _list_by_parts(words.get("clinics", {}))
    return [*claims, *(_Rule(_CLINICS, parts.split(), re.compile(pattern)) for parts, pattern in names)]


def _list_by_parts(patterns: Any) -> ItemsView[str, Any]:
    """Parts of words, and the patterns for texts with one of them; no parts where the file names none."""
    return (patterns if isinstance(patterns, dict) else {"": patterns}).items()


@cache
def _any_part(word_file: str) -> re.Pattern[str] | None:
    """Any part of a rule: few words have one."""
    parts = {part for rule in _rules(word_file) for part in rule.parts}
    return re.compile("|".join(map(re.escape, sorted(parts)))) if parts else None


def find_rules(word_file: str, word: str) -> list[int]:
    """The numbers of the rules of which ``word`` has a part."""
    small, any_part = word.lower(), _any_part(word_file)
    if any_part is None or not any_part.search(small):
        return []
    return [number for number, rule in enumerate(_rules(word_file)) if any(map(small.__contains__, rule.parts))]


def find_claims(word_file: str, text: str, may_find: Iterable[int]) -> Mapping[str, str]:
    """The first words of advertising of each kind, by the rules that ``find_rules`` gave for the words of ``text``."""
    chosen = _choose(word_file, may_find)
    small, first = text.lower() if chosen else "", dict[str, re.Match[str]]()
    for rule in chosen:
        found = rule.pattern.search(small) if rule.kind != _CLINICS else None
        if found and (rule.kind not in first or found.start() < first[rule.kind].start()):
            first[rule.kind] = found
    return {kind: text[found.start() : found.end()] for kind, found in first.items()}


def find_clinics(word_file: str, text: str, may_find: Iterable[int]) -> tuple[str, ...]:
    """What reads as the name of a clinic, each once, by those rules."""
    patterns = (rule.pattern for rule in _choose(word_file, may_find) if rule.kind == _CLINICS)
    return tuple(dict.fromkeys(found[0] for pattern in patterns for found in pattern.finditer(text)))


def _choose(word_file: str, numbers: Iterable[int]) -> list[_Rule]:
    """The rules of these numbers and those without parts, in the order of the words' file."""
    chosen = {*numbers, *_rules_without_parts(word_file)}
    return [_rules(word_file)[number] for number in sorted(chosen)] if chosen else []


@cache
def _rules_without_parts(word_file: str) -> Sequence[int]:
    return [number for number, rule in enumerate(_rules(word_file)) if not rule.parts]
