"""A client with the rights of one policy, or of one function, and what it is denied."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from colophon_emulator.errors import EmulationError
from colophon_emulator.stack import EmulatedStack

INBOX, SITE = "small-inbox-123456789012", "small-site-123456789012"
EVERYTHING = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def _code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def _put(s3: Any, key: str, bucket: str = INBOX) -> None:
    s3.put_object(Bucket=bucket, Key=key, Body=b"x")


def test_an_identity_can_do_what_its_policy_allows_and_nothing_else(stack: EmulatedStack) -> None:
    stack.add_identity("writer", [stack.outputs["TeamPolicy"]], {"team": "night"})
    s3 = stack.client("s3", "writer")
    _put(s3, "posts/night/a")
    for refused in ("posts/day/a", "posts/nightly/a", "elsewhere"):
        with pytest.raises(ClientError) as error:
            _put(s3, refused)
        assert _code(error) == "AccessDenied"
    assert "arn:aws:iam::123456789012:user/writer is not authorized to perform: s3:PutObject" in str(error.value)
    assert [(denial.function, denial.action) for denial in stack.refusals] == [("writer", "s3:PutObject")] * 3
    assert stack.denials == (), "denials are of functions"


def test_a_variable_that_the_caller_does_not_have_matches_nothing(stack: EmulatedStack) -> None:
    stack.add_identity("stranger", [stack.outputs["TeamPolicy"]])
    with pytest.raises(ClientError):
        _put(stack.client("s3", "stranger"), "posts/${aws:PrincipalTag/team}/a")


def test_the_arguments_for_boto3_are_those_of_the_identity(stack: EmulatedStack) -> None:
    session = stack.add_identity("writer", [stack.outputs["TeamPolicy"]], {"team": "night"})
    s3 = boto3.session.Session(**session).client("s3")
    _put(s3, "posts/night/b")
    with pytest.raises(ClientError):
        _put(s3, "posts/day/b")


def test_a_bucket_policy_denies_an_identity_that_may_do_everything(stack: EmulatedStack) -> None:
    stack.add_identity("admin", [EVERYTHING])
    with pytest.raises(ClientError):
        _put(stack.client("s3", "admin"), "pages/a", SITE)
    stack.client("s3", "admin").put_object(Bucket=SITE, Key="pages/a", IfNoneMatch="*")


def test_a_client_can_have_the_rights_of_a_function(stack: EmulatedStack) -> None:
    s3 = stack.client("s3", "Answer")
    s3.put_object(Bucket=SITE, Key="pages/a", IfNoneMatch="*")
    with pytest.raises(ClientError):
        s3.put_object(Bucket=SITE, Key="elsewhere", IfNoneMatch="*")
    assert [denial.function for denial in stack.denials] == ["Answer"]


def test_unused_grants_of_an_identity_are_listed(stack: EmulatedStack) -> None:
    stack.add_identity("writer", [stack.outputs["TeamPolicy"]], {"team": "night"})
    _put(stack.client("s3", "writer"), "posts/night/a")
    resource = f"arn:aws:s3:::{INBOX}/posts/${{aws:PrincipalTag/team}}/*"
    assert stack.unused_grants("writer") == (f"writer: s3:DeleteObject on {resource}",)


def test_an_unknown_policy_and_a_tag_with_a_wildcard_are_errors(stack: EmulatedStack) -> None:
    with pytest.raises(EmulationError, match="no managed policy"):
        stack.add_identity("writer", ["arn:aws:iam::aws:policy/AdministratorAccess"])
    with pytest.raises(EmulationError, match="wildcard"):
        stack.add_identity("writer", [stack.outputs["TeamPolicy"]], {"team": "*"})


@pytest.fixture
def guarded(template_without: Any) -> Iterator[EmulatedStack]:
    """The small stack, in whose site bucket only the function Answer may put and delete."""
    condition = """Condition: {"Null": {s3:if-match: "true", s3:if-none-match: "true"}}"""
    instead = """Condition: {ArnNotLike: {aws:PrincipalArn: !GetAtt AnswerRole.Arn}}"""
    with template_without(condition, instead) as stack:
        yield stack


def test_a_bucket_policy_that_names_a_role_holds_for_everyone_else(guarded: EmulatedStack) -> None:
    _put(guarded.client("s3", "Answer"), "pages/a", SITE)
    guarded.add_identity("admin", [EVERYTHING])
    for caller in ("admin", ""):
        with pytest.raises(ClientError) as error:
            _put(guarded.client("s3", caller), "pages/a", SITE)
        assert _code(error) == "AccessDenied"
