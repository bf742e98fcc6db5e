"""Withdrawals at one moment: which of them cover a page or an image, and what their reports say."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from colophon.decision.identity import fingerprint
from colophon.decision.redirects import claim_targets_at
from colophon.decision.rows import Outcome, WithdrawalRow
from colophon.decision.snapshot import (
    Candidate,
    Invalid,
    PostSnapshot,
    Snapshot,
    find_candidate,
    kept_page_version,
    page_withdrawal_keys,
)
from colophon.edition.model import Edition
from colophon.problem import Problem
from colophon.upload.keys import ClinicWithdrawal, ImageWithdrawal, PageRef, PageWithdrawal, PostWithdrawal, parse_key
from colophon.upload.versions import EMPTY_HISTORY, Folder, KeyHistory, readable_versions
from colophon.withdrawal import MAX_CLOCK_SKEW, UNREADABLE_WITHDRAWAL, Withdrawal


class StandingWithdrawal(Struct, frozen=True):
    """What one key withdraws at one moment. ``withdrawal`` is None if nothing is withdrawn.

    ``identity`` never takes an earlier value again. ``times_ended`` counts how often a withdrawal here ended.
    ``problems`` are for its report. At ``ends_at`` it ends, or has ended, by itself; until ``early_until`` it is in
    force although its own date is later. ``is_over``: it has ended by itself.
    """

    key: str
    identity: tuple[str, ...]
    withdrawal: Withdrawal | None = None
    times_ended: int = 0
    problems: tuple[Problem, ...] = ()
    ends_at: datetime | None = None
    early_until: datetime | None = None
    is_over: bool = False

    @property
    def next_at(self) -> datetime | None:
        """When it, or its report, changes by itself."""
        return None if self.is_over else self.early_until or self.ends_at


def withdrawal_at(key: str, snapshot: Snapshot, now: datetime) -> StandingWithdrawal:
    """The withdrawal at ``key`` as of ``now``. One that can't be read withdraws all the same. Raises NeedsVersion."""
    history = snapshot.folder.history_of(key)
    if history is EMPTY_HISTORY:
        return StandingWithdrawal(key, ())
    times_ended = _count_endings(history)
    if not history.exists:
        return StandingWithdrawal(key, history.identity(), times_ended=times_ended)
    content = snapshot.content(next(history.distinct_versions()))
    if not isinstance(content, Withdrawal):
        problems = content.problems if isinstance(content, Invalid) else ()
        return StandingWithdrawal(key, history.identity(), UNREADABLE_WITHDRAWAL, times_ended, problems)
    endless = _earlier_endless_withdrawal(history, snapshot) if content.until else None
    if endless:
        return StandingWithdrawal(
            key, history.identity(), endless, times_ended, (_hold_after_endless_problem(endless),)
        )
    if content.is_in_force(now):
        early = content.at - MAX_CLOCK_SKEW if content.until and content.at else now
        early_until = early if now < early else None
        return StandingWithdrawal(
            key,
            history.identity(),
            content,
            times_ended,
            content.warnings,
            ends_at=content.until,
            early_until=early_until,
        )
    identity = (*history.identity(), "over")
    return StandingWithdrawal(key, identity, None, times_ended + 1, content.warnings, content.until, is_over=True)


def _count_endings(history: KeyHistory) -> int:
    """How often a withdrawal here was deleted or replaced: so often its target may have been shown again.

    The count never decreases. If the key has several spellings, every upload and every deletion counts.
    """
    spellings = (history, *history.other_spellings)
    if history.other_spellings:
        return sum(1 for spelling in spellings for _ in spelling.distinct_versions())
    return sum(not version.deleted for version in tuple(history.distinct_versions())[1:])


def _earlier_endless_withdrawal(history: KeyHistory, snapshot: Snapshot) -> Withdrawal | None:
    """The withdrawal without an end that a hold replaced. Only a deletion of the file ends such a withdrawal.

    What is too much to read counts as one: a withdrawal counts by its key alone.
    """
    readable = {version.id for version in readable_versions((history,))}
    for version in tuple(history.distinct_versions())[1:]:
        if version.deleted:
            return None
        content = snapshot.content(version) if version.id in readable else UNREADABLE_WITHDRAWAL
        if isinstance(content, Withdrawal) and not content.until:
            return content
    return None


def withdrawals_at(keys: Iterable[str], snapshot: Snapshot, now: datetime) -> tuple[StandingWithdrawal, ...]:
    """The withdrawals at ``keys`` as of ``now``, in the order of the keys. Raises NeedsVersion."""
    return tuple(withdrawal_at(key, snapshot, now) for key in keys)


def withdrawal_outcome(
    withdrawal: StandingWithdrawal, history: KeyHistory, *, covers: bool, claimants: Sequence[str] = ()
) -> Outcome:
    """The report of a withdrawal. ``covers``: what it names was once uploaded.

    If it was not, ``claimants`` are the posts (``<clinic>/<post>``) whose earlier address it names.
    """
    newest = history.newest
    version = newest.id if newest else ""
    key = newest.key if newest else withdrawal.key
    if not history.exists:
        return Outcome(key, "absent", version=version)
    if not covers and not claimants:
        # Says the same at any time: no page or image that would be looked at again when a hold ends is there.
        problems = (*withdrawal.problems, _covers_nothing_problem(withdrawal.ends_at))
        return Outcome(key, "waiting", problems=problems, version=version)
    if withdrawal.is_over:
        return Outcome(key, "superseded", problems=(_over_problem(),), version=version)
    unread = (_unreadable_problem(),) if withdrawal.withdrawal is UNREADABLE_WITHDRAWAL else ()
    early = (_early_hold_problem(withdrawal.withdrawal),) if withdrawal.withdrawal and withdrawal.early_until else ()
    ends = () if covers else (_earlier_address_problem(claimants),)
    return Outcome(key, "live", problems=(*withdrawal.problems, *unread, *early, *ends), version=version)


def withdrawn_by_problem(withdrawal: StandingWithdrawal) -> Problem:
    """The warning in the report of a withdrawn upload."""
    kind = withdrawal.withdrawal.kind if withdrawal.withdrawal else "withdrawn"
    return Problem(
        f"{withdrawal.key} withdraws it ({kind}).", "To show it again, delete that file.", severity="warning"
    )


def _over_problem() -> Problem:
    return Problem("This hold has ended by itself.", "Delete the file when convenient.", severity="warning")


def _hold_after_endless_problem(endless: Withdrawal) -> Problem:
    what = f"A hold can't replace a withdrawal without an end: the earlier one ({endless.kind}) is still in force."
    return Problem(what, "Delete the file to end that withdrawal, then upload the hold.", severity="warning")


def _unreadable_problem() -> Problem:
    what = "It is in force all the same, with kind withdrawn and reason other."
    return Problem(
        what,
        "Correct the file, so that readers learn the reason; or delete it to end the withdrawal.",
        severity="warning",
    )


def _early_hold_problem(hold: Withdrawal) -> Problem:
    at, until = (moment.isoformat() if moment else "" for moment in (hold.at, hold.until))
    what = f"“at”, {at}, is in the future, but the hold is in force already, until {until}."
    fix = "Set at to the moment of the order, and until to at most 30 days after it; or delete the file until then."
    return Problem(what, fix, "at", severity="warning")


def _earlier_address_problem(claimants: Sequence[str]) -> Problem:
    what = f"No text was ever uploaded here. It withdraws an earlier address of {' and '.join(claimants)}, "
    fix = "Delete the file to make this address redirect again."
    return Problem(f"{what}so this address does not redirect there.", fix, severity="warning")


def _covers_nothing_problem(ends_at: datetime | None) -> Problem:
    what = "It names nothing that was ever uploaded here."
    until = f", until {ends_at.isoformat()}" if ends_at else ""
    fix = f"Check the file's name and folder. It takes effect as soon as what it names is uploaded{until}."
    return Problem(what, fix, severity="waiting")


def decide_withdrawal(key: str, snapshot: PostSnapshot) -> WithdrawalRow:
    """The row to keep for the withdrawal at ``key`` in the post's folder. Raises NeedsVersion.

    A hold that was over by one clock stays so by another that is behind: no page would be looked at again for its end.
    """
    inputs_id = withdrawal_inputs_id(key, snapshot)
    known = snapshot.row.withdrawals.get(key.removeprefix(snapshot.post.folder))
    if known and known.outcome.state == "superseded" and known.inputs_id == inputs_id:
        return WithdrawalRow(known.outcome, inputs_id=inputs_id)
    withdrawal = withdrawal_at(key, snapshot, snapshot.now)
    covers, claimants = covers_upload(key, snapshot.folder), _live_claimants(key, snapshot)
    outcome = withdrawal_outcome(withdrawal, snapshot.folder.history_of(key), covers=covers, claimants=claimants)
    return WithdrawalRow(outcome, inputs_id=inputs_id)


def withdrawal_inputs_id(key: str, snapshot: PostSnapshot) -> str:
    """The identity of all inputs of the decision about the withdrawal at ``key``, except time. Reads no version."""
    covers = covers_upload(key, snapshot.folder)
    return fingerprint(
        snapshot.folder.history_of(key).identity(), covers, () if covers else _live_claimants(key, snapshot)
    )


def covers_upload(key: str, folder: Folder) -> bool:
    """Whether what the withdrawal at ``key`` names was once uploaded to its post's ``folder``."""
    match parse_key(key):
        case PostWithdrawal():
            return any(isinstance(parse_key(other), PageRef) for other in folder.uploaded_keys())
        case PageWithdrawal(page=page):
            return folder.history_of(page.key).ever_uploaded
        case ImageWithdrawal(image=image):
            return folder.history_of(image.key).ever_uploaded
    return False


def _live_claimants(key: str, snapshot: PostSnapshot) -> tuple[str, ...]:
    """The live posts that claim an address which the withdrawal at ``key`` names, directly or over other posts."""
    match parse_key(key):
        case PostWithdrawal():
            langs = sorted(snapshot.row.claims)
        case PageWithdrawal(page=page):
            langs = [page.lang]
        case _:
            langs = []
    return tuple(sorted({post for lang in langs for post in claim_targets_at(PageRef(snapshot.post, lang), snapshot)}))


class WithdrawnPage(Struct, frozen=True):
    """A page that a clinic's withdrawal covers: its day, and the id of the version with that day."""

    posted: date
    version: str


def withdrawals_covering(page: PageRef, snapshot: PostSnapshot) -> tuple[StandingWithdrawal, ...]:
    """Every withdrawal that covers ``page``, those that have ended included. Raises NeedsVersion."""
    withdrawals = withdrawals_at(page_withdrawal_keys(page), snapshot, snapshot.now)
    # A change of the clinic's withdrawal refreshes no deleted text, so a deleted text must not depend on it.
    if not snapshot.folder.history_of(page.key).exists:
        return withdrawals
    return (*withdrawals, clinic_withdrawal(snapshot))


def clinic_withdrawal(snapshot: PostSnapshot) -> StandingWithdrawal:
    """The clinic's withdrawal, by its row."""
    row = snapshot.clinic
    key = ClinicWithdrawal(snapshot.post.clinic).key
    return StandingWithdrawal(
        key,
        (row.withdrawal_id,),
        row.withdrawal,
        row.withdrawals_ended,
        ends_at=row.withdrawal.until if row.withdrawal else None,
    )


def page_withdrawn_with_clinic(page: PageRef, snapshot: PostSnapshot) -> WithdrawnPage | None:
    """The day of the newest valid text of ``page`` while its clinic is withdrawn, whether it was ever shown or not.

    The month of that day is withdrawn with it, and only the inbox says which it is. None if there is no such text.
    Raises NeedsVersion.
    """
    history = snapshot.folder.history_of(page.key)
    if snapshot.clinic.withdrawal is None or not history.exists:
        return None
    candidate: Candidate[Edition] = find_candidate(history, snapshot, kept=kept_page_version(page, snapshot))
    if candidate.version is None or candidate.value is None:
        return None
    return WithdrawnPage(candidate.value.front_matter.source.posted, candidate.version.id)
