"""CloudFormation's parameters, conditions, rules and intrinsic functions: a template's tree to plain values."""

import base64
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from msgspec import Struct, field

from colophon_emulator.account import ACCOUNT, PARTITION, REGION, URL_SUFFIX, format_stack_id
from colophon_emulator.deployment import Resource
from colophon_emulator.errors import EmulationError

NO_VALUE = object()
_IN_TEXT = re.compile(r"\$\{(!?)([^}]*)\}")


class Scope(Struct, frozen=True):
    """What intrinsic functions may refer to. ``resources`` are those created so far, by logical id."""

    stack_name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    mappings: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, bool] = field(default_factory=dict)
    resources: Mapping[str, Resource] = field(default_factory=dict)


def resolve(node: Any, scope: Scope, where: str) -> Any:
    """``node`` with every intrinsic function replaced by its value; ``AWS::NoValue`` is left out.

    ``where`` ("Inbox.BucketName") is named in the EmulationError that an unknown function, name or attribute raises.
    """
    if isinstance(node, list):
        found = [resolve(child, scope, where) for child in node]
        return [value for value in found if value is not NO_VALUE]
    if not isinstance(node, dict):
        return node
    if len(node) == 1:
        name, argument = next(iter(node.items()))
        if name == "Ref" or name.startswith("Fn::"):
            function = _FUNCTIONS.get(name)
            if function is None:
                raise EmulationError(f"{where} uses {name}, which is not emulated.")
            return function(argument, scope, where)
    values = {key: resolve(child, scope, f"{where}.{key}") for key, child in node.items()}
    return {key: value for key, value in values.items() if value is not NO_VALUE}


def _ref(name: Any, scope: Scope, where: str) -> Any:
    pseudo = {
        "AWS::StackName": scope.stack_name,
        "AWS::StackId": format_stack_id(scope.stack_name),
        "AWS::AccountId": ACCOUNT,
        "AWS::Region": REGION,
        "AWS::Partition": PARTITION,
        "AWS::URLSuffix": URL_SUFFIX,
        "AWS::NotificationARNs": [],
        "AWS::NoValue": NO_VALUE,
    }
    if name in pseudo:
        return pseudo[name]
    if name in scope.parameters:
        return scope.parameters[name]
    if name in scope.resources:
        return scope.resources[name].ref
    raise EmulationError(f"{where} refers to {name}, which is neither a parameter nor a resource created before it.")


def _get_att(argument: Any, scope: Scope, where: str) -> Any:
    logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
    attribute = resolve(attribute, scope, where)
    if logical_id not in scope.resources:
        raise EmulationError(
            f"{where} asks for {logical_id}.{attribute}, but no resource {logical_id} is created before it."
        )
    resource = scope.resources[logical_id]
    if attribute not in resource.attributes:
        raise EmulationError(
            f"{where} asks for {logical_id}.{attribute}; this attribute of a {resource.type} is not emulated."
        )
    return resource.attributes[attribute]


def _sub(argument: Any, scope: Scope, where: str) -> str:
    text, given = (argument, {}) if isinstance(argument, str) else argument
    own = {name: resolve(value, scope, where) for name, value in given.items()}

    def replacement(match: re.Match[str]) -> str:
        literal, name = match.groups()
        if literal:
            return "${" + name + "}"
        if name in own:
            return str(own[name])
        return str(_get_att(name, scope, where) if "." in name else _ref(name, scope, where))

    return _IN_TEXT.sub(replacement, text)


def _join(argument: Any, scope: Scope, where: str) -> str:
    separator, parts = resolve(argument, scope, where)
    return str(separator).join(str(part) for part in parts)


def _select(argument: Any, scope: Scope, where: str) -> Any:
    index, choices = resolve(argument, scope, where)
    if not 0 <= int(index) < len(choices):
        raise EmulationError(f"{where} selects number {index} of only {len(choices)} values.")
    return choices[int(index)]


def _split(argument: Any, scope: Scope, where: str) -> list[str]:
    separator, text = resolve(argument, scope, where)
    return str(text).split(separator)


def _find_in_map(argument: Any, scope: Scope, where: str) -> Any:
    path = resolve(argument, scope, where)
    level: Any = scope.mappings
    for step in path:
        if not isinstance(level, Mapping) or step not in level:
            raise EmulationError(
                f"{where} looks for {' / '.join(map(str, path))} in the mappings, which have no {step}."
            )
        level = level[step]
    return level


def _if(argument: Any, scope: Scope, where: str) -> Any:
    name, yes, no = argument
    if name not in scope.conditions:
        raise EmulationError(f"{where} asks for the condition {name}, which the template does not have.")
    return resolve(yes if scope.conditions[name] else no, scope, where)


def _base64(argument: Any, scope: Scope, where: str) -> str:
    return base64.b64encode(str(resolve(argument, scope, where)).encode()).decode()


_FUNCTIONS: dict[str, Callable[[Any, Scope, str], Any]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::FindInMap": _find_in_map,
    "Fn::If": _if,
    "Fn::Base64": _base64,
}


_LISTS = ("CommaDelimitedList", "List<Number>", "List<String>")


def resolve_parameters(template: Mapping[str, Any], given: Mapping[str, Any], stack_name: str) -> dict[str, Any]:
    """Each declared parameter's value: the one given, else its default. A list type becomes a list of strings.

    Raises EmulationError for a parameter with neither, for one that the template does not declare, and for a value
    outside AllowedValues, MinValue or MaxValue.
    """
    declared: Mapping[str, Any] = template.get("Parameters", {})
    for name in given:
        if name not in declared:
            raise EmulationError(f"{stack_name} has no parameter {name}.")
    return {name: _resolve_parameter(name, rule, given, stack_name) for name, rule in declared.items()}


def _resolve_parameter(name: str, rule: Mapping[str, Any], given: Mapping[str, Any], stack_name: str) -> Any:
    value = given.get(name, rule.get("Default"))
    if value is None:
        raise EmulationError(f"{stack_name} needs a value for its parameter {name}.")
    if str(rule.get("Type", "")).startswith("AWS::SSM::"):
        raise EmulationError(f"{stack_name} takes {name} from Parameter Store, which is not emulated.")
    text = ",".join(map(str, value)) if isinstance(value, list) else _as_text(value)
    allowed = [_as_text(choice) for choice in rule.get("AllowedValues", [])]
    if allowed and text not in allowed:
        raise EmulationError(f"{stack_name} allows {', '.join(allowed)} for {name}, not {text}.")
    pattern = rule.get("AllowedPattern")
    if pattern and re.fullmatch(pattern, text) is None:
        raise EmulationError(f"{stack_name}: {name} {rule.get('ConstraintDescription', f'must match {pattern}')}.")
    if rule.get("Type") == "Number":
        return _parse_number(text, rule, f"{stack_name}: {name}")
    return [part.strip() for part in text.split(",")] if rule.get("Type") in _LISTS else text


def _parse_number(text: str, rule: Mapping[str, Any], where: str) -> int:
    """A whole number; no template here has another. Raises EmulationError."""
    try:
        number = int(text)
    except ValueError:
        raise EmulationError(f"{where} must be a whole number, not {text}.") from None
    if not rule.get("MinValue", number) <= number <= rule.get("MaxValue", number):
        least, most = rule.get("MinValue", "any"), rule.get("MaxValue", "any")
        raise EmulationError(f"{where} must be between {least} and {most}, not {text}.")
    return number


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def evaluate_conditions(template: Mapping[str, Any], scope: Scope) -> dict[str, bool]:
    """Every condition of the template as true or false. Raises EmulationError for a circular or unknown one."""
    rules: Mapping[str, Any] = template.get("Conditions", {})
    values: dict[str, bool] = {}

    def evaluate(name: str, callers: tuple[str, ...]) -> bool:
        if name in callers or name not in rules:
            raise EmulationError(f"The condition {name} is {'circular' if name in callers else 'not in the template'}.")
        if name not in values:
            evaluate_other = partial(evaluate, callers=(*callers, name))
            values[name] = _evaluate(rules[name], scope, f"Conditions.{name}", evaluate_other)
        return values[name]

    for name in rules:
        evaluate(name, ())
    return values


def _evaluate(rule: Any, scope: Scope, where: str, evaluate_other: Callable[[str], bool] | None = None) -> bool:
    operator, argument = next(iter(rule.items()))
    if operator == "Condition" and evaluate_other is not None:
        return evaluate_other(argument)
    if operator == "Fn::Equals":
        left, right = resolve(argument, scope, where)
        return _as_text(left) == _as_text(right)
    if operator == "Fn::Not":
        return not _evaluate(argument[0], scope, where, evaluate_other)
    if operator in ("Fn::And", "Fn::Or"):
        answers = [_evaluate(part, scope, where, evaluate_other) for part in argument]
        return all(answers) if operator == "Fn::And" else any(answers)
    raise EmulationError(f"{where} uses {operator}, which is not an emulated condition function.")


def check_rules(template: Mapping[str, Any], scope: Scope) -> None:
    """Raises EmulationError with the description of the first assertion of the template's Rules that fails."""
    for name, rule in template.get("Rules", {}).items():
        if _evaluate(rule.get("RuleCondition", {"Fn::Equals": ["", ""]}), scope, f"Rules.{name}"):
            for assertion in rule["Assertions"]:
                if not _evaluate(assertion["Assert"], scope, f"Rules.{name}"):
                    raise EmulationError(assertion.get("AssertDescription", f"The rule {name} fails."))
