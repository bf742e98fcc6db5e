"""The withdrawal that a command line asks for, as the file that the inbox gets."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from colophon.problem import Problem, Refused
from colophon.withdrawal import CLOCKS_DIFFER, Withdrawal, read_withdrawal

_PLAIN = re.compile(r"[a-z]+(-[a-z]+)*")
_EARLY = Problem(
    "It would be ordered at a moment that is still to come, and a hold's 30 days with it.",
    "Leave --at out for an order of now, or give the moment at which it was asked for.",
    "at",
)
_OVER = Problem("The hold would be over already: until has passed.", "Write an until that is still to come.", "until")


class OrderFile(Struct, frozen=True):
    """``order`` and the bytes of the file that says so; ``said`` are the fields that somebody gave."""

    order: Withdrawal
    content: bytes
    said: frozenset[str]

    def says_no_more_than(self, other: Withdrawal) -> bool:
        """Whether ``other``, which stands already, says all of it; what was left out is not asked for to be gone."""
        return all(getattr(self.order, name) == getattr(other, name) for name in self.said)


def order_file(fields: Mapping[str, str], now: datetime, time_zone: str = "UTC") -> OrderFile:
    """The file with those of ``fields`` that are not empty, judged by the cloud's own rules.

    Undated, it is from ``now``, told in ``time_zone`` (IANA). Raises Refused with every problem; no line is named.
    """
    told = {name: value for name, value in fields.items() if value}
    said = frozenset(told)
    if "at" not in told:
        told["at"] = now.astimezone(ZoneInfo(time_zone)).replace(microsecond=0).isoformat()
    content = "".join(f"{name}: {_scalar(value)}\n" for name, value in told.items()).encode()
    try:
        order = read_withdrawal(content)
    except Refused as refused:
        raise Refused(tuple(replace(problem, line=None) for problem in refused.problems)) from None
    if order.at and order.at > now + CLOCKS_DIFFER:
        raise Refused((_EARLY,))
    if not order.stands(now.astimezone(UTC)):
        raise Refused((_OVER,))
    return OrderFile(order, content, said)


def _scalar(value: str) -> str:
    """``value`` in YAML: in quotes, as JSON has them, unless it is a plain word."""
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
