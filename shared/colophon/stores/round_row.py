"""How far somebody has come who goes through the inbox: the day's round, or an operator's command."""

from datetime import datetime

from msgspec import Struct


class RoundRow(Struct, frozen=True, omit_defaults=True):
    """``after`` is the last key looked at (empty: the round is over), ``began`` when the round did.

    ``code`` is the identity of the code that goes.
    """

    n: int = 0
    after: str = ""
    began: datetime | None = None
    code: str = ""
