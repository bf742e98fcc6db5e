"""Run tasks that do not depend on each other: one after the other, or in threads while each waits for AWS."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Protocol, TypeVar

T = TypeVar("T")


class TaskRunner(Protocol):
    """Runs every task, also after one has failed, and returns their results in order.

    Then raises the first exception, in the order of the tasks, if there was any.
    """

    def __call__(self, tasks: Sequence[Callable[[], T]], /) -> list[T]: ...


def run_in_order(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """A TaskRunner without threads. Any caller may use it, and its order of calls is always the same."""
    results: list[T] = []
    failures: list[Exception] = []
    for task in tasks:
        try:
            results.append(task())
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
    return results


class ThreadRunner:
    """A TaskRunner that runs up to ``limit`` tasks at once, each with the context variables of the caller.

    A task must not use the runner that it runs in: all threads could then wait for tasks that no thread is left for.
    """

    def __init__(self, limit: int) -> None:
        # Starts a thread only when a task needs it.
        self._pool = ThreadPoolExecutor(limit)

    def __call__(self, tasks: Sequence[Callable[[], T]], /) -> list[T]:
        if len(tasks) == 1:
            return [tasks[0]()]
        futures = [self._pool.submit(copy_context().run, task) for task in tasks]
        failures = [failure for future in futures if (failure := future.exception())]
        if failures:
            raise failures[0]
        return [future.result() for future in futures]
