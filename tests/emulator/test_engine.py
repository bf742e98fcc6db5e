"""The account: one winner of concurrent writes, the same state in process and over HTTP, nothing left behind."""

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

from colophon_emulator.engine import make_client, run_moto
from colophon_emulator.errors import EmulationError
from colophon_emulator.stack import EmulatedStack
from tests.emulator.conftest import SMALL

THREADS = 8


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes moto slow between reading and writing, so that every race that can be lost is lost."""

    def slow_down(owner: type, name: str) -> None:
        original = getattr(owner, name)

        def delayed(*given: Any, **named: Any) -> Any:
            time.sleep(0.01)
            return original(*given, **named)

        monkeypatch.setattr(owner, name, delayed)

    slow_down(S3Backend, "put_object")
    slow_down(Table, "put_item")


def count_winners(attempt: Callable[[int], Any]) -> int:
    barrier = threading.Barrier(THREADS)

    def won(number: int) -> bool:
        barrier.wait()
        try:
            attempt(number)
        except ClientError:
            return False
        return True

    with ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(won, range(THREADS)))


@pytest.mark.usefixtures("slow")
def test_one_of_many_concurrent_creates_succeeds(stack: EmulatedStack) -> None:
    s3, place = stack.client("s3"), {"Bucket": stack.outputs["SiteBucket"], "Key": "page"}
    assert count_winners(lambda _: s3.put_object(**place, IfNoneMatch="*")) == 1


@pytest.mark.usefixtures("slow")
def test_one_of_many_concurrent_replacements_succeeds(stack: EmulatedStack) -> None:
    s3, place = stack.client("s3"), {"Bucket": stack.outputs["SiteBucket"], "Key": "page"}
    tag = s3.put_object(**place, Body=b"before")["ETag"]
    assert count_winners(lambda number: s3.put_object(**place, Body=str(number).encode(), IfMatch=tag)) == 1


@pytest.mark.usefixtures("slow")
def test_one_of_many_conditional_table_writes_succeeds(stack: EmulatedStack) -> None:
    table, key = stack.client("dynamodb"), {"pk": {"S": "post"}, "sk": {"S": "1"}}
    put = {"TableName": stack.outputs["Table"], "Item": key, "ConditionExpression": "attribute_not_exists(pk)"}
    assert count_winners(lambda _: table.put_item(**put)) == 1


@pytest.mark.usefixtures("slow")
def test_one_create_succeeds_between_this_process_and_http() -> None:
    with EmulatedStack(SMALL, serve_s3=True) as stack:
        clients = [http_client(stack), stack.client("s3")]
        place = {"Bucket": stack.outputs["SiteBucket"], "Key": "page"}
        assert count_winners(lambda number: clients[number % 2].put_object(**place, IfNoneMatch="*")) == 1


def http_client(stack: EmulatedStack) -> Any:
    session: Any = boto3.session.Session("any", "secret", region_name="us-east-1")
    path_style = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    return session.client("s3", endpoint_url=stack.endpoint, config=path_style)


def test_a_cancelled_transaction_changes_nothing(stack: EmulatedStack) -> None:
    table, key = stack.client("dynamodb"), {"pk": {"S": "post"}, "sk": {"S": "1"}}
    table.put_item(TableName=stack.outputs["Table"], Item={**key, "n": {"N": "1"}})
    stack.dispatcher.run_until_idle()
    raise_n = {"TableName": stack.outputs["Table"], "Key": key, "UpdateExpression": "SET n = :n"}
    never = {"ConditionExpression": "n = :n", "ExpressionAttributeValues": {":n": {"N": "7"}}}
    other = {"TableName": stack.outputs["Table"], "Key": {"pk": {"S": "post"}, "sk": {"S": "2"}}}
    new = {"TableName": stack.outputs["Table"], "Item": {"pk": {"S": "new"}, "sk": {"S": "1"}}}
    with pytest.raises(ClientError, match="TransactionCanceled"):
        table.transact_write_items(
            TransactItems=[
                {"Update": {**raise_n, "ExpressionAttributeValues": {":n": {"N": "2"}}}},
                {"Put": new},
                {"ConditionCheck": {**other, **never}},
            ]
        )
    assert table.get_item(TableName=stack.outputs["Table"], Key=key)["Item"]["n"] == {"N": "1"}
    assert table.scan(TableName=stack.outputs["Table"])["Count"] == 1
    assert stack.dispatcher.count_waiting() == 0
    table.transact_write_items(TransactItems=[{"Put": new}])
    assert stack.dispatcher.count_waiting() == 1


def test_any_s3_client_shares_the_buckets_over_http() -> None:
    with EmulatedStack(SMALL, serve_s3=True) as stack:
        assert stack.endpoint.startswith("http://127.0.0.1:")
        s3 = http_client(stack)
        content = bytes(range(256)) * 24_000
        in_parts = TransferConfig(multipart_threshold=5_242_880, multipart_chunksize=5_242_880)
        s3.upload_fileobj(io.BytesIO(content), stack.outputs["InboxBucket"], "posts/큰 그림+1.png", Config=in_parts)
        inside = stack.client("s3").get_object(Bucket=stack.outputs["InboxBucket"], Key="posts/큰 그림+1.png")
        assert inside["Body"].read() == content
        assert inside["ETag"].endswith('-2"')
        stack.client("s3").put_object(Bucket=stack.outputs["InboxBucket"], Key="reports/a.json", Body=b"{}")
        listed = s3.list_objects_v2(Bucket=stack.outputs["InboxBucket"])["Contents"]
        assert [entry["Key"] for entry in listed] == ["posts/큰 그림+1.png", "reports/a.json"]


def test_a_second_account_in_one_process_is_refused(stack: EmulatedStack) -> None:
    with pytest.raises(EmulationError, match="already runs"), run_moto():
        pass


def test_the_next_account_is_empty() -> None:
    with run_moto():
        make_client("s3").create_bucket(Bucket="left-behind")
    with run_moto():
        assert make_client("s3").list_buckets()["Buckets"] == []


def test_the_developers_shell_has_no_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_PROFILE", "nobody-has-this-profile")
    with EmulatedStack(SMALL) as stack:
        stack.client("s3").put_object(Bucket=stack.outputs["InboxBucket"], Key="a")
