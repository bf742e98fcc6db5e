"""Colophon for programs: upload a post, wait for its reports, withdraw it.

    from colophon_ops.client import Client, Post

    client = Client()
    uploads = client.put(Post("my-clinic/my-post", texts={"en": text}, images={"knee.jpg": photo}))
    for report in client.wait(uploads):
        print(report.key, report.state, report.url)

Every name in ``__all__`` stays. A client finds its stack as the commands do, may be shared by threads, and repeats what
AWS throttles or does not answer. What uploaders have to correct is no exception: a report says it. The exceptions:

- Misused: the call can't work as it is (a name, a folder, the stack, credentials, a right). The message says what to
  do.
- Refused: a field of a withdrawal is wrong. ``problems`` has them all.
- Unavailable: AWS gave no answer, however often it was asked. The same call may succeed later, and repeats nothing.
- NotReported, an Unavailable: a report did not arrive in time.
- Replaced: someone uploaded a newer version meanwhile, so these versions get no report.
- NotProven: the withdrawal is written, but something can still be read.
"""

import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import takewhile
from random import SystemRandom
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.rows import Hint, OutcomeState
from colophon.problem import Problem, Refused, Unavailable
from colophon.stores.inbox import Inbox
from colophon.upload.versions import Folder
from colophon_ops.answers import is_same_version, list_versions, same_as_newest, written_version
from colophon_ops.aws_errors import explain_aws_error
from colophon_ops.errors import Misused
from colophon_ops.post_files import Post
from colophon_ops.target import find_target
from colophon_ops.withdraw.clients import open_clients
from colophon_ops.withdraw.draft import draft_withdrawal
from colophon_ops.withdraw.footprint import Footprint
from colophon_ops.withdraw.proof import CheckResult
from colophon_ops.withdraw.run import Interaction, ReadLivePages, find_withdrawal_target, withdraw
from colophon_ops.withdraw.subject import target_text

__all__ = [
    "CheckResult", "Client", "Misused", "NotProven", "NotReported", "Post", "Problem", "Refused", "Replaced", "Report",
    "Unavailable", "Upload",
]  # fmt: skip

_T = TypeVar("_T")
_THREADS = 8
# Each attempt includes those of botocore, which repeats at once.
_ATTEMPTS, _FIRST_RETRY = 6, 1.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.3, 3.0


class Upload(Struct, frozen=True):
    """One version of one object in the inbox.

    ``sent`` is False for an object that the inbox had already. ``same_versions`` are versions directly before it with
    the same content: a report names any of them, since uploading the same bytes again changes nothing.
    """

    key: str
    version: str
    sent: bool = True
    same_versions: tuple[str, ...] = ()


class Report(Struct, frozen=True):
    """What became of one upload, as Colophon writes it to ``reports/<key>.json``.

    ``url`` is where readers see it. ``problems`` say where, what and how to fix it; a live upload may have warnings.
    ``hints`` say what it could tell readers, and now does not: nothing is wrong without it.
    """

    key: str
    state: OutcomeState
    url: str = ""
    problems: tuple[Problem, ...] = ()
    version: str = ""
    hints: tuple[Hint, ...] = ()


class NotReported(Unavailable):
    """Some uploads have no report yet. ``reports`` are those that have arrived, ``missing`` the keys without one."""

    def __init__(self, message: str, reports: tuple[Report, ...], missing: tuple[str, ...]) -> None:
        super().__init__(message)
        self.reports, self.missing = reports, missing


class Replaced(Exception):
    """A newer version of ``upload`` is in the inbox, uploaded by someone else. The report is on that one."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(f"{upload.key} was uploaded or deleted again meanwhile. Read the report on the newer version.")
        self.upload = upload


class NotProven(Exception):
    """The withdrawal is in the inbox, but not every place was found without what it withdraws. ``proof`` says which."""

    def __init__(self, proof: tuple[CheckResult, ...]) -> None:
        places = ", ".join(result.resource for result in proof if result.verdict != "proven")
        super().__init__(f"Not proven to be gone: {places}. Withdraw again: it only repeats the proof.")
        self.proof = proof


class Client:
    """A stack to upload to: the one called ``stack``; without a name, a ``colophon dev`` started from this folder, else
    the stack ``colophon``. Reads AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL. Raises Misused and Unavailable.
    """

    def __init__(self, stack: str = "") -> None:
        self._target = _retry(lambda: find_target(stack))
        self._s3: Any = self._target.client("s3")
        self._bucket = self._target.inbox_bucket
        self._inbox = Inbox(self._s3, self._bucket)

    def put(self, post: Post | str | os.PathLike[str]) -> tuple[Upload, ...]:
        """Upload ``post``, or the post in the folder of that path: withdrawals first, then images, then texts.

        Returns one Upload for each file. What the inbox has already is not sent again, so a call that failed can be
        repeated. Deletes nothing. Raises Misused, before anything is sent, for a name that is not published.
        """
        given = post if isinstance(post, Post) else Post.from_folder(post)
        steps = list(given.steps())
        files = {key: content for step in steps for key, content in step.items()}
        folder = _retry(lambda: self._inbox.read_folder(given.folder))
        uploads = {key: upload for key, content in files.items() if (upload := _find_upload(folder, key, content))}
        with ThreadPoolExecutor(_THREADS) as threads:
            for step in steps:
                missing = [key for key in step if key not in uploads]
                sent = threads.map(lambda key: self._put(key, files[key]), missing)
                uploads |= {key: Upload(key, version) for key, version in zip(missing, sent, strict=True)}
        return tuple(uploads[key] for key in files)

    def wait(self, uploads: Iterable[Upload], timeout: float = 120.0, settle: float = 10.0) -> tuple[Report, ...]:
        """The reports of exactly these ``uploads``, in their order.

        An upload that waits for another one (an image, the clinic's record) is asked for again until nothing has
        changed for ``settle`` seconds. Raises NotReported after ``timeout`` seconds, and Replaced.
        """
        watched = {upload.key: upload for upload in uploads}
        reports: dict[str, Report] = {}
        looked_up: set[tuple[str, str]] = set()
        pause, began, last_change = _FIRST_PAUSE, time.monotonic(), time.monotonic()
        with ThreadPoolExecutor(_THREADS) as threads:
            while True:
                open_keys = [key for key in watched if key not in reports or reports[key].state == "waiting"]
                found = dict(zip(open_keys, threads.map(self.read_report, open_keys), strict=True))
                arrived = {key: report for key, report in found.items() if report and _is_of(report, watched[key])}
                if any(reports.get(key) != report for key, report in arrived.items()):
                    pause, last_change = _FIRST_PAUSE, time.monotonic()
                reports |= arrived
                now = time.monotonic()
                is_late = now - began > timeout
                if _is_settled(watched, reports, now - last_change > settle or is_late):
                    return tuple(reports[key] for key in watched)
                others = {key: report for key, report in found.items() if report and key not in arrived}
                if (pause >= _LONGEST_PAUSE or is_late) and self._look_up(watched, others, looked_up):
                    continue
                if is_late:
                    raise _not_reported(watched, reports, timeout)
                time.sleep(pause)
                pause = min(_LONGEST_PAUSE, pause * 1.5)

    def read_report(self, key: str) -> Report | None:
        """The report on the newest upload at ``key``, as it is now; None if there is none.

        Also None if these credentials may not read it: S3 makes no difference unless they may list the bucket.
        """
        content = _retry(lambda: self._inbox.read_report(key))
        try:
            return msgspec.json.decode(content, type=Report) if content else None
        except msgspec.MsgspecError as error:
            fix = "Install the version of Colophon that the stack runs."
            raise Misused(f"The report on {key} is not of a form that this version knows ({error}). {fix}") from None

    def withdraw(
        self, what: str, kind: str, reason: str, timeout: float = 120.0, **fields: str
    ) -> tuple[CheckResult, ...]:
        """Take ``what`` down everywhere, and prove it: a clinic, a post, an edition or an image, by name or address.

        ``kind``, ``reason`` and the other ``fields`` (until, at, reference, note, requested_by) are those of
        ``colophon withdraw``. Asks nothing. Waits until nothing has changed for ``timeout`` seconds. If the same
        withdrawal stands already, it is only proven again. Returns the proof. Raises NotProven, Refused, and Misused if
        nothing of ``what`` was ever uploaded: then nothing is written.
        """
        given = {"kind": kind, "reason": reason, **fields}
        now = datetime.now(UTC)
        draft_withdrawal(given, now)
        proof = _retry(lambda: self._withdraw(what, given, now, timeout))
        if any(result.verdict != "proven" for result in proof):
            raise NotProven(proof)
        return proof

    def _withdraw(self, what: str, fields: Mapping[str, str], now: datetime, seconds: float) -> tuple[CheckResult, ...]:
        clients = open_clients(self._target)
        target = find_withdrawal_target(what, clients)
        draft = draft_withdrawal(fields, now, clients.time_zone)
        return withdraw(target, draft, clients, seconds, Interaction(_check_known, _show_nothing)).proof

    def _put(self, key: str, content: bytes) -> str:
        return written_version(_retry(lambda: self._s3.put_object(Bucket=self._bucket, Key=key, Body=content)))

    def _look_up(
        self, watched: dict[str, Upload], others: Mapping[str, Report], looked_up: set[tuple[str, str]]
    ) -> bool:
        """Look up the versions of keys whose report is on another version than the one in ``watched``.

        Returns whether it is one that says the same: an answer that was lost and asked for again leaves two versions.
        Then ``watched`` knows it from now on. Raises Replaced if it is a newer one. ``looked_up`` are the reports that
        are on older ones.
        """
        is_known = False
        for key, report in others.items():
            if (key, report.version) in looked_up:
                continue
            looked_up.add((key, report.version))
            folder = _retry(lambda key=key: self._inbox.read_folder(key))  # type: ignore[misc]
            versions = list_versions(folder, key)
            if not versions or not _is_one_of(versions[0].id, watched[key]):
                raise Replaced(watched[key])
            same = tuple(each.id for each in same_as_newest(versions))
            watched[key] = replace(watched[key], same_versions=same[1:])
            is_known = is_known or _is_of(report, watched[key])
        return is_known


def _find_upload(folder: Folder, key: str, content: bytes) -> Upload | None:
    """The upload at ``key`` if the newest version there has this ``content`` and can be read."""
    versions = list_versions(folder, key)
    if not versions or versions[0].is_null or versions[0].is_archived:
        return None
    # An ETag is the content's MD5: the inbox is encrypted with S3's own keys, and nothing is sent in parts.
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    same = [each.id for each in takewhile(lambda each: each.etag.strip('"') == digest, versions)]
    return Upload(key, same[0], sent=False, same_versions=tuple(same[1:])) if same else None


def _is_of(report: Report, upload: Upload) -> bool:
    return _is_one_of(report.version, upload)


def _is_one_of(version: str, upload: Upload) -> bool:
    return any(is_same_version(version, own) for own in (upload.version, *upload.same_versions))


def _is_settled(watched: Collection[str], reports: Mapping[str, Report], is_quiet: bool) -> bool:
    if len(reports) < len(watched):
        return False
    return is_quiet or all(report.state != "waiting" for report in reports.values())


def _not_reported(watched: Collection[str], reports: Mapping[str, Report], seconds: float) -> NotReported:
    missing = tuple(key for key in watched if key not in reports)
    fix = "Wait for them again; or look at colophon status, and whether these credentials may read reports/."
    message = f"After {seconds:.0f} seconds there is no report on {', '.join(missing)}. {fix}"
    return NotReported(message, tuple(reports.values()), missing)


def _retry(call: Callable[[], _T]) -> _T:
    """What ``call`` returns. Repeats it, after longer and longer pauses, while AWS throttles or does not answer.

    Raises Unavailable at the end, and Misused for what no repetition changes.
    """
    for attempt in range(_ATTEMPTS):
        try:
            return call()
        except Exception as error:
            problem = explain_aws_error(error)
            if problem is None:
                raise
            if not problem.is_transient:
                raise Misused(problem.message) from error
            if attempt == _ATTEMPTS - 1:
                raise Unavailable(problem.message) from error
        # At random within the pause, so that programs that were throttled together do not come back together.
        time.sleep(SystemRandom().uniform(0.5, 1.0) * _FIRST_RETRY * 2**attempt)
    raise AssertionError


class _NoProgress:
    def at(self, done: int, total: int) -> None: ...


def _check_known(footprint: Footprint, _: ReadLivePages) -> None:
    if not footprint.covered and not footprint.images:
        raise Misused(f"Nothing of {target_text(footprint.target)} was ever uploaded. Check the name.")


@contextmanager
def _show_nothing(what: str, total: int | None = None, /) -> Iterator[_NoProgress]:
    yield _NoProgress()
