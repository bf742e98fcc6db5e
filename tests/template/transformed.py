"""The templates as CloudFormation gets them: SAM's transform applied, nothing resolved; and broken copies of them."""

import copy
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from colophon_emulator.template import transform_template

ROOT = Path(__file__).parents[2]
NESTED = {"Cdn": "infra/cdn.yaml", "Alarms": "infra/alarms.yaml"}
# Each template by the logical id of its stack; the outer one has none.
Templates = dict[str, Any]
Check = Callable[[Templates], None]
Break = Callable[[Templates], None]


@cache
def _read() -> Templates:
    inner = {stack: transform_template(ROOT / path) for stack, path in NESTED.items()}
    return {"": transform_template(ROOT / "template.yaml"), **inner}


def read_templates() -> Templates:
    """A copy that the caller may change."""
    return copy.deepcopy(_read())


def get(templates: Templates, path: str) -> Any:
    """The value at ``path``: ``IntakeQueue/Properties/QueueName``, or ``Cdn:Distribution/...`` in a nested stack.

    A first part that ends in ``*`` is the start of the one logical id that begins so: SAM puts a hash after some.
    """
    value = templates
    for part in _parts(templates, path):
        value = value[part]
    return value


def put(path: str, value: Any) -> Break:
    """Breaks a copy by setting the value at ``path``, new or not."""

    def change(templates: Templates) -> None:
        *before, last = _parts(templates, path)
        place: Any = templates
        for part in before:
            place = place[part]
        place[last] = value

    return change


def drop(path: str) -> Break:
    """Breaks a copy by taking away what is at ``path``."""

    def change(templates: Templates) -> None:
        *before, last = _parts(templates, path)
        place: Any = templates
        for part in before:
            place = place[part]
        del place[last]

    return change


def _parts(templates: Templates, path: str) -> list[Any]:
    first, *others = path.split("/")
    stack, _, first = first.rpartition(":")
    section = [] if first in ("Outputs", "Parameters", "Conditions", "Rules") else ["Resources"]
    if first.endswith("*"):
        (first,) = (name for name in templates[stack]["Resources"] if name.startswith(first[:-1]))
    return [stack, *section, first, *(int(part) if part.isdecimal() else part for part in others)]


def resources(templates: Templates, *types: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Stack, logical id and resource, of the given types or of all."""
    for stack, template in templates.items():
        for logical_id, resource in template["Resources"].items():
            if not types or resource["Type"] in types:
                yield stack, logical_id, resource


def depends_on_stack(node: Any, templates: Templates, stack: str) -> bool:
    """Whether a value is another in each stack of the template: it has the stack's name or id in it, or a resource's.

    A parameter of a nested stack counts as what the outer stack gives.
    """
    if isinstance(node, list):
        return any(depends_on_stack(each, templates, stack) for each in node)
    if not isinstance(node, dict):
        return False
    return any(_names_stack(name, value, templates, stack) for name, value in node.items())


def _names_stack(function: str, value: Any, templates: Templates, stack: str) -> bool:
    if function == "Ref":
        return _is_of_stack(value, templates, stack)
    if function == "Fn::GetAtt":
        return True
    if function == "Fn::Sub":
        text, given = (value, {}) if isinstance(value, str) else value
        names = [part.partition("}")[0] for part in text.split("${")[1:]]
        own = any(_is_of_stack(name, templates, stack) for name in names if name not in given)
        return own or depends_on_stack(list(given.values()), templates, stack)
    return depends_on_stack(value, templates, stack)


def _is_of_stack(name: str, templates: Templates, stack: str) -> bool:
    if name in ("AWS::StackId", "AWS::StackName") or name.partition(".")[0] in templates[stack]["Resources"]:
        return True
    given = templates[""]["Resources"][stack]["Properties"]["Parameters"] if stack else {}
    return name in given and depends_on_stack(given[name], templates, "")
