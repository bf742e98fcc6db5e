"""Every kind of fault at every kind of call: which cells AWS could fill, which were, and what was checked meanwhile."""

from collections.abc import Iterable
from typing import Any

from tests.protocol.harness.faults import FAULTS, faults_of
from tests.protocol.harness.tally import Tally
from tests.protocol.harness.transport import Call

# The calls of the functions, and what they are to: the table, the inbox and the site, queues and the CDN.
CALLS = {
    "table": (
        "GetItem",
        "BatchGetItem",
        "TransactGetItems",
        "Query",
        "PutItem",
        "UpdateItem",
        "TransactWriteItems",
    ),
    "site": ("PutObject", "GetObject", "HeadObject", "ListObjectVersions", "ListObjectsV2"),
    "queue": ("SendMessage", "SendMessageBatch"),
    "distribution": ("CreateInvalidation",),
}
# Calls that the schedules leave out, and why.
WITHOUT_SCHEDULES = {
    "Scan": "operators' commands alone",
}
CUT = ("ListObjectVersions", "ListObjectsV2", "Query")
LOSSES = ("table", "row", "object")
INVARIANTS = tuple(f"I{number}" for number in range(1, 12))


def cells() -> list[tuple[str, str]]:
    """The kinds of fault and the calls at which AWS could give them."""
    calls = [
        Call(operation, resource, is_conditional=operation == "PutObject", count=2)
        for resource, operations in CALLS.items()
        for operation in operations
    ]
    struck = [(str(fault), call.operation) for call in calls for fault in faults_of(call)]
    return [*struck, *(("cut", operation) for operation in CUT)]


def shortcomings(tally: Tally) -> list[str]:
    """What was not played, or not checked, though it could have been."""
    known = {operation for operations in CALLS.values() for operation in operations} | {"Upload"}
    empty = [
        f"no fault of this kind at this call: {kind}, {call}" for kind, call in cells() if not tally.faults[kind, call]
    ]
    empty += [f"a call that the matrix does not know: {call}" for call in sorted(tally.calls.keys() - known)]
    empty += [f"nothing of this kind was lost: {loss}" for loss in LOSSES if not tally.events[f"lost: {loss}"]]
    empty += [f"never apart: {event}" for event in ("clock apart",) if not tally.events[event]]
    return empty + [f"never checked: {number}" for number in INVARIANTS if not tally.invariants[number]]


def as_json(tally: Tally, violations: Iterable[str], seconds: float) -> dict[str, Any]:
    """What was played, for ``build/simulate.json``. A cell of None is one that AWS can't fill."""
    possible = {*cells()}
    operations = [operation for group in CALLS.values() for operation in group]
    table = {
        kind: {call: tally.faults[kind, call] if (kind, call) in possible else None for call in operations}
        for kind in (*FAULTS, "cut")
    }
    return {
        "schedules": tally.schedules,
        "steps": tally.steps,
        "seconds": round(seconds),
        "calls": {call: tally.calls[call] for call in operations},
        "faults": table,
        "events": dict(sorted(tally.events.items())),
        "invariants": {number: tally.invariants[number] for number in INVARIANTS},
        "shortcomings": shortcomings(tally),
        "violations": [*violations],
    }


def summary(played: dict[str, Any]) -> list[str]:
    """The same in a few lines."""
    faults = {kind: sum(filter(None, row.values())) for kind, row in played["faults"].items()}
    filled = [count for row in played["faults"].values() for count in row.values() if count is not None]
    minutes = played["seconds"] / 60
    return [
        f"{played['schedules']:,} schedules, {played['steps']:,} steps in {minutes:.0f} minutes",
        "faults: " + ", ".join(f"{kind} {count:,}" for kind, count in faults.items()),
        f"kinds by calls: {len(filled)} cells that AWS could fill, the least {min(filled):,} times",
        "events: " + ", ".join(f"{event} {count:,}" for event, count in played["events"].items()),
        "invariants: " + ", ".join(f"{number} {count:,}" for number, count in played["invariants"].items()),
        *played["shortcomings"],
        f"violations: {len(played['violations'])}",
    ]
