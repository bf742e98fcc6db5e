"""The queues of a stack that hold what was given up on, and where each message came from."""

import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from colophon.cli.target import Target


class DeadQueue(Struct, frozen=True):
    """``source`` is the queue that its messages came from; empty where Lambda notes what a stream's reader left."""

    name: str
    url: str
    source: str = ""


def dead_queues(target: Target) -> tuple[DeadQueue, ...]:
    """Every queue of ``target`` that nothing reads, by name. The template's own words tell which those are."""
    sqs = target.client("sqs")
    urls = _of_the_stack(target) if target.stack else _of_the_emulation(sqs)
    policies = {name: _redrive_policy(sqs, url) for name, url in urls.items()}
    sources = {_name(policy["deadLetterTargetArn"]): urls[name] for name, policy in policies.items() if policy}
    return tuple(
        DeadQueue(name, urls[name], sources.get(urls[name].rpartition("/")[2], ""))
        for name, policy in sorted(policies.items())
        if not policy
    )


def _of_the_stack(target: Target) -> dict[str, str]:
    pages = target.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=target.stack)
    found = (resource for page in pages for resource in page["StackResourceSummaries"])
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in found
        if resource["ResourceType"] == "AWS::SQS::Queue"
    }


def _of_the_emulation(sqs: Any) -> dict[str, str]:
    """Every queue there is belongs to the one stack."""
    return {url.rpartition("/")[2]: url for url in sqs.list_queues().get("QueueUrls", [])}


def _redrive_policy(sqs: Any, url: str) -> Mapping[str, str]:
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]).get("Attributes", {})
    policy: Mapping[str, str] = json.loads(attributes.get("RedrivePolicy", "{}"))
    return policy


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]
