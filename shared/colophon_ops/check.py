"""What would become of uploads: the cloud's own rules, offline."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.outcome import Outcome
from colophon_ops.build.build import Work, jobs_for, make, parts_of
from colophon_ops.build.workers import crew_of
from colophon_ops.errors import Misused
from colophon_ops.inbox_path import Place, place_of
from colophon_ops.outcomes import told


class Judged(Struct, frozen=True):
    """What would become of the uploads in one inbox that were asked about, in the order of their keys."""

    root: Path
    outcomes: tuple[Outcome, ...]


def check(
    paths: Sequence[Path], *, now: datetime, jobs: int = 0, on_step: Callable[[int, int], None] = lambda *_: None
) -> list[Judged]:
    """Judge everything at ``paths`` as the cloud would at ``now``, with the rest of its inbox around it.

    A path is an inbox, or a folder or file in one. ``on_step`` is told how many of how many posts are judged. Raises
    Misused for a path that is neither, or that holds nothing.
    """
    by_root: dict[Path, list[Place]] = {}
    for path in paths:
        place = place_of(path)
        by_root.setdefault(place.root, []).append(place)
    judged = [_judged(root, places, now, jobs, on_step) for root, places in by_root.items()]
    if not any(each.outcomes for each in judged):
        raise Misused("There is no upload in " + ", ".join(map(str, paths)) + ".")
    return judged


def _judged(root: Path, places: list[Place], now: datetime, jobs: int, on_step: Callable[[int, int], None]) -> Judged:
    plans = [
        replace(plan, posts=tuple(post for post in plan.posts if any(place.touches(post.folder) for place in places)))
        for plan in parts_of(root)
    ]
    with crew_of(jobs_for(plans, jobs)) as crew:
        all_made = list(make(Work(root, now), iter(plans), crew, on_step))
    outcomes = told(outcome for made in all_made for outcome in made.outcomes)
    return Judged(root, tuple(each for each in outcomes if any(place.covers(each.key) for place in places)))
