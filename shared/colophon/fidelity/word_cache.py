"""What was found out about single words. Texts are made of few words, so that most are known after some texts."""

from collections.abc import Callable

_MOST_WORDS, _LONGEST = 20_000, 60


class WordCache(dict[str, frozenset[int | str]]):
    """What ``find`` finds in each word. It is bounded: a word that is too long is no word, and is not kept.

    A dict takes half of the time of functools.lru_cache, which moves every word that is found to the end of a list.
    """

    def __init__(self, find: Callable[[str], frozenset[int | str]]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, word: str) -> frozenset[int | str]:
        found = self._find(word)
        if len(word) <= _LONGEST:
            if len(self) >= _MOST_WORDS:
                self.clear()
            self[word] = found
        return found

    def find_all(self, text: str) -> frozenset[int | str]:
        """What is found in the words of ``text``."""
        return _NOTHING.union(*map(self.__getitem__, text.split()))


_NOTHING: frozenset[int | str] = frozenset()
