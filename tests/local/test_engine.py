"""The account itself: one winner of each condition, one state behind both doors, nothing left over."""

import io
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.local.conftest import SMALL

from colophon.local.engine import client, engine
from colophon.local.stack import LocalStack
from colophon.problem import Misconfigured

THREADS, ROUNDS = 8, 6


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Threads change places so often that a race is lost within a few rounds."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def winners(attempt: Callable[[], Any]) -> int:
    won: list[bool] = []
    together = threading.Barrier(THREADS)

    def run() -> None:
        together.wait()
        try:
            attempt()
        except ClientError:
            return
        won.append(True)

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(won)


@pytest.mark.usefixtures("eager_threads")
def test_of_many_puts_that_expect_nothing_there_one_wins(stack: LocalStack) -> None:
    s3 = stack.client("s3")
    for number in range(ROUNDS):
        place = {"Bucket": stack.site_bucket, "Key": f"page-{number}"}
        assert winners(lambda: s3.put_object(**place, IfNoneMatch="*")) == 1  # noqa: B023


@pytest.mark.usefixtures("eager_threads")
def test_of_many_puts_that_expect_the_same_page_one_wins(stack: LocalStack) -> None:
    s3, numbers = stack.client("s3"), iter(range(10_000))
    for _ in range(ROUNDS):
        place = {"Bucket": stack.site_bucket, "Key": "page"}
        tag = s3.put_object(**place, Body=str(next(numbers)).encode())["ETag"]
        assert winners(lambda: s3.put_object(**place, Body=str(next(numbers)).encode(), IfMatch=tag)) == 1  # noqa: B023


@pytest.mark.usefixtures("eager_threads")
def test_of_many_records_of_one_number_one_wins(stack: LocalStack) -> None:
    table = stack.client("dynamodb")
    for number in range(ROUNDS):
        item = {"pk": {"S": "post"}, "sk": {"S": str(number)}}
        absent = "attribute_not_exists(pk)"
        attempt = lambda: table.put_item(TableName=stack.table, Item=item, ConditionExpression=absent)  # noqa: B023, E731
        assert winners(attempt) == 1


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
        path_style = Config(s3={"addressing_style": "path"})
        session = boto3.session.Session("any", "secret", region_name="us-east-1")
        outside: Any = session.client("s3", endpoint_url=stack.endpoint, config=path_style)
        content = bytes(range(256)) * 24_000
        in_parts = TransferConfig(multipart_threshold=5_242_880, multipart_chunksize=5_242_880)
        outside.upload_fileobj(io.BytesIO(content), stack.inbox_bucket, "posts/큰 그림+1.png", Config=in_parts)
        inside = stack.client("s3").get_object(Bucket=stack.inbox_bucket, Key="posts/큰 그림+1.png")
        assert inside["Body"].read() == content
        assert inside["ETag"].endswith('-2"')
        stack.client("s3").put_object(Bucket=stack.inbox_bucket, Key="reports/a.json", Body=b"{}")
        listed = outside.list_objects_v2(Bucket=stack.inbox_bucket)["Contents"]
        assert [entry["Key"] for entry in listed] == ["posts/큰 그림+1.png", "reports/a.json"]


def test_a_second_account_in_one_process_is_refused(stack: LocalStack) -> None:
    with pytest.raises(Misconfigured, match="already runs"), engine():
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
