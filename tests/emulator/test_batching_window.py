"""A queue with a long batching window: the messages of one window are one batch."""

import pytest

from colophon_emulator.clock import ManualClock
from colophon_emulator.dispatch import BatchingWindow
from colophon_emulator.event_sources import Work


class Queue:
    """Messages in memory, and the batches that were taken."""

    function = "Answer"

    def __init__(self) -> None:
        self.messages = 0
        self.batches: list[int] = []

    def count_waiting(self) -> int:
        return self.messages

    def count_due(self) -> int:
        return self.messages

    def next_due(self) -> float:
        return 0.0

    def iterator_age(self) -> None:
        return None

    def throttle(self) -> bool:
        return bool(self.messages)

    def take(self, skip_delays: bool) -> Work | None:
        taken, self.messages = self.messages, 0
        return (lambda: self.batches.append(taken)) if taken else None


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def serve(window: BatchingWindow, skip_delays: bool = False) -> bool:
    work = window.take(skip_delays)
    if work:
        work()
    return work is not None


def test_messages_within_the_window_are_one_batch(queue: Queue, clock: ManualClock) -> None:
    window = BatchingWindow(queue, 5, clock)
    queue.messages = 1
    assert not serve(window)
    assert (window.count_waiting(), window.count_due(), window.throttle()) == (1, 0, False)
    assert window.next_due() == clock() + 5
    queue.messages = 3
    clock.advance(5)
    assert (window.count_due(), window.throttle()) == (3, True)
    assert serve(window)
    assert queue.batches == [3]
    queue.messages = 1
    assert not serve(window), "a new window begins with the next message"


def test_skip_delays_does_not_wait_for_the_window(queue: Queue, clock: ManualClock) -> None:
    window = BatchingWindow(queue, 60, clock)
    queue.messages = 2
    assert serve(window, skip_delays=True)
    assert not serve(window, skip_delays=True)
    assert queue.batches == [2]
