"""What a block is about, by common words that have a counterpart in the other language."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from colophon.upload.lazy_pattern import compile_lazily

_LONGEST, _SHORT = 4, 3
_HANGUL_WORD = compile_lazily(r"[가-힣]+")
_LATIN_WORD = compile_lazily(r"[a-z]+")
# What both languages write alike: MRI, CO2.
_SHARED = compile_lazily(r"(?<![A-Za-z0-9])[A-Z][A-Z0-9]+(?![A-Za-z0-9])")
Topics: TypeAlias = frozenset[int | str]
_ENDINGS = ("", "s", "es", "ed", "d", "ing", "ly")


@cache
def _topics() -> Mapping[str, Mapping[str, int]]:
    """For each language, the topic of each word."""
    text = (files("colophon.fidelity") / "words/topics.txt").read_text("utf-8")
    words: dict[str, dict[str, int]] = {"ko": {}, "en": {}}
    for topic, line in enumerate(line for line in text.splitlines() if not line.startswith("#")):
        for lang, listed in zip(words, line.split("|"), strict=True):
            for word in listed.split():
                words[lang].setdefault(word, topic)
    return words


def find_topics(word_file: str, word: str) -> Topics:
    """The topics of ``word``, and what every language writes alike; only that if there is no list for ``word_file``."""
    return _FINDERS.get(word_file, _find_shared)(word)


def _find_shared(word: str) -> Topics:
    return frozenset(_SHARED.findall(word))


def _find_korean(word: str) -> Topics:
    found = map(_find_topic_of_korean, _HANGUL_WORD.findall(word))
    return _find_shared(word).union(topic for topic in found if topic is not None)


def _find_english(word: str) -> Topics:
    found = map(_find_topic_of_english, _LATIN_WORD.findall(word.lower()))
    return _find_shared(word).union(topic for topic in found if topic is not None)


def _find_topic_of_korean(word: str) -> int | None:
    topics = _topics()["ko"]
    # One syllable begins many words, so only a short word is taken for it and a particle.
    beginnings = (word[:length] for length in range(min(_LONGEST, len(word)), 0 if len(word) <= _SHORT else 1, -1))
    return next((topics[beginning] for beginning in beginnings if beginning in topics), None)


def _find_topic_of_english(word: str) -> int | None:
    topics = _topics()["en"]
    stems = (word[: len(word) - len(ending)] for ending in _ENDINGS if word.endswith(ending))
    return next((topics[stem] for stem in stems if stem in topics), None)


_FINDERS: Mapping[str, Callable[[str], Topics]] = {"ko": _find_korean, "en": _find_english}
