"""Parameters and conditions of a template, settled before any resource is made."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from colophon_emulator.errors import EmulationError
from colophon_emulator.resolve import Scope, resolve

_LISTS = ("CommaDelimitedList", "List<Number>", "List<String>")


def settled_parameters(template: Mapping[str, Any], given: Mapping[str, Any], stack_name: str) -> dict[str, Any]:
    """Each declared parameter's value: the one given, else its default. A list type becomes a list of strings.

    Raises EmulationError for a parameter with neither, for one that the template does not declare, and for a value
    outside AllowedValues.
    """
    declared: Mapping[str, Any] = template.get("Parameters", {})
    for name in given:
        if name not in declared:
            raise EmulationError(f"{stack_name} has no parameter {name}.")
    return {name: _settled(name, rule, given, stack_name) for name, rule in declared.items()}


def _settled(name: str, rule: Mapping[str, Any], given: Mapping[str, Any], stack_name: str) -> Any:
    value = given.get(name, rule.get("Default"))
    if value is None:
        raise EmulationError(f"{stack_name} needs a value for its parameter {name}.")
    if str(rule.get("Type", "")).startswith("AWS::SSM::"):
        raise EmulationError(f"{stack_name} takes {name} from Parameter Store, which is not emulated.")
    text = ",".join(map(str, value)) if isinstance(value, list) else _text(value)
    allowed = [_text(choice) for choice in rule.get("AllowedValues", [])]
    if allowed and text not in allowed:
        raise EmulationError(f"{stack_name} allows {', '.join(allowed)} for {name}, not {text}.")
    pattern = rule.get("AllowedPattern")
    if pattern and re.fullmatch(pattern, text) is None:
        raise EmulationError(f"{stack_name}: {name} {rule.get('ConstraintDescription', f'must match {pattern}')}.")
    return [part.strip() for part in text.split(",")] if rule.get("Type") in _LISTS else text


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def settled_conditions(template: Mapping[str, Any], scope: Scope) -> dict[str, bool]:
    """Every condition of the template as true or false. Raises EmulationError for a circle or an unknown name."""
    rules: Mapping[str, Any] = template.get("Conditions", {})
    settled: dict[str, bool] = {}

    def settle(name: str, asking: tuple[str, ...]) -> bool:
        if name in asking or name not in rules:
            raise EmulationError(f"The condition {name} is {'circular' if name in asking else 'not in the template'}.")
        if name not in settled:
            other = partial(settle, asking=(*asking, name))
            settled[name] = _holds(rules[name], scope, f"Conditions.{name}", other)
        return settled[name]

    for name in rules:
        settle(name, ())
    return settled


def _holds(rule: Any, scope: Scope, where: str, other: Callable[[str], bool] | None = None) -> bool:
    operator, argument = next(iter(rule.items()))
    if operator == "Condition" and other is not None:
        return other(argument)
    if operator == "Fn::Equals":
        left, right = resolve(argument, scope, where)
        return _text(left) == _text(right)
    if operator == "Fn::Not":
        return not _holds(argument[0], scope, where, other)
    if operator in ("Fn::And", "Fn::Or"):
        answers = [_holds(part, scope, where, other) for part in argument]
        return all(answers) if operator == "Fn::And" else any(answers)
    raise EmulationError(f"{where} uses {operator}, which is no condition function known here.")


def refuse_broken_rules(template: Mapping[str, Any], scope: Scope) -> None:
    """Raises EmulationError with the description of the first assertion of the template's Rules that does not hold."""
    for name, rule in template.get("Rules", {}).items():
        if _holds(rule.get("RuleCondition", {"Fn::Equals": ["", ""]}), scope, f"Rules.{name}"):
            for assertion in rule["Assertions"]:
                if not _holds(assertion["Assert"], scope, f"Rules.{name}"):
                    raise EmulationError(assertion.get("AssertDescription", f"The rule {name} does not hold."))
