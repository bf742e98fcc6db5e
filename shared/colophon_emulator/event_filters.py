"""Which records of a stream an event source mapping delivers.

Source: "Filter rule syntax" in the AWS Lambda Developer Guide.
"""

import json
from collections.abc import Mapping
from typing import Any

from colophon_emulator.errors import EmulationError

Pattern = Mapping[str, Any]


def parse_filters(mapping: Mapping[str, Any]) -> tuple[Pattern, ...]:
    """The patterns of a mapping's FilterCriteria. Raises EmulationError for one that is not a JSON object."""
    found = []
    for each in mapping.get("FilterCriteria", {}).get("Filters", []):
        try:
            pattern = json.loads(each["Pattern"])
        except ValueError:
            pattern = None
        if not isinstance(pattern, dict):
            raise EmulationError(f"The filter pattern {each['Pattern']} is not a JSON object.")
        found.append(pattern)
    return tuple(found)


def matches_filters(record: Mapping[str, Any], patterns: tuple[Pattern, ...]) -> bool:
    """Whether the record matches any pattern. Without patterns every record does."""
    return not patterns or any(_matches(record, pattern) for pattern in patterns)


def _matches(value: Any, pattern: Pattern) -> bool:
    for name, rule in pattern.items():
        exists = isinstance(value, Mapping) and name in value
        inner = value[name] if exists else None
        if isinstance(rule, Mapping):
            if not exists or not _matches(inner, rule):
                return False
        elif not any(_matches_rule(inner, exists, wanted) for wanted in rule):
            return False
    return True


def _matches_rule(value: Any, exists: bool, wanted: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return exists and value == wanted
    (kind, argument), *others = wanted.items()
    if others:
        raise EmulationError(f"The filter rule {dict(wanted)} has more than one comparison.")
    if kind == "exists":
        return exists is bool(argument)
    if kind == "anything-but":
        return exists and value not in (argument if isinstance(argument, list) else [argument])
    if kind in ("prefix", "suffix"):
        return isinstance(value, str) and (value.startswith if kind == "prefix" else value.endswith)(argument)
    raise EmulationError(f"The filter rule {kind} is not emulated.")
