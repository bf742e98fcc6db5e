"""boto3's clients for commands: time-outs that a person waits for, and an error where something else than AWS answers.

A proxy or the login page of a network may answer with a page and any status. Read as an answer of AWS, it would be an
empty bucket, or an item that does not exist.
"""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.loaders import Loader, create_loader
from botocore.session import Session

from colophon.problem import Unavailable
from colophon_ops.errors import Misused

# The first question of a command finds out within seconds that there is no answer.
FIRST_QUESTION = Config(
    connect_timeout=3, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 2}, max_pool_connections=16
)
_LATER_QUESTIONS = Config(
    connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3}, max_pool_connections=16
)
# The emulator is on this machine: no proxy leads to it.
_EMULATOR = Config(s3={"addressing_style": "path"}, proxies={})
_FIX = "Check the network, HTTPS_PROXY and AWS_ENDPOINT_URL, and try again."


def make_client(service: str, session: Mapping[str, str], endpoint: str = "", config: Config = _LATER_QUESTIONS) -> Any:
    """A client whose calls raise Unavailable if what answers is not AWS. ``session`` is passed to boto3.

    ``endpoint`` is the emulator's, empty for AWS. Raises Misused for an unusable address in the environment.
    """
    aws = Session()
    # For the clients that find credentials, too (STS, IAM Identity Center).
    aws.set_default_client_config(FIRST_QUESTION)
    maker: Any = boto3.session.Session(**session, botocore_session=aws)
    aws.register_component("data_loader", _loader(aws.get_config_variable("data_path") or ""))
    own = {"config": config.merge(_EMULATOR), "endpoint_url": endpoint} if endpoint else {"config": config}
    try:
        client = maker.client(service, **own)
        # Otherwise the first call would find out that the port is no number, or too large.
        _ = urlsplit(client.meta.endpoint_url).port
    except ValueError as error:
        # Botocore's own exceptions, some of which are ValueErrors too, say more.
        if type(error).__module__.startswith("botocore."):
            raise
        raise Misused(f"{error}. Correct AWS_ENDPOINT_URL, or unset it.") from None
    client.meta.events.register("before-parse", partial(_check_is_aws, client.meta.endpoint_url))
    return client


@cache
def _loader(data_path: str) -> Loader:
    """One for all clients: each would read the same descriptions of AWS again."""
    return create_loader(data_path)


def _check_is_aws(url: str, operation_model: Any, response_dict: Mapping[str, Any], **_: object) -> None:
    """Raises Unavailable for the body of another protocol. Errors from 500 on are for botocore to retry."""
    if response_dict["status_code"] >= 500:
        return
    if operation_model.has_streaming_output and response_dict["status_code"] < 300:
        # An object may be a page. S3 gives its ETag with it, and Lambda an id with a function's answer.
        is_aws = not {"etag", "x-amzn-requestid"}.isdisjoint(name.lower() for name in response_dict["headers"])
    else:
        body = bytes(response_dict["body"] or b"").strip()
        # S3 answers with the policy itself; with an error, in XML.
        is_policy = operation_model.name == "GetBucketPolicy" and body.startswith(b"{")
        is_json = is_policy or "json" in operation_model.service_model.resolved_protocol
        is_aws = _may_be_from_aws(body, is_json=is_json)
    if not is_aws:
        what = f"{url} answered {operation_model.name} with something that is not from AWS"
        raise Unavailable(f"{what}, perhaps the page of a proxy or of a network's login. {_FIX}")


def _may_be_from_aws(body: bytes, *, is_json: bool) -> bool:
    if not body:
        return True
    if is_json:
        return body.startswith(b"{")
    return body.startswith(b"<") and not body[:20].lower().startswith((b"<!doctype", b"<html"))
