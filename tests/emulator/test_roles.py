"""Each call is checked against the role of the function that makes it; a denied call is recorded."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from colophon_emulator.stack import EmulatedStack

Call = Callable[..., str]
SITE, INBOX = "small-site-123456789012", "small-inbox-123456789012"


@pytest.fixture
def call(stack: EmulatedStack) -> Call:
    """Lets the function make one call; returns ``done``, or the error's code and status."""

    def answer(service: str, operation: str, **parameters: Any) -> str:
        order = {"do": "call", "call": {"service": service, "operation": operation, "parameters": parameters}}
        stack.functions.invoke("Answer", {"Records": [{"messageId": "1", "body": json.dumps(order)}]})
        return str(json.loads(stack.functions.logs["Answer"][-2]))

    return answer


def denied_calls(stack: EmulatedStack) -> list[tuple[str, str]]:
    return [(denial.action, denial.resource) for denial in stack.denials]


def test_an_allowed_call_succeeds(stack: EmulatedStack, call: Call) -> None:
    assert call("s3", "put_object", Bucket=SITE, Key="pages/a", IfNoneMatch="*") == "done"
    assert call("s3", "get_object", Bucket=SITE, Key="pages/a") == "done"
    assert stack.denials == ()


def test_a_call_without_a_statement_is_denied_and_recorded(stack: EmulatedStack, call: Call) -> None:
    assert call("sqs", "send_message", QueueUrl=stack.outputs["Orders"], MessageBody="x") == "AccessDenied 403"
    [denial] = stack.denials
    assert str(denial).startswith(
        "Answer may not sqs:SendMessage on arn:aws:sqs:us-east-1:123456789012:emulated-Orders-"
    )
    assert stack.dispatcher.count_waiting() == 0


def test_a_key_outside_the_granted_prefix_is_denied(stack: EmulatedStack, call: Call) -> None:
    assert call("s3", "put_object", Bucket=SITE, Key="elsewhere", IfNoneMatch="*") == "AccessDenied 403"
    assert denied_calls(stack) == [("s3:PutObject", f"arn:aws:s3:::{SITE}/elsewhere")]


def test_a_put_without_a_condition_is_denied_by_the_buckets_policy(stack: EmulatedStack, call: Call) -> None:
    assert call("s3", "put_object", Bucket=SITE, Key="pages/a") == "AccessDenied 403"
    assert call("s3", "put_object", Bucket=SITE, Key="pages/a", IfNoneMatch="*") == "done"
    assert call("s3", "put_object", Bucket=SITE, Key="pages/a", IfMatch='"other"') == "PreconditionFailed 412"
    assert denied_calls(stack) == [("s3:PutObject", f"arn:aws:s3:::{SITE}/pages/a")]


def test_reading_a_version_needs_its_own_permission(stack: EmulatedStack, call: Call) -> None:
    version = stack.client("s3").put_object(Bucket=INBOX, Key="posts/a")["VersionId"]
    assert call("s3", "get_object", Bucket=INBOX, Key="posts/a", VersionId=version) == "done"
    assert call("s3", "get_object", Bucket=INBOX, Key="posts/a") == "AccessDenied 403"


def test_without_the_right_to_list_a_missing_key_is_forbidden(stack: EmulatedStack, call: Call) -> None:
    assert call("s3", "get_object", Bucket=SITE, Key="pages/missing") == "AccessDenied 403"
    assert call("s3", "head_object", Bucket=SITE, Key="pages/missing") == "403 403"
    assert call("s3", "put_object", Bucket=SITE, Key="pages/missing", IfMatch='"a"') == "AccessDenied 403"
    assert denied_calls(stack) == [("s3:ListBucket", f"arn:aws:s3:::{SITE}")] * 3


def test_a_condition_on_the_prefix_counts(stack: EmulatedStack, call: Call) -> None:
    assert call("s3", "list_objects_v2", Bucket=INBOX, Prefix="posts/a/") == "done"
    assert call("s3", "list_objects_v2", Bucket=INBOX, Prefix="clinics/") == "AccessDenied 403"
    assert call("s3", "list_objects_v2", Bucket=INBOX) == "AccessDenied 403"
    assert call("s3", "list_object_versions", Bucket=INBOX, Prefix="posts/a/") == "AccessDenied 403"


def test_a_transaction_needs_the_permission_of_each_operation(stack: EmulatedStack, call: Call) -> None:
    table, key = stack.outputs["Table"], {"pk": {"S": "a"}, "sk": {"S": "b"}}
    read = {"Get": {"TableName": table, "Key": key}}
    assert call("dynamodb", "transact_get_items", TransactItems=[read]) == "done"
    put, drop = {"Put": {"TableName": table, "Item": key}}, {"Delete": {"TableName": table, "Key": key}}
    assert call("dynamodb", "transact_write_items", TransactItems=[put]) == "done"
    assert call("dynamodb", "transact_write_items", TransactItems=[put, drop]) == "AccessDeniedException 403"
    assert [action for action, _ in denied_calls(stack)] == ["dynamodb:DeleteItem"]


def test_clients_outside_of_functions_are_not_checked(stack: EmulatedStack) -> None:
    stack.client("sqs").send_message(QueueUrl=stack.outputs["Orders"], MessageBody='{"do": "nothing"}')
    stack.dispatcher.run_until_idle()
    assert stack.denials == ()


def test_unused_grants_are_listed(stack: EmulatedStack, call: Call) -> None:
    page = f"arn:aws:s3:::{SITE}/pages/*"
    assert f"Answer: s3:PutObject on {page}" in stack.unused_grants()
    call("s3", "put_object", Bucket=SITE, Key="pages/a", IfNoneMatch="*")
    assert f"Answer: s3:PutObject on {page}" not in stack.unused_grants()
    assert f"Answer: s3:GetObjectVersion on arn:aws:s3:::{INBOX}/*" in stack.unused_grants()
    assert not any("sqs:ReceiveMessage" in grant for grant in stack.unused_grants())


def test_an_if_none_match_put_needs_get_object_too(template_without: Callable[[str], Any]) -> None:
    with template_without("s3:GetObject, ") as stack:
        order = {"service": "s3", "operation": "put_object"}
        order["parameters"] = {"Bucket": SITE, "Key": "pages/a", "IfNoneMatch": "*"}  # type: ignore[assignment]
        body = json.dumps({"do": "call", "call": order})
        stack.functions.invoke("Answer", {"Records": [{"messageId": "1", "body": body}]})
        assert denied_calls(stack) == [("s3:GetObject", f"arn:aws:s3:::{SITE}/pages/a")]
