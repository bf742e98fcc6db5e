"""The stack that a command works on: a deployed one, found by its outputs, or a ``colophon dev`` running here."""

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from colophon.problem import Unavailable
from colophon_ops import dev_file
from colophon_ops.aws_clients import FIRST_QUESTION, make_client
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

    ``stack`` is its CloudFormation name, empty for the emulator; ``created_at`` is when it was created, if known.
    """

    name: str
    inbox_bucket: str
    site_bucket: str
    table: str
    site_url: str
    session: Mapping[str, str]
    endpoint: str = ""
    stack: str = ""
    created_at: datetime | None = None

    @property
    def local_site_url(self) -> str:
        """Where an emulated site opens on this machine; empty for a deployed one."""
        return self.site_url if self.endpoint else ""

    def client(self, service: str) -> Any:
        """A boto3 client for the stack's account and region."""
        return make_client(service, self.session, self.endpoint)

    def queue_url(self, part: str) -> str:
        """The URL of the queue for ``part`` of the stack. The template derives its name as it does the site bucket's.

        Not as the inbox bucket's, which may be of an earlier stack.
        """
        name = self.site_bucket.replace("colophon-site-", f"colophon-{part}-", 1)
        url: str = self.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
        return url

    def function_name(self, logical_id: str) -> str:
        """The name of one of the stack's functions. The emulator also knows them by their logical ids."""
        if not self.stack:
            return logical_id
        asked = {"StackName": self.stack, "LogicalResourceId": logical_id}
        found = self.client("cloudformation").describe_stack_resource(**asked)["StackResourceDetail"]
        name: str = found["PhysicalResourceId"]
        return name


def find_target(stack: str = "") -> Target:
    """The stack called ``stack``; without a name, a ``colophon dev`` started from this folder, else the default.

    Reads AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL. Raises Misused if there is no such stack, or if it is not
    usable; Unavailable if it is not there yet, or no longer.
    """
    running = None if stack else dev_file.read()
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "").rstrip("/")
    if running and endpoint in ("", running.endpoint):
        return _from_dev_file(running)
    return _from_stack(stack or DEFAULT_STACK)


def _from_dev_file(running: dev_file.DevStack) -> Target:
    name = f"colophon dev at {running.endpoint} ({dev_file.PATH})"
    try:
        s3 = make_client("s3", _EMULATED_CREDENTIALS, running.endpoint, FIRST_QUESTION)
        s3.list_objects_v2(Bucket=running.inbox_bucket, MaxKeys=1)
    except (BotoCoreError, ClientError, Misused, Unavailable):
        fix = "Start it again, or delete that file to use a deployed stack."
        raise Unavailable(f"{name} does not answer. {fix}") from None
    where = (running.inbox_bucket, running.site_bucket, running.table, running.site_url)
    return Target(name, *where, _EMULATED_CREDENTIALS, running.endpoint)


def _from_stack(stack: str) -> Target:
    session = session_options()
    found = _describe(stack, session)
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
    _check_status(stack, found.get("StackStatus", ""))
    missing = {"InboxBucket", "SiteBucket", "Table", "SiteUrl"} - outputs.keys()
    if missing:
        what = f"The stack {stack} is not a Colophon stack: it has no output {', '.join(sorted(missing))}."
        raise Misused(f"{what} Name another one with --stack, or deploy template.yaml to this one.")
    return Target(
        f"the stack {stack}",
        outputs["InboxBucket"],
        outputs["SiteBucket"],
        outputs["Table"],
        outputs["SiteUrl"],
        session,
        stack=stack,
        created_at=found.get("CreationTime"),
    )


def _describe(stack: str, session: Mapping[str, str]) -> dict[str, Any]:
    """The first question of a command. Raises Misused if there is no such stack."""
    try:
        client = make_client("cloudformation", session, config=FIRST_QUESTION)
        found: list[dict[str, Any]] = client.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        found = []
    if not found:
        fix = "Name it with --stack, check AWS_PROFILE and AWS_REGION, or start colophon dev in this folder."
        raise Misused(f"There is no stack {stack} in this account and region. {fix}")
    return found[0]


def _check_status(stack: str, status: str) -> None:
    """Raises Unavailable while the stack is being created, Misused if that failed or if it is being deleted.

    A stack whose update is running or has failed still works.
    """
    if status in ("CREATE_IN_PROGRESS", "IMPORT_IN_PROGRESS"):
        raise Unavailable(f"The stack {stack} is being created ({status}). Try again when it is complete.")
    if status.startswith(("CREATE_FAILED", "ROLLBACK_", "DELETE_", "REVIEW_IN_PROGRESS")):
        fix = "Look at its events for the reason, delete it and deploy it again, or name another one with --stack."
        raise Misused(f"The stack {stack} can't be used: its status is {status}. {fix}")


def session_options() -> dict[str, str]:
    """boto3 reads only AWS_DEFAULT_REGION; AWS's other tools read AWS_REGION first."""
    region = os.environ.get("AWS_REGION", "")
    return {"region_name": region} if region else {}
