"""What a text may have, by its single words: that takes less time than the patterns which tell whether it has it."""

from functools import cache

from colophon.fidelity.english import find_counting_word
from colophon.fidelity.value import load_words
from colophon.fidelity.word_cache import WordCache

# A signal is a kind of claim, or one of these.
CLINICS, COUNTS = "clinics", "counts"


def find_signals(word_file: str, text: str) -> frozenset[int | str]:
    """What ``text`` may have. In other languages than English that is anything."""
    return _SIGNALS.find_all(text) if word_file == "en" else _all_signals()


@cache
def _all_signals() -> frozenset[int | str]:
    return frozenset((*load_words("en")["signals"], COUNTS))


def _find_in_word(word: str) -> frozenset[int | str]:
    small = word.lower()
    found = (signal for signal, parts in load_words("en")["signals"].items() if any(map(small.__contains__, parts)))
    return frozenset((*found, COUNTS) if find_counting_word(word) else found)


_SIGNALS = WordCache(_find_in_word)
