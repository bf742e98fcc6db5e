"""How the process that starts others takes part in their work."""

from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from colophon_ops.build.tasks import decoder
from colophon_ops.build.workers import gather, start_workers, take_back


def begun() -> "Future[str]":
    """A task that another process has begun."""
    future: Future[str] = Future()
    future.set_running_or_notify_cancel()
    return future


def done(result: str) -> "Future[str]":
    future = begun()
    future.set_result(result)
    return future


def run(task: str) -> str:
    return f"{task} here"


def test_this_process_runs_the_last_tasks_that_no_other_has_begun() -> None:
    started: dict[Future[str], str] = {done("a there"): "a", begun(): "b", Future(): "c", Future(): "d"}
    assert list(take_back(started, run)) == [("d here", "d"), ("c here", "c")]
    assert list(started.values()) == ["a", "b"]


def test_a_task_that_is_taken_back_is_not_waited_for() -> None:
    started: dict[Future[str], str] = {done("a there"): "a", Future(): "b"}
    assert sorted(gather(started, take_back(started, run))) == [("a there", "a"), ("b here", "b")]
    assert not started


def test_results_that_are_there_come_before_own_work() -> None:
    """So that what waits for them does not wait for own work, too, and none is held for long."""
    late = begun()
    started = {late: "a", done("b there"): "b"}

    def own() -> Iterator[tuple[str, str]]:
        yield "c here", "c"
        late.set_result("a there")
        yield "d here", "d"
        pytest.fail("own work went on when everything was there")

    assert list(gather(started, own())) == [("b there", "b"), ("c here", "c"), ("d here", "d"), ("a there", "a")]


def test_what_a_task_raises_is_raised() -> None:
    failed = begun()
    failed.set_exception(ValueError("bad"))
    with pytest.raises(ValueError, match="bad"):
        list(gather({failed: "a"}, iter(())))


def decoder_memory() -> int:
    return decoder().memory


def test_another_process_has_its_own_image_decoder() -> None:
    """Two processes that talk to one decoder would read each other's answers."""
    usual, own = decoder().memory, decoder()
    own.memory = usual + 1
    try:
        with start_workers(2) as workers:
            assert workers
            assert workers.submit(decoder_memory).result() == usual
    finally:
        own.memory = usual
