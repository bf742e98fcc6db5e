"""Withdrawals: files that order that a clinic, a post, an edition or an image must not be shown."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from colophon.problem import Problem
from colophon.upload.fields import Fields
from colophon.upload.strict import read_fields
from colophon.upload.validated import StrictFile, validate
from colophon.upload.values import Instant, Line, clean_lines, parse_instant

WithdrawalKind: TypeAlias = Literal["legal", "gone", "withdrawn", "hold"]
WithdrawalReason: TypeAlias = Literal["clinic-request", "permission-ended", "error", "legal", "other"]
# Of several withdrawals of a page, the first kind in this order counts.
PRECEDENCE: tuple[WithdrawalKind, ...] = ("legal", "gone", "withdrawn", "hold")
# Korean Network Act, art. 44-2: temporary measures last at most 30 days.
MAX_HOLD = timedelta(days=30)
# How far the clock that dated a withdrawal may be ahead.
MAX_CLOCK_SKEW = timedelta(minutes=5)


class Withdrawal(StrictFile):
    """A withdrawal. Of its optional texts only ``reference`` is ever published."""

    kind: Annotated[WithdrawalKind, Field(description="gone, withdrawn, hold or legal")]
    reason: Annotated[WithdrawalReason, Field(description="clinic-request, permission-ended, error, legal or other")]
    at: Annotated[Instant | None, Field(description="when it was ordered, as 2026-05-31T18:30:00+09:00")] = None
    until: Annotated[Instant | None, Field(description="when a hold ends, as 2026-06-15T18:30:00+09:00")] = None
    requested_by: Line | None = None
    reference: Line | None = None
    note: Annotated[str, Field(min_length=1, max_length=2000), BeforeValidator(clean_lines)] | None = None

    def is_in_force(self, now: datetime) -> bool:
        """Whether it is in force at ``now``. Only a hold ends by itself, at ``until``."""
        return self.until is None or now < self.until


# Stands in for a withdrawal that can't be read: it is in force too.
UNREADABLE_WITHDRAWAL = Withdrawal(kind="withdrawn", reason="other")


def read_withdrawal(content: bytes) -> Withdrawal:
    """The withdrawal in ``content``, the bytes of a ``withdrawal.yaml``; its ``at`` is set.

    Raises Refused with every problem. Callers then use ``UNREADABLE_WITHDRAWAL``.
    """
    fields = read_fields(content)
    return validate(Withdrawal, fields, (*_check_at(fields), *_check_until(fields)))


def find_strongest(withdrawals: tuple[Withdrawal, ...]) -> Withdrawal | None:
    """The withdrawal that counts, by ``PRECEDENCE``; None if there is none."""
    return min(withdrawals, key=lambda withdrawal: PRECEDENCE.index(withdrawal.kind), default=None)


def _check_at(fields: Fields) -> Iterator[Problem]:
    if "at" not in fields.mapping and not fields.refused_paths & {(), ("at",)}:
        fix = "Add at: when it was ordered, as 2026-05-31T18:30:00+09:00."
        yield fields.problem_at(("at",), "“at” is missing.", fix)


def _check_until(fields: Fields) -> Iterator[Problem]:
    """Only a hold has ``until``, and it must have it, at most ``MAX_HOLD`` after ``at``."""
    if fields.refused_paths & {(), ("until",)}:
        return
    if "until" not in fields.mapping:
        if fields.get_text("kind") == "hold":
            yield fields.problem_at(
                ("until",), "“until” is missing: a hold must end.", "Add until, at most 30 days after at."
            )
        return
    if fields.get_text("kind") != "hold":
        yield fields.problem_at(("until",), "Only a hold has an until.", "Remove until, or write kind: hold.")
        return
    at, until = _parse_instant(fields, "at"), _parse_instant(fields, "until")
    if at and until and until <= at:
        yield fields.problem_at(("until",), "The hold ends before it begins.", "Write an until that is later than at.")
    elif at and until and until - at > MAX_HOLD:
        what = f"The hold lasts longer than {MAX_HOLD.days} days."
        yield fields.problem_at(("until",), what, "Write an until at most 30 days after at.")


def _parse_instant(fields: Fields, name: str) -> datetime | None:
    try:
        instant = parse_instant(fields.get_text(name))
    except PydanticCustomError:
        return None
    return instant if isinstance(instant, datetime) else None
