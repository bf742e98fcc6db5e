"""Invocations that run at the same time, as threads that take turns: one runs, the others wait at a call to AWS.

Lambda runs each invocation in a process of its own. Threads that run freely would interleave by chance, and no failing
test could be repeated. Here each stops before every request that its function sends, and the dispatcher decides which
one runs next: the same seed gives the same order.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from colophon_emulator.invocation import current_invocation
from colophon_emulator.lock import patch


class _Cancelled(BaseException):
    """Ends a turn that is not resumed any more. Functions catch Exception, which this is not."""


class Turn:
    """``work`` in a thread of its own, which runs only within ``resume``. ``clock`` says when it wakes from a sleep."""

    def __init__(self, work: Callable[[], object], clock: Callable[[], float]) -> None:
        self._work, self._clock = work, clock
        self._go, self._stopped = _closed_gate(), _closed_gate()
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None
        self._is_cancelled = False
        self.ended = False
        self.wakes_at = 0.0

    def resume(self) -> None:
        """Run to the next request of the function, or to the end. Raises what ``work`` raises."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="invocation", daemon=True)
            self._thread.start()
        else:
            self._go.release()
        self._stopped.acquire()
        if self.ended:
            self._thread.join()
            if self._error is not None:
                raise self._error

    def cancel(self) -> None:
        """End the thread where it waits."""
        self._is_cancelled = True
        if self._thread is None:
            self.ended = True
        while not self.ended:
            self.resume()

    def pause(self, seconds: float = 0.0) -> None:
        """Called by the thread: wait for the next ``resume``, which should not come within ``seconds``."""
        self.wakes_at = self._clock() + seconds if seconds else 0.0
        self._stopped.release()
        self._go.acquire()
        if self._is_cancelled:
            raise _Cancelled

    def _run(self) -> None:
        _of_thread.turn = self
        try:
            self._work()
        except _Cancelled:
            pass
        except BaseException as error:
            self._error = error
        self.ended = True
        self._stopped.release()


_of_thread = threading.local()


def _closed_gate() -> threading.Lock:
    gate = threading.Lock()
    gate.acquire()
    return gate


def pause_before_request() -> None:
    """Wait for the next turn, if this thread runs a function that takes turns."""
    turn: Turn | None = getattr(_of_thread, "turn", None)
    if turn is not None and current_invocation() is not None:
        turn.pause()


@contextmanager
def sleep_by_turns() -> Iterator[None]:
    """Within the block no function sleeps in real time: it gives up its turn for as long, or continues at once."""
    sleep = time.sleep

    def sleep_or_pause(seconds: float) -> Any:
        turn: Turn | None = getattr(_of_thread, "turn", None)
        if current_invocation() is None:
            sleep(seconds)
        elif turn is not None:
            turn.pause(seconds)

    with patch(time, "sleep", sleep_or_pause):
        yield
