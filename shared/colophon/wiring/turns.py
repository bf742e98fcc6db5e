"""Threads that take turns: one computes, while the others wait for AWS."""

from collections.abc import Callable, Sequence
from functools import partial
from threading import Lock, local
from typing import Any, TypeVar

from colophon.verbs.tasks import ThreadRunner

T = TypeVar("T")


class Turns:
    """A TaskRunner for tasks that may not compute at the same time.

    Rendering does not: cmark keeps the characters that its extensions treat as special in variables of its library
    (cmark-gfm, inlines.c), and its Python binding lets other threads run meanwhile. Nothing is lost by it, as Python
    computes in one thread at a time anyway.
    """

    def __init__(self, limit: int) -> None:
        self._turn = Lock()
        self._here = local()
        self._run = ThreadRunner(limit)

    def __call__(self, tasks: Sequence[Callable[[], T]], /) -> list[T]:
        return self._run([partial(self._take_turn, task) for task in tasks])

    def give_way(self, client: Any) -> Any:
        """``client``, except that a thread ends its turn while it waits for an answer."""
        return _GivingWay(client, self)

    def wait(self, call: Callable[[], T]) -> T:
        """What ``call`` returns. Other threads have their turns meanwhile."""
        if not getattr(self._here, "has_turn", False):
            return call()
        self._turn.release()
        try:
            return call()
        finally:
            self._turn.acquire()

    def _take_turn(self, task: Callable[[], T]) -> T:
        with self._turn:
            self._here.has_turn = True
            try:
                return task()
            finally:
                self._here.has_turn = False


class _GivingWay:
    """A client of AWS. Its calls are its methods; all else, such as ``meta``, is passed on."""

    def __init__(self, client: Any, turns: Turns) -> None:
        self._client = client
        self._turns = turns

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if not callable(found) or not hasattr(type(self._client), name):
            return found
        return partial(self._call, found)

    def _call(self, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        return self._turns.wait(partial(method, *arguments, **named))
