"""Uploads and deletions in an inbox bucket, several at a time."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from colophon.stores.inbox import REPORTS
from colophon.stores.inbox_folder import InboxFolder

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_AT_A_TIME = 8


class Step(Struct, frozen=True):
    """One key to upload from ``file``, or to delete where there is none."""

    key: str
    file: Path | None = None


class Differences(Struct, frozen=True):
    """How a folder and a bucket differ: keys to send, keys that only the bucket has, and how many are alike."""

    to_send: tuple[str, ...]
    only_there: tuple[str, ...]
    alike: int


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
