"""Serve the emulated site bucket on a local port, through the distribution of template.yaml."""

import socket
from collections.abc import Mapping

from botocore.exceptions import ClientError

from colophon_cli.local_stack import LocalStack
from colophon_emulator.distribution import Fetch, load_distribution
from colophon_emulator.edge_cache import EdgeCache
from colophon_emulator.site_server import SiteServer
from colophon_ops.errors import Misused

_SENT_BY_S3 = ("cache-control", "content-", "etag", "last-modified", "x-amz-meta-")
_BODIES = {404: b"There is nothing here.\n"}


def serve_site(stack: LocalStack, port: int, *, cached: bool = True) -> SiteServer:
    """A server of the stack's site on 127.0.0.1.

    With ``cached``, it caches as the template's policies say, by the stack's clock, and obeys invalidations.
    """
    cache = EdgeCache(stack.clock)
    stack.invalidations.subscribe(cache.invalidate)
    return SiteServer(load_distribution(stack.deployment), _fetch(stack), port, cache if cached else None)


def choose_port(wanted: int, usual: int) -> int:
    """``wanted``; if that is 0, ``usual``, or 0 (any) if that is taken. Raises Misused if ``wanted`` is taken."""
    if _is_free(wanted or usual):
        return wanted or usual
    if wanted:
        raise Misused(f"Port {wanted} is taken, or not allowed for you. Choose another one, or omit the option.")
    return 0


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _fetch(stack: LocalStack) -> Fetch:
    client, bucket = stack.client("s3"), stack.site_bucket

    def fetch(key: str) -> tuple[int, Mapping[str, str], bytes]:
        try:
            answer = client.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            return status, {"content-type": "text/plain; charset=utf-8"}, _BODIES.get(status, b"")
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        kept = {name.lower(): value for name, value in headers.items() if name.lower().startswith(_SENT_BY_S3)}
        return 200, kept, answer["Body"].read()

    return fetch
