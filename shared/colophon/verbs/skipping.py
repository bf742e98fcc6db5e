"""Pass over what can't be read, so that one key never stops the scan of all others; tell and count it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from colophon.stores.table import may_pass

T = TypeVar("T")
R = TypeVar("R")
_MAX_WARNINGS = 20


@dataclass(slots=True)
class Skips:
    """``count`` keys were passed over. ``warn`` gets a sentence for each reason, with the first of its keys."""

    warn: Callable[[str], None] = lambda _: None
    count: int = 0
    _reasons: set[str] = field(default_factory=set)

    def add(self, key: str, error: Exception) -> None:
        """Count ``key``, which can't be read because of ``error``."""
        self.count += 1
        reason = f"{type(error).__name__}: {error}"
        if reason not in self._reasons and len(self._reasons) < _MAX_WARNINGS:
            self._reasons.add(reason)
            self.warn(f"Passed over {key}. {reason}")


def read_or_skip(
    names: Sequence[T], read: Callable[[Sequence[T]], R], key_of: Callable[[T], str], skips: Skips
) -> Iterator[R]:
    """What ``read`` returns for ``names``, or for parts of them if it fails: without those for which alone it fails.

    Raises what AWS or the network raised: that is not about one of ``names``, and the next sweep reads them again.
    """
    try:
        found = [read(names)] if names else []
    except Exception as error:
        if may_pass(error):
            raise
        if len(names) == 1:
            skips.add(key_of(names[0]), error)
            return
        middle = len(names) // 2
        yield from read_or_skip(names[:middle], read, key_of, skips)
        yield from read_or_skip(names[middle:], read, key_of, skips)
    else:
        yield from found
