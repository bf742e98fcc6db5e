"""Upload what changed in a folder to the inbox bucket, and wait for the outcomes."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from colophon.decision.rows import Outcome
from colophon.stores.inbox import REPORTS
from colophon.stores.inbox_folder import InboxFolder
from colophon.stores.index import Index
from colophon.upload.keys import PageRef
from colophon.verbs.report import at_site
from colophon_ops.answers import await_answers
from colophon_ops.build.rows import decide_stray_outcome
from colophon_ops.inbox_path import check_inbox
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


class UploadResult(Struct, frozen=True):
    """Keys sent and deleted, the outcomes, and the keys without an outcome yet (``pending``)."""

    sent: tuple[str, ...]
    deleted: tuple[str, ...]
    same: int
    outcomes: tuple[Outcome, ...]
    pending: tuple[str, ...]


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
    keys = [key for key in list_uploads(root) if not _is_outside(key)]
    found = compare_folder(root, keys, s3, target.inbox_bucket)
    to_delete = found.only_in_bucket if delete and found.only_in_bucket else ()
    if to_delete and not confirm(_plan_deletion(to_delete, keys, target)):
        to_delete = ()
    steps = [*(Step(key, root / key) for key in found.to_send), *(Step(key) for key in to_delete)]
    done = count(1)
    versions = apply_steps(steps, s3, target.inbox_bucket, lambda: on_step(next(done), len(steps), "uploading"))
    watched = {key: version for key, version in versions.items() if not _is_outside(key)}
    answers = _await_outcomes(watched, target, seconds, on_step)
    answered = (at_site(outcome, target.local_site_url) for outcome in answers.values())
    outcomes = (*answered, *_outside_outcomes(root), *link_outcomes(root))
    return UploadResult(found.to_send, tuple(to_delete), found.same, outcomes, tuple(sorted(watched.keys() - answers)))


def _plan_deletion(keys: tuple[str, ...], remaining: Collection[str], target: Target) -> Deletion:
    index = Index(target.client("dynamodb"), target.table)
    return Deletion(keys, find_live_pages(find_deleted_pages(keys, remaining), index))


def _await_outcomes(versions: Mapping[str, str], target: Target, seconds: float, on_step: OnStep) -> dict[str, Outcome]:
    index, total = Index(target.client("dynamodb"), target.table), len(versions)
    return await_answers(
        versions, index, seconds, _SETTLE_SECONDS, lambda done: on_step(done, total, "waiting for outcomes")
    )


def _is_outside(key: str) -> bool:
    """Whether ``key`` is outside the prefixes for which S3 sends notifications."""
    return not key.startswith(("posts/", "clinics/", "site."))


def _outside_outcomes(root: Path) -> list[Outcome]:
    return [decide_stray_outcome(key, InboxFolder(root)) for key in list_uploads(root) if _is_outside(key)]


def list_uploads(root: Path) -> list[str]:
    """The keys of the uploads in the folder ``root``.

    Reports, which Colophon writes, and links that are not followed are left out.
    """
    return [key for key in InboxFolder(root).keys("") if not key.startswith(REPORTS)]


def link_outcomes(root: Path) -> list[Outcome]:
    """The outcomes of the links in the folder ``root`` that are not followed, so never uploaded."""
    folder = InboxFolder(root)
    return [decide_stray_outcome(key, folder) for key in folder.keys_and_links() if folder.link_problem(key)]


def compare_folder(root: Path, keys: Iterable[str], client: "S3Client", bucket: str) -> FolderComparison:
    """Compare the uploads ``keys`` in ``root`` with the bucket, by content."""
    in_bucket = dict(_objects(client, bucket))
    in_folder = list(keys)
    to_send = tuple(key for key in in_folder if not _same(root / key, in_bucket.get(key)))
    return FolderComparison(to_send, tuple(sorted(in_bucket.keys() - set(in_folder))), len(in_folder) - len(to_send))


def apply_steps(
    steps: Iterable[Step], client: "S3Client", bucket: str, on_done: Callable[[], None]
) -> Mapping[str, str]:
    """Apply all ``steps`` and return the new version id of each key. Raises the first failure after the last step."""

    def one(step: Step) -> tuple[str, str]:
        version = _put(step, client, bucket) if step.file else _delete(step, client, bucket)
        on_done()
        return step.key, version

    with ThreadPoolExecutor(_THREADS) as threads:
        return dict(threads.map(one, steps))


def _put(step: Step, client: "S3Client", bucket: str) -> str:
    assert step.file is not None
    answer = client.put_object(Bucket=bucket, Key=step.key, Body=step.file.read_bytes())
    return answer.get("VersionId", "")


def _delete(step: Step, client: "S3Client", bucket: str) -> str:
    return client.delete_object(Bucket=bucket, Key=step.key).get("VersionId", "")


def _objects(client: "S3Client", bucket: str) -> Iterator[tuple[str, tuple[str, int]]]:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", []):
            if not entry["Key"].startswith(REPORTS):
                yield entry["Key"], (entry["ETag"].strip('"'), entry["Size"])


def _same(file: Path, in_bucket: tuple[str, int] | None) -> bool:
    """An ETag is the content's MD5, except for multipart uploads: those are sent again, and then compare equal."""
    if in_bucket is None or file.stat().st_size != in_bucket[1]:
        return False
    return hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest() == in_bucket[0]
