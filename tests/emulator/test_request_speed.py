"""Patched, each answer is as moto's own; what is not hashed is sent as before."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from random import Random
from typing import Any

import boto3
import botocore.auth
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.request import Request
from moto.dynamodb.models import dynamodb_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from colophon_emulator import dynamodb_speed, request_speed
from colophon_emulator.botocore_speed import sign_without_hashing
from colophon_emulator.lock import patch

SPEED_UPS = (*request_speed.SPEED_UPS, *dynamodb_speed.SPEED_UPS)
# One value of each type: AttributeValue in the DynamoDB API Reference.
VALUES = {
    "s": {"S": "words & <signs>"},
    "n": {"N": "7"},
    "b": {"B": b"\x00bytes"},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2"]},
    "bs": {"BS": [b"x", b"\xff"]},
    "m": {"M": {"S": {"M": {"N": {"N": "1"}, "B": {"B": b"deep"}}}, "empty": {"M": {}}}},
    "l": {"L": [{"S": "one"}, {"L": []}, {"M": {"two": {"BS": [b"y"]}}}]},
    "null": {"NULL": True},
    "bool": {"BOOL": False},
}
UPDATES = (
    "SET s = :new",
    "SET m.added = :new, n = n + :one",
    "SET m.#s.N = if_not_exists(m.#s.N, :one) REMOVE b",
    "SET l[0] = :new, l[9] = :map",
    "SET l = list_append(l, :list)",
    "REMOVE l[0], m.empty, none",
    "ADD n :one, ss :set",
    "DELETE ss :set",
    "SET pk = :new",
    "SET m = :new, m.added = :new",
    "SET none.deep = :new",
    "SET s = s + :one",
    "SET s :new",
    "SET s = :undefined",
    "SET value = :new",
)
CONDITIONS = (
    "",
    "attribute_exists(pk)",
    "attribute_not_exists(s) OR n > :one",
    "NOT (n IN (:one, :new)) AND size(l) >= :one",
    "begins_with(s, :new) AND #s <> :one",
    "n BETWEEN :one AND :one",
    "contains(ss, :new",
)
REPLACED = {":new": {"S": "새"}, ":one": {"N": "1"}, ":map": {"M": VALUES}, ":list": {"L": [VALUES["m"]]}}
REPLACED |= {":set": {"SS": ["a", "z"]}}


@contextmanager
def account(*speed_ups: Callable[[], Any]) -> Iterator[Callable[[str], Any]]:
    config = Config(ignore_configured_endpoint_urls=True, retries={"total_max_attempts": 1})  # type: ignore[call-arg]
    with ExitStack() as parts:
        parts.enter_context(mock_aws())
        for speed_up in speed_ups:
            parts.enter_context(speed_up())
        session = boto3.session.Session("any", "any", region_name="us-east-1")
        yield lambda service: session.client(service, config=config)


def answer_of(call: Callable[..., Any], **arguments: Any) -> Any:
    """What ``call`` answers, or the error that it answers with; without what changes from call to call."""
    try:
        answer = call(**arguments)
    except ClientError as error:
        return error.response["Error"], error.response.get("CancellationReasons")
    except Exception as error:  # What moto does not know.
        return type(error), str(error)
    answer.pop("ResponseMetadata", None)
    return answer | ({"Body": answer["Body"].read()} if "Body" in answer else {})


def table_answers(client: Callable[[str], Any], chance: Random) -> Iterator[object]:
    """What a table answers to expressions of every form, right and wrong, alone and in a transaction."""
    dynamodb = client("dynamodb")
    dynamodb.create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    for update in UPDATES:
        condition = chance.choice(CONDITIONS)
        names = {"#s": "S"} if "#s" in update + condition else {}
        values = {name: value for name, value in REPLACED.items() if name in update + condition}
        key = {"pk": {"S": chance.choice(["old", "new"])}}
        change: dict[str, Any] = {"TableName": "t", "Key": key, "UpdateExpression": update}
        for name, given in (
            ("ConditionExpression", condition),
            ("ExpressionAttributeNames", names),
            ("ExpressionAttributeValues", values),
        ):
            change |= {name: given} if given else {}
        put = {"TableName": "t", "Item": {"pk": {"S": "old"}, **VALUES}}
        yield answer_of(dynamodb.put_item, **put)
        yield answer_of(dynamodb.update_item, **change, ReturnValues=chance.choice(["ALL_NEW", "UPDATED_OLD", "NONE"]))
        other = {"Put": put | {"Item": {"pk": {"S": "third"}, **VALUES}}}
        yield answer_of(dynamodb.transact_write_items, TransactItems=[other, {"Update": change}])
        yield answer_of(dynamodb.transact_get_items, TransactItems=[{"Get": {"TableName": "t", "Key": key}}])
        yield answer_of(dynamodb.scan, TableName="t", FilterExpression="attribute_exists(m.added)")
        yield answer_of(dynamodb.scan, TableName="t", ProjectionExpression="m.S, l[1], b")
    yield answer_of(dynamodb.put_item, TableName="t", Item={"pk": {"S": "large"}, "s": {"L": [{"S": "x" * 9000}] * 50}})
    changes = (record.to_json()["dynamodb"] for record in _stream())
    yield [(change.get("OldImage"), change.get("NewImage")) for change in changes]


def _stream() -> list[Any]:
    return list(dynamodb_backends["123456789012"]["us-east-1"].tables["t"].stream_shard.items)


def bucket_answers(client: Callable[[str], Any], chance: Random) -> Iterator[object]:
    """What a bucket answers to the calls that Colophon makes, and to some that fail."""
    s3 = client("s3")
    s3.create_bucket(Bucket="a-bucket")
    keys = ("a b/c+d", "ㄱ/%41.md", "x&y<z>.md", "plain")
    for body in (b"", b"words", "새 글".encode()):
        key = chance.choice(keys)
        metadata = {"rev": "1", "under_score": "a, b"}
        put = answer_of(s3.put_object, Bucket="a-bucket", Key=key, Body=body, Metadata=metadata, ContentType="text/x")
        yield put
        yield answer_of(s3.put_object, Bucket="a-bucket", Key=key, Body=body, IfNoneMatch="*")
        yield answer_of(s3.put_object, Bucket="a-bucket", Key=key, Body=b"more", IfMatch=put["ETag"])
        for call in (s3.head_object, s3.get_object):
            found = answer_of(call, Bucket="a-bucket", Key=key)
            yield {name: value for name, value in found.items() if name != "LastModified"}
        yield answer_of(s3.get_object, Bucket="a-bucket", Key="none")
        yield answer_of(s3.get_object, Bucket="a-bucket", Key=key, Range="bytes=0-1")["Body"]
        for arguments in ({}, {"Prefix": key[:2]}, {"Delimiter": "/"}, {"MaxKeys": 1}):
            for call in (s3.list_objects_v2, s3.list_object_versions):
                yield without_dates(answer_of(call, Bucket="a-bucket", **arguments))
    s3.put_bucket_versioning(Bucket="a-bucket", VersioningConfiguration={"Status": "Enabled"})
    yield answer_of(s3.get_bucket_versioning, Bucket="a-bucket")
    tags = {"TagSet": [{"Key": "a&b", "Value": "<c>"}]}
    yield answer_of(s3.put_object_tagging, Bucket="a-bucket", Key="plain", Tagging=tags)
    yield answer_of(s3.get_object_tagging, Bucket="a-bucket", Key="plain")
    yield answer_of(s3.delete_objects, Bucket="a-bucket", Delete={"Objects": [{"Key": key} for key in keys[:2]]}).keys()
    yield answer_of(s3.list_objects_v2, Bucket="no-bucket")
    # Its name stands in the path, not in the host.
    s3.create_bucket(Bucket="a.bucket")
    yield answer_of(s3.put_object, Bucket="a.bucket", Key="a/b", Body=b"words")
    yield answer_of(s3.get_object, Bucket="a.bucket", Key="a/b")["Body"]


def without_dates(answer: dict[str, Any]) -> dict[str, Any]:
    parts = {name: answer.get(name, []) for name in ("Contents", "Versions", "DeleteMarkers")}
    shown = {
        name: [{key: value for key, value in one.items() if key != "LastModified"} for one in entries]
        for name, entries in parts.items()
    }
    return answer | shown


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("collect", [table_answers, bucket_answers])
def test_the_answers_equal_motos_own(collect: Callable[..., Iterator[object]], seed: int) -> None:
    with account() as client:
        expected = list(collect(client, Random(seed)))
    with account(*SPEED_UPS) as client:
        assert list(collect(client, Random(seed))) == expected


def test_requests_are_those_that_moto_builds() -> None:
    """Every part of them that can be compared; the streams hold the same bytes."""
    build = Request.from_primitives
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def compare(method: str, url: str, headers: Any, body: Any = None) -> Any:
        found = request_speed._environ(method, url, headers, body)
        if hasattr(body, "seek"):
            body.seek(0)
        request = build(method, url, headers, body)
        if found is not None:
            pairs.append((comparable(found), comparable(dict(request.environ))))
        return request

    with account() as client, patch(Request, "from_primitives", compare):
        for collect in (table_answers, bucket_answers):
            list(collect(client, Random(1)))
    assert len(pairs) > 100
    for found, expected in pairs:
        assert found == expected


def comparable(environ: dict[str, Any]) -> dict[str, Any]:
    stream, content = environ.pop("wsgi.input"), b""
    if hasattr(stream, "getvalue"):
        content = stream.getvalue()
    return {name: value for name, value in environ.items() if name != "werkzeug.request"} | {"content": content}


def sent_headers(service: str, *speed_ups: Callable[[], Any]) -> dict[str, str]:
    """The headers of a request, without what differs each time."""
    with account(*speed_ups) as client:
        sent: list[dict[str, str]] = []
        made = client(service)
        made.meta.events.register_last("before-send", lambda request, **_: sent.append(dict(request.headers)))
        made.list_buckets() if service == "s3" else made.list_tables()
    named = {name: value.decode() if isinstance(value, bytes) else value for name, value in sent[0].items()}
    assert re.fullmatch("[0-9a-f]{64}", named["Authorization"].partition("Signature=")[2])
    return named | {"Authorization": named["Authorization"].partition("Signature=")[0], "amz-sdk-invocation-id": ""}


@pytest.mark.parametrize("service", ["s3", "dynamodb"])
def test_a_request_without_hashing_differs_in_its_signature_only(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 6, 1, tzinfo=UTC)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_, **__: moment)
    assert sent_headers(service, sign_without_hashing) == sent_headers(service)


def test_each_patch_is_undone() -> None:
    before = (vars(Request)["from_primitives"], vars(Request)["raw_url"])
    with account(*SPEED_UPS):
        assert vars(Request)["raw_url"] is not before[1]
    assert (vars(Request)["from_primitives"], vars(Request)["raw_url"]) == before


@pytest.mark.parametrize(
    "host", [None, "moto_api", "s3", "sqs.ap-northeast-2.amazonaws.com", "dynamodb.us-east-1.amazonaws.com"]
)
def test_a_host_leads_to_the_service_that_moto_finds(host: str | None) -> None:
    application = DomainDispatcherApplication(create_backend_app)
    found = application.get_backend_for_host(host)
    with request_speed.find_services_once():
        assert [application.get_backend_for_host(host) for _ in range(2)] == [found, found]
