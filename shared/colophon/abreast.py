"""Tasks that are alike, taken abreast: each step for all of them before the next step is.

A processor does the same thing many times over in about half the time in which it does many things in turn, since
all that a step needs is at hand from the second time on. A task says by a bare ``yield`` where a step of it ends.
"""

from collections.abc import Generator, Iterable
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Steps: TypeAlias = Generator[None, None, T]


def alone(task: Steps[T]) -> T:
    """What ``task`` comes to, taken by itself."""
    while True:
        try:
            next(task)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]


def abreast(tasks: Iterable[Steps[T]]) -> list[T]:
    """What each of ``tasks`` comes to, in their order. What one raises ends them all."""
    begun = list(tasks)
    results: dict[int, T] = {}
    going = list(enumerate(begun))
    while going:
        further = []
        for place, task in going:
            try:
                next(task)
                further.append((place, task))
            except StopIteration as done:
                results[place] = done.value
        going = further
    return [results[place] for place in range(len(begun))]
