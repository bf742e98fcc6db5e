"""When an entry came and last changed, as the formats for machines want it told."""

from collections.abc import Iterable
from datetime import datetime

from colophon.page.entry import Entry

# What an empty feed says of its last change: it has none, and nobody asks a clock.
NEVER = "1970-01-01T00:00:00Z"


def instant(told: str) -> str:
    """``told``, a date or an instant with its offset, as an instant (RFC 3339).

    A date has no time of day. It is told as the start of that day in UTC, so that its digits stay those of the page.
    """
    return told if "T" in told else f"{told}T00:00:00Z"


def changed(entry: Entry) -> str:
    """The later of when ``entry`` was published and when it was modified, as the page tells it: never empty."""
    return latest((entry.published, *((entry.modified,) if entry.modified else ())))


def latest(told: Iterable[str]) -> str:
    """The latest of dates and instants, as it was told; ``NEVER`` where there are none."""
    return max(told, key=lambda one: datetime.fromisoformat(instant(one)), default=NEVER)
