"""What the emulation does without looking at everything answers as moto does that looks at everything."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from random import Random
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from colophon_emulator.moto_speed import keys_in_order, long_queues, one_partition_a_query, small_copies

PLACES = ("a/", "a/b", "a/b/", "a/ㄱ", "ab", "b/a", "c", "c/\U0001f600", "c/￦")


@contextmanager
def account(*shortcuts: Callable[[], Any]) -> Iterator[Any]:
    with ExitStack() as parts:
        parts.enter_context(mock_aws())
        for shortcut in shortcuts:
            parts.enter_context(shortcut())
        yield lambda service: boto3.client(service, "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")


@pytest.fixture(autouse=True)
def _no_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


def listings(client: Any, seed: int) -> list[object]:
    """What a bucket lists while keys come and go."""
    chance, s3, said = Random(seed), client("s3"), list[object]()
    s3.create_bucket(Bucket="bucket")
    if seed % 2:
        s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    for number in range(40):
        key = chance.choice(PLACES)
        if chance.random() < 0.6:
            s3.put_object(Bucket="bucket", Key=key, Body=str(number).encode())
        else:
            s3.delete_object(Bucket="bucket", Key=key)
        asked = {"Prefix": chance.choice(["", "a", "a/", "c/", "none"]), "MaxKeys": chance.choice([1, 2, 1000])}
        asked |= {"Delimiter": "/"} if chance.random() < 0.4 else {"StartAfter": chance.choice(PLACES)}
        found = s3.list_objects_v2(Bucket="bucket", **asked)
        entries = [(one["Key"], one["ETag"]) for one in found.get("Contents", [])]
        said.append((entries, [one["Prefix"] for one in found.get("CommonPrefixes", [])], found["IsTruncated"]))
    return said


def table(client: Any) -> Any:
    dynamodb, names = client("dynamodb"), ("pk", "sk")
    dynamodb.create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return dynamodb


def queries(client: Any, seed: int) -> list[object]:
    """What a table answers while transactions are made, some of them in vain."""
    chance, dynamodb, said = Random(seed), table(client), list[object]()
    for number in range(30):
        keys = chance.sample([(pk, sk) for pk in "abc" for sk in ("1", "10", "2", "ㄱ")], 3)
        writes = [_write(chance, number, *key) for key in keys]
        try:
            dynamodb.transact_write_items(TransactItems=writes)
            said.append("done")
        except ClientError as error:
            said.append([reason["Code"] for reason in error.response["CancellationReasons"]])
        asked: dict[str, Any] = {"ScanIndexForward": chance.random() < 0.5, "Limit": chance.choice([1, 2, 10])}
        condition, values = "pk = :pk", {":pk": {"S": chance.choice("abcd")}}
        if chance.random() < 0.5:
            condition, values = f"{condition} AND sk > :sk", {**values, ":sk": {"S": "1"}}
        found = dynamodb.query(
            TableName="t", KeyConditionExpression=condition, ExpressionAttributeValues=values, **asked
        )
        said.append((found["Items"], found.get("LastEvaluatedKey")))
    return [*said, dynamodb.scan(TableName="t")["Items"], _told()]


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


def _told() -> list[object]:
    from moto.dynamodb.models import dynamodb_backends

    records = dynamodb_backends["123456789012"]["us-east-1"].tables["t"].stream_shard.items
    # moto counts the time of day among the bytes.
    of_the_moment = {"ApproximateCreationDateTime", "SizeBytes"}
    changes = (record.to_json()["dynamodb"] for record in records)
    return [{name: said for name, said in change.items() if name not in of_the_moment} for change in changes]


def letters(client: Any, seed: int) -> list[object]:
    """What a queue holds while messages are sent, received, deleted and put off."""
    chance, sqs, said, held = Random(seed), client("sqs"), list[object](), list[str]()
    url = sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
    for number in range(60):
        match chance.randrange(5):
            case 0 | 1:
                delay = chance.choice([0, 0, 60])
                sqs.send_message(QueueUrl=url, MessageBody=f"{number}", DelaySeconds=delay)
            case 2:
                found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=chance.choice([1, 3])).get("Messages", [])
                said += [one["Body"] for one in found]
                held += [one["ReceiptHandle"] for one in found]
            case 3 if held:
                handle = chance.choice(held)
                if chance.random() < 0.5:
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
                else:
                    said.append(_put_off(sqs, url, handle))
            case 4:
                said.append(_refused(sqs, url))
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        said.append({name: value for name, value in counts.items() if name.startswith("Approximate")})
    return said


def _put_off(sqs: Any, url: str, handle: str) -> str:
    try:
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "put off"


def _refused(sqs: Any, url: str) -> str:
    with pytest.raises(ClientError) as caught:
        sqs.delete_message(QueueUrl=url, ReceiptHandle="none")
    return str(caught.value.response["Error"]["Code"])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("story", "shortcuts"),
    [
        (listings, (keys_in_order,)),
        (queries, (small_copies, one_partition_a_query)),
        (letters, (long_queues,)),
    ],
)
def test_the_answers_are_those_of_who_looks_at_everything(
    story: Callable[[Any, int], list[object]], shortcuts: tuple[Callable[[], Any], ...], seed: int
) -> None:
    with account() as client:
        all_looked_at = story(client, seed)
    with account(*shortcuts) as client:
        assert story(client, seed) == all_looked_at


def test_nothing_is_kept_of_what_was_let_go() -> None:
    from moto.dynamodb.models.table import Table
    from moto.s3.models import FakeKey

    with account(small_copies) as client:
        queries(client, 1)
        client("s3").create_bucket(Bucket="bucket")
        client("s3").put_object(Bucket="bucket", Key="k")
        assert Table.instances_tracked == FakeKey.instances_tracked == []  # type: ignore[attr-defined]
