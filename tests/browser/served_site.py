"""The whole site as readers get it: made by an emulated stack, served with the headers of infra/cdn.yaml."""

import gzip
import pickle
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from colophon_cli.local_stack import LocalStack
from colophon_emulator.deploy import deploy
from colophon_emulator.distribution import load_distribution
from colophon_emulator.engine import run_moto
from colophon_emulator.site_server import SiteServer
from tests.browser.uploads import upload_all
from tests.emulated.stack_driver import TEMPLATE, StackDriver

# A key of the site bucket -> headers (names in lower case) and body.
Stored: TypeAlias = dict[str, tuple[Mapping[str, str], bytes]]
_KEPT = ("cache-control", "content-", "etag", "last-modified", "x-amz-meta-")
# Those of the site that CloudFront compresses, if they have so many bytes (developer guide, "Serve compressed files").
_COMPRESSED_TYPES = ("text/", "application/json", "application/atom+xml", "application/xml")
_COMPRESSED_FROM = 1000
_TYPES = {"html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8"}


class ServedSite(Struct, frozen=True):
    """``stored`` may be added to while it is served: ``url`` shows it at once. ``url`` ends without a slash."""

    url: str
    stored: Stored

    def plant(self, key: str, content: str) -> str:
        """Put a page or a sheet of a test's own beside the site's, as planted/...; its path is returned."""
        self.stored[key] = ({"content-type": _TYPES[key.rpartition(".")[2]]}, content.encode())
        return f"/{key}"

    def files(self, ending: str) -> dict[str, bytes]:
        """Every object of the site itself whose key ends so."""
        made = {key: body for key, (_, body) in self.stored.items() if not key.startswith("planted/")}
        return {key: body for key, body in sorted(made.items()) if key.endswith(ending)}


@contextmanager
def serve_site(kept: Path) -> Iterator[ServedSite]:
    """The site of ``upload_all`` on a port of 127.0.0.1. It is made once and kept in the file ``kept``.

    The stack that made it is gone by then: a process can have one at a time, and other tests want theirs.
    """
    stored = _load_or_build(kept)
    with run_moto():
        cdn = load_distribution(deploy(TEMPLATE, {}, "colophon"))

    def fetch(key: str) -> tuple[int, Mapping[str, str], bytes]:
        return (200, *_compress(*stored[key])) if key in stored else (404, {}, b"")

    with SiteServer(cdn, fetch) as server:
        yield ServedSite(server.url, stored)


def _compress(headers: Mapping[str, str], body: bytes) -> tuple[Mapping[str, str], bytes]:
    """What the edge sends. Here by gzip alone, which is larger than CloudFront's Brotli."""
    if len(body) < _COMPRESSED_FROM or not headers.get("content-type", "").startswith(_COMPRESSED_TYPES):
        return headers, body
    return {**headers, "content-encoding": "gzip"}, gzip.compress(body, 6, mtime=0)


def _load_or_build(kept: Path) -> Stored:
    with kept.with_suffix(".lock").open("w") as turn:
        flock(turn, LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(_build()))
        stored: Stored = pickle.loads(kept.read_bytes())
        return stored


def _build() -> Stored:
    with LocalStack(TEMPLATE) as stack:
        driver = StackDriver(stack, "")
        upload_all(driver)
        return {key: _read_object(driver, key) for key in driver.objects()}


def _read_object(driver: StackDriver, key: str) -> tuple[Mapping[str, str], bytes]:
    found = driver.site_object(key)
    headers = {name.lower(): value for name, value in found["ResponseMetadata"]["HTTPHeaders"].items()}
    return {name: value for name, value in headers.items() if name.startswith(_KEPT)}, found["Body"]
