"""What Lambda sends to a stream mapping's failure queue: which records were given up on, not the records themselves."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any


def failure_note(function: str, stream_arn: str, records: Sequence[Mapping[str, Any]], attempts: int) -> str:
    """The message's JSON. Source: "Retaining discarded batches" for DynamoDB streams, AWS Lambda Developer Guide."""
    first, last = records[0]["dynamodb"], records[-1]["dynamodb"]
    note = {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": function,
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": attempts,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": _written(datetime.now(UTC).timestamp()),
        "DDBStreamBatchInfo": {
            "shardId": "shardId-local",
            "startSequenceNumber": first["SequenceNumber"],
            "endSequenceNumber": last["SequenceNumber"],
            "approximateArrivalOfFirstRecord": _written(first["ApproximateCreationDateTime"]),
            "approximateArrivalOfLastRecord": _written(last["ApproximateCreationDateTime"]),
            "batchSize": len(records),
            "streamArn": stream_arn,
        },
    }
    return json.dumps(note)


def _written(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
