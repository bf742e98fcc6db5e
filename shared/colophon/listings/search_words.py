"""How texts become words for the search of a language, and which shard has the posts that show a word.

``templates/search.js`` does the same with what readers type. ``tests/listings/test_search_script.py`` compares the two.
"""

import re
from functools import lru_cache
from itertools import groupby
from unicodedata import category, normalize

_ACCENTS = re.compile("[\u0300-\u036f]")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
# The scripts in which words are found by parts of them, as writers space them in different ways or not at all.
HAN, HANGUL, HIRAGANA, KATAKANA, OTHER = "han", "hangul", "hiragana", "katakana", "other"
_RANGES = (
    (0x1100, 0x11FF, HANGUL),
    (0x3005, 0x3007, HAN),
    (0x3041, 0x309F, HIRAGANA),
    (0x30A0, 0x30FF, KATAKANA),
    (0x31F0, 0x31FF, KATAKANA),
    (0x3400, 0x4DBF, HAN),
    (0x4E00, 0x9FFF, HAN),
    (0xAC00, 0xD7A3, HANGUL),
    (0xF900, 0xFAFF, HAN),
    (0x20000, 0x3FFFF, HAN),
)
# Hangul syllables are 19 initials by 21 vowels by 28 finals, in this order (The Unicode Standard, 3.12).
_FIRST_SYLLABLE, _FINALS, _VOWELS = 0xAC00, 28, 21
# A compound vowel is typed as this vowel and another one, so what is half typed has the key of the whole.
_TYPED_FIRST = {9: 8, 10: 8, 11: 8, 14: 13, 15: 13, 16: 13, 19: 18}


def fold(text: str) -> str:
    """``text`` without what makes no difference to readers: widths, compositions, cases, Latin accents."""
    if text.isascii():
        return text.lower()
    decomposed = normalize("NFKD", normalize("NFKC", text).lower())
    return normalize("NFKC", _ACCENTS.sub("", decomposed))


class _Scripts(dict[str, str]):
    """The script of each character that may be in a word; empty for any other character."""

    def __missing__(self, character: str) -> str:
        code = ord(character)
        found = ""
        # Letters, numbers and marks; Python's regular expressions do not know marks.
        if category(character)[0] in "LNM":
            found = next((script for first, last, script in _RANGES if first <= code <= last), OTHER)
        self[character] = found
        return found


_SCRIPTS = _Scripts()


def split_words(folded: str) -> list[str]:
    """The words of a folded text: runs of letters, numbers and marks of one script, in order."""
    if folded.isascii():
        return _ASCII_WORD.findall(folded)
    runs = groupby(folded, key=_SCRIPTS.__getitem__)
    return ["".join(characters) for script, characters in runs if script]


def script_of(word: str) -> str:
    """The script of ``word``, which is not empty."""
    return _SCRIPTS[word[0]]


@lru_cache(maxsize=16384)
def shard_of(word: str, shards: int) -> int:
    """The number of the shard, of ``shards`` (a power of two), with the posts that show a word which begins as this.

    It depends on what is typed first: two characters; a syllable of Hangul without its final; one Han or Kana.
    """
    first = ord(word[0])
    if _FIRST_SYLLABLE <= first <= 0xD7A3:
        initial, rest = divmod(first - _FIRST_SYLLABLE, _VOWELS * _FINALS)
        vowel = rest // _FINALS
        return _mix(initial, _TYPED_FIRST.get(vowel, vowel)) % shards
    if script_of(word) == OTHER:
        return _mix(first, ord(word[1]) if len(word) > 1 else 0) % shards
    return _mix(first, 0) % shards


def _mix(first: int, second: int) -> int:
    # These factors spread the beginnings of English words most evenly over 64 shards.
    return first * 7 + second * 50 + (first >> 6)
