"""The SAM transform, offline: what CloudFormation's macro would make of the template, local code paths kept."""

import copy
import logging
from pathlib import Path
from typing import Any

from colophon_emulator.errors import EmulationError
from colophon_emulator.invocation import Invocation, running
from colophon_emulator.names import REGION
from colophon_emulator.template import read_template

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
