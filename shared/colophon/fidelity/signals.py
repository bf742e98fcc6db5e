"""What single words say about a text: its topics, and what a closer look may find in it.

Texts are made of few words, so that most are known after some texts. No pattern is tried on a text that has no word
for it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial

from msgspec import Struct

from colophon.fidelity.claims import find_rules
from colophon.fidelity.english import find_counting_word
from colophon.fidelity.korean import may_count
from colophon.fidelity.topics import Topics, find_topics
from colophon.fidelity.value import has_digits, load_words
from colophon.fidelity.word_cache import WordCache

# A number in digits; a value in words that has a unit, or counts something; a word of the calendar.
DIGITS, COUNTS, CALENDAR = "digits", "counts", "calendar"
_NOTHING: frozenset[int | str] = frozenset()


class Signals(Struct, frozen=True, eq=False):
    """Of a word or a text: its topics, and what it ``may_have``: the above, or what a rule of ``claims.py`` finds.

    They are compared by identity: most words have no signals, which is one object.
    """

    topics: Topics = _NOTHING
    may_have: frozenset[int | str] = _NOTHING

    @property
    def rules(self) -> list[int]:
        """The numbers of the rules that may find something."""
        return [number for number in self.may_have if isinstance(number, int)]


_NONE = Signals()
# What finds words that may count something. In any other language each may be one.
_COUNTING: Mapping[str, Callable[[str], object]] = {"en": find_counting_word, "ko": may_count}


def read_signals(word_file: str, text: str) -> Signals:
    """What the words of ``text`` say. ``word_file`` is empty if there is none for its language."""
    words = set(map(_signals(word_file).__getitem__, text.split()))
    words.discard(_NONE)
    if not words:
        return _NONE
    topics, may_have = [word.topics for word in words], [word.may_have for word in words]
    return Signals(_NOTHING.union(*topics), _NOTHING.union(*may_have))


@cache
def _signals(word_file: str) -> WordCache[Signals]:
    return WordCache(partial(_read_word, word_file))


def _read_word(word_file: str, word: str) -> Signals:
    topics, may_have = find_topics(word_file, word), frozenset(_find_what_it_may_have(word_file, word))
    return Signals(topics, may_have) if topics or may_have else _NONE


def _find_what_it_may_have(word_file: str, word: str) -> Iterator[int | str]:
    if has_digits(word):
        yield DIGITS
    if word_file and _COUNTING.get(word_file, bool)(word):
        yield COUNTS
    if (signs := _calendar_signs(word_file)) and signs.search(word):
        yield CALENDAR
    yield from find_rules(word_file, word)


@cache
def _calendar_signs(word_file: str) -> re.Pattern[str] | None:
    signs = load_words(word_file).get("calendar", {}).get("signs") if word_file else None
    return re.compile("|".join(map(re.escape, signs))) if signs else None
