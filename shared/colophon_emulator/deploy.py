"""Who needs whom: the order in which a template's resources can be made.

template.yaml applied to the emulated account, resource by resource, nested stacks included.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from colophon_emulator.deployment import WHOLE, Deployment, Gap, Resource
from colophon_emulator.engine import client
from colophon_emulator.errors import EmulationError
from colophon_emulator.resolve import Scope, refuse_broken_rules, resolve, settled_conditions, settled_parameters
from colophon_emulator.resource_request import Made, Making, Properties
from colophon_emulator.resources import MAKERS, NAMED_ONLY, make_by_name
from colophon_emulator.template import LOCAL_PATH, transformed

_NAME_IN_TEXT = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[^}]*)?\}")


def needs(resource: Mapping[str, Any], among: Mapping[str, Any]) -> frozenset[str]:
    """The logical ids of ``among`` that this resource names, by DependsOn or in a function of its properties."""
    explicit = resource.get("DependsOn", [])
    named = {explicit} if isinstance(explicit, str) else set(explicit)
    named.update(_named(resource.get("Properties", {})))
    return frozenset(named & among.keys())


def _named(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _named(child)
    if not isinstance(node, dict):
        return
    for key, child in node.items():
        if key == "Ref":
            yield child
        elif key == "Fn::GetAtt":
            yield child.split(".", 1)[0] if isinstance(child, str) else child[0]
        elif key == "Fn::Sub":
            yield from _NAME_IN_TEXT.findall(child if isinstance(child, str) else child[0])
            yield from _named([] if isinstance(child, str) else child[1])
        else:
            yield from _named(child)


def in_order(resources: Mapping[str, Any]) -> list[str]:
    """The logical ids, each after all it needs, otherwise as the template lists them.

    Raises EmulationError naming the resources when some of them need each other in a circle.
    """
    waiting = {logical_id: set(needs(resource, resources)) for logical_id, resource in resources.items()}
    ordered: list[str] = []
    while waiting:
        ready = [logical_id for logical_id, needed in waiting.items() if needed <= set(ordered)]
        if not ready:
            raise EmulationError(f"These resources need each other in a circle: {', '.join(waiting)}.")
        ordered.extend(ready)
        for logical_id in ready:
            del waiting[logical_id]
    return ordered


def needs_in_all(logical_id: str, resources: Mapping[str, Any]) -> frozenset[str]:
    """All that one resource needs, directly or through others: what is sure to be there before it, on AWS too."""
    found: set[str] = set()
    open_ids = [logical_id]
    while open_ids:
        for needed in needs(resources[open_ids.pop()], resources) - found:
            found.add(needed)
            open_ids.append(needed)
    return frozenset(found)


_STACK = "AWS::CloudFormation::Stack"


def deploy(template: Path, parameters: Mapping[str, str], stack_name: str) -> Deployment:
    """The stack of ``template``, made in the running engine.

    Raises EmulationError, naming resource and property, for anything that CloudFormation would refuse and for a
    function or attribute that is not known here. What is known but not applied stands in ``Deployment.gaps``.
    """
    site = _Site(stack_name)
    outputs = site.build(template, parameters, "")
    return Deployment(stack_name, site.resources, outputs, tuple(site.gaps))


class _Site:
    """The stacks as far as they are made."""

    def __init__(self, stack_name: str) -> None:
        self.resources: dict[str, Resource] = {}
        self.gaps: list[Gap] = []
        self._stack_name = stack_name
        self._client: Callable[[str], Any] = cache(client)

    def build(self, path: Path, given: Mapping[str, Any], prefix: str) -> dict[str, str]:
        """Makes one template's resources under ``prefix`` and gives its outputs."""
        template = transformed(path, dict(given))
        parameters = settled_parameters(template, given, prefix or self._stack_name)
        refuse_broken_rules(template, Scope(self._stack_name, parameters))
        mappings = template.get("Mappings", {})
        conditions = settled_conditions(template, Scope(self._stack_name, parameters, mappings))
        wanted = {
            logical_id: raw
            for logical_id, raw in template["Resources"].items()
            if conditions.get(raw.get("Condition", ""), True)
        }
        made: dict[str, Resource] = {}
        scope = Scope(self._stack_name, parameters, mappings, conditions, made)
        for logical_id in in_order(wanted):
            before = {name: made[name] for name in needs_in_all(logical_id, wanted)}
            made[logical_id] = self._resource(logical_id, wanted[logical_id], scope, before, path, prefix)
        return {
            name: str(resolve(raw["Value"], scope, f"Outputs.{name}"))
            for name, raw in template.get("Outputs", {}).items()
            if conditions.get(raw.get("Condition", ""), True)
        }

    def _resource(
        self,
        logical_id: str,
        raw: Mapping[str, Any],
        scope: Scope,
        before: Mapping[str, Resource],
        path: Path,
        prefix: str,
    ) -> Resource:
        values = resolve(raw.get("Properties", {}), scope, logical_id)
        full_id = prefix + logical_id
        making = Making(full_id, raw["Type"], self._stack_name, Properties(values), self._client, before)
        made = self._nested(making, path) if raw["Type"] == _STACK else self._made(making)
        local_path = raw.get("Metadata", {}).get(LOCAL_PATH, "")
        resource = Resource(full_id, raw["Type"], made.ref, made.attributes, values, local_path)
        self.resources[full_id] = resource
        return resource

    def _made(self, making: Making) -> Made:
        maker = MAKERS.get(making.resource_type)
        if maker is None:
            self.gaps.append(Gap(making.logical_id, making.resource_type, WHOLE))
            return NAMED_ONLY.get(making.resource_type, make_by_name)(making)
        made = maker(making)
        self._note_left(making)
        return made

    def _nested(self, making: Making, path: Path) -> Made:
        location = making.properties.take("TemplateURL")
        if not isinstance(location, str) or "://" in location:
            raise EmulationError(
                f"{making.logical_id} has its template elsewhere; only a local path can be deployed here."
            )
        given = making.properties.take("Parameters", {})
        outputs = self.build((path.parent / location).resolve(), given, f"{making.logical_id}/")
        self._note_left(making)
        return Made(making.logical_id, {f"Outputs.{name}": value for name, value in outputs.items()})

    def _note_left(self, making: Making) -> None:
        self.gaps.extend(Gap(making.logical_id, making.resource_type, name) for name in making.properties.left())
