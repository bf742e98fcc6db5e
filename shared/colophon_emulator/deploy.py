"""template.yaml applied to the emulated account, resource by resource, nested stacks included."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from colophon_emulator import buckets, lambdas, queues, stand_ins, tables
from colophon_emulator.conditions import refuse_broken_rules, settled_conditions, settled_parameters
from colophon_emulator.deployment import Deployment, Gap, Resource
from colophon_emulator.engine import client
from colophon_emulator.errors import EmulationError
from colophon_emulator.making import Made, Maker, Making
from colophon_emulator.order import in_order, needs_in_all
from colophon_emulator.properties import Properties
from colophon_emulator.resolve import Scope, resolve
from colophon_emulator.transform import LOCAL_PATH, transformed

_STACK = "AWS::CloudFormation::Stack"
_MAKERS: Mapping[str, Maker] = {
    "AWS::CloudFront::CachePolicy": stand_ins.make_cache_policy,
    "AWS::CloudFront::Distribution": stand_ins.make_distribution,
    "AWS::CloudFront::Function": stand_ins.make_edge_function,
    "AWS::CloudFront::ResponseHeadersPolicy": stand_ins.make_headers_policy,
    "AWS::DynamoDB::Table": tables.make_table,
    "AWS::IAM::Role": lambdas.make_role,
    "AWS::Lambda::EventSourceMapping": lambdas.make_mapping,
    "AWS::Lambda::Function": lambdas.make_function,
    "AWS::Lambda::LayerVersion": lambdas.make_layer,
    "AWS::Logs::LogGroup": stand_ins.make_log_group,
    "AWS::S3::Bucket": buckets.make_bucket,
    "AWS::S3::BucketPolicy": buckets.make_bucket_policy,
    "AWS::SQS::Queue": queues.make_queue,
    "AWS::SQS::QueuePolicy": queues.make_queue_policy,
    "AWS::Scheduler::Schedule": lambdas.make_schedule,
}
_ONLY_NAMED: Mapping[str, Maker] = {
    "AWS::CloudFront::OriginAccessControl": stand_ins.make_by_id,
    "AWS::SNS::Topic": stand_ins.make_topic,
}
WHOLE = "*"


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
        maker = _MAKERS.get(making.resource_type)
        if maker is None:
            self.gaps.append(Gap(making.logical_id, making.resource_type, WHOLE))
            return _ONLY_NAMED.get(making.resource_type, stand_ins.make_by_name)(making)
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
