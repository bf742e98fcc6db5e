"""Prints the changes of each batch, and fails as the changed items order."""

import json
from typing import Any


def handler(event: dict[str, Any], context: Any) -> Any:
    changes = [record["dynamodb"] for record in event["Records"]]
    print(json.dumps([change["Keys"]["sk"]["S"] for change in changes]))
    if any("raise" in change["NewImage"] for change in changes):
        raise RuntimeError("ordered to raise")
    failed = [change["SequenceNumber"] for change in changes if "fail" in change["NewImage"]]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}
