"""What is done once, or only with what is touched, comes out as if it were done each time and with everything."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.loaders import JSONFileLoader
from moto.dynamodb.models.table import Table

from colophon_emulator.engine import client, engine
from colophon_emulator.stack import LocalStack
from tests.emulator.conftest import SMALL

NAME = "rows"
# Of each kind that a value can be.
KINDS = {
    "s": {"S": "words"},
    "n": {"N": "7"},
    "b": {"B": b"bytes"},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2"]},
    "bs": {"BS": [b"x"]},
    "m": {"M": {"S": {"M": {"N": {"N": "1"}}}, "empty": {"M": {}}}},
    "l": {"L": [{"S": "one"}, {"L": []}]},
    "null": {"NULL": True},
    "bool": {"BOOL": False},
}


@pytest.fixture
def table() -> Iterator[Any]:
    with engine():
        made = client("dynamodb")
        made.create_table(
            TableName=NAME,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            BillingMode="PAY_PER_REQUEST",
        )
        for partition in ("one", "two", "three"):
            for place in range(5):
                made.put_item(TableName=NAME, Item=item(partition, place))
        yield made


def item(partition: str, place: int) -> dict[str, Any]:
    return {"pk": {"S": partition}, "sk": {"S": f"{partition}-{place}"}}


def asked(partition: str, **more: Any) -> dict[str, Any]:
    values = {":pk": {"S": partition}}
    return {"TableName": NAME, "KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": values, **more}


def test_a_query_finds_its_partition_in_order_and_backwards(table: Any) -> None:
    whole = [item("two", place) for place in range(5)]
    assert table.query(**asked("two"))["Items"] == whole
    assert table.query(**asked("two", ScanIndexForward=False))["Items"] == whole[::-1]
    assert table.query(**asked("four"))["Items"] == []


def test_a_query_goes_on_where_it_stopped(table: Any) -> None:
    first = table.query(**asked("two", Limit=2))
    then = table.query(**asked("two", ExclusiveStartKey=first["LastEvaluatedKey"]))
    assert first["Items"] + then["Items"] == [item("two", place) for place in range(5)]


def test_what_lies_elsewhere_is_not_looked_through(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Table, "all_items", lambda _: pytest.fail("the whole table is looked through"))
    assert len(table.query(**asked("two"))["Items"]) == 5


def test_a_value_of_each_kind_comes_back_as_it_was_put(table: Any) -> None:
    stored = item("kinds", 0) | KINDS
    table.put_item(TableName=NAME, Item=stored)
    assert table.get_item(TableName=NAME, Key=item("kinds", 0))["Item"] == stored
    assert table.query(**asked("kinds"))["Items"] == [stored]


def test_the_description_of_a_service_is_read_once_for_all_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    with engine():
        boto3.session.Session().client("s3", region_name="us-east-1")
        monkeypatch.setattr(JSONFileLoader, "_load_file", lambda *_: pytest.fail("read again"))
        boto3.session.Session().client("s3", region_name="us-east-1")


def test_nobody_asks_a_queue_that_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.sqs.models import SQSBackend

    with LocalStack(SMALL) as stack:
        monkeypatch.setattr(SQSBackend, "receive_message", lambda *_, **__: pytest.fail("asked"))
        assert not stack.dispatcher.step(hurry=False)
        assert not stack.dispatcher.step(hurry=True)
