"""A template read from disk: short tags expanded, and the SAM transform applied, offline."""

import copy
import logging
import pickle
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform

from colophon_emulator.account import REGION
from colophon_emulator.errors import EmulationError
from colophon_emulator.invocation import Invocation, run_as

# The metadata of a function or layer that holds the absolute folder of its code.
LOCAL_PATH = "LocalPath"
_CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
# SAM accepts only code that is already in a bucket.
_UPLOADED = "s3://not-uploaded/code.zip"
_TAGS_WITHOUT_FN = ("Ref", "Condition")
# CloudFormation reads dates as text.
_SKIPPED_TAGS = ("tag:yaml.org,2002:timestamp",)


def read_template(path: Path) -> dict[str, Any]:
    """The template at ``path``, with ``!Sub x`` as ``{"Fn::Sub": "x"}`` and dates as text.

    Raises EmulationError when there is no such file, or it is not a YAML mapping with Resources.
    """
    try:
        template = yaml.load(path.read_text(encoding="utf-8"), Loader=_loader())  # noqa: S506 - a CSafeLoader with tags
    except FileNotFoundError:
        raise EmulationError(f"There is no template at {path}.") from None
    except yaml.YAMLError as broken:
        raise EmulationError(f"{path} is not YAML: {broken}") from broken
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise EmulationError(f"{path} has no Resources.")
    return template


@cache
def _loader() -> type[yaml.CSafeLoader]:
    class CloudFormationLoader(yaml.CSafeLoader):
        """By libyaml: in Python reading the template takes two thirds of the time to open a stack."""

    CloudFormationLoader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in _SKIPPED_TAGS]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }
    CloudFormationLoader.add_multi_constructor("!", _construct_function)
    return CloudFormationLoader


def _construct_function(loader: yaml.CSafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    full_name = name if name in _TAGS_WITHOUT_FN else f"Fn::{name}"
    if isinstance(node, yaml.ScalarNode):
        text = loader.construct_scalar(node)
        return {full_name: text.split(".", 1) if name == "GetAtt" else text}
    if isinstance(node, yaml.SequenceNode):
        return {full_name: loader.construct_sequence(node, deep=True)}
    if isinstance(node, yaml.MappingNode):
        return {full_name: loader.construct_mapping(node, deep=True)}
    raise EmulationError(f"The tag !{name} is on something that is not a value.")


def transform_template(path: Path, parameters: dict[str, str] | None = None) -> dict[str, Any]:
    """The template at ``path`` as CloudFormation's SAM macro would expand it.

    Every function and layer gets ``Metadata.LocalPath``, the absolute folder of its code. Needs no network and no
    credentials. Raises EmulationError with SAM's own message when SAM refuses the template.
    """
    template = read_template(path)
    if "Transform" not in template:
        return template
    prepared = _move_code_paths(template, path.parent)
    return _run_sam(prepared, dict(parameters or {}))


def _move_code_paths(template: dict[str, Any], base: Path) -> dict[str, Any]:
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
            properties[property_name] = _UPLOADED
    return prepared


def _run_sam(template: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any]:
    """A dictionary of its own for each caller; the same template is transformed once."""
    plain: dict[str, Any] = pickle.loads(_run_sam_once(pickle.dumps((template, parameters))))  # noqa: S301 - our own
    return plain


@lru_cache(maxsize=32)
def _run_sam_once(pickled: bytes) -> bytes:
    template, parameters = pickle.loads(pickled)  # noqa: S301 - our own
    # It warns of its own metrics, and of switches that only AWS's deployment of it has.
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    environment: dict[str, str] = {"AWS_DEFAULT_REGION": REGION}
    try:
        with run_as(Invocation("transform", environment, str)):
            plain: dict[str, Any] = transform(template, parameters, _NoPolicies(), passthrough_metadata=True)
    except InvalidDocumentException as refused:
        reasons = "; ".join(cause.message for cause in refused.causes) or refused.message
        raise EmulationError(f"SAM refuses the template: {reasons}") from refused
    return pickle.dumps(plain)


class _NoPolicies:
    """An empty list of managed policies; SAM would fetch it for names that are not in its bundle."""

    def load(self) -> dict[str, str]:
        return {}
