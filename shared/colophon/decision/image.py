"""What must be published for an image: its clean copy, and tombstones at every path where it may no longer be."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.editions import first_after
from colophon.decision.identity import fingerprint
from colophon.decision.rows import ImageRow, Outcome, OutcomeState, PostRow
from colophon.decision.snapshot import (
    Candidate,
    PostSnapshot,
    find_candidate,
    image_withdrawal_keys,
)
from colophon.decision.withdrawals import StandingWithdrawal, clinic_withdrawal, withdrawals_at, withdrawn_by_problem
from colophon.images.copy import RECIPE_VERSION, Copy, Outline, image_file_key, image_key_base, possible_file_keys
from colophon.problem import Problem
from colophon.upload.keys import ImageRef
from colophon.upload.versions import KeyHistory
from colophon.views import ImageState


def count_generations(
    history: KeyHistory, shown: Outline | None, times_ended: int, snapshot: PostSnapshot
) -> Mapping[Outline, int]:
    """For every upload at ``history``, in any spelling, how often the image had ended when its last life began.

    ``ended`` counts how often it was deleted, or an order against it lifted. Older versions are read only at need:
    where there is but one and nothing ever ended, ``shown`` says all.
    """
    versions = [version for spelling in (history, *history.other_spellings) for version in spelling.distinct_versions()]
    if len(versions) <= 1 and not times_ended:
        return {shown: 0} if shown else {}
    uploads: Counter[Outline] = Counter()
    for version in versions:
        outline = None if version.deleted else snapshot.outline(version)
        if outline:
            uploads[outline] += 1
    # The same bytes that come again after others begin another life, though nothing was deleted or withdrawn.
    return {outline: times_ended + times - 1 for outline, times in uploads.items()}


def keys_of_generations(image: ImageRef, generations: Mapping[Outline, int]) -> set[str]:
    """The site keys of all of them."""
    return {
        key
        for outline, last in generations.items()
        for generation in range(last + 1)
        for key in possible_file_keys(image, outline, generation)
    }


_GRACE_PERIOD = timedelta(days=1)
# Their text was not read, so nobody knows what it shows.
_UNREAD_STATES = ("withdrawn", "refused")


def is_unreferenced(name: str, row: PostRow) -> bool:
    """Whether no text of the post names the image, be it one that waits. Where one was not read, it may."""
    pages = row.pages.values()
    return not any(name in page.image_names or page.outcome.state in _UNREAD_STATES for page in pages)


def should_warn_unused(row: ImageRow, image: ImageRef, snapshot: PostSnapshot) -> bool:
    """Whether the uploader of ``image`` should be told by now that no text shows it."""
    due = _warning_due_at(image, snapshot)
    return _may_be_unused(row, image, snapshot) and (due is None or snapshot.now >= due)


def add_unused_warning(row: ImageRow, image: ImageRef, snapshot: PostSnapshot) -> ImageRow:
    """``part``, with a word to its uploader if no text shows it, and the moment at which that is to be asked again."""
    if should_warn_unused(row, image, snapshot):
        problems = (*row.outcome.problems, _unreferenced_problem(image))
        return replace(row, unused=True, outcome=replace(row.outcome, problems=problems))
    if _may_be_unused(row, image, snapshot):
        return replace(row, next_at=min(moment for moment in (row.next_at, _warning_due_at(image, snapshot)) if moment))
    return row


def _may_be_unused(row: ImageRow, image: ImageRef, snapshot: PostSnapshot) -> bool:
    return row.state == "ready" and is_unreferenced(image.name, snapshot.row)


def _warning_due_at(image: ImageRef, snapshot: PostSnapshot) -> datetime | None:
    """When patience ends. None where nobody can say when the image came: in a folder on disk."""
    since = next((version.last_modified for version in snapshot.folder.history_of(image.key).distinct_versions()), None)
    return since + _GRACE_PERIOD if since else None


def _unreferenced_problem(image: ImageRef) -> Problem:
    fix = f"Name it in a text of {image.post.folder} as ![what it shows]({image.name}), or delete it."
    return Problem("No text of the post shows this image.", fix, severity="warning")


class ImageDecision(Struct, frozen=True):
    """Each size of ``copy`` must be at its key, which begins with ``base``; at each of ``tombstones`` a tombstone.

    ``part`` is the row to keep, whether any text shows the image not yet told.
    """

    row: ImageRow
    base: str = ""
    copy: Copy | None = None
    tombstones: tuple[str, ...] = ()


def is_image_up_to_date(image: ImageRef, snapshot: PostSnapshot) -> bool:
    """Whether nothing that decides about ``image`` has changed since its row was recorded."""
    row = snapshot.row.images.get(image.name)
    if row is None:
        return not _is_known(image, snapshot)
    in_time = row.next_at is None or snapshot.now < row.next_at
    return (
        row.inputs_id == _inputs_id(image, snapshot)
        and row.unused == should_warn_unused(row, image, snapshot)
        and in_time
    )


def decide_image(image: ImageRef, snapshot: PostSnapshot) -> ImageDecision:
    """What must be published for ``image``. Raises NeedsVersion."""
    history = snapshot.folder.history_of(image.key)
    withdrawals = _withdrawals_of(image, snapshot)
    candidate: Candidate[Copy] = find_candidate(history, snapshot)
    times_ended = history.count_deletions() + sum(withdrawal.times_ended for withdrawal in withdrawals)
    generations = count_generations(
        history, candidate.value.outline if candidate.value else None, times_ended, snapshot
    )
    covering = withdrawals if history.exists else withdrawals[:-1]
    shown = None if any(withdrawal.withdrawal for withdrawal in covering) else candidate.value
    base = image_key_base(image, shown.outline.sha256, generations[shown.outline]) if shown else ""
    live_keys = set(possible_file_keys(image, shown.outline, generations[shown.outline])) if shown else set()
    row = _image_row(image, snapshot, candidate, covering, base)
    return ImageDecision(row, base, shown, tuple(sorted(keys_of_generations(image, generations) - live_keys)))


def _withdrawals_of(image: ImageRef, snapshot: PostSnapshot) -> tuple[StandingWithdrawal, ...]:
    """The withdrawals of ``image``, the clinic's last: whoever changes that one rings for what lies in the inbox."""
    withdrawals = withdrawals_at(image_withdrawal_keys(image), snapshot, snapshot.now)
    return (*withdrawals, clinic_withdrawal(snapshot))


def _image_row(
    image: ImageRef,
    snapshot: PostSnapshot,
    candidate: Candidate[Copy],
    withdrawals: tuple[StandingWithdrawal, ...],
    base: str,
) -> ImageRow:
    history = snapshot.folder.history_of(image.key)
    newest = history.newest
    in_force = tuple(withdrawal for withdrawal in withdrawals if withdrawal.withdrawal)
    state: ImageState = "ready" if base else "withdrawn" if in_force else "absent"
    rejected = candidate.rejected[0][1].problems if candidate.rejected else ()
    outcome_state = _outcome_state(candidate, bool(in_force), bool(rejected), history)
    problems = tuple(withdrawn_by_problem(withdrawal) for withdrawal in in_force) if in_force else rejected
    if not history.exists:
        problems = ()
    fallback = candidate.value.fallback if candidate.value and base else None
    path = "/" + quote(image_file_key(base, fallback.width, fallback.extension)) if fallback else ""
    outcome = Outcome(newest.key if newest else image.key, outcome_state, path, problems, newest.id if newest else "")
    decided = candidate.version or candidate.deletion
    refused = newest.id if newest and not candidate.ever_existed else ""
    fp = fingerprint(
        RECIPE_VERSION,
        path,
        decided.id if decided else "",
        refused,
        [withdrawal.identity for withdrawal in withdrawals],
    )
    return ImageRow(
        outcome,
        inputs_id=_inputs_id(image, snapshot),
        fp=fp,
        ever_available=_was_ever_available(image, candidate, snapshot),
        state=state,
        path=path,
        width=fallback.width if fallback else 0,
        height=fallback.height if fallback else 0,
        widths=candidate.value.widths if candidate.value and base else (),
        next_at=first_after(snapshot.now, (withdrawal.next_at for withdrawal in withdrawals)),
    )


def _was_ever_available(image: ImageRef, candidate: Candidate[Copy], snapshot: PostSnapshot) -> bool:
    """Whether the image ever came, in any spelling of its name: a text that showed it must not wait for it again."""
    other_spellings = [
        version
        for spelling in snapshot.folder.history_of(image.key).other_spellings
        for version in spelling.distinct_versions()
    ]
    # No version is read for this: where there are other spellings, count_generations has read every outline.
    earlier = any(version.deleted or snapshot.outline(version) for version in other_spellings)
    return (
        candidate.ever_existed or earlier or snapshot.folder.history_of(image_withdrawal_keys(image)[1]).ever_uploaded
    )


def _outcome_state(candidate: Candidate[Copy], withdrawn: bool, refused: bool, history: KeyHistory) -> OutcomeState:
    if not history.exists:
        return "absent"
    if withdrawn:
        return "withdrawn"
    return "refused" if refused else "live"


def _inputs_id(image: ImageRef, snapshot: PostSnapshot) -> str:
    history = snapshot.folder.history_of(image.key)
    withdrawal_ids = [snapshot.folder.history_of(key).identity() for key in image_withdrawal_keys(image)]
    return fingerprint(
        RECIPE_VERSION, history.identity(), withdrawal_ids, snapshot.clinic.withdrawal_id if history.exists else ""
    )


def _is_known(image: ImageRef, snapshot: PostSnapshot) -> bool:
    return any(snapshot.folder.history_of(key).ever_uploaded for key in (image.key, image_withdrawal_keys(image)[1]))
