"""Observes uploads as an uploader and a reader do: reports, waits, and the live bytes."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

import msgspec
from botocore.exceptions import ClientError
from msgspec import Struct

from colophon.problem import Problem
from colophon.stores.inbox import report_key
from tests.load.dev_process import DevProcess
from tests.revisions import masked

_POLL_SECONDS = 1.0
_THREADS = 8


class Report(Struct, frozen=True):
    """What a report says of an upload."""

    key: str
    state: str
    version: str = ""
    url: str = ""
    problems: tuple[Problem, ...] = ()


class IdleTimeout:
    """Ends when nothing has changed for ``seconds``, neither the awaited state nor the messages in the queues."""

    def __init__(self, dev: DevProcess, seconds: float) -> None:
        self._dev, self._seconds = dev, seconds
        self._state: Any = None
        self._messages: dict[str, int] = {}
        self._since = time.monotonic()

    def is_over(self, state: Any) -> bool:
        """Whether nothing has changed for that long; ``state`` is the awaited state as it is now."""
        now = time.monotonic()
        if state != self._state:
            self._state, self._since = state, now
        elif now - self._since > self._seconds:
            messages = self._dev.count_messages()
            if not messages or messages == self._messages:
                return True
            self._messages, self._since = messages, now
        return False


class Uploads:
    """Uploads by a client of S3: when each was put, and as which version."""

    def __init__(self, dev: DevProcess) -> None:
        self._dev = dev
        self.versions: dict[str, str] = {}
        self.put_at: dict[str, float] = {}

    def put(self, key: str, content: bytes | str) -> None:
        """Upload ``content`` as ``key``."""
        body = content.encode() if isinstance(content, str) else content
        answer = self._dev.s3.put_object(Bucket=self._dev.inbox_bucket, Key=key, Body=body)
        self.versions[key], self.put_at[key] = answer["VersionId"], time.monotonic()


class PageWatch:
    """Sees when each page below ``prefix`` appears on the site, within the block. Polls one listing."""

    def __init__(self, dev: DevProcess, prefix: str, on_poll: Callable[[int], None] = lambda _: None) -> None:
        self._dev, self._prefix, self._on_poll = dev, prefix, on_poll
        self.seen_at: dict[str, float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def wait_for(self, keys: Iterable[str], idle_timeout: float) -> list[str]:
        """Wait for the pages ``keys``, with ``IdleTimeout``; returns those that are missing."""
        wanted, waiting = set(keys), IdleTimeout(self._dev, idle_timeout)
        while missing := wanted - self.seen_at.keys():
            if waiting.is_over(len(missing)):
                break
            time.sleep(_POLL_SECONDS / 4)
        return sorted(missing)

    def _watch(self) -> None:
        while not self._stop.is_set():
            now = time.monotonic()
            for key in list_objects(self._dev, self._dev.site_bucket, self._prefix):
                self.seen_at.setdefault(key, now)
            self._on_poll(len(self.seen_at))
            self._stop.wait(_POLL_SECONDS)


def wait_for_page(dev: DevProcess, key: str, idle_timeout: float) -> float:
    """Seconds until the page ``key`` is there; raises AssertionError when ``IdleTimeout`` ends."""
    began, waiting = time.monotonic(), IdleTimeout(dev, idle_timeout)
    while not _exists(dev, key):
        assert not waiting.is_over(None), f"{key} is not live"
        time.sleep(0.1)
    return time.monotonic() - began


def _exists(dev: DevProcess, key: str) -> bool:
    try:
        dev.s3.head_object(Bucket=dev.site_bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True


def await_reports(
    dev: DevProcess,
    versions: Mapping[str, str],
    idle_timeout: float,
    on_poll: Callable[[int], None] = lambda _: None,
    *,
    settled: Callable[[Report], bool] = lambda report: report.state != "waiting",
    equal_versions: Mapping[str, Collection[str]] | None = None,
) -> dict[str, Report]:
    """The reports on exactly ``versions``, by key: read until all are ``settled``, with ``IdleTimeout``. Those that
    never came are left out.

    Of a key in ``equal_versions`` a report may name any of these instead: their contents are the same.
    """
    equal = equal_versions or {}
    reports: dict[str, Report] = {}
    etags: dict[str, str] = {}
    prefix, waiting = _common_prefix([report_key(key) for key in versions]), IdleTimeout(dev, idle_timeout)
    with ThreadPoolExecutor(_THREADS) as threads:
        while True:
            listed = list_objects(dev, dev.inbox_bucket, prefix)
            changed = [key for key in versions if (etag := listed.get(report_key(key))) and etags.get(key) != etag]
            found = dict(zip(changed, threads.map(lambda key: _read_report(dev, key), changed), strict=True))
            etags |= {key: listed[report_key(key)] for key in changed}
            reports |= {
                key: report
                for key, report in found.items()
                if report.version == versions[key] or report.version in equal.get(key, ())
            }
            on_poll(len(reports))
            if len(reports) == len(versions) and all(map(settled, reports.values())):
                return reports
            if waiting.is_over(listed):
                return reports
            time.sleep(_POLL_SECONDS)


def _read_report(dev: DevProcess, key: str) -> Report:
    answer = dev.s3.get_object(Bucket=dev.inbox_bucket, Key=report_key(key))
    return msgspec.json.decode(answer["Body"].read(), type=Report)


def count_states(reports: Mapping[str, Report]) -> dict[str, int]:
    """How many uploads are in each state."""
    return dict(Counter(report.state for report in reports.values()))


class LiveBytes:
    """The pages of posts and the images that are on the site, to find which of them change."""

    def __init__(self, dev: DevProcess) -> None:
        self._dev = dev
        self._etags: dict[str, str] = {}
        self._digests: dict[str, bytes] = {}

    def remember(self, *, contents: bool = False) -> None:
        """Remember the site as it is now. With ``contents`` a page may be put again as another revision."""
        self._etags = {key: etag for key, etag in self._list().items() if _is_of_post(key)}
        if contents:
            keys = list(self._etags)
            with ThreadPoolExecutor(_THREADS) as threads:
                self._digests = dict(zip(keys, threads.map(self._read, keys), strict=True))

    def find_changes(self, *, contents: bool = False, but: Iterable[str] = ()) -> list[str]:
        """The keys whose bytes are not those that were remembered, revisions masked with ``contents``."""
        now, left_out = self._list(), set(but)
        changed = [key for key, etag in self._etags.items() if now.get(key) != etag and key not in left_out]
        if contents:
            changed = [key for key in changed if key not in now or self._read(key) != self._digests[key]]
        return sorted(changed)

    def _list(self) -> dict[str, str]:
        return list_objects(self._dev, self._dev.site_bucket, "")

    def _read(self, key: str) -> bytes:
        return masked(self._dev.s3.get_object(Bucket=self._dev.site_bucket, Key=key)["Body"].read())


def _is_of_post(key: str) -> bool:
    """Whether it is the page of a post (``<lang>/<clinic>/<post>/index.html``, no year, tag or profile) or an image."""
    parts = key.split("/")
    if parts[0] == "images":
        return True
    return len(parts) == 4 and parts[-1] == "index.html" and parts[2].startswith("post-")


def list_objects(dev: DevProcess, bucket: str, prefix: str) -> dict[str, str]:
    """The ETag of each object below ``prefix``, by key."""
    pages: Iterator[dict[str, Any]] = dev.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return {each["Key"]: each["ETag"] for page in pages for each in page.get("Contents", [])}


def _common_prefix(keys: list[str]) -> str:
    first, last = min(keys), max(keys)
    length = next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:length]
