"""What schedules asked of moto's DynamoDB, asked again of dynalite, an emulator of another house: do they agree?

dynalite knows no transactions. Of one that was done, each action is asked for alone, with its condition; of one that
was refused, only those whose own condition was refused. Of a read in a transaction, each item is read alone.
"""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from msgspec import Struct

from tests.hostile import installed_lists
from tests.protocol.harness.cloud import TABLE, Cloud

_REFUSED = "ConditionalCheckFailed"
_START = """
import dynalite from 'dynalite';
const server = dynalite({ createTableMs: 0 });
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
"""
_ACTIONS = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}
_READS = {"GetItem": "get_item", "Query": "query", "BatchGetItem": "batch_get_item"}
_SINGLE_WRITES = {"PutItem": "put_item", "UpdateItem": "update_item", "DeleteItem": "delete_item"}
WRITES = {**_SINGLE_WRITES, "TransactWriteItems": "transact_write_items"}
# What is not the items' own.
_OF_TRANSACTIONS = ("ReturnValuesOnConditionCheckFailure",)


class RecordedRequest(Struct, frozen=True):
    """One request to DynamoDB, and what moto answered."""

    operation: str
    params: dict[str, Any]
    answer: dict[str, Any]


@contextmanager
def record_requests(account: Cloud) -> Iterator[list[RecordedRequest]]:
    """Within the block, every request to the table and its answer."""
    asked: list[RecordedRequest] = []

    def keep(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["asked"] = deepcopy(dict(params))

    def add(model: Any, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        asked.append(RecordedRequest(model.name, context["asked"], parsed))

    events = account.dynamodb.meta.events
    # Last, after those that change the parameters.
    events.register_last("provide-client-params.dynamodb", keep)
    events.register("after-call.dynamodb", add)
    try:
        yield asked
    finally:
        events.unregister("provide-client-params.dynamodb", keep)
        events.unregister("after-call.dynamodb", add)


@contextmanager
def open_dynalite() -> Iterator[Any]:
    """A client of a dynalite with an empty table, for the time of the block."""
    command = ["node", "--input-type=module", "--eval", _START]
    with subprocess.Popen(command, cwd=installed_lists.FETCHED, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            port = int(server.stdout.readline())
            client = boto3.session.Session("any", "any", region_name="us-east-1").client(
                "dynamodb", endpoint_url=f"http://127.0.0.1:{port}", config=Config(retries={"total_max_attempts": 1})
            )
            client.create_table(
                TableName=TABLE,
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
                BillingMode="PAY_PER_REQUEST",
            )
            client.get_waiter("table_exists").wait(TableName=TABLE, WaiterConfig={"Delay": 0, "MaxAttempts": 50})
            yield client
        finally:
            server.kill()


def find_disagreement(asked: RecordedRequest, client: Any) -> str:
    """How dynalite answers to ``asked`` otherwise than moto did; empty if it agrees."""
    for method, params, expected in _parts(asked):
        found = _ask(client, method, params)
        if found != expected:
            return f"{asked.operation}, {method} {params}: moto {expected}, dynalite {found}"
    return ""


def _parts(asked: RecordedRequest) -> Iterator[tuple[str, dict[str, Any], object]]:
    """The calls that dynalite knows, each with the answer that is expected."""
    operation, answer = asked.operation, asked.answer
    if operation in _READS:
        yield _READS[operation], asked.params, _read(answer)
    elif operation in _SINGLE_WRITES:
        yield _SINGLE_WRITES[operation], asked.params, "refused" if _REFUSED in _code(answer) else "done"
    elif operation == "TransactGetItems":
        for part, response in zip(asked.params["TransactItems"], answer["Responses"], strict=True):
            yield "get_item", {**part["Get"], "ConsistentRead": True}, _read(response)
    elif operation == "TransactWriteItems":
        items = asked.params["TransactItems"]
        reasons = [reason.get("Code", "None") for reason in answer.get("CancellationReasons", [])]
        for (name, action), reason in zip(_pairs(items), reasons or ["None"] * len(items), strict=True):
            if name in _ACTIONS and (not reasons or reason == _REFUSED):
                params = {key: value for key, value in action.items() if key not in _OF_TRANSACTIONS}
                yield _ACTIONS[name], params, "refused" if reasons else "done"


def _pairs(items: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [pair for item in items for pair in item.items()]


def _code(answer: Mapping[str, Any]) -> str:
    return str(answer.get("Error", {}).get("Code", ""))


def _read(answer: Mapping[str, Any]) -> object:
    """The items of an answer. Those of a batch come in any order; sets have none."""
    if "Responses" in answer:
        items = [item for items in answer["Responses"].values() for item in items]
        return sorted(map(_ordered, items), key=str)
    return list(map(_ordered, answer.get("Items", [answer["Item"]] if "Item" in answer else [])))


def _ordered(value: Any) -> Any:
    """``value`` with the keys of maps and the members of sets in order."""
    if isinstance(value, dict):
        return {key: sorted(each) if key in ("SS", "NS") else _ordered(each) for key, each in sorted(value.items())}
    return [_ordered(each) for each in value] if isinstance(value, list) else value


def _ask(client: Any, method: str, params: Mapping[str, Any]) -> object:
    try:
        answer = getattr(client, method)(**params)
    except ClientError as error:
        return "refused" if _REFUSED in error.response["Error"]["Code"] else str(error)
    return "done" if method in _ACTIONS.values() else _read(answer)
