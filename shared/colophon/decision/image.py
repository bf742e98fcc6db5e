"""Decide what is published for an image: its copy, and tombstones at every path where it must not be any longer."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import quote, unquote

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.editions import first_after
from colophon.decision.identity import fingerprint
from colophon.decision.rows import ImageRow, Outcome, OutcomeState, PostRow
from colophon.decision.snapshot import (
    Candidate,
    PostSnapshot,
    check_shown_version,
    find_candidate,
    image_withdrawal_keys,
)
from colophon.decision.withdrawals import StandingWithdrawal, clinic_withdrawal, withdrawals_at, withdrawn_by_problem
from colophon.images.copy import (
    RECIPE_VERSION,
    WEBP_EXTENSION,
    Copy,
    Outline,
    image_file_key,
    image_key_base,
    possible_file_keys,
    recipe_id,
)
from colophon.images.mark import ImageMark
from colophon.problem import Problem
from colophon.upload.keys import ImageRef
from colophon.upload.versions import KeyHistory, readable_versions


def count_generations(
    history: KeyHistory, shown: Outline | None, times_ended: int, snapshot: PostSnapshot, kept: str = ""
) -> Mapping[Outline, int]:
    """The generation of every upload in ``history``, in any spelling: how often the image had ended before it.

    ``times_ended`` counts its deletions and the withdrawals of it that ended. Older versions are read only if needed:
    if there is one version and nothing ever ended, ``shown`` is all. Of very many contents the oldest are not counted,
    except that of the version ``kept``. Raises NeedsVersion.
    """
    versions = [*readable_versions((history, *history.other_spellings), kept)]
    if len(versions) <= 1 and not times_ended:
        return {shown: 0} if shown else {}
    uploads: Counter[Outline] = Counter()
    for version in versions:
        outline = None if version.deleted else snapshot.outline(version)
        if outline:
            uploads[outline] += 1
    # The same bytes after other bytes are a new generation, although nothing was deleted or withdrawn.
    return {outline: times_ended + times - 1 for outline, times in uploads.items()}


def keys_of_generations(image: ImageRef, generations: Mapping[Outline, int]) -> set[str]:
    """The site keys of every generation up to the last."""
    return {
        key
        for outline, last in generations.items()
        for generation in range(last + 1)
        for key in possible_file_keys(image, outline, generation)
    }


_GRACE_PERIOD = timedelta(days=1)
# The text was not read, so its images are unknown.
_UNREAD_STATES = ("withdrawn", "refused")


def is_unreferenced(name: str, row: PostRow) -> bool:
    """Whether no text of the post names the image. A text that waits may name it, and so may one that was not read."""
    pages = row.pages.values()
    return not any(name in page.image_names or page.outcome.state in _UNREAD_STATES for page in pages)


def should_warn_unused(row: ImageRow, image: ImageRef, snapshot: PostSnapshot) -> bool:
    """Whether the report of ``image`` should warn by now that no text shows it."""
    due = _warning_due_at(image, snapshot)
    return _may_be_unused(row, image, snapshot) and (due is None or snapshot.now >= due)


def add_unused_warning(row: ImageRow, image: ImageRef, snapshot: PostSnapshot) -> ImageRow:
    """``row`` with a warning in its report if no text shows the image, or with the moment at which to check that."""
    if should_warn_unused(row, image, snapshot):
        problems = (*row.outcome.problems, _unreferenced_problem(image))
        return replace(row, unused=True, outcome=replace(row.outcome, problems=problems))
    if _may_be_unused(row, image, snapshot):
        return replace(row, next_at=min(moment for moment in (row.next_at, _warning_due_at(image, snapshot)) if moment))
    return row


def _may_be_unused(row: ImageRow, image: ImageRef, snapshot: PostSnapshot) -> bool:
    return row.state == "ready" and is_unreferenced(image.name, snapshot.row)


def _warning_due_at(image: ImageRef, snapshot: PostSnapshot) -> datetime | None:
    """When the grace period ends. None if the upload has no date, as in a folder on disk."""
    since = next((version.last_modified for version in snapshot.folder.history_of(image.key).distinct_versions()), None)
    return since + _GRACE_PERIOD if since else None


def _animated_problem() -> Problem:
    fix = "If the first frame shows all that the text needs, leave it. Otherwise upload a still image, or several."
    return Problem("The image is animated; the site shows its first frame only.", fix, severity="warning")


def _unreferenced_problem(image: ImageRef) -> Problem:
    fix = f"Name it in a text of {image.post.folder} as ![what it shows]({image.name}), or delete it."
    return Problem("No text of the post shows this image.", fix, severity="warning")


class ImageDecision(Struct, frozen=True):
    """Publish each file of ``copy`` at its key, which begins with ``base``, and a tombstone at each of ``tombstones``.

    ``row`` is the row to keep, without the warning that no text shows the image.
    """

    row: ImageRow
    base: str = ""
    copy: Copy | None = None
    tombstones: tuple[str, ...] = ()


def is_image_up_to_date(image: ImageRef, snapshot: PostSnapshot) -> bool:
    """Whether no input of the decision about ``image`` has changed since its row was recorded. Reads no version.

    The recipe is none of them: two code versions that run at the same time must not make each other's files again.
    """
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
    """What to publish for ``image``. Raises NeedsVersion."""
    history = snapshot.folder.history_of(image.key)
    withdrawals = _withdrawals_of(image, snapshot)
    known = snapshot.row.images.get(image.name)
    kept = known.kept_version if known else ""
    candidate: Candidate[Copy] = find_candidate(history, snapshot, kept=kept)
    times_ended = history.count_deletions() + sum(withdrawal.times_ended for withdrawal in withdrawals)
    generations = count_generations(
        history, candidate.value.outline if candidate.value else None, times_ended, snapshot, kept
    )
    covering = withdrawals if history.exists else withdrawals[:-1]
    shown = None if any(withdrawal.withdrawal for withdrawal in covering) else candidate.value
    row = snapshot.row.images.get(image.name)
    if row and row.state == "ready" and history.exists and not any(each.withdrawal for each in covering):
        check_shown_version(candidate, row.outcome.version if row.outcome.state == "live" else "")
    base = image_key_base(image, shown.outline, generations[shown.outline]) if shown else ""
    live_keys = set(possible_file_keys(image, shown.outline, generations[shown.outline])) if shown else set()
    ended = keys_of_generations(image, generations)
    earlier = _files_of_other_recipes(row, base)
    is_same_upload = row is not None and candidate.version is not None and candidate.version.id == row.kept_version
    if row and not (shown and is_same_upload):
        ended |= earlier
    if row and not shown:
        # A version that was archived since it was published has no outline, but the row knows its files.
        ended |= set(recorded_file_keys(row))
    decided = replace(
        _image_row(image, snapshot, candidate, covering, base), earlier_files=tuple(sorted(earlier - ended))
    )
    return ImageDecision(decided, base, shown, tuple(sorted(ended - live_keys)))


def _files_of_other_recipes(row: ImageRow | None, base: str) -> set[str]:
    """The site keys of an image's files that other recipes made, where the keys of its files now begin with ``base``.

    They stay while the upload is shown, as pages and other code may still name them. They end with it.
    """
    if row is None:
        return set()
    replaced = recorded_file_keys(row) if row.recipe != RECIPE_VERSION else ()
    return {*row.earlier_files, *(key for key in replaced if not base or not key.startswith(f"{base}-"))}


def recorded_file_keys(row: ImageRow) -> Iterator[str]:
    """The site keys of the files that ``row`` names; none if it shows no image."""
    if row.path:
        base, _, fallback = unquote(row.path).removeprefix("/").rpartition("-")
        yield f"{base}-{fallback}"
        yield from (image_file_key(base, width, WEBP_EXTENSION) for width in row.widths)


def _withdrawals_of(image: ImageRef, snapshot: PostSnapshot) -> tuple[StandingWithdrawal, ...]:
    """The withdrawals of ``image``, the clinic's last: a change of that one refreshes no deleted image."""
    withdrawals = withdrawals_at(image_withdrawal_keys(image), snapshot, snapshot.now)
    return (*withdrawals, clinic_withdrawal(snapshot))


def _image_row(
    image: ImageRef,
    snapshot: PostSnapshot,
    candidate: Candidate[Copy],
    withdrawals: tuple[StandingWithdrawal, ...],
    base: str,
) -> ImageRow:
    newest = snapshot.folder.history_of(image.key).newest
    in_force = tuple(withdrawal for withdrawal in withdrawals if withdrawal.withdrawal)
    copy = candidate.value if base else None
    fallback = copy.fallback if copy else None
    mark = copy.outline.mark if copy else ImageMark()
    path = "/" + quote(image_file_key(base, fallback.width, fallback.extension)) if fallback else ""
    decided = candidate.version or candidate.deletion
    refused = newest.id if newest and not candidate.ever_existed else ""
    withdrawal_ids = [withdrawal.identity for withdrawal in withdrawals]
    return ImageRow(
        _outcome(image, snapshot, candidate, in_force, path),
        inputs_id=_inputs_id(image, snapshot),
        fp=fingerprint(recipe_id(mark), path, decided.id if decided else "", refused, withdrawal_ids),
        ever_available=_was_ever_available(image, candidate, snapshot),
        state="ready" if base else "withdrawn" if in_force else "absent",
        path=path,
        width=fallback.width if fallback else 0,
        height=fallback.height if fallback else 0,
        widths=copy.widths if copy else (),
        next_at=first_after(snapshot.now, (withdrawal.next_at for withdrawal in withdrawals)),
        shown_version=candidate.version.id if candidate.version and candidate.rejected else "",
        recipe=RECIPE_VERSION if base else "",
        mark=mark or None,
    )


def _outcome(
    image: ImageRef,
    snapshot: PostSnapshot,
    candidate: Candidate[Copy],
    in_force: tuple[StandingWithdrawal, ...],
    path: str,
) -> Outcome:
    history = snapshot.folder.history_of(image.key)
    newest = history.newest
    rejected = candidate.rejected[0][1].problems if candidate.rejected else ()
    animated = (_animated_problem(),) if candidate.value and candidate.value.is_animated else ()
    problems = tuple(withdrawn_by_problem(withdrawal) for withdrawal in in_force) or rejected or animated
    state: OutcomeState = "withdrawn" if in_force else "refused" if rejected else "live"
    if not history.exists:
        state, problems = "absent", ()
    return Outcome(newest.key if newest else image.key, state, path, problems, newest.id if newest else "")


def _was_ever_available(image: ImageRef, candidate: Candidate[Copy], snapshot: PostSnapshot) -> bool:
    """Whether the image was ever there, in any spelling: a text that showed it must not wait for it again."""
    known, history = snapshot.row.images.get(image.name), snapshot.folder.history_of(image.key)
    # No version is read for this: where there are other spellings, count_generations has read the same outlines.
    other_keys = {spelling.newest.key for spelling in history.other_spellings if spelling.newest}
    readable = readable_versions((history, *history.other_spellings), known.kept_version if known else "")
    earlier = any(version.deleted or snapshot.outline(version) for version in readable if version.key in other_keys)
    return (
        candidate.ever_existed or earlier or snapshot.folder.history_of(image_withdrawal_keys(image)[1]).ever_uploaded
    )


def _inputs_id(image: ImageRef, snapshot: PostSnapshot) -> str:
    history = snapshot.folder.history_of(image.key)
    withdrawal_ids = [snapshot.folder.history_of(key).identity() for key in image_withdrawal_keys(image)]
    return fingerprint(history.identity(), withdrawal_ids, snapshot.clinic.withdrawal_id if history.exists else "")


def _is_known(image: ImageRef, snapshot: PostSnapshot) -> bool:
    return any(snapshot.folder.history_of(key).ever_uploaded for key in (image.key, image_withdrawal_keys(image)[1]))
