"""Upload what changed in a folder to the inbox bucket, and wait for the outcomes."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from colophon.decision.rows import Outcome
from colophon.problem import Refused
from colophon.stores.inbox import MAX_KEY_BYTES, Inbox
from colophon.stores.inbox_folder import InboxFolder, read_file
from colophon.stores.index import Index
from colophon.upload.file_names import is_utf8
from colophon.upload.keys import (
    NOTIFIED_PREFIXES,
    ClinicWithdrawal,
    PageRef,
    PageWithdrawal,
    PostWithdrawal,
    parse_key,
    reported_key,
)
from colophon.upload.versions import Version
from colophon.verbs.report import at_site
from colophon_ops.answers import await_answers, written_version
from colophon_ops.build.batch import read_mark
from colophon_ops.build.rows import decide_stray_outcome
from colophon_ops.duplicates import Duplicate, TextMark, find_duplicates
from colophon_ops.inbox_path import check_inbox
from colophon_ops.number_edits import await_number_edits
from colophon_ops.readers import find_deleted_pages, find_live_pages
from colophon_ops.target import Target

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_THREADS = 8
_SETTLE_SECONDS = 10.0
OnStep: TypeAlias = Callable[[int, int, str], None]


class Step(Struct, frozen=True):
    """Upload ``key`` from ``file``, or delete it if there is no file."""

    key: str
    file: Path | None = None


class FolderComparison(Struct, frozen=True):
    """How a folder and a bucket differ: keys to send, keys only in the bucket, and the number that are the same."""

    to_send: tuple[str, ...]
    only_in_bucket: tuple[str, ...]
    same: int


class Deletion(Struct, frozen=True):
    """``keys`` to delete from the bucket, and the pages that readers have now and lose with them."""

    keys: tuple[str, ...]
    lost: tuple[PageRef, ...]


class StepResults(Struct, frozen=True):
    """What became of steps: the new version id of each key, and the outcomes of files that can't be read."""

    versions: Mapping[str, str]
    refused: tuple[Outcome, ...]


class UploadResult(Struct, frozen=True):
    """Keys sent and deleted, the outcomes, and the keys without an outcome yet (``pending``).

    ``duplicates`` are those of the folder, whether they were sent now or before.
    """

    sent: tuple[str, ...]
    deleted: tuple[str, ...]
    same: int
    outcomes: tuple[Outcome, ...]
    pending: tuple[str, ...]
    duplicates: tuple[Duplicate, ...] = ()


def upload(
    inbox: Path,
    target: Target,
    *,
    delete: bool,
    confirm: Callable[[Deletion], bool],
    seconds: float,
    on_step: OnStep = lambda *_: None,
) -> UploadResult:
    """Upload what differs from the inbox bucket, and wait for outcomes until ``seconds`` pass without a change.

    Objects that are only in the bucket stay, unless ``delete`` is set and ``confirm``, called once for all of them,
    returns True. ``on_step`` gets the number done, the total, and what is being done. Raises Misused.
    """
    root = check_inbox(inbox)
    s3 = target.client("s3")
    in_folder = list_uploads(root)
    keys = [key for key in in_folder if is_sendable(key) and not _is_outside(key)]
    refused = decide_local_outcomes(root, sorted(set(in_folder).difference(keys)))
    # What is only in the bucket must be known only to delete it.
    prefix = "" if delete else _common_folder(keys)
    inbox_in_s3 = Inbox(s3, target.inbox_bucket)
    found = compare_folder(root, keys, inbox_in_s3, prefix, lambda done, total: on_step(done, total, "comparing"))
    to_delete = found.only_in_bucket if delete and found.only_in_bucket else ()
    if to_delete and not confirm(_plan_deletion(to_delete, keys, target)):
        to_delete = ()
    steps = [*(Step(key, root / key) for key in found.to_send), *(Step(key) for key in to_delete)]
    done = count(1)
    made = apply_steps(steps, s3, target.inbox_bucket, lambda: on_step(next(done), len(steps), "uploading"))
    watched = {key: version for key, version in made.versions.items() if not _is_outside(key)}
    answers = _await_outcomes(watched, target, seconds, on_step)
    sent = tuple(key for key in found.to_send if key in made.versions)
    answered = (at_site(outcome, target.local_site_url) for outcome in answers)
    outcomes = (*answered, *made.refused, *refused, *link_outcomes(root))
    pending = tuple(sorted(watched.keys() - {outcome.key for outcome in answers}))
    return UploadResult(sent, tuple(to_delete), found.same, outcomes, pending, _find_duplicates(root, in_folder))


def _plan_deletion(keys: tuple[str, ...], remaining: Collection[str], target: Target) -> Deletion:
    index = Index(target.client("dynamodb"), target.table)
    return Deletion(keys, find_live_pages(find_deleted_pages(keys, remaining), index))


def _await_outcomes(versions: Mapping[str, str], target: Target, seconds: float, on_step: OnStep) -> list[Outcome]:
    index, total = Index(target.client("dynamodb"), target.table), len(versions)
    inbox = Inbox(target.client("s3"), target.inbox_bucket)

    def on_answer(done: int) -> None:
        on_step(done, total, "waiting for outcomes")

    answers = await_answers(versions, index, seconds, _SETTLE_SECONDS, on_answer, inbox)
    return await_number_edits(list(answers.values()), inbox, _SETTLE_SECONDS)


def _is_outside(key: str) -> bool:
    """Whether ``key`` is outside the prefixes for which S3 sends notifications."""
    return not key.startswith(NOTIFIED_PREFIXES)


def _find_duplicates(root: Path, keys: Collection[str]) -> tuple[Duplicate, ...]:
    """What stands in two folders of ``root``, apart from texts that a withdrawal beside them withdraws."""
    there, inbox = frozenset(keys), InboxFolder(root)
    marks: list[TextMark] = []
    for key in keys:
        page = parse_key(key)
        if not isinstance(page, PageRef) or there.intersection(_withdrawal_keys(page)):
            continue
        with suppress(Refused):
            content = inbox.read_content(Version(key, key))
            marks += (mark for mark in [read_mark(key, content)] if mark)
    return find_duplicates(marks)


def _withdrawal_keys(page: PageRef) -> tuple[str, ...]:
    return (PageWithdrawal(page).key, PostWithdrawal(page.post).key, ClinicWithdrawal(page.post.clinic).key)


def decide_local_outcomes(root: Path, keys: Iterable[str]) -> list[Outcome]:
    """The outcomes of ``keys`` that are not sent: S3 does not take them, or they name nothing."""
    inbox = InboxFolder(root)
    return [decide_stray_outcome(key, inbox) for key in keys]


def is_sendable(key: str) -> bool:
    """Whether S3 takes the key: UTF-8 of at most 1,024 bytes."""
    return is_utf8(key) and len(key.encode()) <= MAX_KEY_BYTES


def list_uploads(root: Path) -> list[str]:
    """The keys of the uploads in the folder ``root``.

    Reports, which Colophon writes, and links that are not followed are left out.
    """
    return [key for key in InboxFolder(root).keys("") if not reported_key(key)]


def link_outcomes(root: Path) -> list[Outcome]:
    """The outcomes of the links in the folder ``root`` that are not followed, so never uploaded."""
    folder = InboxFolder(root)
    return [decide_stray_outcome(key, folder) for key in folder.keys_and_links() if folder.link_problem(key)]


def _common_folder(keys: Iterable[str]) -> str:
    """The folder of the one clinic whose posts ``keys`` are; empty if there are others too.

    So an uploader who may list no other clinic's posts can upload.
    """
    folders = {"/".join(key.split("/")[:2]) + "/" if key.startswith("posts/") else "" for key in keys}
    return folders.pop() if len(folders) == 1 else ""


def compare_folder(
    root: Path,
    keys: Iterable[str],
    inbox: Inbox,
    prefix: str = "",
    on_compared: Callable[[int, int], None] = lambda *_: None,
) -> FolderComparison:
    """Compare the uploads ``keys`` in ``root``, which all begin with ``prefix``, with the bucket, by content.

    What S3 stored without a version is sent again: it is never read. ``on_compared`` gets the number done and all.
    """
    in_bucket = {version.key: version for version in inbox.list_uploads(prefix)}
    in_folder = list(keys)
    to_send: list[str] = []
    for done, key in enumerate(in_folder, 1):
        if not _same(root / key, in_bucket.get(key)):
            to_send.append(key)
        on_compared(done, len(in_folder))
    return FolderComparison(
        tuple(to_send), tuple(sorted(in_bucket.keys() - set(in_folder))), len(in_folder) - len(to_send)
    )


def apply_steps(steps: Iterable[Step], client: "S3Client", bucket: str, on_done: Callable[[], None]) -> StepResults:
    """Apply all ``steps``, but leave out unreadable files. Raises the first other failure after the last step."""

    def one(step: Step) -> str | Outcome:
        try:
            return _put(step, step.file, client, bucket) if step.file else _delete(step, client, bucket)
        except Refused as refused:
            return Outcome(step.key, "refused", problems=refused.problems, version=step.key)
        finally:
            on_done()

    wanted = list(steps)
    with ThreadPoolExecutor(_THREADS) as threads:
        results = list(threads.map(one, wanted))
    versions = {step.key: found for step, found in zip(wanted, results, strict=True) if isinstance(found, str)}
    return StepResults(versions, tuple(found for found in results if isinstance(found, Outcome)))


def _put(step: Step, file: Path, client: "S3Client", bucket: str) -> str:
    return written_version(client.put_object(Bucket=bucket, Key=step.key, Body=read_file(str(file))))


def _delete(step: Step, client: "S3Client", bucket: str) -> str:
    return written_version(client.delete_object(Bucket=bucket, Key=step.key))


def _same(file: Path, in_bucket: Version | None) -> bool:
    """An ETag is the content's MD5, except for multipart uploads: those are sent again, and then compare equal."""
    try:
        if in_bucket is None or in_bucket.is_null or file.stat().st_size != in_bucket.size:
            return False
        return hashlib.md5(read_file(str(file)), usedforsecurity=False).hexdigest() == in_bucket.etag.strip('"')
    except (Refused, FileNotFoundError):
        # Sending it says what is wrong.
        return False
