"""A withdrawal that is still to be written: what it says, and the bytes of its file."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from colophon.problem import Problem, Refused
from colophon.withdrawal import MAX_CLOCK_SKEW, Withdrawal, read_withdrawal

_PLAIN = re.compile(r"[a-z]+(-[a-z]+)*")
_EARLY = Problem(
    "“at” is in the future. The 30 days of a hold would begin then.",
    "Leave --at out to use the current time, or give the time of the request.",
    "at",
)
_OVER = Problem("The hold has already ended: until is in the past.", "Write an until in the future.", "until")


class WithdrawalDraft(Struct, frozen=True):
    """``content`` is the file that says ``withdrawal``. ``given`` are the fields that did not get a default."""

    withdrawal: Withdrawal
    content: bytes
    given: frozenset[str]

    def adds_nothing_to(self, standing: Withdrawal) -> bool:
        """Whether ``standing`` has every given field already. Fields that were not given may differ."""
        return all(getattr(self.withdrawal, name) == getattr(standing, name) for name in self.given)


def draft_withdrawal(fields: Mapping[str, str], now: datetime, time_zone: str = "UTC") -> WithdrawalDraft:
    """The withdrawal with those of ``fields`` that are not empty, checked by the same rules as an upload.

    Without a date it is dated ``now``, in ``time_zone`` (an IANA name). Raises Refused with every problem.
    """
    filled = {name: value for name, value in fields.items() if value}
    given = frozenset(filled)
    if broken := [name for name, value in filled.items() if not _is_utf8(value)]:
        raise Refused(
            tuple(Problem(f"“{name}” is not UTF-8.", "Write it in a UTF-8 terminal.", name) for name in broken)
        )
    if "at" not in filled:
        filled["at"] = now.astimezone(ZoneInfo(time_zone)).replace(microsecond=0).isoformat()
    content = "".join(f"{name}: {_scalar(value)}\n" for name, value in filled.items()).encode()
    try:
        withdrawal = read_withdrawal(content)
    except Refused as refused:
        # The lines of a file that the user never sees are left out.
        raise Refused(tuple(replace(problem, line=None) for problem in refused.problems)) from None
    if withdrawal.at and withdrawal.at > now + MAX_CLOCK_SKEW:
        raise Refused((_EARLY,))
    if not withdrawal.is_in_force(now.astimezone(UTC)):
        raise Refused((_OVER,))
    return WithdrawalDraft(withdrawal, content, given)


def _is_utf8(value: str) -> bool:
    """Python reads other bytes of a command line as surrogates."""
    return not any("\ud800" <= sign <= "\udfff" for sign in value)


def _scalar(value: str) -> str:
    """``value`` in YAML: in JSON's quotes unless it is a plain word."""
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
