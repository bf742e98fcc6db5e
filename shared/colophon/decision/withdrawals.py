"""Withdrawals as they stand at one moment: which cover a page or an image, and what their uploader is told."""

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
    page_withdrawal_keys,
)
from colophon.edition.model import Edition
from colophon.problem import Problem
from colophon.upload.keys import ClinicWithdrawal, ImageWithdrawal, PageRef, PageWithdrawal, PostWithdrawal, parse_key
from colophon.upload.versions import EMPTY_HISTORY, Folder, KeyHistory
from colophon.withdrawal import MAX_CLOCK_SKEW, UNREADABLE_WITHDRAWAL, Withdrawal


class StandingWithdrawal(Struct, frozen=True):
    """One key's order. ``identity`` never returns to an old value; ``lifted`` counts how often it was ended.

    ``order`` is None where none stands. ``problems`` are for whoever uploaded it. At ``ends_at`` it ends by itself;
    until ``early_until`` it withdraws before the moment that it is dated.
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
        """When something of it, or of what is said of it, changes by itself."""
        return self.early_until or self.ends_at


def withdrawal_at(key: str, snapshot: Snapshot, now: datetime) -> StandingWithdrawal:
    """What the withdrawal at ``key`` orders at ``now``. It counts by its key, whether or not it can be read."""
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
            key, history.identity(), content, times_ended, ends_at=content.until, early_until=early_until
        )
    return StandingWithdrawal(key, (*history.identity(), "over"), None, times_ended + 1, is_over=True)


def _count_endings(history: KeyHistory) -> int:
    """How often an order here was deleted or gave way to another: as many times what it withdrew may have been shown.

    It never gets less. Where the key was written in several ways, every upload and every deletion counts.
    """
    spellings = (history, *history.other_spellings)
    if history.other_spellings:
        return sum(1 for spelling in spellings for _ in spelling.distinct_versions())
    return sum(not version.deleted for version in tuple(history.distinct_versions())[1:])


def _earlier_endless_withdrawal(history: KeyHistory, snapshot: Snapshot) -> Withdrawal | None:
    """The order without an end that a hold was put in the place of: only its deletion ends it."""
    for version in tuple(history.distinct_versions())[1:]:
        if version.deleted:
            return None
        content = snapshot.content(version)
        if isinstance(content, Withdrawal) and not content.until:
            return content
    return None


def withdrawals_at(keys: Iterable[str], snapshot: Snapshot, now: datetime) -> tuple[StandingWithdrawal, ...]:
    """What the withdrawals at ``keys`` order at ``now``, in that order."""
    return tuple(withdrawal_at(key, snapshot, now) for key in keys)


def withdrawal_outcome(
    withdrawal: StandingWithdrawal, history: KeyHistory, *, covers: bool, claimants: Sequence[str] = ()
) -> Outcome:
    """The report of a withdrawal itself. ``covers`` is whether what it names was ever uploaded; where it was not,
    ``claimants`` are the posts (``<clinic>/<post>``) whose earlier address it names."""
    newest = history.newest
    version = newest.id if newest else ""
    key = newest.key if newest else withdrawal.key
    if not history.exists:
        return Outcome(key, "absent", version=version)
    if withdrawal.is_over:
        return Outcome(key, "superseded", problems=(_over_problem(),), version=version)
    if not covers and not claimants:
        return Outcome(key, "waiting", problems=(*withdrawal.problems, _covers_nothing_problem()), version=version)
    unread = (_unreadable_problem(),) if withdrawal.withdrawal is UNREADABLE_WITHDRAWAL else ()
    early = (_early_hold_problem(withdrawal.withdrawal),) if withdrawal.withdrawal and withdrawal.early_until else ()
    ends = () if covers else (_earlier_address_problem(claimants),)
    return Outcome(key, "live", problems=(*withdrawal.problems, *unread, *early, *ends), version=version)


def withdrawn_by_problem(withdrawal: StandingWithdrawal) -> Problem:
    """What the report of a withdrawn upload says."""
    kind = withdrawal.withdrawal.kind if withdrawal.withdrawal else "withdrawn"
    return Problem(
        f"{withdrawal.key} withdraws it ({kind}).", "To show it again, delete that file.", severity="warning"
    )


def _over_problem() -> Problem:
    return Problem("This hold is over: it ended by itself.", "Delete the file when convenient.", severity="warning")


def _hold_after_endless_problem(endless: Withdrawal) -> Problem:
    what = f"A hold can't take the place of an order without an end: the one before it ({endless.kind}) still stands."
    return Problem(what, "Delete the file first, to end that order; then upload the hold.", severity="warning")


def _unreadable_problem() -> Problem:
    what = "It withdraws all the same, as kind withdrawn for reason other."
    return Problem(what, "Mend the file, so that readers are told why; or delete it, to end it.", severity="warning")


def _early_hold_problem(hold: Withdrawal) -> Problem:
    at, until = (moment.isoformat() if moment else "" for moment in (hold.at, hold.until))
    what = f"“at”, {at}, is still to come, but the hold withdraws already, and until {until}."
    fix = "Write as at when it was ordered, and an until at most 30 days after that; or delete the file until then."
    return Problem(what, fix, "at", severity="warning")


def _earlier_address_problem(claimants: Sequence[str]) -> Problem:
    what = f"No text was ever uploaded here. It withdraws an earlier address of {' and '.join(claimants)}, "
    fix = "Delete the file, to have readers led on from this address again."
    return Problem(f"{what}so that readers are not led there from it.", fix, severity="warning")


def _covers_nothing_problem() -> Problem:
    what = "It names nothing that was ever uploaded here."
    fix = "Check the file's name and folder. It will count as soon as what it names is uploaded."
    return Problem(what, fix, severity="waiting")


def decide_withdrawal(key: str, snapshot: PostSnapshot) -> WithdrawalRow:
    """The row to keep for the withdrawal at ``key`` in the post's folder. Raises NeedsVersion."""
    withdrawal = withdrawal_at(key, snapshot, snapshot.now)
    covers, claimants = covers_upload(key, snapshot.folder), _live_claimants(key, snapshot)
    outcome = withdrawal_outcome(withdrawal, snapshot.folder.history_of(key), covers=covers, claimants=claimants)
    return WithdrawalRow(outcome, inputs_id=withdrawal_inputs_id(key, snapshot))


def withdrawal_inputs_id(key: str, snapshot: PostSnapshot) -> str:
    """The identity of what decides about the withdrawal at ``key``, time aside, from the listing alone."""
    covers = covers_upload(key, snapshot.folder)
    return fingerprint(
        snapshot.folder.history_of(key).identity(), covers, () if covers else _live_claimants(key, snapshot)
    )


def covers_upload(key: str, folder: Folder) -> bool:
    """Whether what the withdrawal at ``key`` names was ever uploaded to its post's ``folder``."""
    match parse_key(key):
        case PostWithdrawal():
            return any(isinstance(parse_key(other), PageRef) for other in folder.uploaded_keys())
        case PageWithdrawal(page=page):
            return folder.history_of(page.key).ever_uploaded
        case ImageWithdrawal(image=image):
            return folder.history_of(image.key).ever_uploaded
    return False


def _live_claimants(key: str, snapshot: PostSnapshot) -> tuple[str, ...]:
    """The live posts that claim an address which the withdrawal at ``key`` names, or to which its claimants moved."""
    match parse_key(key):
        case PostWithdrawal():
            langs = sorted(snapshot.row.claims)
        case PageWithdrawal(page=page):
            langs = [page.lang]
        case _:
            langs = []
    return tuple(sorted({post for lang in langs for post in claim_targets_at(PageRef(snapshot.post, lang), snapshot)}))


class WithdrawnPage(Struct, frozen=True):
    """A page that a clinic's withdrawal covers: its day, and the id of the version that says so."""

    posted: date
    version: str


def withdrawals_covering(page: PageRef, snapshot: PostSnapshot) -> tuple[StandingWithdrawal, ...]:
    """Every withdrawal that covers ``page``, those that are over too."""
    withdrawals = withdrawals_at(page_withdrawal_keys(page), snapshot, snapshot.now)
    # Whoever changes a clinic's withdrawal rings for texts that lie in the inbox: a deleted one must not hang on it.
    if not snapshot.folder.history_of(page.key).exists:
        return withdrawals
    return (*withdrawals, clinic_withdrawal(snapshot))


def clinic_withdrawal(snapshot: PostSnapshot) -> StandingWithdrawal:
    """The clinic's withdrawal, as the index holds it."""
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
    """The day of the newest valid text of ``page`` while its clinic is withdrawn, shown once or not: the month it
    belongs to is withdrawn with it, and the inbox alone says which that is. None where there is none."""
    history = snapshot.folder.history_of(page.key)
    if snapshot.clinic.withdrawal is None or not history.exists:
        return None
    candidate: Candidate[Edition] = find_candidate(history, snapshot)
    if candidate.version is None or candidate.value is None:
        return None
    return WithdrawnPage(candidate.value.front_matter.source.posted, candidate.version.id)
