"""Each call is checked against the role of the function that makes it; what is missing is denied and remembered."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from colophon_emulator.stack import LocalStack

Called = Callable[..., str]
SITE, INBOX = "small-site-123456789012", "small-inbox-123456789012"


@pytest.fixture
def called(stack: LocalStack) -> Called:
    """Lets the function make one call; gives ``done``, or the error's code and status."""

    def answer(service: str, operation: str, **parameters: Any) -> str:
        order = {"do": "call", "call": {"service": service, "operation": operation, "parameters": parameters}}
        stack.functions.invoke("Answer", {"Records": [{"messageId": "1", "body": json.dumps(order)}]})
        return str(json.loads(stack.functions.logs["Answer"][-2]))

    return answer


def denied(stack: LocalStack) -> list[tuple[str, str]]:
    return [(denial.action, denial.resource) for denial in stack.denied]


def test_what_the_role_allows_is_done(stack: LocalStack, called: Called) -> None:
    assert called("s3", "put_object", Bucket=SITE, Key="pages/a", IfNoneMatch="*") == "done"
    assert called("s3", "get_object", Bucket=SITE, Key="pages/a") == "done"
    assert stack.denied == ()


def test_what_no_statement_allows_is_denied_and_remembered(stack: LocalStack, called: Called) -> None:
    assert called("sqs", "send_message", QueueUrl=stack.outputs["Orders"], MessageBody="x") == "AccessDenied 403"
    [denial] = stack.denied
    assert str(denial).startswith(
        "Answer may not sqs:SendMessage on arn:aws:sqs:us-east-1:123456789012:colophon-Orders-"
    )
    assert stack.dispatcher.waiting() == 0


def test_a_key_outside_the_granted_prefix_is_denied(stack: LocalStack, called: Called) -> None:
    assert called("s3", "put_object", Bucket=SITE, Key="elsewhere", IfNoneMatch="*") == "AccessDenied 403"
    assert denied(stack) == [("s3:PutObject", f"arn:aws:s3:::{SITE}/elsewhere")]


def test_a_put_without_a_condition_is_denied_by_the_buckets_policy(stack: LocalStack, called: Called) -> None:
    assert called("s3", "put_object", Bucket=SITE, Key="pages/a") == "AccessDenied 403"
    assert called("s3", "put_object", Bucket=SITE, Key="pages/a", IfNoneMatch="*") == "done"
    assert called("s3", "put_object", Bucket=SITE, Key="pages/a", IfMatch='"other"') == "PreconditionFailed 412"
    assert denied(stack) == [("s3:PutObject", f"arn:aws:s3:::{SITE}/pages/a")]


def test_reading_a_version_needs_its_own_permission(stack: LocalStack, called: Called) -> None:
    version = stack.client("s3").put_object(Bucket=INBOX, Key="posts/a")["VersionId"]
    assert called("s3", "get_object", Bucket=INBOX, Key="posts/a", VersionId=version) == "done"
    assert called("s3", "get_object", Bucket=INBOX, Key="posts/a") == "AccessDenied 403"


def test_without_the_right_to_list_a_missing_key_is_forbidden(stack: LocalStack, called: Called) -> None:
    assert called("s3", "get_object", Bucket=SITE, Key="pages/missing") == "AccessDenied 403"
    assert called("s3", "head_object", Bucket=SITE, Key="pages/missing") == "403 403"
    assert called("s3", "put_object", Bucket=SITE, Key="pages/missing", IfMatch='"a"') == "AccessDenied 403"
    assert denied(stack) == [("s3:ListBucket", f"arn:aws:s3:::{SITE}")] * 3


def test_a_condition_on_the_prefix_counts(stack: LocalStack, called: Called) -> None:
    assert called("s3", "list_objects_v2", Bucket=INBOX, Prefix="posts/a/") == "done"
    assert called("s3", "list_objects_v2", Bucket=INBOX, Prefix="clinics/") == "AccessDenied 403"
    assert called("s3", "list_objects_v2", Bucket=INBOX) == "AccessDenied 403"
    assert called("s3", "list_object_versions", Bucket=INBOX, Prefix="posts/a/") == "AccessDenied 403"


def test_transactions_need_the_permission_of_each_part(stack: LocalStack, called: Called) -> None:
    table, key = stack.table, {"pk": {"S": "a"}, "sk": {"S": "b"}}
    read = {"Get": {"TableName": table, "Key": key}}
    assert called("dynamodb", "transact_get_items", TransactItems=[read]) == "done"
    put, drop = {"Put": {"TableName": table, "Item": key}}, {"Delete": {"TableName": table, "Key": key}}
    assert called("dynamodb", "transact_write_items", TransactItems=[put]) == "done"
    assert called("dynamodb", "transact_write_items", TransactItems=[put, drop]) == "AccessDeniedException 403"
    assert [action for action, _ in denied(stack)] == ["dynamodb:DeleteItem"]


def test_clients_of_others_are_not_held_to_a_functions_role(stack: LocalStack) -> None:
    stack.client("sqs").send_message(QueueUrl=stack.outputs["Orders"], MessageBody='{"do": "nothing"}')
    stack.dispatcher.run_until_quiet()
    assert stack.denied == ()


def test_grants_that_nothing_needed_are_named(stack: LocalStack, called: Called) -> None:
    page = f"arn:aws:s3:::{SITE}/pages/*"
    assert f"Answer: s3:PutObject on {page}" in stack.unused()
    called("s3", "put_object", Bucket=SITE, Key="pages/a", IfNoneMatch="*")
    assert f"Answer: s3:PutObject on {page}" not in stack.unused()
    assert f"Answer: s3:GetObjectVersion on arn:aws:s3:::{INBOX}/*" in stack.unused()
    assert not any("sqs:ReceiveMessage" in grant for grant in stack.unused())


def test_an_if_none_match_put_needs_get_object_too(template_without: Callable[[str], Any]) -> None:
    with template_without("s3:GetObject, ") as stack:
        order = {"service": "s3", "operation": "put_object"}
        order["parameters"] = {"Bucket": SITE, "Key": "pages/a", "IfNoneMatch": "*"}  # type: ignore[assignment]
        body = json.dumps({"do": "call", "call": order})
        stack.functions.invoke("Answer", {"Records": [{"messageId": "1", "body": body}]})
        assert denied(stack) == [("s3:GetObject", f"arn:aws:s3:::{SITE}/pages/a")]
