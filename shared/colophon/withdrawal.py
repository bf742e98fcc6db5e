"""A withdrawal: a standing order that something must not be shown."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from colophon.edition.model import Line

WithdrawalKind: TypeAlias = Literal["legal", "gone", "withdrawn", "hold"]
WithdrawalReason: TypeAlias = Literal["clinic-request", "permission-ended", "error", "legal", "other"]
# The first of these that stands against a page gives its answer.
PRECEDENCE: tuple[WithdrawalKind, ...] = ("legal", "gone", "withdrawn", "hold")


class Withdrawal(BaseModel):
    """``at`` and ``until`` carry a UTC offset; of the optional texts only ``reference`` is ever printed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: WithdrawalKind
    reason: WithdrawalReason
    at: AwareDatetime | None = None
    until: AwareDatetime | None = None
    requested_by: Line | None = None
    reference: Line | None = None
    note: Annotated[str, Field(min_length=1, max_length=2000)] | None = None

    def stands(self, now: datetime) -> bool:
        """Whether it is still in force at ``now``; only a hold ends by itself."""
        return self.until is None or now < self.until


# What an order says whose content can't be read: it withdraws all the same.
UNREADABLE = Withdrawal(kind="withdrawn", reason="other")


def strongest(orders: tuple[Withdrawal, ...]) -> Withdrawal | None:
    """The order that answers for a page, of all that stand against it."""
    return min(orders, key=lambda order: PRECEDENCE.index(order.kind), default=None)
