"""A queue whose reader gathers for seconds: one batch of all that belongs together, and never lost sight of."""

import time

import pytest

from colophon_emulator.dispatch import Gathering


class Queue:
    """Messages in memory, and the batches that were taken."""

    def __init__(self) -> None:
        self.messages = 0
        self.batches: list[int] = []

    def waiting(self) -> int:
        return self.messages

    def step(self, hurry: bool) -> bool:
        taken, self.messages = self.messages, 0
        self.batches += [taken] if taken else []
        return bool(taken)


@pytest.fixture
def queue() -> Queue:
    return Queue()


def test_what_comes_within_the_window_is_one_batch(queue: Queue) -> None:
    gathering = Gathering(queue, 0.2)
    queue.messages = 1
    assert not gathering.step(hurry=False)
    assert (gathering.waiting(), gathering.pressing()) == (1, 0)
    queue.messages = 3
    time.sleep(0.25)
    assert gathering.pressing() == 3
    assert gathering.step(hurry=False)
    assert queue.batches == [3]
    queue.messages = 1
    assert not gathering.step(hurry=False), "a new window begins with the next message"


def test_in_a_hurry_nothing_is_waited_for(queue: Queue) -> None:
    gathering = Gathering(queue, 60)
    queue.messages = 2
    assert gathering.step(hurry=True)
    assert not gathering.step(hurry=True)
    assert queue.batches == [2]
