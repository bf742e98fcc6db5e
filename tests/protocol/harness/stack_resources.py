"""The functions, queues and event source mappings of template.yaml, over the buckets and the table of the schedules.

Nothing else of the template is created, and nothing is deployed: a schedule needs no roles and no alarms.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from colophon_emulator.account import format_arn
from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.resolve import Scope, evaluate_conditions, resolve, resolve_parameters
from colophon_emulator.template import LOCAL_PATH, transform_template
from tests.protocol.harness.cloud import INBOX, SITE, TABLE

DISTRIBUTION = "the-distribution"
_TEMPLATE = Path(__file__).parents[3] / "template.yaml"
_STACK = "schedules"
_QUEUE = "AWS::SQS::Queue"
# What other resources only name.
_REFS = {"InboxBucket": INBOX, "SiteBucket": SITE, "IndexTable": TABLE}
_RESOLVED = frozenset(
    {
        _QUEUE,
        "AWS::DynamoDB::Table",
        "AWS::Lambda::Function",
        "AWS::Lambda::Alias",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Scheduler::Schedule",
    }
)


def read_stack(sqs: Any) -> Deployment:
    """The resources of template.yaml that a schedule has, its queues created by the client ``sqs``."""
    template = transform_template(_TEMPLATE, {})
    parameters = resolve_parameters(template, {}, _STACK)
    conditions = evaluate_conditions(template, Scope(_STACK, parameters))
    raw = {name: one for name, one in template["Resources"].items() if conditions.get(one.get("Condition", ""), True)}
    named = {name: _name(name, one["Type"]) for name, one in raw.items()}
    scope = Scope(_STACK, parameters, template.get("Mappings", {}), conditions, named)
    resources = {name: _resolve(named[name], raw[name], scope) for name in raw if named[name].type in _RESOLVED}
    for queue in _dead_letter_queues_first(resources):
        _create_queue(sqs, queue)
    return Deployment(_STACK, resources)


def queue_name(logical_id: str) -> str:
    """``intake`` for IntakeQueue, ``intake-dead`` for IntakeDeadQueue."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", logical_id.removesuffix("Queue")).lower()


def _name(logical_id: str, kind: str) -> Resource:
    """The resource as others refer to it."""
    if kind == _QUEUE:
        name = queue_name(logical_id)
        url = f"https://sqs.us-east-1.amazonaws.com/123456789012/{name}"
        return Resource(logical_id, kind, url, {"Arn": format_arn("sqs", name), "QueueName": name}, {})
    ref = _REFS.get(logical_id, logical_id)
    arn = format_arn("any", ref)
    attributes = {"Arn": arn, "StreamArn": f"{arn}/stream", "Outputs.DistributionId": DISTRIBUTION, "Version": "1"}
    return Resource(logical_id, kind, ref, attributes, {})


def _resolve(named: Resource, raw: Mapping[str, Any], scope: Scope) -> Resource:
    # The tests have the layers' code on their path.
    wanted = {name: value for name, value in raw.get("Properties", {}).items() if name != "Layers"}
    properties = resolve(wanted, scope, named.logical_id)
    local_path = raw.get("Metadata", {}).get(LOCAL_PATH, "")
    return Resource(named.logical_id, named.type, named.ref, named.attributes, properties, local_path)


def _dead_letter_queues_first(resources: Mapping[str, Resource]) -> Iterator[Resource]:
    queues = [one for one in resources.values() if one.type == _QUEUE]
    yield from sorted(queues, key=lambda queue: "RedrivePolicy" in queue.properties)


def _create_queue(sqs: Any, queue: Resource) -> None:
    attributes = {"VisibilityTimeout": str(queue.properties.get("VisibilityTimeout", 30))}
    if "RedrivePolicy" in queue.properties:
        attributes["RedrivePolicy"] = json.dumps(queue.properties["RedrivePolicy"])
    url = sqs.create_queue(QueueName=queue.attributes["QueueName"], Attributes=attributes)["QueueUrl"]
    assert url == queue.ref, (url, queue.ref)
