"""How far the day's round of the inbox has come."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RoundRow:
    """``after`` is the last key looked at (empty: the round is over), ``began`` when the round did."""

    n: int = 0
    after: str = ""
    began: datetime | None = None
