"""Which function runs in the current thread, and the environment and standard output that it sees.

Lambda runs each function in its own process; here they share one. While any function runs, ``os.environ`` and
``sys.stdout`` depend on the thread: the function's thread sees its own, all others see those of the process.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TextIO

from msgspec import Struct


class Invocation(Struct, frozen=True):
    """A running function: its logical id, its whole environment, a callback for what it prints, and its stack."""

    function: str
    environment: MutableMapping[str, str]
    log: Callable[[str], object]
    stack: str = ""


_current: ContextVar[Invocation | None] = ContextVar("invocation", default=None)
_count_lock = threading.Lock()
_active = 0
_real_environment: MutableMapping[str, str] = os.environ
_real_output: TextIO = sys.stdout


def current_invocation() -> Invocation | None:
    """The invocation that this thread runs, if any."""
    return _current.get()


@contextmanager
def run_as(invocation: Invocation) -> Iterator[None]:
    """Within the block, this thread runs the function."""
    token = _current.set(invocation)
    _enter()
    try:
        yield
    finally:
        _leave()
        _current.reset(token)


def _enter() -> None:
    global _active, _real_environment, _real_output
    with _count_lock:
        _active += 1
        if _active == 1:
            _real_environment, _real_output = os.environ, sys.stdout
            os.environ = _Environment()  # type: ignore[assignment]  # noqa: B003
            sys.stdout = _Output()


def _leave() -> None:
    global _active
    with _count_lock:
        _active -= 1
        if _active == 0:
            os.environ, sys.stdout = _real_environment, _real_output  # type: ignore[assignment]


class _Environment(MutableMapping[str, str]):
    """``os.environ`` for several functions at once. What a function sets is visible to that function only."""

    def _own(self) -> MutableMapping[str, str]:
        invocation = _current.get()
        return _real_environment if invocation is None else invocation.environment

    def __getitem__(self, name: str) -> str:
        return self._own()[name]

    def __setitem__(self, name: str, value: str) -> None:
        self._own()[name] = value

    def __delitem__(self, name: str) -> None:
        del self._own()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._own()))

    def __len__(self) -> int:
        return len(self._own())

    def __or__(self, other: Mapping[str, str]) -> dict[str, str]:
        return {**self._own(), **other}

    def __ror__(self, other: Mapping[str, str]) -> dict[str, str]:
        return {**other, **self._own()}

    def copy(self) -> dict[str, str]:
        return dict(self._own())


class _Output:
    """``sys.stdout`` for several functions at once: what a function prints goes to its log."""

    def write(self, text: str) -> int:
        invocation = _current.get()
        if invocation is None:
            return _real_output.write(text)
        invocation.log(text)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(_real_output, name)
