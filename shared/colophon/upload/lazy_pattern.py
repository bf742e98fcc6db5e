"""Patterns that are compiled when they are first used.

Compiling all patterns that look for unusual signs takes a fifth of the time in which ``publish`` imports its modules,
and most texts need none of them: quick tests rule them out. A cold start does not wait for them.
"""

import re
from typing import Any, cast


def compile_lazily(source: str, flags: int = 0) -> re.Pattern[str]:
    """What ``re.compile`` returns, but compiled at its first use. An invalid ``source`` raises ``re.error`` then."""
    return cast(re.Pattern[str], _LazyPattern(source, flags))


class _LazyPattern:
    def __init__(self, source: str, flags: int) -> None:
        self._arguments = (source, flags)

    def __getattr__(self, name: str) -> Any:
        # Called only for what is not set yet. ``re`` keeps the compiled pattern in between.
        value = getattr(re.compile(*self._arguments), name)
        setattr(self, name, value)
        return value
