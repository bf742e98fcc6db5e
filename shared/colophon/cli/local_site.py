"""The emulated site bucket as readers get it: through the distribution of template.yaml, on a local port."""

import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING

from colophon.cli.failures import Misused

if TYPE_CHECKING:
    from colophon.local.distribution import Fetch
    from colophon.local.site_server import SiteServer
    from colophon.local.stack import LocalStack

_SENT_BY_S3 = ("cache-control", "content-", "etag", "last-modified", "x-amz-meta-")
_NOT_FOUND = (404, {"content-type": "text/plain; charset=utf-8"}, b"There is nothing here.\n")


def served(stack: "LocalStack", port: int) -> "SiteServer":
    """A server of the stack's site on 127.0.0.1."""
    from colophon.local.distribution import distribution
    from colophon.local.site_server import SiteServer

    return SiteServer(distribution(stack.deployment), _fetch(stack), port)


def free_port(wanted: int, usual: int) -> int:
    """``wanted``; where it is 0 ``usual`` or, if that is taken, 0 for any. Raises Misused if ``wanted`` is taken."""
    if _is_free(wanted or usual):
        return wanted or usual
    if wanted:
        raise Misused(f"Port {wanted} is taken. Give another one, or leave the option out.")
    return 0


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _fetch(stack: "LocalStack") -> "Fetch":
    from botocore.exceptions import ClientError

    client, bucket = stack.client("s3"), stack.site_bucket

    def fetch(key: str) -> tuple[int, Mapping[str, str], bytes]:
        try:
            answer = client.get_object(Bucket=bucket, Key=key)
        except ClientError:
            return _NOT_FOUND
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        kept = {name.lower(): value for name, value in headers.items() if name.lower().startswith(_SENT_BY_S3)}
        return 200, kept, answer["Body"].read()

    return fetch
