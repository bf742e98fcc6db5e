"""``erase``: remove a withdrawn post's uploads and reports for good, every version of them.

What must stay, so that the post stays withdrawn: the withdrawals in its folder, and a delete marker for each other
file. Without the marker nothing would say that there ever was an edition, its address would have no tombstone in a
build, and the withdrawal would name nothing. Markers come first: whatever interrupts the rest, nothing comes back.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from botocore.exceptions import ClientError
from msgspec import Struct

from colophon.decision.snapshot import PostSnapshot
from colophon.decision.withdrawals import withdrawal_at
from colophon.problem import Unavailable
from colophon.stores.inbox import report_key
from colophon.upload.keys import REPORTS, ImageWithdrawal, PageWithdrawal, PostWithdrawal, parse_key, to_nfc
from colophon.upload.versions import NULL, Folder, KeyHistory, Version
from colophon.verbs.reading import decide_with_reads
from colophon_ops.answers import await_answers
from colophon_ops.errors import Misused
from colophon_ops.inbox_path import list_command
from colophon_ops.withdraw.clients import WithdrawClients
from colophon_ops.withdraw.run import OpenProgress, prove_removal

_THREADS = 8
_PAUSE = 0.5
_SETTLE_SECONDS = 3.0
_WITHDRAWALS = (PostWithdrawal, PageWithdrawal, ImageWithdrawal)
# What no command of Colophon can reach, or what the withdrawal needs.
REMAINS = (
    "in the inbox: the withdrawals of the post, and the names of its files as delete markers",
    "on the site: tombstones, and the names of its images in their addresses",
    "in the index: names, states, dates and digests, but no text",
    "in backups of the table: point-in-time recovery goes back 35 days; your own backups stay until you delete them",
    "in browsers and in copies that others made: images for up to a day, feeds and search engines for as long as they "
    "choose",
    "in logs: names of files until the stack's LogRetentionDays are over",
    "outside of AWS, and in replicas of the inbox: folders that were uploaded, and whatever copied the bucket",
)


class ErasePlan(Struct, frozen=True):
    """What an erasure of the post that ``target`` withdraws removes.

    ``markers`` are the keys that hold an object and get a delete marker. ``versions`` are those with content,
    ``reports`` the older versions of their reports. ``kept`` are the keys of the withdrawals.
    """

    target: PostWithdrawal
    markers: tuple[str, ...]
    versions: tuple[Version, ...]
    reports: tuple[Version, ...]
    kept: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.markers or self.versions or self.reports)


class EraseResult(Struct, frozen=True):
    """The number of versions removed of uploads and of reports, and the keys that stay."""

    post: str
    versions: int
    reports: int
    kept: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        removed = {"versions": self.versions, "reports": self.reports}
        return {"post": self.post, "removed": removed, "kept": list(self.kept), "remains": list(REMAINS)}


def erase(
    target: PostWithdrawal,
    clients: WithdrawClients,
    now: Callable[[], datetime],
    seconds: float,
    confirm: Callable[[ErasePlan], None],
    progress: OpenProgress,
) -> EraseResult:
    """Erase the post that ``target`` withdraws. Called again after an interruption, it resumes.

    ``confirm`` raises to stop before anything is changed. Raises Misused if no withdrawal without an end is in force,
    or without the right to delete versions; Unavailable if the post is not gone everywhere, or the stack does not
    answer for ``seconds``.
    """
    check_withdrawn(target, clients, now())
    plan = plan_erasure(target, clients)
    if not plan.is_empty:
        confirm(plan)
        _check_gone(target, clients, seconds, progress)
        _put_markers(plan, clients, seconds, progress)
    # The withdrawal may have been lifted meanwhile, and files uploaded, for which there was no question and no marker.
    check_withdrawn(target, clients, now())
    plan = plan_erasure(target, clients)
    if plan.markers:
        what = f"{plan.markers[0]} was uploaded meanwhile"
        raise Unavailable(f"{what}. Nothing was erased yet. Run the same command again to erase it, too.")
    _remove(plan.versions, "erasing uploads", clients, progress)
    _await_reports(plan, clients, seconds, progress)
    reports = plan_erasure(target, clients).reports
    _remove(reports, "erasing reports", clients, progress)
    return EraseResult(str(target.post), len(plan.versions), len(reports), plan.kept)


def check_withdrawn(target: PostWithdrawal, clients: WithdrawClients, now: datetime) -> None:
    """Raises Misused unless the post is withdrawn by its own withdrawal, and without an end."""
    row, clinic, site = clients.index.read_post(target.post)
    folder = clients.inbox.read_folder(target.post.folder)
    snapshot = PostSnapshot(folder=folder, contents={}, row=row, clinic=clinic, site=site, now=now)
    standing = decide_with_reads(lambda at: withdrawal_at(target.key, at, now), snapshot, clients.inbox)
    fix = f"Run this first: colophon withdraw {target.target_name} --kind gone --reason clinic-request"
    if not folder.histories:
        raise Misused(
            f"Nothing of the post {target.post} was ever uploaded. Check the name: {list_command(target.key)}"
        )
    if standing.withdrawal is None:
        also = " A withdrawal of its clinic does not count: its end would show the post's address again."
        raise Misused(f"The post {target.post} is not withdrawn.{also if clinic.withdrawal else ''} {fix}")
    if standing.withdrawal.until:
        until = standing.withdrawal.until.isoformat()
        raise Misused(f"The withdrawal of {target.post} is a hold, which ends at {until}. {fix}")


def plan_erasure(target: PostWithdrawal, clients: WithdrawClients) -> ErasePlan:
    """What there is to erase now."""
    folder = clients.inbox.read_folder(target.post.folder)
    kept = {key for key in folder.uploaded_keys() if isinstance(parse_key(key), _WITHDRAWALS)}
    spellings = [each for key, history in folder.histories.items() if key not in kept for each in _spellings(history)]
    markers = tuple(each.newest.key for each in spellings if each.newest and each.exists)
    versions = tuple(version for each in spellings for version in each.versions if not version.deleted)
    reports = clients.inbox.read_folder(f"{REPORTS}{target.post.folder}")
    return ErasePlan(target, markers, versions, tuple(_old_reports(reports, kept)), tuple(sorted(kept)))


def _spellings(history: KeyHistory) -> Iterator[KeyHistory]:
    yield from (history, *history.other_spellings)


def _old_reports(reports: Folder, kept: Iterable[str]) -> Iterator[Version]:
    """Every version of the reports on other keys than ``kept``, but the newest one, which says only what is so now."""
    own = {to_nfc(report_key(key)) for key in kept}
    for key, history in reports.histories.items():
        if key not in own:
            for spelling in _spellings(history):
                yield from spelling.versions[1:]


def _check_gone(target: PostWithdrawal, clients: WithdrawClients, seconds: float, progress: OpenProgress) -> None:
    """Raises Unavailable unless no place shows the post: what is erased can't be looked for any more."""
    proof = prove_removal(target, clients, seconds, progress)
    shown = [check for check in proof if check.verdict not in ("proven", "held")]
    if shown:
        what = f"{len(shown)} of {len(proof)} places still show {target.post}, or could not be checked"
        raise Unavailable(f"{what}, such as {shown[0].resource}. Nothing was erased. Run the same command again.")


def _put_markers(plan: ErasePlan, clients: WithdrawClients, seconds: float, progress: OpenProgress) -> None:
    """Delete each file, and wait until the stack has processed that. Raises Unavailable."""
    s3, bucket = clients.s3, clients.inbox_bucket
    ids = {key: str(s3.delete_object(Bucket=bucket, Key=key)["VersionId"]) for key in plan.markers}
    # A name in another spelling has no answer of its own.
    watched = {key: version for key, version in ids.items() if key == to_nfc(key)}
    with progress("waiting for the stack", len(watched) or None) as bar:
        answers = await_answers(
            watched, clients.index, seconds, _SETTLE_SECONDS, lambda done: bar.at(done, len(watched))
        )
    if missing := sorted(watched.keys() - answers.keys()):
        what = f"The stack has not processed the deletion of {missing[0]}"
        raise Unavailable(f"{what}. Nothing was erased yet. Run the same command again in a minute.")


def _remove(versions: Sequence[Version], what: str, clients: WithdrawClients, progress: OpenProgress) -> None:
    """Delete ``versions`` for good. Raises Misused without the right to."""
    remove = partial(_remove_version, clients=clients)
    with progress(what, len(versions) or None) as bar, ThreadPoolExecutor(_THREADS) as threads:
        for done, _ in enumerate(threads.map(remove, versions), 1):
            bar.at(done, len(versions))


def _remove_version(version: Version, clients: WithdrawClients) -> None:
    try:
        clients.s3.delete_object(
            Bucket=clients.inbox_bucket, Key=version.key, VersionId=NULL if version.is_null else version.id
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        what = "These credentials may not delete versions in the inbox (s3:DeleteObjectVersion)"
        fix = "Deploy with EraseRole set to your role's ARN, attach the policies EditorPolicy and EraserPolicy to it"
        raise Misused(f"{what}. {fix}, and run the same command again: it resumes.") from error


def _await_reports(plan: ErasePlan, clients: WithdrawClients, seconds: float, progress: OpenProgress) -> None:
    """Wait until the newest report on each erased file says that it is absent. Raises Unavailable."""
    folder = clients.inbox.read_folder(plan.target.post.folder)
    waiting = {key for key in folder.uploaded_keys() if key not in plan.kept}
    total, until = len(waiting), time.monotonic() + seconds
    with progress("waiting for reports", total or None) as bar:
        while waiting := {key for key in waiting if not _is_reported_absent(key, clients)}:
            bar.at(total - len(waiting), total)
            if time.monotonic() > until:
                what = f"The report on {min(waiting)} still says what was uploaded"
                raise Unavailable(f"{what}. The uploads are erased. Run the same command again in a minute.")
            time.sleep(_PAUSE)


def _is_reported_absent(key: str, clients: WithdrawClients) -> bool:
    """Whether the report on ``key`` is about a deletion, or there is none."""
    try:
        answer = clients.s3.get_object(Bucket=clients.inbox_bucket, Key=report_key(key))
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return True
        raise
    state: str = json.loads(answer["Body"].read())["state"]
    return state == "absent"
