"""A CloudFormation template read from disk, its short tags written out as the functions they stand for."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from colophon_emulator.errors import EmulationError

_PLAIN = ("Ref", "Condition")
_SKIPPED_TAGS = ("tag:yaml.org,2002:timestamp",)


def read_template(path: Path) -> dict[str, Any]:
    """The template at ``path`` with ``!Sub x`` as ``{"Fn::Sub": "x"}``; dates stay text, as CloudFormation reads them.

    Raises EmulationError when there is no such file, or it is no YAML mapping with Resources.
    """
    try:
        template = yaml.load(path.read_text(encoding="utf-8"), Loader=_loader())  # noqa: S506 - a SafeLoader with tags
    except FileNotFoundError:
        raise EmulationError(f"There is no template at {path}.") from None
    except yaml.YAMLError as broken:
        raise EmulationError(f"{path} is not YAML: {broken}") from broken
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise EmulationError(f"{path} has no Resources.")
    return template


@cache
def _loader() -> type[yaml.SafeLoader]:
    class CloudFormationLoader(yaml.SafeLoader):
        pass

    CloudFormationLoader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in _SKIPPED_TAGS]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    CloudFormationLoader.add_multi_constructor("!", _function)
    return CloudFormationLoader


def _function(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    full_name = name if name in _PLAIN else f"Fn::{name}"
    if isinstance(node, yaml.ScalarNode):
        text = loader.construct_scalar(node)
        return {full_name: text.split(".", 1) if name == "GetAtt" else text}
    if isinstance(node, yaml.SequenceNode):
        return {full_name: loader.construct_sequence(node, deep=True)}
    if isinstance(node, yaml.MappingNode):
        return {full_name: loader.construct_mapping(node, deep=True)}
    raise EmulationError(f"The tag !{name} stands on something that is no value.")
