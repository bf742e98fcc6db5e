"""SQS queues with their dead letters, and queue policies."""

import json
from typing import Any

from colophon_emulator.errors import EmulationError
from colophon_emulator.making import Made, Making
from colophon_emulator.names import arn
from colophon_emulator.policy import statements_of

_ATTRIBUTES = ("VisibilityTimeout", "MessageRetentionPeriod", "DelaySeconds", "MaximumMessageSize")


def make_queue(making: Making) -> Made:
    """A standard queue. Raises EmulationError when its dead-letter queue does not accept letters from it."""
    name = making.name("QueueName", 80)
    queue_arn = arn("sqs", name)
    attributes = {key: making.properties.take(key) for key in _ATTRIBUTES}
    redrive = making.properties.take("RedrivePolicy")
    if redrive:
        _refuse_unless_accepted(making, queue_arn, redrive)
        attributes["RedrivePolicy"] = json.dumps(redrive)
    making.properties.take("RedriveAllowPolicy")
    given = {key: str(value) for key, value in attributes.items() if value is not None}
    url = making.client("sqs").create_queue(QueueName=name, Attributes=given)["QueueUrl"]
    return Made(url, {"Arn": queue_arn, "QueueName": name, "QueueUrl": url})


def _refuse_unless_accepted(making: Making, queue_arn: str, redrive: dict[str, Any]) -> None:
    target = redrive["deadLetterTargetArn"]
    for queue in making.before_of_type("AWS::SQS::Queue"):
        rule = queue.properties.get("RedriveAllowPolicy", {})
        permission = rule.get("redrivePermission", "allowAll")
        refused = permission == "denyAll" or (permission == "byQueue" and queue_arn not in rule["sourceQueueArns"])
        if queue.arn == target and refused:
            raise EmulationError(f"{queue.logical_id} takes no dead letters from {making.logical_id}.")


def make_queue_policy(making: Making) -> Made:
    """Stored with the deployment; a bucket that rings the queue is checked against it."""
    making.properties.take("Queues")
    statements_of(making.properties.take("PolicyDocument"), making.logical_id)
    return Made(making.logical_id)
