"""Names and terms that a translation must write as they are registered or agreed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

from colophon.fidelity.value import load_words
from colophon.language.served import lookup_tags
from colophon.upload.lazy_pattern import compile_lazily

_END_OF_LATIN = "\u0250"
# Between two words, and not at the end of one.
_BETWEEN = compile_lazily(r"(?<=\S)[\s\u2010\u2011-]+(?=\S)")
_SHORT_HANGUL = compile_lazily("[가-힣]{1,2}")
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
    """What may stand in a text in ``lang``: the name of the clinic, terms, and words that no translation may use."""
    if name := find_word(names, lang):
        yield name
    for term in glossary:
        if word := term.word(lang):
            yield word
        yield from term.never


def find_words(words: Iterable[str], text: str) -> Iterator[str]:
    """Those of ``words`` that ``text`` has, however they begin, and in the plural; each once.

    A word in Latin letters must be a word of the text, and so must a short one in Hangul: "침" is no part of "아침".
    Others in Hangul, kana or Chinese characters may be a part of one.
    """
    folded = text.casefold()
    for word in dict.fromkeys(words):
        if any(_find_matches(word, text, folded)):
            yield word


def _find_matches(word: str, text: str, folded: str) -> Iterator[re.Match[str] | None]:
    """What ``word`` matches at each place of ``text`` where it can begin; None where it only seems to.

    Where ``folded`` has other places than ``text``, or where one letter says little, the pattern alone finds them.
    """
    beginning, pattern = _beginning(word), _pattern(word)
    at = folded.find(beginning)
    if at >= 0 and (len(beginning) == 1 or len(folded) != len(text)):
        yield pattern.search(text)
        return
    # The pattern takes far longer to get from one place to the next.
    while at >= 0:
        yield pattern.match(text, at)
        at = folded.find(beginning, at + 1)


@lru_cache(maxsize=1000)
def _beginning(word: str) -> str:
    """What every form of ``word`` in small letters begins with."""
    first, *others = _BETWEEN.split(word.casefold())
    return first if others or not _is_latin(word) else _find_forms(first)[0]


def _is_latin(word: str) -> bool:
    return word[0] < _END_OF_LATIN or word[-1] < _END_OF_LATIN


@lru_cache(maxsize=1000)
def _pattern(word: str) -> re.Pattern[str]:
    if _is_latin(word):
        *others, last = _BETWEEN.split(word)
        beginning, endings = _find_forms(last)
        joined = r"[\s\u2010\u2011-]+".join([*map(re.escape, others), f"{re.escape(beginning)}(?:{endings})"])
        return re.compile(rf"(?<![A-Za-z]){joined}(?![A-Za-z])", re.IGNORECASE)
    if _SHORT_HANGUL.fullmatch(word):
        particles = "|".join(load_words("ko")["particles"])
        return re.compile(rf"(?<![가-힣]){word}(?:{particles}){{0,2}}(?![가-힣])")
    return re.compile(re.escape(word), re.IGNORECASE)


def _find_forms(word: str) -> tuple[str, str]:
    """How the singular and the plural of ``word`` begin, and a pattern of what follows."""
    small = word.casefold()
    if plural := load_words("en")["plurals"].get(small):
        return small[0], f"{small[1:]}|{plural[1:]}"
    if small.endswith("is"):
        return word[:-2], "is|es"
    return (word[:-1], "y|ys|ies") if small.endswith("y") else (word, "s|es|")
