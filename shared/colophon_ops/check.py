"""What would become of uploads: the cloud's own rules, offline."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.outcome import Outcome
from colophon_ops.build.build import BuildSettings, jobs_for, make_site, plan_by_clinic
from colophon_ops.build.workers import start_workers
from colophon_ops.errors import Misused
from colophon_ops.inbox_path import InboxPath, find_inbox_path
from colophon_ops.outcomes import present_outcomes


class InboxCheck(Struct, frozen=True):
    """What would become of the uploads in one inbox that were asked about, in the order of their keys."""

    root: Path
    outcomes: tuple[Outcome, ...]


def check(
    paths: Sequence[Path], *, now: datetime, jobs: int = 0, on_step: Callable[[int, int], None] = lambda *_: None
) -> list[InboxCheck]:
    """Judge everything at ``paths`` as the cloud would at ``now``, with the rest of its inbox around it.

    A path is an inbox, or a folder or file in one. ``on_step`` is told how many of how many posts are judged. Raises
    Misused for a path that is neither, or that holds nothing.
    """
    by_root: dict[Path, list[InboxPath]] = {}
    for path in paths:
        inbox_path = find_inbox_path(path)
        by_root.setdefault(inbox_path.root, []).append(inbox_path)
    checks = [_check_inbox(root, inbox_paths, now, jobs, on_step) for root, inbox_paths in by_root.items()]
    if not any(each.outcomes for each in checks):
        raise Misused("There is no upload in " + ", ".join(map(str, paths)) + ".")
    return checks


def _check_inbox(
    root: Path, inbox_paths: list[InboxPath], now: datetime, jobs: int, on_step: Callable[[int, int], None]
) -> InboxCheck:
    plans = [
        replace(
            plan,
            posts=tuple(
                post for post in plan.posts if any(inbox_path.touches(post.folder) for inbox_path in inbox_paths)
            ),
        )
        for plan in plan_by_clinic(root)
    ]
    with start_workers(jobs_for(plans, jobs)) as crew:
        all_made = list(make_site(BuildSettings(root, now), iter(plans), crew, on_step))
    outcomes = present_outcomes(outcome for made in all_made for outcome in made.outcomes)
    return InboxCheck(
        root, tuple(each for each in outcomes if any(inbox_path.covers(each.key) for inbox_path in inbox_paths))
    )
