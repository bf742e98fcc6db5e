"""Tasks taken abreast come to what each comes to alone, and take their steps together."""

import pytest

from colophon.abreast import Steps, abreast, alone
from colophon.problem import Unavailable


def _task(name: str, steps: int, log: list[str]) -> Steps[str]:
    for step in range(steps):
        log.append(f"{name}{step}")
        yield
    return name


def test_a_step_is_taken_for_all_before_the_next_is() -> None:
    log: list[str] = []
    abreast(_task(name, 2, log) for name in "abc")
    assert log == ["a0", "b0", "c0", "a1", "b1", "c1"]


def test_results_stand_in_the_order_of_the_tasks_whichever_ends_first() -> None:
    assert abreast(_task(name, steps, []) for name, steps in (("a", 3), ("b", 0), ("c", 1))) == ["a", "b", "c"]
    assert abreast(iter(())) == []


def test_a_task_alone_comes_to_the_same() -> None:
    assert alone(_task("a", 3, [])) == "a"


def test_what_one_task_raises_reaches_the_caller() -> None:
    def failing() -> Steps[str]:
        yield
        raise Unavailable("no answer")

    with pytest.raises(Unavailable):
        abreast([_task("a", 5, []), failing()])
