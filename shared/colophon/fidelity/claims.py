"""Words of advertising and names of clinics in a text, and by which words it may have some.

Single words are asked first, because each is known after some texts, and that takes less time than the patterns.
"""

import re
from collections.abc import ItemsView, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct

from colophon.fidelity.english import find_counting_word
from colophon.fidelity.value import load_words
from colophon.fidelity.word_cache import WordCache, find_in_words

# A value in words may have a unit, or count something.
COUNTS = "counts"
_CLINICS = "clinics"
# The numbers of the rules that may find something, and perhaps COUNTS.
Signals = frozenset[int | str]


class _Rule(Struct, frozen=True):
    """``pattern`` finds what is of ``kind`` in a text of which a word has one of ``parts``, in small letters."""

    kind: str
    parts: Sequence[str]
    pattern: re.Pattern[str]


@cache
def _rules(word_file: str) -> Sequence[_Rule]:
    words = load_words(word_file)
    claims = [
        _Rule(kind, parts.split(), re.compile("|".join(f"(?:{each.lower()})" for each in patterns)))
        for kind, by_parts in words["claims"].items()
        for parts, patterns in _list_by_parts(by_parts)
    ]
    names = _list_by_parts(words.get("clinics", {}))
    return [*claims, *(_Rule(_CLINICS, parts.split(), re.compile(pattern)) for parts, pattern in names)]


def _list_by_parts(patterns: Any) -> ItemsView[str, Any]:
    """Parts of words, and the patterns for texts with one of them; no parts where the file names none."""
    return (patterns if isinstance(patterns, dict) else {"": patterns}).items()


def find_signals(word_file: str, text: str) -> Signals:
    """What ``text`` may have; anything in a language whose rules name no words."""
    if not word_file:
        return frozenset()
    return find_in_words(_SIGNALS, text) if word_file == "en" else _all_signals(word_file)


@cache
def _all_signals(word_file: str) -> Signals:
    return frozenset((*range(len(_rules(word_file))), COUNTS))


def _find_in_word(word: str) -> Signals:
    small = word.lower()
    found = (number for number, rule in enumerate(_rules("en")) if any(map(small.__contains__, rule.parts)))
    return frozenset((*found, COUNTS) if find_counting_word(word) else found)


_SIGNALS = WordCache(_find_in_word)


def find_claims(word_file: str, text: str, signals: Signals) -> Mapping[str, str]:
    """The first words of advertising of each kind."""
    small, first = text.lower(), dict[str, re.Match[str]]()
    for rule in _choose(word_file, signals):
        found = rule.pattern.search(small) if rule.kind != _CLINICS else None
        if found and (rule.kind not in first or found.start() < first[rule.kind].start()):
            first[rule.kind] = found
    return {kind: text[found.start() : found.end()] for kind, found in first.items()}


def find_clinics(word_file: str, text: str, signals: Signals) -> tuple[str, ...]:
    """What reads as the name of a clinic, each once."""
    patterns = (rule.pattern for rule in _choose(word_file, signals) if rule.kind == _CLINICS)
    return tuple(dict.fromkeys(found[0] for pattern in patterns for found in pattern.finditer(text)))


def _choose(word_file: str, signals: Signals) -> list[_Rule]:
    """In the order of the words' file."""
    return [rule for number, rule in enumerate(_rules(word_file)) if number in signals] if signals else []
