"""IAM's decision: which statement allows or denies a request.

Source: "Policy evaluation logic" and "IAM JSON policy elements: Condition operators" in the IAM User Guide.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from colophon_emulator.errors import EmulationError


class Request(Struct, frozen=True):
    """One action on one resource. ``context`` holds the condition keys that are present, names in lower case."""

    action: str
    resource: str
    context: Mapping[str, str]
    principal: str = ""


class Statement(Struct, frozen=True):
    """One statement of a policy document. Empty ``principals``: an identity's own policy, which fits its owner."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    principals: tuple[str, ...] = ()

    def fits(self, request: Request) -> bool:
        """Whether this statement speaks of the request, conditions included."""
        return (
            _names(self.actions, request.action)
            and any(_like(pattern, request.resource) for pattern in self.resources)
            and (not self.principals or any(_like(pattern, request.principal) for pattern in self.principals))
            and all(_holds(operator, key, values, request.context) for operator, key, values in self.conditions)
        )


def decision(statements: Iterable[Statement], request: Request) -> Statement | None:
    """The statement that decides: a Deny that fits, else an Allow that fits, else None, which also means no."""
    allowing: Statement | None = None
    for statement in statements:
        if statement.fits(request):
            if statement.effect == "Deny":
                return statement
            allowing = allowing or statement
    return allowing


def statements_of(document: Mapping[str, Any], where: str) -> tuple[Statement, ...]:
    """The statements of a policy document, resolved. Raises EmulationError for what can't be evaluated here."""
    return tuple(_statement(raw, where) for raw in _listed(document.get("Statement")))


def _statement(raw: Mapping[str, Any], where: str) -> Statement:
    strange = raw.keys() - {"Sid", "Effect", "Action", "Resource", "Condition", "Principal"}
    if strange or raw.get("Effect") not in ("Allow", "Deny") or not raw.get("Action"):
        raise EmulationError(f"{where} has a statement that can't be checked here: {', '.join(strange) or raw}.")
    conditions = tuple(
        (_known(operator, where), key.lower(), tuple(_text(value) for value in _listed(values)))
        for operator, keys in raw.get("Condition", {}).items()
        for key, values in keys.items()
    )
    resources = tuple(map(str, _listed(raw.get("Resource", "*"))))
    return Statement(raw["Effect"], tuple(_listed(raw["Action"])), resources, conditions, _principals(raw))


def _principals(raw: Mapping[str, Any]) -> tuple[str, ...]:
    named = raw.get("Principal", {})
    if isinstance(named, str):
        return (named,)
    return tuple(str(one) for kind in named.values() for one in _listed(kind))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _known(operator: str, where: str) -> str:
    if operator.removesuffix("IfExists") not in _OPERATORS and operator != "Null":
        raise EmulationError(f"{where} has the condition operator {operator}, which can't be checked here.")
    return operator


def _holds(operator: str, key: str, values: tuple[str, ...], context: Mapping[str, str]) -> bool:
    if operator == "Null":
        return (key not in context) == (values[0].lower() == "true")
    negative = "Not" in operator
    if key not in context:
        return negative or operator.endswith("IfExists")
    matches = _OPERATORS[operator.removesuffix("IfExists")]
    found = any(matches(value, context[key]) for value in values)
    return found != negative


@cache
def _pattern(wild: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in wild), re.DOTALL)


@cache
def _names(actions: tuple[str, ...], action: str) -> bool:
    return any(_like(pattern.lower(), action.lower()) for pattern in actions)


def _like(pattern: str, text: str) -> bool:
    return _pattern(pattern).fullmatch(text) is not None


def _equal(value: str, text: str) -> bool:
    return value == text


def _equal_in_any_case(value: str, text: str) -> bool:
    return value.lower() == text.lower()


_OPERATORS = {
    "StringEquals": _equal,
    "StringNotEquals": _equal,
    "StringEqualsIgnoreCase": _equal_in_any_case,
    "StringLike": _like,
    "StringNotLike": _like,
    "ArnEquals": _like,
    "ArnLike": _like,
    "ArnNotEquals": _like,
    "ArnNotLike": _like,
    "Bool": _equal_in_any_case,
}
