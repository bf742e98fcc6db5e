"""The account, region and stack that the emulation plays, and the names and ARNs made of them."""

import hashlib

ACCOUNT = "123456789012"
REGION = "us-east-1"
PARTITION = "aws"
URL_SUFFIX = "amazonaws.com"
STACK_UUID = "5b1f4c60-7a52-4d3e-9f0a-2c8e61d0b7a4"


def stack_id(stack_name: str) -> str:
    """The stack's ARN, the same at every start, so that names made of it stay the same."""
    return arn("cloudformation", f"stack/{stack_name}/{STACK_UUID}")


def arn(service: str, rest: str, *, region: str = REGION, account: str = ACCOUNT) -> str:
    """``arn:aws:<service>:<region>:<account>:<rest>``."""
    return f"arn:{PARTITION}:{service}:{region}:{account}:{rest}"


def bucket_arn(bucket: str) -> str:
    """S3 names are global: neither region nor account stands in the ARN."""
    return arn("s3", bucket, region="", account="")


def generated(stack_name: str, logical_id: str, limit: int = 63) -> str:
    """A physical name for a resource that the template does not name: ``stack-LogicalId-SUFFIX``, stable."""
    suffix = hashlib.sha256(f"{stack_name}/{logical_id}".encode()).hexdigest()[:12].upper()
    return f"{stack_name}-{logical_id.replace('/', '-')}"[: limit - 13] + f"-{suffix}"
