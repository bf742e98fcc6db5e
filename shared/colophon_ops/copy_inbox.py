"""Copy an inbox bucket into an empty one, version by version, so that another stack makes the same site of it.

The pages at rest depend on the order of each key's versions, and on no order between keys. What is shown while the copy
runs does: the site's own files come last, because without ``site.yaml`` nothing is shown at all, and withdrawals come
before what they withdraw, because images are made all the same.

A copy is dated today. So a text that was replaced before it was due could be shown as if it never had been: it is left
out. The bucket itself says how far a copy has come, so that the next run resumes, and a later one copies what was
uploaded since.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from botocore.exceptions import ClientError
from msgspec import Struct

from colophon.decision.editions import find_never_shown
from colophon.decision.snapshot import Snapshot
from colophon.problem import Unavailable
from colophon.stores.inbox import Inbox
from colophon.upload.keys import (
    ClinicWithdrawal,
    ImageWithdrawal,
    PageRef,
    PageWithdrawal,
    PostWithdrawal,
    SiteKey,
    parse_key,
)
from colophon.upload.versions import NULL, Folder, KeyHistory, Version
from colophon.verbs.reading import decide_with_reads
from colophon_ops.aws_clients import make_client
from colophon_ops.errors import Misused
from colophon_ops.target import session_options

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_PAGES_PER_BATCH = 10
_THREADS = 16
_LISTED = 5
REPLACED = "It was replaced before it was due, so readers never saw it."
_WITHOUT_VERSION = "S3 stored it without a version, so it was never published. Upload it again to the new inbox."
_ARCHIVED = "It is in an archive class of S3. Restore it and run the command again, or upload it to the new inbox."
OnStep: TypeAlias = Callable[[int, int, str], None]


class LeftOut(Struct, frozen=True):
    """A version that is not copied, and why."""

    version: Version
    reason: str

    @property
    def needs_upload(self) -> bool:
        """Whether its uploader has to do something."""
        return self.reason != REPLACED

    def as_json(self) -> dict[str, object]:
        moment = self.version.last_modified
        return {
            "key": self.version.key,
            "version": self.version.id,
            "uploaded": moment.isoformat() if moment else None,
            "reason": self.reason,
        }


class CopyResult(Struct, frozen=True):
    """``copied`` versions, delete markers included, were copied now, ``present`` ones by an earlier run."""

    copied: int
    present: int
    left_out: tuple[LeftOut, ...]


class _Step(Struct, frozen=True):
    """One version to copy, or with ``reason`` to leave out. With ``is_emptied`` an empty object takes its place."""

    version: Version
    reason: str = ""
    is_emptied: bool = False

    @property
    def is_optional(self) -> bool:
        """Whether the copy may lack it: some versions turn out to be archived only when they are read."""
        return bool(self.reason or self.version.storage_class)


class _KeyCopy(Struct, frozen=True):
    """The steps of one key, oldest first, and how many of the versions are there. ``fits`` is False if others are."""

    steps: tuple[_Step, ...]
    remaining: tuple[_Step, ...]
    present: int
    fits: bool


class _Batch(Struct, frozen=True):
    """Some keys in order, and keys that only the new bucket has."""

    copies: Mapping[str, _KeyCopy]
    foreign: tuple[str, ...]


def open_s3() -> "S3Client":
    """The client that reads the one bucket and writes to the other, with the credentials of the environment."""
    client: S3Client = make_client("s3", session_options())
    return client


def copy_inbox(old: str, new: str, client: "S3Client", on_step: OnStep = lambda *_: None) -> CopyResult:
    """Copy the inbox bucket ``old`` into the bucket ``new``, or resume such a copy.

    ``on_step`` gets the number of versions done, that of all, and what is being done. Raises Misused if ``new`` is not
    versioned, or holds something else than the beginning of this copy; Unavailable if it does not keep versions yet.
    """
    _check_buckets(old, new, client)
    total = _check_beginning(old, new, client, on_step)
    copied, present, left_out = 0, 0, list[LeftOut]()

    def copy_key(copy: _KeyCopy) -> list[LeftOut]:
        return [found for step in copy.remaining for found in [_copy_version(step, old, new, client)] if found]

    for batch in _read_batches(old, new, client):
        for keys in _in_order(batch.copies):
            with ThreadPoolExecutor(_THREADS) as threads:
                copies = [batch.copies[key] for key in keys]
                for copy, unread in zip(copies, threads.map(copy_key, copies), strict=True):
                    left_out += [LeftOut(step.version, step.reason) for step in copy.steps if step.reason]
                    left_out += unread
                    copied += len(copy.remaining) - len(unread)
                    present += copy.present
                    on_step(copied + present, total, "copying")
    return CopyResult(copied, present, tuple(left_out))


def _check_buckets(old: str, new: str, client: "S3Client") -> None:
    if old == new:
        raise Misused(f"{old} can't be copied into itself. Name the new inbox second.")
    if not client.get_bucket_versioning(Bucket=old).get("Status"):
        raise Misused(f"The bucket {old} was never versioned, so it is no inbox. Name an inbox of Colophon.")
    if client.get_bucket_versioning(Bucket=new).get("Status") != "Enabled":
        fix = "Switch versioning on, wait 15 minutes, and run the command again."
        raise Misused(f"The bucket {new} is not versioned. {fix}")


def _check_beginning(old: str, new: str, client: "S3Client", on_step: OnStep) -> int:
    """The number of versions of the whole copy. Raises Misused if ``new`` holds anything else."""
    total, others = 0, list[str]()
    for batch in _read_batches(old, new, client):
        others += [*batch.foreign, *(key for key, copy in batch.copies.items() if not copy.fits)]
        total += sum(len(copy.remaining) + copy.present for copy in batch.copies.values())
        on_step(0, total, "comparing")
    if others:
        more = f" and {len(others) - _LISTED} more" if len(others) > _LISTED else ""
        what = f"{new} is not empty, and it does not hold the beginning of a copy of {old}"
        fix = "Name the inbox of a new stack into which nothing was uploaded yet."
        raise Misused(f"{what}: {', '.join(others[:_LISTED])}{more}. {fix}")
    return total


def _read_batches(old: str, new: str, client: "S3Client") -> Iterator[_Batch]:
    """The whole of both buckets, but reports, in the order of the keys."""
    source, copy, after, more = Inbox(client, old), Inbox(client, new), "", True
    while more:
        batch = source.read_scan_batch(after, _PAGES_PER_BATCH)
        histories = {key: found for folder in batch.folders for key, found in _plan_folder(folder, source).items()}
        there = copy.read_versions(after, batch.after)
        copies = {key: _compare(steps, there.get(key, []), source, copy) for key, steps in histories.items()}
        yield _Batch(copies, tuple(key for key in there if key not in histories))
        after = batch.after
        more = bool(after)


def _plan_folder(folder: Folder, source: Inbox) -> dict[str, tuple[_Step, ...]]:
    """The steps of each raw key of ``folder``, oldest version first."""
    found: dict[str, tuple[_Step, ...]] = {}
    for history in folder.histories.values():
        for spelling in (history, *history.other_spellings):
            if spelling.newest:
                hidden = _never_shown(folder, spelling, source)
                found[spelling.newest.key] = tuple(_step(version, hidden) for version in reversed(spelling.versions))
    return found


def _never_shown(folder: Folder, history: KeyHistory, source: Inbox) -> frozenset[str]:
    """The ids of the versions that were replaced before they were due. Only texts that were replaced are read."""
    if len(history.versions) < 2 or not history.newest or not isinstance(parse_key(history.newest.key), PageRef):
        return frozenset()
    snapshot = Snapshot(folder=folder, contents={})
    found = decide_with_reads(partial(find_never_shown, history), snapshot, source)
    return frozenset(version.id for version in found)


def _step(version: Version, never_shown: frozenset[str]) -> _Step:
    if version.deleted:
        return _Step(version)
    if _is_withdrawal(version.key):
        # It withdraws by its key, even without a version, and even if it can't be read.
        return _Step(version, is_emptied=version.is_archived)
    if version.is_null:
        return _Step(version, _WITHOUT_VERSION)
    if version.is_archived:
        return _Step(version, _ARCHIVED)
    return _Step(version, REPLACED if version.id in never_shown else "")


def _compare(steps: tuple[_Step, ...], there: Sequence[Version], source: Inbox, copy: Inbox) -> _KeyCopy:
    """What remains of ``steps`` if ``there``, newest first, are the copies of the first of them.

    A call whose answer was lost is repeated and makes a version twice, which changes nothing.
    """
    position, present = 0, 0
    for version in reversed(there):
        if version.is_null:
            continue
        found = _find_step(steps, position, version, source, copy)
        if found is not None:
            position, present = found + 1, present + 1
        elif not position or not _is_copy(steps[position - 1], version, source, copy):
            return _KeyCopy(steps, (), 0, fits=False)
    return _KeyCopy(steps, tuple(step for step in steps[position:] if not step.reason), present, fits=True)


def _find_step(steps: Sequence[_Step], position: int, version: Version, source: Inbox, copy: Inbox) -> int | None:
    """The place of the step from ``position`` on that ``version`` copies; only optional ones may be passed over."""
    for place, step in enumerate(steps[position:], position):
        if _is_copy(step, version, source, copy):
            return place
        if not step.is_optional:
            break
    return None


def _is_copy(step: _Step, found: Version, source: Inbox, copy: Inbox) -> bool:
    version = step.version
    if version.deleted or found.deleted:
        return version.deleted and found.deleted
    if step.is_emptied:
        return not found.size
    if found.size != version.size or found.etag == version.etag:
        return found.size == version.size
    # The ETags of equal bytes differ if one was uploaded in parts, or was encrypted by a key of KMS.
    return not step.is_optional and source.read_bytes(version) == copy.read_bytes(found)


def _in_order(keys: Iterable[str]) -> Iterator[list[str]]:
    """``keys`` in groups, each to be copied before the next: withdrawals, all else, and the site's own files."""
    groups: tuple[list[str], list[str], list[str]] = [], [], []
    for key in keys:
        groups[0 if _is_withdrawal(key) else 2 if isinstance(parse_key(key), SiteKey) else 1].append(key)
    yield from groups


def _is_withdrawal(key: str) -> bool:
    return isinstance(parse_key(key), ClinicWithdrawal | PostWithdrawal | PageWithdrawal | ImageWithdrawal)


def _copy_version(step: _Step, old: str, new: str, client: "S3Client") -> LeftOut | None:
    """Copy one version; what is left out if S3 does not read it. Raises Unavailable."""
    version, answer = step.version, dict[str, Any]()
    try:
        answer |= _write(step, old, new, client)
    except ClientError as error:
        if error.response["Error"]["Code"] == "InvalidObjectState":
            return LeftOut(version, _ARCHIVED)
        raise
    if answer.get("VersionId", NULL) == NULL:
        what = f"S3 stored {version.key} in {new} without a version, as it may in a bucket's first 15 minutes"
        raise Unavailable(f"{what}. Wait that long, and run the command again: it resumes.")
    return None


def _write(step: _Step, old: str, new: str, client: "S3Client") -> Mapping[str, Any]:
    version = step.version
    if version.deleted:
        return client.delete_object(Bucket=new, Key=version.key)
    if step.is_emptied:
        return client.put_object(Bucket=new, Key=version.key, Body=b"")
    # With its headers, as an encoding that only a header tells is refused; without tags, which take further rights.
    return client.copy_object(
        Bucket=new,
        Key=version.key,
        CopySource={"Bucket": old, "Key": version.key, "VersionId": NULL if version.is_null else version.id},
        TaggingDirective="REPLACE",
    )
