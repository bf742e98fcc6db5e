"""IAM's evaluation of policies.

Sources, in the IAM User Guide: "Policy evaluation logic", "IAM JSON policy elements: Condition operators", "Set
operators for multi-valued context keys", "IAM policy elements: Variables and tags".
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeAlias

from msgspec import Struct

from colophon_emulator.errors import EmulationError

Context: TypeAlias = Mapping[str, str | tuple[str, ...]]
# Keys whose value is a set. A condition on one needs a set operator, or AWS may decide either way.
_MULTIVALUED = (
    "dynamodb:leadingkeys",
    "dynamodb:attributes",
    "aws:calledvia",
    "aws:tagkeys",
    "aws:principalservicenameslist",
)
_EACH, _ANY = "ForAllValues", "ForAnyValue"


class AuthorizationRequest(Struct, frozen=True):
    """One action on one resource.

    ``context`` maps the condition keys that are present, in lower case, to values; a multivalued key to a tuple.
    """

    action: str
    resource: str
    context: Context
    principal: str = ""


class Statement(Struct, frozen=True):
    """One statement of a policy document. ``principals`` is empty in a policy of an identity: it matches its owner.

    A condition is an operator, a key in lower case, and the values of which one must match. Resources and values may
    have variables (``${aws:PrincipalTag/team}``): where the request has no such key, they match nothing.
    """

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    principals: tuple[str, ...] = ()

    def matches(self, request: AuthorizationRequest) -> bool:
        """Whether this statement applies to the request, conditions included."""
        return (
            _matches_any_action(self.actions, request.action)
            and any(
                _matches_pattern(pattern, request.resource)
                for pattern in _fill_variables(self.resources, request.context)
            )
            and (
                not self.principals or any(_matches_pattern(pattern, request.principal) for pattern in self.principals)
            )
            and all(
                _condition_holds(operator, key, _fill_variables(values, request.context), request.context)
                for operator, key, values in self.conditions
            )
        )


def find_deciding_statement(statements: Iterable[Statement], request: AuthorizationRequest) -> Statement | None:
    """A Deny that matches, else an Allow that matches, else None, which also denies."""
    allowing: Statement | None = None
    for statement in statements:
        if statement.matches(request):
            if statement.effect == "Deny":
                return statement
            allowing = allowing or statement
    return allowing


def parse_statements(document: Mapping[str, Any], where: str) -> tuple[Statement, ...]:
    """The statements of a policy document, resolved. Raises EmulationError for what is not emulated."""
    return tuple(_parse_statement(raw, where) for raw in _as_list(document.get("Statement")))


def _parse_statement(raw: Mapping[str, Any], where: str) -> Statement:
    strange = raw.keys() - {"Sid", "Effect", "Action", "Resource", "Condition", "Principal"}
    if strange or raw.get("Effect") not in ("Allow", "Deny") or not raw.get("Action"):
        raise EmulationError(f"{where} has a statement that is not emulated: {', '.join(strange) or raw}.")
    conditions = tuple(
        (_check_operator(operator, key, where), key.lower(), tuple(_as_text(value) for value in _as_list(values)))
        for operator, keys in raw.get("Condition", {}).items()
        for key, values in keys.items()
    )
    resources = tuple(map(str, _as_list(raw.get("Resource", "*"))))
    return Statement(raw["Effect"], tuple(_as_list(raw["Action"])), resources, conditions, _parse_principals(raw))


def _parse_principals(raw: Mapping[str, Any]) -> tuple[str, ...]:
    principals = raw.get("Principal", {})
    if isinstance(principals, str):
        return (principals,)
    return tuple(str(one) for kind in principals.values() for one in _as_list(kind))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_operator(operator: str, key: str, where: str) -> str:
    quantifier, name = _split_operator(operator)
    if quantifier not in ("", _EACH, _ANY) or (name.removesuffix("IfExists") not in _OPERATORS and operator != "Null"):
        raise EmulationError(f"{where} has the condition operator {operator}, which is not emulated.")
    if not quantifier and operator != "Null" and key.lower() in _MULTIVALUED:
        raise EmulationError(f"{where} has a condition on {key}, a set of values, without {_EACH} or {_ANY}.")
    return operator


def _split_operator(operator: str) -> tuple[str, str]:
    quantifier, _, name = operator.rpartition(":")
    return quantifier, name


def _condition_holds(operator: str, key: str, values: tuple[str, ...], context: Context) -> bool:
    if operator == "Null":
        return (key not in context) == (values[0].lower() == "true")
    quantifier, name = _split_operator(operator)
    given = context.get(key, ())
    found = (given,) if isinstance(given, str) else given
    if quantifier == _EACH:
        # Also without the key, or with an empty set.
        return all(_value_holds(name, values, value) for value in found)
    if quantifier == _ANY:
        return any(_value_holds(name, values, value) for value in found)
    if not found:
        return "Not" in name or name.endswith("IfExists")
    return _value_holds(name, values, found[0])


def _value_holds(name: str, values: tuple[str, ...], given: str) -> bool:
    matches = _OPERATORS[name.removesuffix("IfExists")]
    return any(matches(value, given) for value in values) != ("Not" in name)


_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def _fill_variables(patterns: tuple[str, ...], context: Context) -> tuple[str, ...]:
    """``patterns`` with the values of their variables; without those whose variables the request does not have."""
    if not any("${" in pattern for pattern in patterns):
        return patterns
    return tuple(filled for pattern in patterns if (filled := _fill(pattern, context)) is not None)


def _fill(pattern: str, context: Context) -> str | None:
    values = {name: context.get(name.lower()) for name in _VARIABLE.findall(pattern)}
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    return _VARIABLE.sub(lambda found: texts[found[1]], pattern) if len(texts) == len(values) else None


@cache
def _compile(wildcards: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in wildcards), re.DOTALL)


@cache
def _matches_any_action(actions: tuple[str, ...], action: str) -> bool:
    return any(_matches_pattern(pattern.lower(), action.lower()) for pattern in actions)


def _matches_pattern(pattern: str, text: str) -> bool:
    return _compile(pattern).fullmatch(text) is not None


def _equals(value: str, text: str) -> bool:
    return value == text


def _equals_ignoring_case(value: str, text: str) -> bool:
    return value.lower() == text.lower()


_OPERATORS = {
    "StringEquals": _equals,
    "StringNotEquals": _equals,
    "StringEqualsIgnoreCase": _equals_ignoring_case,
    "StringLike": _matches_pattern,
    "StringNotLike": _matches_pattern,
    "ArnEquals": _matches_pattern,
    "ArnLike": _matches_pattern,
    "ArnNotEquals": _matches_pattern,
    "ArnNotLike": _matches_pattern,
    "Bool": _equals_ignoring_case,
}
