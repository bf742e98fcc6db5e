"""A queue with a long batching window: the messages of one window are one batch."""

import time

import pytest

from colophon_emulator.dispatch import BatchingWindow


class Queue:
    """Messages in memory, and the batches that were taken."""

    def __init__(self) -> None:
        self.messages = 0
        self.batches: list[int] = []

    def count_waiting(self) -> int:
        return self.messages

    def step(self, skip_delays: bool) -> bool:
        taken, self.messages = self.messages, 0
        self.batches += [taken] if taken else []
        return bool(taken)


@pytest.fixture
def queue() -> Queue:
    return Queue()


def test_messages_within_the_window_are_one_batch(queue: Queue) -> None:
    window = BatchingWindow(queue, 0.2)
    queue.messages = 1
    assert not window.step(skip_delays=False)
    assert (window.count_waiting(), window.count_due()) == (1, 0)
    queue.messages = 3
    time.sleep(0.25)
    assert window.count_due() == 3
    assert window.step(skip_delays=False)
    assert queue.batches == [3]
    queue.messages = 1
    assert not window.step(skip_delays=False), "a new window begins with the next message"


def test_skip_delays_does_not_wait_for_the_window(queue: Queue) -> None:
    window = BatchingWindow(queue, 60)
    queue.messages = 2
    assert window.step(skip_delays=True)
    assert not window.step(skip_delays=True)
    assert queue.batches == [2]
