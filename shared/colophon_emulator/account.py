"""The account and the region that are emulated, and the names and ARNs formed from them."""

import hashlib
import uuid
from functools import cache

ACCOUNT = "123456789012"
REGION = "us-east-1"
PARTITION = "aws"
URL_SUFFIX = "amazonaws.com"
# All functions write to streams of this name, each in its own group.
LOG_STREAM = "local"
_STACKS = uuid.UUID("5b1f4c60-7a52-4d3e-9f0a-2c8e61d0b7a4")


def format_stack_id(stack_name: str) -> str:
    """The stack's ARN, another for each name. It is the same at every start, as are names derived from it."""
    return format_arn("cloudformation", f"stack/{stack_name}/{uuid.uuid5(_STACKS, stack_name)}")


def format_arn(service: str, rest: str, *, region: str = REGION, account: str = ACCOUNT) -> str:
    """``arn:aws:<service>:<region>:<account>:<rest>``."""
    return f"arn:{PARTITION}:{service}:{region}:{account}:{rest}"


def format_bucket_arn(bucket: str) -> str:
    """Bucket names are global: their ARN has neither region nor account."""
    return format_arn("s3", bucket, region="", account="")


@cache
def format_access_key(caller: str) -> str:
    """The access key of a caller whose name is unique in the account. It is always the same."""
    return f"ASIA{hashlib.sha256(caller.encode()).hexdigest()[:16].upper()}"


def generate_name(stack_name: str, logical_id: str, limit: int = 63) -> str:
    """A physical name for a resource without one in the template: ``stack-LogicalId-SUFFIX``, always the same."""
    suffix = hashlib.sha256(f"{stack_name}/{logical_id}".encode()).hexdigest()[:12].upper()
    return f"{stack_name}-{logical_id.replace('/', '-')}"[: limit - 13] + f"-{suffix}"
