"""The events that AWS invokes the functions with: S3's notifications and the event of a schedule.

Sources: "Event message structure" in the Amazon S3 User Guide, with "s3:TestEvent" of "Enabling event notifications";
"Managing targets" in the EventBridge Scheduler User Guide, for a schedule without an input of its own.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from colophon_emulator.account import REGION
from tests.protocol.harness.cloud import INBOX

# A message of a later version, which no function here can read: it must end as a dead letter.
UNREADABLE = json.dumps({"of": "a later version"})
CREATED, DELETED = "ObjectCreated:Put", "ObjectRemoved:DeleteMarkerCreated"


def s3_record(event: str, key: str, version: str, sequence: int, at: datetime) -> Mapping[str, Any]:
    """The record of one event. ``sequence`` orders the events of one key; its hexadecimal digits vary in number."""
    stored: dict[str, Any] = {"key": quote_plus(key, safe="/")}
    if event == CREATED:
        stored |= {"size": 1, "eTag": "d41d8cd98f00b204e9800998ecf8427e"}
    stored |= {"versionId": version, "sequencer": f"{0x60000000 + sequence:X}"}
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "eventName": event,
        "userIdentity": {"principalId": "AWS:ANY"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "ANY", "x-amz-id-2": "any"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "uploads",
            "bucket": {"name": INBOX, "ownerIdentity": {"principalId": "ANY"}, "arn": f"arn:aws:s3:::{INBOX}"},
            "object": stored,
        },
    }


def s3_notification(*records: Mapping[str, Any]) -> str:
    """The body of one message, which may hold several events."""
    return json.dumps({"Records": records})


def s3_test_event() -> str:
    """The body of the message that S3 sends when a bucket's notifications are configured."""
    return json.dumps(
        {
            "Service": "Amazon S3",
            "Event": "s3:TestEvent",
            "Time": "2026-06-01T12:00:00.000Z",
            "Bucket": INBOX,
            "RequestId": "ANY",
            "HostId": "any",
        }
    )


def schedule_event(at: datetime, resources: Sequence[str] = ()) -> Mapping[str, Any]:
    """The event of a schedule that has no input of its own."""
    return {
        "version": "0",
        "id": "a5a5a5a5-0000-0000-0000-000000000000",
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": "123456789012",
        "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": list(resources),
        "detail": "{}",
    }


def stream_record(number: int, item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The stream record of a new ``item``, as ``colophon redrive`` makes it so that reports are written."""
    change = {"Keys": {name: item[name] for name in ("pk", "sk")}, "NewImage": item, "SequenceNumber": str(number)}
    return {"eventSource": "aws:dynamodb", "eventName": "INSERT", "eventID": str(number), "dynamodb": change}
