"""A withdrawal: a standing order that something must not be shown."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from colophon.problem import Problem
from colophon.upload.fields import Fields
from colophon.upload.strict import fields_of_file
from colophon.upload.validated import validated
from colophon.upload.values import Line, Moment, moment, several_lines

WithdrawalKind: TypeAlias = Literal["legal", "gone", "withdrawn", "hold"]
WithdrawalReason: TypeAlias = Literal["clinic-request", "permission-ended", "error", "legal", "other"]
# The first of these that stands against a page gives its answer.
PRECEDENCE: tuple[WithdrawalKind, ...] = ("legal", "gone", "withdrawn", "hold")


# Korean Network Act, art. 44-2: a temporary measure lasts 30 days at most.
LONGEST_HOLD = timedelta(days=30)
# So much the clock of whoever dated an order may be ahead of ours.
CLOCKS_DIFFER = timedelta(minutes=5)


class Withdrawal(BaseModel):
    """``at`` and ``until`` carry a UTC offset; of the optional texts only ``reference`` is ever printed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Annotated[WithdrawalKind, Field(description="gone, withdrawn, hold or legal")]
    reason: Annotated[WithdrawalReason, Field(description="clinic-request, permission-ended, error, legal or other")]
    at: Annotated[Moment | None, Field(description="when it was ordered, as 2026-05-31T18:30:00+09:00")] = None
    until: Annotated[Moment | None, Field(description="when a hold ends, as 2026-06-15T18:30:00+09:00")] = None
    requested_by: Line | None = None
    reference: Line | None = None
    note: Annotated[str, Field(min_length=1, max_length=2000), BeforeValidator(several_lines)] | None = None

    def stands(self, now: datetime) -> bool:
        """Whether it is still in force at ``now``; only a hold ends by itself."""
        return self.until is None or now < self.until


# What an order says whose content can't be read: it withdraws all the same.
UNREADABLE = Withdrawal(kind="withdrawn", reason="other")


def strongest(orders: tuple[Withdrawal, ...]) -> Withdrawal | None:
    """The order that answers for a page, of all that stand against it."""
    return min(orders, key=lambda order: PRECEDENCE.index(order.kind), default=None)


def read_withdrawal(content: bytes) -> Withdrawal:
    """The order that ``content``, the bytes of a ``...withdrawal.yaml``, holds; its ``at`` is there.

    Raises Refused with every problem of it. What can't be read withdraws all the same: see UNREADABLE.
    """
    fields = fields_of_file(content)
    return validated(Withdrawal, fields, (*_undated(fields), *_ending(fields)))


def _undated(fields: Fields) -> Iterator[Problem]:
    if "at" not in fields.mapping and not fields.refused & {(), ("at",)}:
        fix = "Add at: when it was ordered, as 2026-05-31T18:30:00+09:00."
        yield fields.problem(("at",), "“at” is missing.", fix)


def _ending(fields: Fields) -> Iterator[Problem]:
    """What is wrong with the end of the order: a hold has one, nothing else has."""
    if fields.refused & {(), ("until",)}:
        return
    if "until" not in fields.mapping:
        if fields.text("kind") == "hold":
            yield fields.problem(("until",), "“until” is missing: a hold ends.", "Add until, at most 30 days after at.")
        return
    if fields.text("kind") != "hold":
        yield fields.problem(("until",), "Only a hold has an until.", "Remove until, or write kind: hold.")
        return
    at, until = _moment(fields, "at"), _moment(fields, "until")
    if at and until and until <= at:
        yield fields.problem(("until",), "The hold ends before it begins.", "Write an until that is later than at.")
    elif at and until and until - at > LONGEST_HOLD:
        what = f"The hold lasts longer than {LONGEST_HOLD.days} days."
        yield fields.problem(("until",), what, "Write an until at most 30 days after at.")


def _moment(fields: Fields, name: str) -> datetime | None:
    try:
        found = moment(fields.text(name))
    except PydanticCustomError:
        return None
    return found if isinstance(found, datetime) else None
