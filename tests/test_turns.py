"""Threads that take turns: they compute one at a time, and wait for AWS together."""

import time
from functools import partial
from threading import Barrier
from typing import Any

from colophon.wiring.turns import Turns


class Service:
    """A client whose answer comes when three have asked; ``meta`` is no call."""

    def __init__(self) -> None:
        self.meta = "events"
        self._together = Barrier(3, timeout=10)

    def ask(self, number: int, *, key: str) -> str:
        self._together.wait()
        return f"{key}{number}"


def test_posts_wait_together_and_compute_alone() -> None:
    turns, computing = Turns(3), list[int]()
    client: Any = turns.give_way(Service())

    def compute(number: int) -> None:
        computing.append(number)
        # Any other thread that may compute now does.
        time.sleep(0.01)
        assert computing == [number]
        computing.remove(number)

    def task(number: int) -> str:
        compute(number)
        answer = str(client.ask(number, key="a"))
        compute(number)
        return answer

    assert turns([partial(task, number) for number in range(3)]) == ["a0", "a1", "a2"]
    assert client.meta == "events"


def test_a_thread_has_its_turn_back_after_a_call_that_failed() -> None:
    turns = Turns(2)

    def fail() -> str:
        try:
            turns.wait(lambda: 1 / 0)
        except ZeroDivisionError:
            return "failed"
        return "done"

    assert turns([fail, fail]) == ["failed", "failed"]
    assert turns([lambda: "next"]) == ["next"]


def test_a_call_outside_of_any_task_is_made_at_once() -> None:
    assert Turns(1).wait(lambda: "answer") == "answer"
