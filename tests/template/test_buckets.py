"""The two buckets: who may do what, what is kept, and what rings."""

from typing import Any

import pytest

from colophon_emulator.account import format_stack_id
from colophon_emulator.deployment import Deployment


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


def test_the_inbox_rings_for_uploads_and_removals_and_never_for_reports(stack: Deployment) -> None:
    rings = stack.resources["InboxBucket"].properties["NotificationConfiguration"]["QueueConfigurations"]
    rung = set()
    for ring in rings:
        (rule,) = ring["Filter"]["S3Key"]["Rules"]
        assert rule["Name"] == "prefix"
        assert ring["Queue"] == stack.resources["IntakeQueue"].arn
        rung.add((rule["Value"], ring["Event"]))
    events = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")
    assert rung == {(prefix, event) for prefix in ("posts/", "clinics/", "site.") for event in events}
    assert not any("reports/".startswith(prefix) for prefix, _ in rung)


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
    assert {sid: statement["Condition"] for sid, statement in policy.items() if sid != "TlsOnly"} == {
        "NoCustomerKeys": {"Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}},
        "NoKmsKeys": {
            "Null": {"s3:x-amz-server-side-encryption": "false"},
            "StringNotEquals": {"s3:x-amz-server-side-encryption": "AES256"},
        },
    }
    for sid in ("NoCustomerKeys", "NoKmsKeys"):
        assert (policy[sid]["Effect"], policy[sid]["Principal"]) == ("Deny", "*")
        assert (policy[sid]["Action"], policy[sid]["Resource"]) == ("s3:PutObject", everything)


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
