"""Messages that were given up on: nobody answers them unless somebody looks."""

import json
from typing import Any

from colophon.cli.target import Target

_COUNT = "ApproximateNumberOfMessages"


def dead_letters(target: Target) -> dict[str, int]:
    """How many messages each dead-letter queue of ``target`` holds, roughly as SQS counts; empty ones are left out."""
    sqs = target.client("sqs")
    queues = target.dead_letters if target.dead_letters is not None else _of_the_emulation(sqs)
    counts = {name: int(_attributes(sqs, url, _COUNT)[_COUNT]) for name, url in queues.items()}
    return {name: count for name, count in counts.items() if count}


def _of_the_emulation(sqs: Any) -> dict[str, str]:
    """Every queue there is belongs to the one stack; those that send on what was given up on say where to."""
    urls = {url.rpartition("/")[2]: url for url in sqs.list_queues().get("QueueUrls", [])}
    policies = (_attributes(sqs, url, "All").get("RedrivePolicy") for url in urls.values())
    names = {json.loads(policy)["deadLetterTargetArn"].rpartition(":")[2] for policy in policies if policy}
    return {name: urls[name] for name in sorted(names & urls.keys())}


def _attributes(sqs: Any, url: str, name: str) -> dict[str, str]:
    found: dict[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name]).get("Attributes", {})
    return found
