"""Which files of a post have a row in its item of the index, and what is reported of those that wait for one.

DynamoDB stores at most 400 kB in an item (developer guide, "Quotas"), so the item has rows for MAX_KEYS editions and
images. Withdrawals stand outside this bound. A key that has a row keeps it, and frees its place when its file is
deleted.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from colophon.decision.identity import fingerprint
from colophon.decision.rows import Outcome, PostRow
from colophon.decision.snapshot import PostSnapshot
from colophon.problem import Problem
from colophon.upload.keys import ImageRef, PageRef, PostRef, parse_key
from colophon.upload.limits import MAX_KEYS
from colophon.upload.versions import Folder, KeyHistory

_KB = 1000
MAX_ITEM_BYTES = 400 * _KB
# Only what is withdrawn or deleted, and the rows of withdrawals, may go beyond it.
MAX_SHOWN_BYTES = MAX_ITEM_BYTES - 40 * _KB
# What a row keeps of the problems of its key: more than most uploads have. JSON, in bytes.
MAX_ROW_PROBLEMS = 10
_MAX_ROW_PROBLEM_BYTES = 4000


def is_crowded(folder: Folder) -> bool:
    """Whether ``folder`` may have files without a place."""
    return len(folder.histories) > MAX_KEYS and not folder.is_selected


def count_places_taken(row: PostRow) -> int:
    """The number of editions and images that have a row and were not deleted."""
    outcomes = (kept.outcome for rows in (row.pages, row.images) for kept in rows.values())
    return sum(bool(outcome.version) and outcome.state != "absent" for outcome in outcomes)


def has_place(name: PageRef | ImageRef, snapshot: PostSnapshot) -> bool:
    """Whether ``name`` has a row, or may have one."""
    if not is_crowded(snapshot.folder) or _has_row(name, snapshot.row):
        return True
    return count_places_taken(snapshot.row) < MAX_KEYS


def take_places(names: Iterable[PageRef | ImageRef], snapshot: PostSnapshot) -> Iterator[PageRef | ImageRef]:
    """Those of ``names`` that have a row, and as many others, in the order of ``names``, as there are places left."""
    if not is_crowded(snapshot.folder):
        yield from names
        return
    free = MAX_KEYS - count_places_taken(snapshot.row)
    for name in names:
        if not _has_row(name, snapshot.row):
            free -= 1
            if free < 0:
                continue
        yield name


def placed_by_name(folder: Folder) -> Sequence[PageRef | ImageRef]:
    """The files of ``folder`` that have a place if there are no rows: the first by name, and those that were deleted.

    So a build goes, which can't know what was uploaded first.
    """
    names = [(key, parse_key(key)) for key in folder.uploaded_keys()]
    files = [(key, name) for key, name in names if isinstance(name, PageRef | ImageRef)]
    present = [name for key, name in files if folder.history_of(key).exists]
    return [*present[:MAX_KEYS], *(name for key, name in files if not folder.history_of(key).exists)]


def has_room_for_claims(row: PostRow) -> bool:
    """Whether the item of a post takes one more claim to its address. The last part of it is kept for withdrawals."""
    return row.size < MAX_SHOWN_BYTES


def frees_place(before: PostRow, after: PostRow) -> bool:
    """Whether a file that waits for a place may have one now."""
    taken = count_places_taken(before)
    return taken >= MAX_KEYS and count_places_taken(after) < taken


def outcome_without_row(name: PageRef | ImageRef, history: KeyHistory, problem: Problem) -> Outcome:
    """What is reported of ``name`` while it waits for what ``problem`` says, outside its post's item."""
    newest = history.newest
    key, version = (newest.key, newest.id) if newest else (name.key, "")
    if not history.exists:
        return Outcome(key, "absent", version=version)
    return Outcome(key, "waiting", problems=(problem,), version=version)


def too_many_files_problem(post: PostRef) -> Problem:
    """Why a file has no place."""
    what = f"{post.folder} has more than {MAX_KEYS} files, and this one was not among the first {MAX_KEYS}."
    fix = f"Remove files from {post.folder} until at most {MAX_KEYS} are left, or move some to another post."
    return Problem(what, fix, severity="waiting")


def full_item_problem(post: PostRef) -> Problem:
    """Why a change of a file is not published although it has a place, or one is left."""
    what = f"The record of {post.folder} is full, so this upload can't be published."
    fix = f"Remove files from {post.folder} that no text needs, or move some to another post; then upload it again."
    return Problem(what, fix, severity="waiting")


def keep_few_problems(outcome: Outcome, limit: int = MAX_ROW_PROBLEMS) -> Outcome:
    """``outcome`` as a row keeps it: with its first problems only, if it has many. Its own item has them all."""
    kept, size = 0, 0
    for problem in outcome.problems[:limit]:
        size += len(f"{problem.what}{problem.fix}{problem.field}".encode())
        if size > _MAX_ROW_PROBLEM_BYTES:
            break
        kept += 1
    if kept == len(outcome.problems):
        return outcome
    every = fingerprint([problem.as_json() for problem in outcome.problems])
    return replace(outcome, problems=outcome.problems[:kept], problems_id=every)


def _has_row(name: PageRef | ImageRef, row: PostRow) -> bool:
    return name.lang in row.pages if isinstance(name, PageRef) else name.name in row.images
