"""A deployment on paper: what a template and its nested stacks say, every function resolved, and nothing made."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from colophon.local.conditions import settled_conditions, settled_parameters
from colophon.local.deployment import Deployment, Resource
from colophon.local.order import in_order
from colophon.local.resolve import Scope, resolve
from colophon.local.transform import transformed

_STACK = "AWS::CloudFormation::Stack"


def on_paper(path: Path, parameters: Mapping[str, Any] | None = None, stack_name: str = "colophon") -> Deployment:
    """The resources of the template at ``path``. A physical name that only AWS could give stands as ``<LogicalId>``,
    an attribute as ``<LogicalId.Attribute>``. Raises Misconfigured as the real deployment would.
    """
    template = transformed(path)
    given = settled_parameters(template, parameters or {}, stack_name)
    conditions = settled_conditions(template, Scope(stack_name, given, template.get("Mappings", {})))
    made: dict[str, Resource] = {}
    nested: dict[str, Resource] = {}
    scope = Scope(stack_name, given, template.get("Mappings", {}), conditions, made)
    wanted = {
        logical_id: resource
        for logical_id, resource in template["Resources"].items()
        if conditions.get(resource.get("Condition", ""), True)
    }
    for logical_id in in_order(wanted):
        made[logical_id] = _written(logical_id, wanted[logical_id], scope)
        if made[logical_id].type == _STACK:
            inner = _nested(path, made[logical_id], stack_name)
            nested.update({f"{logical_id}/{name}": resource for name, resource in inner.resources.items()})
            made[logical_id] = _with_outputs(made[logical_id], inner)
    return Deployment(stack_name, {**made, **nested}, _outputs(template, scope))


def _written(logical_id: str, resource: Mapping[str, Any], scope: Scope) -> Resource:
    properties = resolve(resource.get("Properties", {}), scope, logical_id)
    local_path = resource.get("Metadata", {}).get("LocalPath", "")
    return Resource(logical_id, resource["Type"], f"<{logical_id}>", _Unknown(logical_id), properties, local_path)


def _nested(path: Path, stack: Resource, stack_name: str) -> Deployment:
    properties = stack.properties
    inner = path.parent / properties["TemplateURL"]
    return on_paper(inner, properties.get("Parameters", {}), f"{stack_name}-{stack.logical_id}")


def _with_outputs(stack: Resource, inner: Deployment) -> Resource:
    attributes = {f"Outputs.{name}": value for name, value in inner.outputs.items()}
    return Resource(stack.logical_id, stack.type, stack.ref, attributes, stack.properties)


def _outputs(template: Mapping[str, Any], scope: Scope) -> dict[str, str]:
    return {
        name: str(resolve(output["Value"], scope, f"Outputs.{name}"))
        for name, output in template.get("Outputs", {}).items()
    }


class _Unknown(Mapping[str, str]):
    """Attributes that only AWS knows: each is there, and says its own name."""

    def __init__(self, logical_id: str) -> None:
        self._logical_id = logical_id

    def __getitem__(self, attribute: str) -> str:
        return f"<{self._logical_id}.{attribute}>"

    def __contains__(self, attribute: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
