"""A fact about the transformed templates, with a change that makes it false."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from tests.template.transformed import Break, Check, Templates, get, put


class Expectation(Struct, frozen=True):
    """``check`` raises AssertionError or KeyError where what ``name`` says is not so; ``break_`` makes it so."""

    name: str
    check: Check
    break_: Break


def expect(name: str, path: str, value: Any, wrong: Any) -> Expectation:
    """That the value at ``path`` is ``value``; ``wrong`` breaks it."""

    def check(templates: Templates) -> None:
        assert get(templates, path) == value

    return Expectation(name, check, put(path, wrong))


def expect_that(name: str, path: str, test: Callable[[Any], bool], wrong: Any) -> Expectation:
    def check(templates: Templates) -> None:
        assert test(get(templates, path))

    return Expectation(name, check, put(path, wrong))


def has(path: str, name: str) -> Check:
    def check(templates: Templates) -> None:
        assert name in get(templates, path)

    return check


def lacks(path: str, name: str) -> Check:
    def check(templates: Templates) -> None:
        assert name not in get(templates, path)

    return check


def find_statement(templates: Templates, path: str, sid: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in get(templates, path) if each.get("Sid") == sid)
    return found
