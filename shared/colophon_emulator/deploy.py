"""A template applied to the emulated account, each resource after those it needs, nested stacks included."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from colophon_emulator.deployment import WHOLE_RESOURCE, Deployment, Gap, Resource
from colophon_emulator.engine import make_client
from colophon_emulator.errors import EmulationError
from colophon_emulator.resolve import Scope, check_rules, evaluate_conditions, resolve, resolve_parameters
from colophon_emulator.resource_request import CreatedResource, Properties, ResourceRequest
from colophon_emulator.resources import CREATORS, NAMED_ONLY, create_by_name
from colophon_emulator.template import LOCAL_PATH, transform_template

_STACK = "AWS::CloudFormation::Stack"
_NAME_IN_TEXT = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[^}]*)?\}")


def find_dependencies(resource: Mapping[str, Any], among: Mapping[str, Any]) -> frozenset[str]:
    """The logical ids of ``among`` that this resource names: by DependsOn, or in its properties or metadata."""
    explicit = resource.get("DependsOn", [])
    names = {explicit} if isinstance(explicit, str) else set(explicit)
    names.update(_find_names([resource.get("Properties", {}), resource.get("Metadata", {})]))
    return frozenset(names & among.keys())


def _find_names(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _find_names(child)
    if not isinstance(node, dict):
        return
    for key, child in node.items():
        if key == "Ref":
            yield child
        elif key == "Fn::GetAtt":
            yield child.split(".", 1)[0] if isinstance(child, str) else child[0]
        elif key == "Fn::Sub":
            yield from _NAME_IN_TEXT.findall(child if isinstance(child, str) else child[0])
            yield from _find_names([] if isinstance(child, str) else child[1])
        else:
            yield from _find_names(child)


def sort_by_dependency(resources: Mapping[str, Any]) -> list[str]:
    """The logical ids, each after the ones it needs, otherwise in the template's order.

    Raises EmulationError naming the resources when some of them need each other in a circle.
    """
    waiting = {logical_id: set(find_dependencies(resource, resources)) for logical_id, resource in resources.items()}
    ordered: list[str] = []
    while waiting:
        ready = [logical_id for logical_id, needed in waiting.items() if needed <= set(ordered)]
        if not ready:
            raise EmulationError(f"These resources need each other in a circle: {', '.join(waiting)}.")
        ordered.extend(ready)
        for logical_id in ready:
            del waiting[logical_id]
    return ordered


def find_all_dependencies(logical_id: str, resources: Mapping[str, Any]) -> frozenset[str]:
    """All that one resource needs, directly or through others: what is certain to exist before it, on AWS too."""
    found: set[str] = set()
    open_ids = [logical_id]
    while open_ids:
        for needed in find_dependencies(resources[open_ids.pop()], resources) - found:
            found.add(needed)
            open_ids.append(needed)
    return frozenset(found)


def deploy(
    template: Path, parameters: Mapping[str, str], stack_name: str, imported: Collection[str] = ()
) -> Deployment:
    """Create the stack of ``template`` in the running account (``engine.run_moto``).

    ``imported`` are the logical ids of resources that exist already, by the name that the template gives them, and
    that were imported into the stack: they are changed as the template says.
    Raises EmulationError, naming resource and property, for anything that CloudFormation would refuse, and for an
    intrinsic function or attribute that is not emulated. Properties that are not applied are in ``Deployment.gaps``.
    """
    deployer = _Deployer(stack_name, imported)
    outputs = deployer.deploy(template, parameters, "")
    return Deployment(stack_name, deployer.resources, outputs, tuple(deployer.gaps))


class _Deployer:
    """Creates a stack and its nested stacks; ``resources`` and ``gaps`` grow on the way."""

    def __init__(self, stack_name: str, imported: Collection[str]) -> None:
        self.resources: dict[str, Resource] = {}
        self.gaps: list[Gap] = []
        self._stack_name, self._imported = stack_name, imported
        self._client: Callable[[str], Any] = cache(make_client)

    def deploy(self, path: Path, given: Mapping[str, Any], prefix: str) -> dict[str, str]:
        """Create one template's resources, their ids prefixed with ``prefix``; return its outputs."""
        template = transform_template(path, dict(given))
        parameters = resolve_parameters(template, given, prefix or self._stack_name)
        check_rules(template, Scope(self._stack_name, parameters))
        mappings = template.get("Mappings", {})
        conditions = evaluate_conditions(template, Scope(self._stack_name, parameters, mappings))
        wanted = {
            logical_id: raw
            for logical_id, raw in template["Resources"].items()
            if conditions.get(raw.get("Condition", ""), True)
        }
        created: dict[str, Resource] = {}
        scope = Scope(self._stack_name, parameters, mappings, conditions, created)
        for logical_id in sort_by_dependency(wanted):
            dependencies = {name: created[name] for name in find_all_dependencies(logical_id, wanted)}
            values = resolve(wanted[logical_id].get("Properties", {}), scope, logical_id)
            created[logical_id] = self._deploy_resource(
                prefix + logical_id, wanted[logical_id], values, dependencies, path
            )
        return {
            name: str(resolve(raw["Value"], scope, f"Outputs.{name}"))
            for name, raw in template.get("Outputs", {}).items()
            if conditions.get(raw.get("Condition", ""), True)
        }

    def _deploy_resource(
        self,
        logical_id: str,
        raw: Mapping[str, Any],
        values: Mapping[str, Any],
        dependencies: Mapping[str, Resource],
        path: Path,
    ) -> Resource:
        kind = raw["Type"]
        is_imported = logical_id in self._imported
        request = ResourceRequest(
            logical_id, kind, self._stack_name, Properties(values), self._client, dependencies, is_imported
        )
        created = self._deploy_nested(request, path) if kind == _STACK else self._create(request)
        local_path = raw.get("Metadata", {}).get(LOCAL_PATH, "")
        resource = Resource(logical_id, kind, created.ref, created.attributes, values, local_path)
        self.resources[logical_id] = resource
        return resource

    def _create(self, request: ResourceRequest) -> CreatedResource:
        creator = CREATORS.get(request.resource_type)
        if creator is None:
            self.gaps.append(Gap(request.logical_id, request.resource_type, WHOLE_RESOURCE))
            return NAMED_ONLY.get(request.resource_type, create_by_name)(request)
        created = creator(request)
        self._note_unread(request)
        return created

    def _deploy_nested(self, request: ResourceRequest, path: Path) -> CreatedResource:
        location = request.properties.take("TemplateURL")
        if not isinstance(location, str) or "://" in location:
            raise EmulationError(
                f"{request.logical_id} has a TemplateURL that is not a local path; nothing else is emulated."
            )
        given = request.properties.take("Parameters", {})
        outputs = self.deploy((path.parent / location).resolve(), given, f"{request.logical_id}/")
        self._note_unread(request)
        return CreatedResource(request.logical_id, {f"Outputs.{name}": value for name, value in outputs.items()})

    def _note_unread(self, request: ResourceRequest) -> None:
        unread = request.properties.list_unread()
        self.gaps.extend(Gap(request.logical_id, request.resource_type, name) for name in unread)
