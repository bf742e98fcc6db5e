"""The whole site from a folder, on as many processes as there are: the parent only gathers what became of it all."""

import multiprocessing
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

from colophon.cli import site_tree
from colophon.decision.identity import code_version
from colophon.decision.listing_rows import EntryRow
from colophon.decision.outcome import Outcome
from colophon.decision.parts import SiteRow
from colophon.page.site_object import SiteObject
from colophon.page.template import compile_templates
from colophon.problem import Unavailable
from colophon.stores.decoder import Decoder
from colophon.stores.inbox_folder import InboxFolder
from colophon.upload.keys import PostRef
from colophon.verbs.assets import assets
from colophon.verbs.build import Claimant, Unfounded, build_clinic, build_site, build_site_style
from colophon.verbs.build_listings import BuiltShelf, build_around, build_shelves
from colophon.verbs.build_moves import build_moves
from colophon.verbs.build_posts import built_posts
from colophon.verbs.whole_site import Plan, plan_of, shared_outcomes

# So much at once is made by one process: a post counts one, an image as many posts as take about its time.
_LARGEST_TASK = 256
_AN_IMAGE = 128
# Below this another process costs more time than it saves.
_WORTH_A_PROCESS = 8


Crew: TypeAlias = ProcessPoolExecutor | None


@dataclass(frozen=True, slots=True)
class Work:
    """What every process is told: the inbox, the moment, and where the site goes (None: it is only looked at)."""

    inbox: Path
    now: datetime
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Some posts of one clinic, ``size`` in all.

    ``whole``: they are all that it has, so its listings can be made with them.
    """

    clinic: str
    posts: Sequence[PostRef]
    size: int
    whole: bool


@dataclass(slots=True)
class Made:
    """What one task came to: keys written, what became of each upload, and what listings are yet to be made from."""

    keys: list[str] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    entries: list[EntryRow] = field(default_factory=list)
    shelves: list[BuiltShelf] = field(default_factory=list)
    claimants: list[Claimant] = field(default_factory=list)
    unfounded: list[Unfounded] = field(default_factory=list)


def _usual_jobs() -> int:
    """As many processes as this one may run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def crew_of(jobs: int) -> Iterator[Crew]:
    """``jobs`` processes (0: one for each core) for the time of the block; None where this one works alone.

    They make themselves ready while this one still lists the inbox. Raises Unavailable when one of them was ended.
    """
    jobs = jobs or _usual_jobs()
    if jobs == 1:
        yield None
        return
    # A forked process shares what is loaded already; elsewhere than on Linux a fork is not safe.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(jobs, context, _make_ready) as crew:
        # With the first that there is to do, be it nothing, all of them begin.
        crew.submit(int)
        try:
            yield crew
        except BrokenExecutor:
            raise Unavailable("A process was ended from outside; was there too little memory? Try --jobs 1.") from None
        finally:
            crew.shutdown(wait=True, cancel_futures=True)


def jobs_for(plan: Plan, jobs: int) -> int:
    """``jobs`` (0: one for each core), or 1 where ``plan`` is done before others would be ready."""
    return jobs if sum(1 + _AN_IMAGE * plan.images.get(post, 0) for post in plan.posts) >= _WORTH_A_PROCESS else 1


def _make_ready() -> None:
    """What a process needs before its first page. A key pressed at the terminal is its parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    code_version()
    compile_templates()


def parts_of(inbox: Path) -> Plan:
    """The parts of the inbox in the folder ``inbox``."""
    return plan_of(InboxFolder(inbox).keys())


def make(work: Work, plan: Plan, crew: Crew, on_done: Callable[[int], None]) -> Iterator[Made]:
    """Make all that ``plan`` names with ``crew``, in no certain order; ``on_done`` is told the number of posts after
    each step."""
    source = InboxFolder(work.inbox)
    site = build_site(source)
    make_task, tasks = partial(_make_task, work, site, frozenset(plan.clinics)), list(_tasks(plan))
    begun = _begun(make_task, tasks, crew)
    yield Made(_written(work, _assets(source, site)), list(shared_outcomes(plan, source, site, work.now)))
    shelves: list[BuiltShelf] = []
    claimants: list[Claimant] = []
    unfounded: list[Unfounded] = []
    apart: dict[str, list[EntryRow]] = defaultdict(list)
    for made, task in _ended(begun) if begun else ((make_task(task), task) for task in tasks):
        shelves += made.shelves
        claimants += made.claimants
        unfounded += made.unfounded
        if not task.whole:
            apart[task.clinic] += made.entries
        yield made
        on_done(len(task.posts))
    for clinic, entries in apart.items():
        made = _make_shelves(work, site, clinic, entries)
        shelves += made.shelves
        yield made
    moves = build_moves(claimants, unfounded, source, site, work.now, _decoder())
    yield Made(_written(work, moves.objects), list(moves.outcomes))
    around = partial(_make_around, work, site, shelves)
    # Whoever made pages has the templates at hand.
    yield crew.submit(around).result() if crew and begun else around()


def _tasks(plan: Plan) -> Iterator[Task]:
    """A task per clinic, but for clinics with so much that several processes had better share it."""
    posts = {clinic: list(found) for clinic, found in groupby(plan.posts, key=lambda post: post.clinic)}
    for clinic in sorted({*plan.clinics, *posts}):
        parts = list(_parts(posts.get(clinic, []), plan))
        for part, size in parts:
            yield Task(clinic, part, size, whole=len(parts) == 1)


def _parts(posts: Iterable[PostRef], plan: Plan) -> Iterator[tuple[list[PostRef], int]]:
    """``posts`` in parts of about ``_LARGEST_TASK``, with the size of each; one empty part where there are none."""
    part: list[PostRef] = []
    size = 0
    for post in posts:
        own = 1 + _AN_IMAGE * plan.images.get(post, 0)
        if part and size + own > _LARGEST_TASK:
            yield part, size
            part, size = [], 0
        part.append(post)
        size += own
    yield part, size


def _begun(make_task: Callable[[Task], Made], tasks: Sequence[Task], crew: Crew) -> dict[Future[Made], Task]:
    """``tasks`` on their way to ``crew``; none where this process had better do them itself."""
    if crew is None or sum(task.size for task in tasks) < _WORTH_A_PROCESS:
        return {}
    return {crew.submit(make_task, task): task for task in tasks}


def _ended(begun: dict[Future[Made], Task]) -> Iterator[tuple[Made, Task]]:
    for done in as_completed(list(begun)):
        yield done.result(), begun.pop(done)


def _make_task(work: Work, site: SiteRow, clinics: frozenset[str], task: Task) -> Made:
    made = Made()
    for built in built_posts(task.posts, InboxFolder(work.inbox), site, work.now, _decoder()):
        made.outcomes.extend(built.outcomes)
        made.entries.extend(built.entries)
        made.claimants.extend(built.claimants)
        made.unfounded.extend(built.unfounded)
        made.keys += _written(work, built.objects)
    if task.whole and task.clinic in clinics:
        shelves = _make_shelves(work, site, task.clinic, made.entries)
        made.keys += shelves.keys
        made.shelves = shelves.shelves
        made.entries = []
    return made


@cache
def _decoder() -> Decoder:
    """One for each process that builds."""
    return Decoder()


def _make_shelves(work: Work, site: SiteRow, clinic: str, entries: Iterable[EntryRow]) -> Made:
    made = Made()
    row = build_clinic(clinic, InboxFolder(work.inbox), site, work.now)
    for shelf in build_shelves(row, site, entries):
        made.keys += _written(work, shelf.objects)
        made.shelves.append(replace(shelf, objects=()))
    return made


def _make_around(work: Work, site: SiteRow, shelves: Sequence[BuiltShelf]) -> Made:
    return Made(_written(work, build_around(site, shelves)))


def _assets(source: InboxFolder, site: SiteRow) -> Iterator[SiteObject]:
    if site.settings:
        yield from assets()
    yield from build_site_style(source)


def _written(work: Work, objects: Iterable[SiteObject]) -> list[str]:
    """Write ``objects`` to where the site goes, and return their keys."""
    keys = []
    for thing in objects:
        keys.append(thing.key)
        if work.out:
            site_tree.put(work.out, thing.key, thing.content)
    return keys
