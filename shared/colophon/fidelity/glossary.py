"""Names and terms that a translation must write as they are registered or agreed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

from colophon.language.served import lookup_tags

_END_OF_LATIN = "\u0250"
Names: TypeAlias = Mapping[str, str]


class Term(Struct, frozen=True):
    """One term of a clinic. ``words`` are how each language writes it, ``never`` how no translation may."""

    words: Mapping[str, str]
    never: tuple[str, ...] = ()

    def word(self, lang: str) -> str:
        """How ``lang`` writes it; empty if the glossary does not say."""
        return find_word(self.words, lang)


def find_word(words: Mapping[str, str], lang: str) -> str:
    """The word of ``lang`` or of a language it falls back to; empty if there is none."""
    return next((words[tag] for tag in lookup_tags(lang) if tag in words), "")


def words_to_find(lang: str, names: Names, glossary: Iterable[Term]) -> Iterator[str]:
    """All that a comparison must know of a text in ``lang``: whether it has these words."""
    if name := find_word(names, lang):
        yield name
    for term in glossary:
        if word := term.word(lang):
            yield word
        yield from term.never


def find_words(words: Iterable[str], text: str) -> Iterator[str]:
    """Those of ``words`` that ``text`` has, however they begin, and in the plural; each once.

    A word in Latin letters must be a word of the text; one in Hangul, kana or Chinese characters may have an ending.
    """
    folded = text.casefold()
    for word in dict.fromkeys(words):
        if word.casefold() in folded and (not _is_latin(word) or _pattern(word).search(text)):
            yield word


def _is_latin(word: str) -> bool:
    return word[0] < _END_OF_LATIN or word[-1] < _END_OF_LATIN


@lru_cache(maxsize=1000)
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z]){re.escape(word)}(?:s|es)?(?![A-Za-z])", re.IGNORECASE)
