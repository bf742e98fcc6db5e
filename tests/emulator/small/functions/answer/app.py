"""Carries out the order in each message, and prints the result as one line of JSON."""

import json
import os
from typing import Any

import boto3
from botocore.exceptions import ClientError

calls: list[str] = []


def handler(event: dict[str, Any], context: Any) -> Any:
    calls.append(context.aws_request_id)
    orders = {record["messageId"]: json.loads(record["body"]) for record in event["Records"]}
    if any(order["do"] == "raise" for order in orders.values()):
        raise RuntimeError("ordered to raise")
    for order in orders.values():
        print_result(order, event, context)
    for order in orders.values():
        if order["do"] == "answer":
            return order["answer"]
        if order["do"] == "unspeakable":
            return {object()}
    failed = [name for name, order in orders.items() if order["do"] == "fail"]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


def print_result(order: dict[str, Any], event: dict[str, Any], context: Any) -> None:
    if order["do"] == "call":
        print(json.dumps(call(**order["call"])))
    if order["do"] == "report" or order.get("then") == "report":
        left = context.get_remaining_time_in_millis()
        report = {"environment": dict(os.environ), "calls": len(calls), "left": left, "context": context.function_name}
        print(json.dumps({**report, "event": event}))


def call(service: str, operation: str, parameters: dict[str, Any]) -> str:
    client: Any = boto3.client(service)  # type: ignore[call-overload]
    try:
        getattr(client, operation)(**parameters)
    except ClientError as error:
        return f"{error.response['Error']['Code']} {error.response['ResponseMetadata']['HTTPStatusCode']}"
    return "done"
