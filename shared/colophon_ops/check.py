"""Check uploads offline, by the rules that the cloud applies."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from colophon.decision.rows import Outcome
from colophon_ops.build.stamps import ChoosePost, every_post
from colophon_ops.build.tasks import BuildSettings
from colophon_ops.build.whole import choose_posts, jobs_for, make_site, plan_by_clinic
from colophon_ops.build.workers import start_workers
from colophon_ops.duplicates import Duplicate, add_duplicate_warnings, find_duplicates
from colophon_ops.errors import Misused
from colophon_ops.inbox_path import InboxPath, group_by_inbox
from colophon_ops.outcomes import present_outcomes


class InboxCheck(Struct, frozen=True):
    """The outcomes that the selected uploads of one inbox would get, sorted by key, with warnings of duplicates."""

    root: Path
    outcomes: tuple[Outcome, ...]
    duplicates: tuple[Duplicate, ...] = ()


def check(
    paths: Sequence[Path],
    *,
    now: datetime,
    jobs: int = 0,
    on_step: Callable[[int, int], None] = lambda *_: None,
    is_chosen: ChoosePost = every_post,
) -> list[InboxCheck]:
    """Decide about everything at ``paths`` as the cloud would at ``now``, in the context of the whole inbox.

    A path is an inbox, or a folder or file in one. ``on_step`` gets the number of posts done and the total.
    ``is_chosen`` chooses posts by their folders. Raises Misused for any other path, and if there is no upload in any
    of them.
    """
    checks = [
        _check_inbox(root, selected, now, jobs, on_step, is_chosen) for root, selected in group_by_inbox(paths).items()
    ]
    if not any(each.outcomes for each in checks):
        raise Misused("There is no upload in " + ", ".join(map(str, paths)) + ".")
    return checks


def _check_inbox(
    root: Path,
    selected: Sequence[InboxPath],
    now: datetime,
    jobs: int,
    on_step: Callable[[int, int], None],
    is_chosen: ChoosePost,
) -> InboxCheck:
    def is_selected(folder: str) -> bool:
        return is_chosen(folder) and any(part.touches(folder) for part in selected)

    plans = list(choose_posts(plan_by_clinic(root), is_selected))
    with start_workers(jobs_for(plans, jobs)) as workers:
        results = list(make_site(BuildSettings(root, now, is_draft=True), iter(plans), workers, on_step))
    outcomes = present_outcomes(outcome for result in results for outcome in result.outcomes)
    covered = [each for each in outcomes if any(part.covers(each.key) for part in selected)]
    duplicates = find_duplicates(mark for result in results for mark in result.marks)
    return InboxCheck(root, tuple(add_duplicate_warnings(covered, duplicates)), duplicates)
