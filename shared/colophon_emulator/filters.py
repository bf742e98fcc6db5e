"""Event filters of a stream mapping: which records reach the function.

Source: "Filter rule syntax" in the AWS Lambda Developer Guide.
"""

import json
from collections.abc import Mapping
from typing import Any

from colophon_emulator.errors import EmulationError

Pattern = Mapping[str, Any]


def patterns_of(mapping: Mapping[str, Any]) -> tuple[Pattern, ...]:
    """The patterns of a mapping's FilterCriteria. Raises EmulationError for one that is no JSON object."""
    found = []
    for each in mapping.get("FilterCriteria", {}).get("Filters", []):
        try:
            pattern = json.loads(each["Pattern"])
        except ValueError:
            pattern = None
        if not isinstance(pattern, dict):
            raise EmulationError(f"The filter pattern {each['Pattern']} is no JSON object.")
        found.append(pattern)
    return tuple(found)


def passes(record: Mapping[str, Any], patterns: tuple[Pattern, ...]) -> bool:
    """Whether the record fits any pattern; without patterns everything passes."""
    return not patterns or any(_fits(record, pattern) for pattern in patterns)


def _fits(value: Any, pattern: Pattern) -> bool:
    for name, rule in pattern.items():
        there = isinstance(value, Mapping) and name in value
        inner = value[name] if there else None
        if isinstance(rule, Mapping):
            if not there or not _fits(inner, rule):
                return False
        elif not any(_one_fits(inner, there, wanted) for wanted in rule):
            return False
    return True


def _one_fits(value: Any, there: bool, wanted: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return there and value == wanted
    (kind, argument), *others = wanted.items()
    if others:
        raise EmulationError(f"The filter rule {dict(wanted)} has more than one comparison.")
    if kind == "exists":
        return there is bool(argument)
    if kind == "anything-but":
        return there and value not in (argument if isinstance(argument, list) else [argument])
    if kind in ("prefix", "suffix"):
        return isinstance(value, str) and (value.startswith if kind == "prefix" else value.endswith)(argument)
    raise EmulationError(f"The filter rule {kind} is not known here.")
