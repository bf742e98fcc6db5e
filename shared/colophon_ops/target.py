"""The stack that a command works on: a deployed one, found by its outputs, or a ``colophon dev`` running here."""

import os
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from msgspec import Struct

from colophon_ops import dev_file
from colophon_ops.errors import Misused

DEFAULT_STACK = "colophon"
# The emulator accepts any credentials; real ones are never sent to it.
_EMULATED_CREDENTIALS = {
    "aws_access_key_id": "emulated",
    "aws_secret_access_key": "emulated",
    "region_name": "us-east-1",
}


class Target(Struct, frozen=True):
    """A stack as commands see it. ``session`` and ``endpoint`` are passed to boto3.

    ``stack`` is its CloudFormation name, empty for the emulator.
    """

    name: str
    inbox_bucket: str
    site_bucket: str
    table: str
    site_url: str
    session: Mapping[str, str]
    endpoint: str = ""
    stack: str = ""

    def client(self, service: str) -> Any:
        """A boto3 client for the stack's account and region."""
        return _client(service, self.session, self.endpoint)

    def queue_url(self, part: str) -> str:
        """The URL of the queue for ``part`` of the stack. The template derives its name as it does the bucket's."""
        name = self.inbox_bucket.replace("colophon-inbox-", f"colophon-{part}-", 1)
        url: str = self.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
        return url


def find_target(stack: str = "") -> Target:
    """The stack called ``stack``; without a name, a ``colophon dev`` started from this folder, else the default.

    Reads AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL. Raises Misused if there is no such stack.
    """
    running = None if stack else dev_file.read()
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "").rstrip("/")
    if running and endpoint in ("", running.endpoint):
        return _from_dev_file(running)
    return _from_stack(stack or DEFAULT_STACK)


def _from_dev_file(running: dev_file.DevStack) -> Target:
    name = f"colophon dev at {running.endpoint} ({dev_file.PATH})"
    where = (running.inbox_bucket, running.site_bucket, running.table, running.site_url)
    return Target(name, *where, _EMULATED_CREDENTIALS, running.endpoint)


def _from_stack(stack: str) -> Target:
    session = _session_options()
    outputs = _outputs(stack, session)
    missing = {"InboxBucket", "SiteBucket", "Table", "SiteUrl"} - outputs.keys()
    if missing:
        raise Misused(f"The stack {stack} is not a Colophon stack: it has no output {', '.join(sorted(missing))}.")
    return Target(
        f"the stack {stack}",
        outputs["InboxBucket"],
        outputs["SiteBucket"],
        outputs["Table"],
        outputs["SiteUrl"],
        session,
        stack=stack,
    )


def _outputs(stack: str, session: Mapping[str, str]) -> dict[str, str]:
    try:
        found = _client("cloudformation", session, "").describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        fix = "Name it with --stack, check AWS_PROFILE and AWS_REGION, or start colophon dev in this folder."
        raise Misused(f"There is no stack {stack} in this account and region. {fix}") from None
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def _session_options() -> dict[str, str]:
    """boto3 reads only AWS_DEFAULT_REGION; AWS's other tools read AWS_REGION first."""
    region = os.environ.get("AWS_REGION", "")
    return {"region_name": region} if region else {}


def _client(service: str, session: Mapping[str, str], endpoint: str) -> Any:
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 3},
        connect_timeout=5,
        max_pool_connections=16,
        s3={"addressing_style": "path"} if endpoint else {},
    )
    maker: Any = boto3.session.Session(**session)  # type: ignore[arg-type]
    return maker.client(service, config=config, **({"endpoint_url": endpoint} if endpoint else {}))
