"""Tasks that run in order or in threads: all of them, with the caller's context, and the first failure of the list."""

import time
from collections.abc import Callable
from threading import Barrier

import pytest

from colophon.trace import Trace, follow, get_trace
from colophon.verbs.tasks import TaskRunner, ThreadRunner, run_in_order

RUNNERS: dict[str, TaskRunner] = {"in order": run_in_order, "in threads": ThreadRunner(4)}


@pytest.fixture(params=RUNNERS.values(), ids=RUNNERS)
def run(request: pytest.FixtureRequest) -> TaskRunner:
    runner: TaskRunner = request.param
    return runner


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_results_are_in_the_order_of_the_tasks(run: TaskRunner, count: int) -> None:
    def task(number: int) -> Callable[[], int]:
        # The first take longest.
        return lambda: (time.sleep(0.002 * (count - number)), number)[1]

    assert run([task(number) for number in range(count)]) == list(range(count))


def test_every_task_knows_what_it_follows_from(run: TaskRunner) -> None:
    """Else what is enqueued and recorded in a thread would name no upload."""
    for trace in (Trace(("v1",), 5.0), Trace(("v2",))):
        with follow(trace):
            assert run([get_trace] * 5) == [trace] * 5


def test_what_one_task_sets_no_other_sees(run: TaskRunner) -> None:
    def set_trace() -> Trace:
        with follow(Trace(("mine",))):
            return get_trace()

    assert run([set_trace, get_trace, set_trace, get_trace]) == [Trace(("mine",)), Trace()] * 2


@pytest.mark.parametrize("failing", [(0,), (2, 1), (3,), (0, 1, 2, 3)])
def test_all_tasks_run_and_the_first_failure_of_the_list_is_raised(run: TaskRunner, failing: tuple[int, ...]) -> None:
    done: list[int] = []

    def task(number: int) -> Callable[[], None]:
        def attempt() -> None:
            # The last fail first.
            time.sleep(0.002 * (4 - number))
            done.append(number)
            if number in failing:
                raise ValueError(str(number))

        return attempt

    with pytest.raises(ValueError, match=f"^{min(failing)}$"):
        run([task(number) for number in range(4)])
    assert sorted(done) == [0, 1, 2, 3]


def test_threads_run_as_many_tasks_at_once_as_they_are_told() -> None:
    barrier = Barrier(3)
    assert sorted(ThreadRunner(3)([lambda: barrier.wait(5)] * 3)) == [0, 1, 2]
