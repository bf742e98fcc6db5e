"""Seeds that change from day to day, for what is too much to be played in every run.

Test ids show them. The end of a run prints the day; ``COLOPHON_DAY=739949`` plays that day again.
"""

import os
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

T = TypeVar("T")

# The tables of which every run plays a third are whole for mutants, which one pair alone may notice.
EVERY_PAIR = bool(os.environ.get("COLOPHON_EVERY_PAIR") or os.environ.get("COLOPHON_EVERY_ORDER"))
DAY = int(os.environ.get("COLOPHON_DAY") or date.today().toordinal())


def seeds_of_the_day(count: int, of: int) -> list[int]:
    """``count`` of the seeds from 0 up to ``of``: within ``of / count`` days each is played."""
    return [(DAY * count + number) % of for number in range(count)]


def share_of_the_day(of: Iterable[T], days: int) -> Sequence[T]:
    """Every ``days``-th of ``of``: within so many days each has its turn."""
    return [one for number, one in enumerate(of) if (number + DAY) % days == 0]


def third_of_the_day(of: Iterable[T]) -> Sequence[T]:
    """As ``share_of_the_day``; with COLOPHON_EVERY_PAIR all."""
    return share_of_the_day(of, 1 if EVERY_PAIR else 3)
