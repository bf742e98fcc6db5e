"""A withdrawal: a standing order that something must not be shown."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from colophon.problem import Problem
from colophon.upload.fields import Fields
from colophon.upload.strict import read_fields
from colophon.upload.validated import validate
from colophon.upload.values import Instant, Line, clean_lines, parse_instant

WithdrawalKind: TypeAlias = Literal["legal", "gone", "withdrawn", "hold"]
WithdrawalReason: TypeAlias = Literal["clinic-request", "permission-ended", "error", "legal", "other"]
# The first of these that stands against a page gives its answer.
PRECEDENCE: tuple[WithdrawalKind, ...] = ("legal", "gone", "withdrawn", "hold")


# Korean Network Act, art. 44-2: a temporary measure lasts 30 days at most.
MAX_HOLD = timedelta(days=30)
# So much the clock of whoever dated an order may be ahead of ours.
MAX_CLOCK_SKEW = timedelta(minutes=5)


class Withdrawal(BaseModel):
    """``at`` and ``until`` carry a UTC offset; of the optional texts only ``reference`` is ever printed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Annotated[WithdrawalKind, Field(description="gone, withdrawn, hold or legal")]
    reason: Annotated[WithdrawalReason, Field(description="clinic-request, permission-ended, error, legal or other")]
    at: Annotated[Instant | None, Field(description="when it was ordered, as 2026-05-31T18:30:00+09:00")] = None
    until: Annotated[Instant | None, Field(description="when a hold ends, as 2026-06-15T18:30:00+09:00")] = None
    requested_by: Line | None = None
    reference: Line | None = None
    note: Annotated[str, Field(min_length=1, max_length=2000), BeforeValidator(clean_lines)] | None = None

    def is_in_force(self, now: datetime) -> bool:
        """Whether it is still in force at ``now``; only a hold ends by itself."""
        return self.until is None or now < self.until


# What an order says whose content can't be read: it withdraws all the same.
UNREADABLE_WITHDRAWAL = Withdrawal(kind="withdrawn", reason="other")


def find_strongest(withdrawals: tuple[Withdrawal, ...]) -> Withdrawal | None:
    """The order that answers for a page, of all that stand against it."""
    return min(withdrawals, key=lambda withdrawal: PRECEDENCE.index(withdrawal.kind), default=None)


def read_withdrawal(content: bytes) -> Withdrawal:
    """The order that ``content``, the bytes of a ``...withdrawal.yaml``, holds; its ``at`` is there.

    Raises Refused with every problem of it. What can't be read withdraws all the same: see UNREADABLE.
    """
    fields = read_fields(content)
    return validate(Withdrawal, fields, (*_check_at(fields), *_check_until(fields)))


def _check_at(fields: Fields) -> Iterator[Problem]:
    if "at" not in fields.mapping and not fields.refused_paths & {(), ("at",)}:
        fix = "Add at: when it was ordered, as 2026-05-31T18:30:00+09:00."
        yield fields.problem_at(("at",), "“at” is missing.", fix)


def _check_until(fields: Fields) -> Iterator[Problem]:
    """What is wrong with the end of the order: a hold has one, nothing else has."""
    if fields.refused_paths & {(), ("until",)}:
        return
    if "until" not in fields.mapping:
        if fields.get_text("kind") == "hold":
            yield fields.problem_at(
                ("until",), "“until” is missing: a hold ends.", "Add until, at most 30 days after at."
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
