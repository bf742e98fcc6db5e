"""An upload that Colophon could not read is denied at the PUT: the uploader learns it at once."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import Clinic, edition

CUSTOMER_KEY = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
DENIED: dict[str, dict[str, str]] = {
    "a key of the uploader's own": CUSTOMER_KEY,
    "a key of KMS": {"ServerSideEncryption": "aws:kms"},
    "two layers of KMS": {"ServerSideEncryption": "aws:kms:dsse"},
    "a key of another account": {
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    },
}


def code_of(client: Any, operation: str, **parameters: Any) -> str:
    try:
        getattr(client, operation)(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "done"


@pytest.mark.parametrize("encryption", DENIED.values(), ids=DENIED.keys())
def test_an_upload_with_a_foreign_key_is_denied(
    driver: StackDriver, clinic: Clinic, encryption: dict[str, str]
) -> None:
    s3, bucket = driver.stack.client("s3"), driver.stack.inbox_bucket
    key = clinic.post().key("en.md")
    driver.put("elsewhere.md", edition())
    for operation, more in (
        ("put_object", {"Body": b"x"}),
        ("create_multipart_upload", {}),
        ("copy_object", {"CopySource": {"Bucket": bucket, "Key": "elsewhere.md"}}),
    ):
        assert code_of(s3, operation, Bucket=bucket, Key=key, **encryption, **more) == "AccessDenied"
    driver.delete("elsewhere.md")
    assert key not in driver.uploaded_keys()
    assert driver.stack.denials == (), "only calls of functions are violations"


@pytest.mark.parametrize("encryption", [{}, {"ServerSideEncryption": "AES256"}], ids=["none", "AES256"])
def test_the_buckets_own_encryption_may_be_named(
    driver: StackDriver, clinic: Clinic, encryption: dict[str, str]
) -> None:
    s3, bucket = driver.stack.client("s3"), driver.stack.inbox_bucket
    key = clinic.post().key("en.md")
    assert code_of(s3, "put_object", Bucket=bucket, Key=key, Body=edition().encode(), **encryption) == "done"
    driver.settle()
    assert driver.state(key) == "live"
