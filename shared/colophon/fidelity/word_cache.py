"""What was found out about single words. Texts are made of few words, so that most are known after some texts."""

from collections.abc import Callable, Iterator
from typing import TypeVar

_MOST_WORDS, _LONGEST = 20_000, 60
FoundT = TypeVar("FoundT")


class WordCache(dict[str, FoundT]):
    """What ``find`` finds in each word. It is bounded: a word that is too long is no word, and is not kept.

    A dict takes half of the time of functools.lru_cache, which moves every word that is found to the end of a list.
    """

    def __init__(self, find: Callable[[str], FoundT]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, word: str) -> FoundT:
        found = self._find(word)
        if len(word) <= _LONGEST:
            if len(self) >= _MOST_WORDS:
                self.clear()
            self[word] = found
        return found


def find_places(cache: WordCache[tuple[int, ...]], text: str) -> Iterator[int]:
    """The places in ``text`` of what ``cache`` has places of in single words, between blanks."""
    start = 0
    for word in text.split(" "):
        for place in cache[word]:
            yield start + place
        start += len(word) + 1
