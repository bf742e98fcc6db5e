"""How long functions would take at AWS, modelled: the calls that they really make, at latencies that are told here.

Nothing in it is measured at AWS. The latencies are typical medians within a region, in milliseconds; the processor time
of a call is botocore's, as it was measured for one processor (1.0 to 1.3 ms), with the little that surrounds it. A
listing or a page that is rendered takes more, so it is added to each call that puts an object.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import heapreplace
from typing import Any, TypeVar

T = TypeVar("T")

LATENCY_MS = {
    "GetObject": 15.0,
    "HeadObject": 12.0,
    "PutObject": 30.0,
    "ListObjectVersions": 25.0,
    "ListObjectsV2": 25.0,
    "GetItem": 5.0,
    "BatchGetItem": 7.0,
    "Query": 7.0,
    "TransactGetItems": 10.0,
    "PutItem": 7.0,
    "UpdateItem": 7.0,
    "TransactWriteItems": 15.0,
    "SendMessage": 10.0,
    "SendMessageBatch": 12.0,
}
PROCESSOR_MS, RENDER_MS = 1.5, 2.0
# AWS Lambda developer guide, "Configure Lambda function memory": this much memory comes with one processor.
MEMORY_OF_ONE_PROCESSOR = 1769


@dataclass
class ModelledTime:
    """``waiting`` and ``processor`` are milliseconds so far. Waiting of tasks that run at once counts once."""

    waiting: float = 0.0
    processor: float = 0.0
    calls: list[str] = field(default_factory=list)

    def record(self, operation: str) -> None:
        """One call was made."""
        self.calls.append(operation)
        self.waiting += LATENCY_MS[operation]
        self.processor += PROCESSOR_MS + (RENDER_MS if operation == "PutObject" else 0)

    def seconds(self, memory: int) -> float:
        """The time that a function with ``memory`` MB takes; it is on the safe side that none of its own time overlaps
        with waiting."""
        return (self.waiting + self.processor * MEMORY_OF_ONE_PROCESSOR / min(memory, MEMORY_OF_ONE_PROCESSOR)) / 1000

    def run_at_once(self, limit: int) -> Callable[[Sequence[Callable[[], T]]], list[T]]:
        """A TaskRunner: it runs the tasks in order, and counts their waiting as ``limit`` threads would have it."""

        def run(tasks: Sequence[Callable[[], T]]) -> list[T]:
            began, results = self.waiting, []
            free_at = [began] * limit
            for task in tasks:
                self.waiting = began
                results.append(task())
                # The thread that is free first takes the next task.
                heapreplace(free_at, free_at[0] + self.waiting - began)
            self.waiting = max(free_at)
            return results

        return run


@contextmanager
def model_time(*clients: Any) -> Iterator[ModelledTime]:
    """Within the block, what ``clients`` are asked adds to the time."""
    time = ModelledTime()

    def note(model: Any, **_: Any) -> None:
        time.record(model.name)

    for client in clients:
        client.meta.events.register("after-call", note)
    try:
        yield time
    finally:
        for client in clients:
            client.meta.events.unregister("after-call", note)
