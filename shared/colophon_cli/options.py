"""Options that several commands share, and how a moment is parsed."""

from datetime import UTC, datetime
from typing import Annotated, TypeAlias

import typer

from colophon_ops.errors import Misused

StackName: TypeAlias = Annotated[
    str, typer.Option("--stack", help="The stack's name. Default: a colophon dev started here, else colophon.")
]
ProofWait: TypeAlias = Annotated[
    float, typer.Option("--wait", min=0, help="Seconds without progress after which the rest counts as not proven.")
]
ProofAsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print the proof as JSON.")]
LaneWait: TypeAlias = Annotated[
    float,
    typer.Option("--wait", min=0, help="Seconds without progress in the slow lane after which the command fails."),
]


def parse_moment(text: str) -> datetime:
    """``text``, an ISO 8601 timestamp with its UTC offset, in UTC; now if it is empty. Raises Misused."""
    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Misused(f"“{text}” is not a timestamp. Write it as 2026-05-31T18:30:00+09:00.") from None
    if moment.tzinfo is None:
        raise Misused(f"“{text}” has no UTC offset. Write it as 2026-05-31T18:30:00+09:00.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise Misused(
            f"“{text}” is before the year 1 or after the year 9999 in UTC. Write a later or earlier one."
        ) from None
