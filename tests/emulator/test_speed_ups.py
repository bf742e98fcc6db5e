"""With moto_speed's patches every answer is the same as moto's own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from random import Random
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.hooks import EVENT_ALIASES
from botocore.loaders import JSONFileLoader
from moto import mock_aws
from moto.dynamodb.models.table import Table

from colophon_emulator.botocore_speed import cache_client_parts, cache_service_descriptions
from colophon_emulator.engine import make_client, run_moto
from colophon_emulator.moto_speed import (
    copy_only_written_items,
    count_messages_once,
    keep_keys_sorted,
    query_one_partition,
)
from colophon_emulator.stack import EmulatedStack
from tests.emulator.conftest import SMALL

KEYS = ("a/", "a/b", "a/b/", "a/ㄱ", "ab", "b/a", "c", "c/\U0001f600", "c/￦")
NAME = "rows"
# One value of each type.
VALUES = {
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


@contextmanager
def account(*speed_ups: Callable[[], Any]) -> Iterator[Any]:
    with ExitStack() as parts:
        parts.enter_context(mock_aws())
        for speed_up in speed_ups:
            parts.enter_context(speed_up())
        yield lambda service: boto3.client(service, "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")


@pytest.fixture(autouse=True)
def _no_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


def bucket_answers(client: Any, seed: int) -> list[object]:
    """What a bucket answers while keys are put and deleted."""
    chance, s3, answers = Random(seed), client("s3"), list[object]()
    s3.create_bucket(Bucket="bucket")
    if seed % 2:
        s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    for number in range(40):
        key = chance.choice(KEYS)
        if chance.random() < 0.6:
            s3.put_object(Bucket="bucket", Key=key, Body=str(number).encode())
        else:
            s3.delete_object(Bucket="bucket", Key=key)
        arguments = {"Prefix": chance.choice(["", "a", "a/", "c/", "none"]), "MaxKeys": chance.choice([1, 2, 1000])}
        arguments |= {"Delimiter": "/"} if chance.random() < 0.4 else {"StartAfter": chance.choice(KEYS)}
        found = s3.list_objects_v2(Bucket="bucket", **arguments)
        entries = [(one["Key"], one["ETag"]) for one in found.get("Contents", [])]
        answers.append((entries, [one["Prefix"] for one in found.get("CommonPrefixes", [])], found["IsTruncated"]))
    return answers


def create_table(client: Any) -> Any:
    dynamodb, names = client("dynamodb"), ("pk", "sk")
    dynamodb.create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return dynamodb


def table_answers(client: Any, seed: int) -> list[object]:
    """What a table answers during transactions, some of which fail."""
    chance, dynamodb, answers = Random(seed), create_table(client), list[object]()
    for number in range(30):
        keys = chance.sample([(pk, sk) for pk in "abc" for sk in ("1", "10", "2", "ㄱ")], 3)
        writes = [_write(chance, number, *key) for key in keys]
        try:
            dynamodb.transact_write_items(TransactItems=writes)
            answers.append("done")
        except ClientError as error:
            answers.append([reason["Code"] for reason in error.response["CancellationReasons"]])
        arguments: dict[str, Any] = {"ScanIndexForward": chance.random() < 0.5, "Limit": chance.choice([1, 2, 10])}
        condition, values = "pk = :pk", {":pk": {"S": chance.choice("abcd")}}
        if chance.random() < 0.5:
            condition, values = f"{condition} AND sk > :sk", {**values, ":sk": {"S": "1"}}
        if chance.random() < 0.5:
            arguments["ExclusiveStartKey"] = {"pk": values[":pk"], "sk": {"S": chance.choice(["0", "1", "10", "ㄱ"])}}
        found = dynamodb.query(
            TableName="t", KeyConditionExpression=condition, ExpressionAttributeValues=values, **arguments
        )
        answers.append((found["Items"], found.get("LastEvaluatedKey")))
    return [*answers, dynamodb.scan(TableName="t")["Items"], _stream_records()]


def _write(chance: Random, number: int, pk: str, sk: str) -> dict[str, Any]:
    key = {"pk": {"S": pk}, "sk": {"S": sk}}
    value = {"n": {"N": str(number)}}
    match chance.randrange(4):
        case 0:
            return {"Put": {"TableName": "t", "Item": {**key, **value}}}
        case 1:
            return {"Delete": {"TableName": "t", "Key": key}}
        case 2:
            new = "attribute_not_exists(pk)"
            return {"Put": {"TableName": "t", "Item": {**key, **value}, "ConditionExpression": new}}
    change = {"UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": value["n"]}}
    return {"Update": {"TableName": "t", "Key": key, **change, "ConditionExpression": "attribute_exists(pk)"}}


def _stream_records() -> list[object]:
    from moto.dynamodb.models import dynamodb_backends

    records = dynamodb_backends["123456789012"]["us-east-1"].tables["t"].stream_shard.items
    # moto includes the time in the size.
    changing = {"ApproximateCreationDateTime", "SizeBytes"}
    changes = (record.to_json()["dynamodb"] for record in records)
    return [{name: answers for name, answers in change.items() if name not in changing} for change in changes]


def queue_answers(client: Any, seed: int) -> list[object]:
    """What a queue answers while messages are sent, received, deleted and made visible."""
    chance, sqs, answers, held = Random(seed), client("sqs"), list[object](), list[str]()
    url = sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
    for number in range(60):
        match chance.randrange(5):
            case 0 | 1:
                delay = chance.choice([0, 0, 60])
                sqs.send_message(QueueUrl=url, MessageBody=f"{number}", DelaySeconds=delay)
            case 2:
                found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=chance.choice([1, 3])).get("Messages", [])
                answers += [one["Body"] for one in found]
                held += [one["ReceiptHandle"] for one in found]
            case 3 if held:
                handle = chance.choice(held)
                if chance.random() < 0.5:
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
                else:
                    answers.append(_make_visible(sqs, url, handle))
            case 4:
                answers.append(_delete_unknown(sqs, url))
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        answers.append({name: value for name, value in counts.items() if name.startswith("Approximate")})
    return answers


def _make_visible(sqs: Any, url: str, handle: str) -> str:
    try:
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "visible"


def _delete_unknown(sqs: Any, url: str) -> str:
    with pytest.raises(ClientError) as caught:
        sqs.delete_message(QueueUrl=url, ReceiptHandle="none")
    return str(caught.value.response["Error"]["Code"])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("collect", "speed_ups"),
    [
        (bucket_answers, (keep_keys_sorted,)),
        (table_answers, (copy_only_written_items, query_one_partition)),
        (queue_answers, (count_messages_once,)),
    ],
)
def test_the_answers_equal_motos_own(
    collect: Callable[[Any, int], list[object]], speed_ups: tuple[Callable[[], Any], ...], seed: int
) -> None:
    with account() as client:
        expected = collect(client, seed)
    with account(*speed_ups) as client:
        assert collect(client, seed) == expected


def test_a_put_compares_no_versions_of_its_key_and_frees_what_it_replaces(monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.s3.models import FakeKey

    compared, freed = [], []
    monkeypatch.setattr(FakeKey, "__eq__", lambda one, other: compared.append(other) or one is other)
    # Its destructor calls it, too.
    monkeypatch.setattr(FakeKey, "dispose", lambda key, garbage=False: garbage or freed.append(key.name))
    with account(keep_keys_sorted) as client:
        s3 = client("s3")
        s3.create_bucket(Bucket="bucket")
        for _ in range(2):
            s3.put_object(Bucket="bucket", Key="replaced")
        s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
        for _ in range(20):
            s3.put_object(Bucket="bucket", Key="k")
        listed = s3.list_object_versions(Bucket="bucket", Prefix="k")["Versions"]
        assert (len(listed), freed, compared) == (20, ["replaced"], [])


def test_no_reference_to_deleted_objects_is_kept() -> None:
    from moto.s3.models import FakeKey

    with account(copy_only_written_items) as client:
        table_answers(client, 1)
        client("s3").create_bucket(Bucket="bucket")
        client("s3").put_object(Bucket="bucket", Key="k")
        assert Table.instances_tracked == FakeKey.instances_tracked == []  # type: ignore[attr-defined]


@pytest.fixture
def rows() -> Iterator[Any]:
    with run_moto(large_run=True):
        made = make_client("dynamodb")
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


def query_arguments(partition: str, **more: Any) -> dict[str, Any]:
    values = {":pk": {"S": partition}}
    return {"TableName": NAME, "KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": values, **more}


def test_a_query_finds_its_partition_in_order_and_backwards(rows: Any) -> None:
    whole = [item("two", place) for place in range(5)]
    assert rows.query(**query_arguments("two"))["Items"] == whole
    assert rows.query(**query_arguments("two", ScanIndexForward=False))["Items"] == whole[::-1]
    assert rows.query(**query_arguments("four"))["Items"] == []


def test_a_query_continues_after_its_last_key(rows: Any) -> None:
    first = rows.query(**query_arguments("two", Limit=2))
    then = rows.query(**query_arguments("two", ExclusiveStartKey=first["LastEvaluatedKey"]))
    assert first["Items"] + then["Items"] == [item("two", place) for place in range(5)]


def test_a_query_looks_only_at_its_partition(rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Table, "all_items", lambda _: pytest.fail("the whole table is read"))
    assert len(rows.query(**query_arguments("two"))["Items"]) == 5


def test_a_value_of_each_type_is_read_as_it_was_put(rows: Any) -> None:
    stored = item("values", 0) | VALUES
    rows.put_item(TableName=NAME, Item=stored)
    assert rows.get_item(TableName=NAME, Key=item("values", 0))["Item"] == stored
    assert rows.query(**query_arguments("values"))["Items"] == [stored]


def test_the_description_of_a_service_is_read_once_for_all_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    with run_moto():
        boto3.session.Session().client("s3", region_name="us-east-1")
        monkeypatch.setattr(JSONFileLoader, "_load_file", lambda *_: pytest.fail("read again"))
        boto3.session.Session().client("s3", region_name="us-east-1")


def test_an_empty_queue_is_not_polled_by_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.sqs.models import SQSBackend

    with EmulatedStack(SMALL) as stack:
        monkeypatch.setattr(SQSBackend, "receive_message", lambda *_, **__: pytest.fail("asked"))
        assert not stack.dispatcher.step(skip_delays=False)
        assert not stack.dispatcher.step(skip_delays=True)


def client_parts(client: Any) -> list[object]:
    """What the cached parts of a client decide: where it sends requests, and which handlers see them."""
    bucket = {"Bucket": "a-bucket"} if client.meta.service_model.service_name == "s3" else {}
    address = client._ruleset_resolver._provider.resolve_endpoint(Region="eu-west-1", **bucket).url
    names = [client.meta.events._alias_event_name(f"before-call.{name}.Any") for name in EVENT_ALIASES]
    handlers = client.meta.events._emitter._handlers.prefix_search("before-parameter-build")
    return [client.meta.endpoint_url, address, names, [getattr(each, "__name__", str(type(each))) for each in handlers]]


@pytest.mark.parametrize("service", ["s3", "dynamodb", "sqs", "cloudfront"])
def test_clients_with_shared_parts_equal_others(service: str) -> None:
    with account() as client:
        before = client_parts(client(service))
    with account(cache_service_descriptions, cache_client_parts) as client:
        assert [client_parts(client(service)) for _ in range(2)] == [before, before]
