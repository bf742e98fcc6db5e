"""The whole site from a folder, on as many processes as there are: the parent only gathers what became of it all."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from colophon.cli import site_tree
from colophon.decision.outcome import Outcome
from colophon.decision.parts import SiteRow
from colophon.page.finished import finished_style
from colophon.page.objects import HTML_TYPE
from colophon.problem import Unavailable
from colophon.stores.inbox_folder import InboxFolder
from colophon.upload.keys import PostRef
from colophon.verbs.build import build_site
from colophon.verbs.whole_site import Plan, built_posts, plan_of, shared_outcomes

_CHUNKS_EACH = 8
_LARGEST_CHUNK = 64
# Below this many posts another process costs more time than it saves.
_WORTH_A_PROCESS = 8


@dataclass(frozen=True, slots=True)
class Work:
    """What every process is told: the inbox, the moment, and where the site goes (None: it is only looked at)."""

    inbox: Path
    now: datetime
    out: Path | None = None


@dataclass(slots=True)
class Made:
    """What was made of some posts: the keys written and what became of each upload."""

    keys: list[str] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    pages: int = 0


def usual_jobs() -> int:
    """As many processes as this one may run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def parts_of(inbox: Path) -> Plan:
    """The parts of the inbox in the folder ``inbox``."""
    return plan_of(InboxFolder(inbox).keys())


def make(work: Work, plan: Plan, jobs: int, on_done: Callable[[int], None]) -> Iterator[Made]:
    """Make all that ``plan`` names, in no certain order; ``on_done`` is told the number of posts after each step."""
    source = InboxFolder(work.inbox)
    site = build_site(source)
    yield Made(outcomes=list(shared_outcomes(plan, source, site, work.now)))
    styled = False
    for made, posts in _in_processes(partial(_make_posts, work, site), plan.posts, jobs):
        if made.pages and not styled:
            styled = True
            yield _style(work)
        yield made
        on_done(posts)


def _in_processes(
    make_posts: Callable[[Sequence[PostRef]], Made], posts: Sequence[PostRef], jobs: int
) -> Iterator[tuple[Made, int]]:
    if jobs == 1 or len(posts) < _WORTH_A_PROCESS:
        for chunk in _chunks(posts, 1):
            yield make_posts(chunk), len(chunk)
        return
    # A forked process shares what is loaded already; elsewhere than on Linux a fork is not safe.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(jobs, context, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        waiting = {pool.submit(make_posts, chunk): len(chunk) for chunk in _chunks(posts, jobs)}
        try:
            for done in as_completed(list(waiting)):
                yield done.result(), waiting.pop(done)
        except BrokenExecutor:
            raise Unavailable("A process was ended from outside; was there too little memory? Try --jobs 1.") from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _chunks(posts: Sequence[PostRef], jobs: int) -> list[Sequence[PostRef]]:
    size = max(1, min(_LARGEST_CHUNK, len(posts) // (jobs * _CHUNKS_EACH)))
    return [posts[start : start + size] for start in range(0, len(posts), size)]


def _make_posts(work: Work, site: SiteRow, posts: Sequence[PostRef]) -> Made:
    from colophon.images.recipe import copy_of

    made = Made()
    for built in built_posts(posts, InboxFolder(work.inbox), site, work.now, copy_of):
        made.outcomes.extend(built.outcomes)
        for thing in built.objects:
            made.keys.append(thing.key)
            made.pages += thing.content_type == HTML_TYPE
            if work.out:
                site_tree.put(work.out, thing.key, thing.content)
    return made


def _style(work: Work) -> Made:
    style = finished_style()
    if work.out:
        site_tree.put(work.out, style.key, style.content)
    return Made([style.key])
