"""A CloudFormation template read from disk, its short tags written out as the functions they stand for.

The SAM transform, offline: what CloudFormation's macro would make of the template, local code paths kept.
"""

import copy
import logging
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from colophon_emulator.account import REGION
from colophon_emulator.errors import EmulationError
from colophon_emulator.invocation import Invocation, running

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


LOCAL_PATH = "LocalPath"
_CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
_NOWHERE = "s3://not-uploaded/code.zip"


def transformed(path: Path, parameters: dict[str, str] | None = None) -> dict[str, Any]:
    """The plain CloudFormation template that ``path`` stands for.

    Every function and layer carries ``Metadata.LocalPath``, the absolute folder of its code. Needs no network and no
    credentials. Raises EmulationError with the transform's own words when SAM refuses the template.
    """
    template = read_template(path)
    if "Transform" not in template:
        return template
    prepared = _with_code_elsewhere(template, path.parent)
    return _translate(prepared, dict(parameters or {}))


def _with_code_elsewhere(template: dict[str, Any], base: Path) -> dict[str, Any]:
    prepared = copy.deepcopy(template)
    defaults = prepared.get("Globals", {}).get("Function", {})
    shared_code = defaults.pop("CodeUri", None)
    for resource in prepared["Resources"].values():
        property_name = _CODE.get(resource.get("Type", ""))
        if property_name is None:
            continue
        properties = resource.setdefault("Properties", {})
        code = properties.get(property_name, shared_code)
        if isinstance(code, str) and not code.startswith("s3://"):
            resource.setdefault("Metadata", {})[LOCAL_PATH] = str((base / code).resolve())
            properties[property_name] = _NOWHERE
    return prepared


def _translate(template: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any]:
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.translator.transform import transform

    logging.getLogger("samtranslator.metrics").setLevel(logging.ERROR)
    own_environment: dict[str, str] = {"AWS_DEFAULT_REGION": REGION}
    try:
        with running(Invocation("transform", own_environment, str)):
            plain: dict[str, Any] = transform(template, parameters, _NoPolicies(), passthrough_metadata=True)
    except InvalidDocumentException as refused:
        reasons = "; ".join(cause.message for cause in refused.causes) or refused.message
        raise EmulationError(f"SAM refuses the template: {reasons}") from refused
    return plain


class _NoPolicies:
    """Stands in for the list of managed policies that SAM would fetch for names it does not have in its bundle."""

    def load(self) -> dict[str, str]:
        return {}
