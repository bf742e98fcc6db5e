"""The account itself: one winner of each condition, one state behind both doors, nothing left over."""

import io
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.dynamodb.models.table import Table
from moto.s3.models import S3Backend

from colophon_emulator.engine import client, engine
from colophon_emulator.errors import EmulationError
from colophon_emulator.stack import LocalStack
from tests.emulator.conftest import SMALL

THREADS = 8


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto takes its time between looking and writing, so that each race that can be lost is lost."""

    def slowed(owner: type, name: str) -> None:
        at_once = getattr(owner, name)

        def late(*given: Any, **named: Any) -> Any:
            time.sleep(0.01)
            return at_once(*given, **named)

        monkeypatch.setattr(owner, name, late)

    slowed(S3Backend, "put_object")
    slowed(Table, "put_item")


def winners(attempt: Callable[[int], Any]) -> int:
    together = threading.Barrier(THREADS)

    def won(number: int) -> bool:
        together.wait()
        try:
            attempt(number)
        except ClientError:
            return False
        return True

    with ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(won, range(THREADS)))


@pytest.mark.usefixtures("slow")
def test_of_many_puts_that_expect_nothing_there_one_wins(stack: LocalStack) -> None:
    s3, place = stack.client("s3"), {"Bucket": stack.site_bucket, "Key": "page"}
    assert winners(lambda _: s3.put_object(**place, IfNoneMatch="*")) == 1


@pytest.mark.usefixtures("slow")
def test_of_many_puts_that_expect_the_same_page_one_wins(stack: LocalStack) -> None:
    s3, place = stack.client("s3"), {"Bucket": stack.site_bucket, "Key": "page"}
    tag = s3.put_object(**place, Body=b"before")["ETag"]
    assert winners(lambda number: s3.put_object(**place, Body=str(number).encode(), IfMatch=tag)) == 1


@pytest.mark.usefixtures("slow")
def test_of_many_records_of_one_number_one_wins(stack: LocalStack) -> None:
    table, key = stack.client("dynamodb"), {"pk": {"S": "post"}, "sk": {"S": "1"}}
    put = {"TableName": stack.table, "Item": key, "ConditionExpression": "attribute_not_exists(pk)"}
    assert winners(lambda _: table.put_item(**put)) == 1


@pytest.mark.usefixtures("slow")
def test_inside_and_over_http_one_wins() -> None:
    with LocalStack(SMALL, serve_s3=True) as stack:
        doors = [outside(stack), stack.client("s3")]
        place = {"Bucket": stack.site_bucket, "Key": "page"}
        assert winners(lambda number: doors[number % 2].put_object(**place, IfNoneMatch="*")) == 1


def outside(stack: LocalStack) -> Any:
    session: Any = boto3.session.Session("any", "secret", region_name="us-east-1")
    path_style = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    return session.client("s3", endpoint_url=stack.endpoint, config=path_style)


def test_a_cancelled_transaction_leaves_all_as_it_was(stack: LocalStack) -> None:
    table, key = stack.client("dynamodb"), {"pk": {"S": "post"}, "sk": {"S": "1"}}
    table.put_item(TableName=stack.table, Item={**key, "n": {"N": "1"}})
    stack.dispatcher.run_until_quiet()
    raise_n = {"TableName": stack.table, "Key": key, "UpdateExpression": "SET n = :n"}
    never = {"ConditionExpression": "n = :n", "ExpressionAttributeValues": {":n": {"N": "7"}}}
    other = {"TableName": stack.table, "Key": {"pk": {"S": "post"}, "sk": {"S": "2"}}}
    new = {"TableName": stack.table, "Item": {"pk": {"S": "new"}, "sk": {"S": "1"}}}
    with pytest.raises(ClientError, match="TransactionCanceled"):
        table.transact_write_items(
            TransactItems=[
                {"Update": {**raise_n, "ExpressionAttributeValues": {":n": {"N": "2"}}}},
                {"Put": new},
                {"ConditionCheck": {**other, **never}},
            ]
        )
    assert table.get_item(TableName=stack.table, Key=key)["Item"]["n"] == {"N": "1"}
    assert table.scan(TableName=stack.table)["Count"] == 1
    assert stack.dispatcher.waiting() == 0
    table.transact_write_items(TransactItems=[{"Put": new}])
    assert stack.dispatcher.waiting() == 1


def test_any_s3_client_shares_the_buckets_over_http() -> None:
    with LocalStack(SMALL, serve_s3=True) as stack:
        assert stack.endpoint.startswith("http://127.0.0.1:")
        s3 = outside(stack)
        content = bytes(range(256)) * 24_000
        in_parts = TransferConfig(multipart_threshold=5_242_880, multipart_chunksize=5_242_880)
        s3.upload_fileobj(io.BytesIO(content), stack.inbox_bucket, "posts/큰 그림+1.png", Config=in_parts)
        inside = stack.client("s3").get_object(Bucket=stack.inbox_bucket, Key="posts/큰 그림+1.png")
        assert inside["Body"].read() == content
        assert inside["ETag"].endswith('-2"')
        stack.client("s3").put_object(Bucket=stack.inbox_bucket, Key="reports/a.json", Body=b"{}")
        listed = s3.list_objects_v2(Bucket=stack.inbox_bucket)["Contents"]
        assert [entry["Key"] for entry in listed] == ["posts/큰 그림+1.png", "reports/a.json"]


def test_a_second_account_in_one_process_is_refused(stack: LocalStack) -> None:
    with pytest.raises(EmulationError, match="already runs"), engine():
        pass


def test_nothing_is_left_for_the_next_account() -> None:
    with engine():
        client("s3").create_bucket(Bucket="left-behind")
    with engine():
        assert client("s3").list_buckets()["Buckets"] == []


def test_the_shell_of_the_developer_does_not_reach_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_PROFILE", "nobody-has-this-profile")
    with LocalStack(SMALL) as stack:
        stack.client("s3").put_object(Bucket=stack.inbox_bucket, Key="a")
