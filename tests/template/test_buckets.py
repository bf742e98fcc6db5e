"""The two buckets: who may do what, what is kept, and what is notified."""

from typing import Any

import pytest

from colophon_emulator.account import format_stack_id
from colophon_emulator.bucket_policies import bucket_statements
from colophon_emulator.deploy import deploy
from colophon_emulator.deployment import Deployment
from colophon_emulator.engine import run_moto
from colophon_emulator.errors import EmulationError
from colophon_emulator.iam import AuthorizationRequest, find_deciding_statement
from tests.template.conftest import ROOT


def _policy(stack: Deployment, logical_id: str) -> dict[str, Any]:
    statements = stack.resources[logical_id].properties["PolicyDocument"]["Statement"]
    return {statement["Sid"]: statement for statement in statements}


@pytest.mark.parametrize("bucket", ["InboxBucket", "SiteBucket"])
def test_a_bucket_is_private_encrypted_and_owned_by_the_account(stack: Deployment, bucket: str) -> None:
    properties = stack.resources[bucket].properties
    assert properties["PublicAccessBlockConfiguration"] == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]


@pytest.mark.parametrize("bucket", ["InboxBucket", "SiteBucket"])
def test_a_bucket_speaks_tls_only(stack: Deployment, bucket: str) -> None:
    arn = stack.resources[bucket].arn
    assert _policy(stack, f"{bucket}Policy")["TlsOnly"] == {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def test_the_inbox_keeps_every_version_but_of_reports(stack: Deployment) -> None:
    properties = stack.resources["InboxBucket"].properties
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    reports, unfinished = properties["LifecycleConfiguration"]["Rules"]
    assert reports["Prefix"] == "reports/"
    assert set(reports) == {"Id", "Status", "Prefix", "NoncurrentVersionExpiration", "ExpiredObjectDeleteMarker"}
    assert set(unfinished) == {"Id", "Status", "AbortIncompleteMultipartUpload"}, "it deletes nothing that was uploaded"


def test_the_inbox_notifies_of_uploads_and_removals_and_never_of_reports(stack: Deployment) -> None:
    notifications = stack.resources["InboxBucket"].properties["NotificationConfiguration"]["QueueConfigurations"]
    notified = set()
    for notification in notifications:
        (rule,) = notification["Filter"]["S3Key"]["Rules"]
        assert rule["Name"] == "prefix"
        assert notification["Queue"] == stack.resources["IntakeQueue"].arn
        notified.add((rule["Value"], notification["Event"]))
    events = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")
    assert notified == {(prefix, event) for prefix in ("posts/", "clinics/", "site.") for event in events}
    assert not any("reports/".startswith(prefix) for prefix, _ in notified)


def test_a_topic_is_told_of_reports_and_nothing_of_the_stack_reads_it(
    stack: Deployment, own_domain: Deployment, sam: dict[str, Any]
) -> None:
    """A report that set a function going could end in another report."""
    assert "TopicConfigurations" not in stack.resources["InboxBucket"].properties["NotificationConfiguration"]
    assert "ReportTopicArn" not in stack.outputs
    (told,) = own_domain.resources["InboxBucket"].properties["NotificationConfiguration"]["TopicConfigurations"]
    assert told["Filter"] == {"S3Key": {"Rules": [{"Name": "prefix", "Value": "reports/"}]}}
    assert told["Topic"] == own_domain.outputs["ReportTopicArn"] == own_domain.resources["ReportEvents"].ref
    assert "Subscription" not in own_domain.resources["ReportEvents"].properties
    readers = [name for name, resource in sam["Resources"].items() if "ReportEvents" in str(resource)]
    assert readers == ["InboxBucket", "ReportEventsPolicy"]
    (statement,) = own_domain.resources["ReportEventsPolicy"].properties["PolicyDocument"]["Statement"]
    assert statement["Condition"]["ArnEquals"] == {"aws:SourceArn": "arn:aws:s3:::posts-of-an-earlier-stack"}


def test_the_site_keeps_no_old_version_and_rings_nobody(stack: Deployment) -> None:
    properties = stack.resources["SiteBucket"].properties
    assert "VersioningConfiguration" not in properties
    assert "NotificationConfiguration" not in properties


def test_the_site_refuses_a_put_without_a_condition(stack: Deployment) -> None:
    assert _policy(stack, "SiteBucketPolicy")["ConditionalPutsOnly"] == {
        "Sid": "ConditionalPutsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"{stack.resources['SiteBucket'].arn}/*",
        "Condition": {"Null": {"s3:if-match": "true", "s3:if-none-match": "true"}},
    }


def test_the_inbox_denies_uploads_with_keys_that_colophon_can_not_use(stack: Deployment) -> None:
    policy = _policy(stack, "InboxBucketPolicy")
    everything = f"{stack.resources['InboxBucket'].arn}/*"
    conditions = {sid: statement["Condition"] for sid, statement in policy.items() if sid.endswith("Keys")}
    assert conditions == {
        "NoCustomerKeys": {"Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}},
        "NoKmsKeys": {
            "Null": {"s3:x-amz-server-side-encryption": "false"},
            "StringNotEquals": {"s3:x-amz-server-side-encryption": "AES256"},
        },
    }
    for sid in ("NoCustomerKeys", "NoKmsKeys"):
        assert (policy[sid]["Effect"], policy[sid]["Principal"]) == ("Deny", "*")
        assert (policy[sid]["Action"], policy[sid]["Resource"]) == ("s3:PutObject", everything)


ERASER = "arn:aws:iam::123456789012:role/night/eraser"
# What may be done to the inbox by which EraseRole. The last caller has every right of its own.
GUARDED = {
    "s3:DeleteObjectVersion": "posts/a/b/en.md",
    "s3:PutBucketVersioning": "",
    "s3:PutLifecycleConfiguration": "",
    "s3:PutIntelligentTieringConfiguration": "",
    "s3:DeleteObject": "reports/posts/a/b/en.md.json",
}


def _denials(erase_role: str, caller: str, **context: str) -> set[str]:
    """Which of ``GUARDED`` the inbox's policy denies ``caller``, in a stack with the parameter ``erase_role``."""
    with run_moto():
        stack = deploy(ROOT / "template.yaml", {"EraseRole": erase_role}, "colophon")
    inbox, statements = stack.resources["InboxBucket"].arn, tuple(bucket_statements(stack))
    given = {"aws:securetransport": "true", "aws:principalarn": caller, **context}
    found = set()
    for action, key in GUARDED.items():
        request = AuthorizationRequest(action, f"{inbox}/{key}" if key else inbox, given, caller)
        deciding = find_deciding_statement(statements, request)
        if deciding and deciding.effect == "Deny":
            found.add(action)
    return found


def test_nobody_deletes_a_version_unless_a_role_is_named(stack: Deployment) -> None:
    assert {"KeepUploads", "KeepReports"} < _policy(stack, "InboxBucketPolicy").keys(), "so it is without a parameter"
    assert _denials("deployment", ERASER) == {*GUARDED}
    assert _denials(ERASER, ERASER) == set()
    assert _denials(ERASER, f"{ERASER}-2") == {*GUARDED}
    assert _denials("arn:aws:iam::123456789012:role/night/*", ERASER) == set()
    assert _denials("", ERASER) == set()


def test_a_deployment_still_changes_the_inbox_and_deletes_nothing_in_it() -> None:
    via = {"aws:calledviafirst": "cloudformation.amazonaws.com"}
    assert "s3:PutLifecycleConfiguration" not in _denials("deployment", ERASER, **via)
    assert "s3:PutBucketVersioning" not in _denials(ERASER, "arn:aws:iam::123456789012:role/deployer", **via)
    assert "s3:PutLifecycleConfiguration" in _denials(
        "deployment", ERASER, **{"aws:calledviafirst": "athena.amazonaws.com"}
    )


@pytest.mark.parametrize("erase_role", ["someone", "arn:aws:sts::123456789012:assumed-role/eraser/night", "*"])
def test_an_erase_role_is_the_arn_of_a_role_or_a_user(erase_role: str) -> None:
    with pytest.raises(EmulationError, match="EraseRole must be empty, deployment"):
        _denials(erase_role, ERASER)


def test_only_the_report_function_writes_reports_whatever_others_may(stack: Deployment) -> None:
    inbox, statements = stack.resources["InboxBucket"].arn, tuple(bucket_statements(stack))
    denied = {}
    for caller in ("ReportRole", "PublishRole", "root", "role/admin"):
        arn = stack.resources[caller].arn if caller in stack.resources else f"arn:aws:iam::123456789012:{caller}"
        context = {"aws:securetransport": "true", "aws:principalarn": arn}
        request = AuthorizationRequest("s3:PutObject", f"{inbox}/reports/site.yaml.json", context, arn)
        denied[caller] = find_deciding_statement(statements, request) is not None
    assert denied == {"ReportRole": False, "PublishRole": True, "root": True, "role/admin": True}


def test_only_this_distribution_reads_the_site(stack: Deployment) -> None:
    policy = _policy(stack, "SiteBucketPolicy")
    allowed = [statement for statement in policy.values() if statement["Effect"] == "Allow"]
    distribution = f"arn:aws:cloudfront::123456789012:distribution/{stack.outputs['DistributionId']}"
    assert {statement["Action"] for statement in allowed} == {"s3:GetObject", "s3:ListBucket"}
    for statement in allowed:
        assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert statement["Condition"] == {"StringEquals": {"AWS:SourceArn": distribution}}


def test_bucket_names_are_valid_and_belong_to_one_stack(stack: Deployment) -> None:
    for bucket in ("InboxBucket", "SiteBucket"):
        name = stack.resources[bucket].properties["BucketName"]
        assert len(name) <= 63
        assert name.endswith(format_stack_id(stack.stack_name).rpartition("/")[2]), "the stack's own id makes it unique"


def test_what_people_decided_outlives_the_stack_and_the_site_does_not(sam: dict[str, Any]) -> None:
    for kept in ("InboxBucket", "IndexTable"):
        assert sam["Resources"][kept]["DeletionPolicy"] == "RetainExceptOnCreate"
        assert sam["Resources"][kept]["UpdateReplacePolicy"] == "Retain"
    assert sam["Resources"]["SiteBucket"]["DeletionPolicy"] == "Delete"
