"""Bring an inbox bucket to what a folder holds, and wait for what becomes of it."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from colophon.decision.outcome import Outcome
from colophon.stores.inbox import REPORTS
from colophon.stores.inbox_folder import InboxFolder
from colophon.stores.index import Index
from colophon_ops.answers import await_answers
from colophon_ops.build.rows import stray_outcome
from colophon_ops.inbox_path import inbox_at
from colophon_ops.target import Target

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_AT_A_TIME = 8
_SETTLE_SECONDS = 10.0
OnStep: TypeAlias = Callable[[int, int, str], None]


class Step(Struct, frozen=True):
    """One key to upload from ``file``, or to delete where there is none."""

    key: str
    file: Path | None = None


class Differences(Struct, frozen=True):
    """How a folder and a bucket differ: keys to send, keys that only the bucket has, and how many are alike."""

    to_send: tuple[str, ...]
    only_there: tuple[str, ...]
    alike: int


class Uploaded(Struct, frozen=True):
    """What was sent and deleted, what the stack made of it, and the keys that it has not answered for yet."""

    sent: tuple[str, ...]
    deleted: tuple[str, ...]
    alike: int
    outcomes: tuple[Outcome, ...]
    unanswered: tuple[str, ...]


def upload(
    inbox: Path,
    target: Target,
    *,
    delete: bool,
    confirm: Callable[[list[str]], bool],
    seconds: float,
    on_step: OnStep = lambda *_: None,
) -> Uploaded:
    """Bring the inbox bucket to what the folder ``inbox`` holds, and wait for the answers, ``seconds`` without news.

    What only the bucket has stays, unless ``delete``: then ``confirm`` is asked once, with the keys. ``on_step`` is
    told how many of how many are done, and of what. Raises Misused.
    """
    root = inbox_at(inbox)
    s3 = target.client("s3")
    keys = [key for key in uploads_in(root) if not _unheard(key)]
    found = differences(root, keys, s3, target.inbox_bucket)
    doomed = found.only_there if delete and found.only_there and confirm(list(found.only_there)) else ()
    steps = [*(Step(key, root / key) for key in found.to_send), *(Step(key) for key in doomed)]
    done = count(1)
    versions = carry_out(steps, s3, target.inbox_bucket, lambda: on_step(next(done), len(steps), "uploading"))
    heard = {key: version for key, version in versions.items() if not _unheard(key)}
    answers = _answers(heard, target, seconds, on_step)
    outcomes = (*answers.values(), *_unheard_of(root))
    return Uploaded(found.to_send, tuple(doomed), found.alike, outcomes, tuple(sorted(heard.keys() - answers)))


def _answers(versions: Mapping[str, str], target: Target, seconds: float, on_step: OnStep) -> dict[str, Outcome]:
    index, total = Index(target.client("dynamodb"), target.table), len(versions)
    return await_answers(
        versions, index, seconds, _SETTLE_SECONDS, lambda done: on_step(done, total, "waiting for answers")
    )


def _unheard(key: str) -> bool:
    """Whether an upload of ``key`` would lie where nobody listens."""
    return not key.startswith(("posts/", "clinics/", "site."))


def _unheard_of(root: Path) -> list[Outcome]:
    return [stray_outcome(key, InboxFolder(root)) for key in uploads_in(root) if _unheard(key)]


def uploads_in(root: Path) -> list[str]:
    """The keys of the uploads in the folder ``root``; reports, which Colophon writes, are none."""
    return [key for key in InboxFolder(root).keys("") if not key.startswith(REPORTS)]


def differences(root: Path, keys: Iterable[str], client: "S3Client", bucket: str) -> Differences:
    """What of the uploads ``keys`` in ``root`` the bucket does not hold with the same bytes, and what only it holds."""
    there = dict(_objects(client, bucket))
    here = list(keys)
    to_send = tuple(key for key in here if not _same(root / key, there.get(key)))
    return Differences(to_send, tuple(sorted(there.keys() - set(here))), len(here) - len(to_send))


def carry_out(steps: Iterable[Step], client: "S3Client", bucket: str, on_done: Callable[[], None]) -> Mapping[str, str]:
    """Do all ``steps`` and return the version id that each key has got. Raises the first failure after the last."""

    def one(step: Step) -> tuple[str, str]:
        version = _put(step, client, bucket) if step.file else _delete(step, client, bucket)
        on_done()
        return step.key, version

    with ThreadPoolExecutor(_AT_A_TIME) as threads:
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


def _same(file: Path, there: tuple[str, int] | None) -> bool:
    """An ETag is the content's MD5 unless the object came in parts: then it is sent once more, and is alike."""
    if there is None or file.stat().st_size != there[1]:
        return False
    return hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest() == there[0]
