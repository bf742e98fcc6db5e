"""Build the whole site from a folder on several processes. The parent plans the tasks and gathers the results."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from itertools import chain, groupby
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import Outcome, SiteRow
from colophon.page.objects import SiteObject
from colophon.page.paths import FRONT_KEY
from colophon.problem import Problem, Refused
from colophon.settings import decoder_environment
from colophon.stores.decoder import Decoder
from colophon.stores.inbox_folder import InboxFolder
from colophon.upload.file_names import is_utf8
from colophon.upload.keys import PostRef
from colophon.verbs.clients import all_assets
from colophon_ops.build.moves import build_redirects
from colophon_ops.build.output import OutputPaths, put_in_place, replace_site
from colophon_ops.build.plan import BuildPlan, make_plan
from colophon_ops.build.posts import Claimant, UnresolvedWithdrawal, build_posts
from colophon_ops.build.rows import build_clinic_row, build_site_row, build_site_style, decide_stray_outcome
from colophon_ops.build.site import (
    ClinicListings,
    build_clinic_listings,
    build_search,
    build_shared_listings,
    decide_shared_outcomes,
    languages_of,
)
from colophon_ops.build.tree import write_object
from colophon_ops.build.workers import Workers, start_workers
from colophon_ops.duplicates import Duplicate, TextMark, find_duplicates
from colophon_ops.inbox_path import check_inbox
from colophon_ops.outcomes import count_states, encode_outcome, needs_fixing, present_outcomes

# Sizes are in posts: an image takes about as long as this many.
_IMAGE_SIZE = 128
_LARGEST_TASK = 256
# Below this size, a second process costs more time than it saves.
_WORTH_A_PROCESS = 8


class BuildReport(Struct, frozen=True):
    """The result of a build. ``to_mend`` is the number of uploads with something to fix.

    ``outcomes`` is the file beside ``out`` that has the outcome of every upload.
    ``unnamed`` are the outcomes of files whose names are not UTF-8: no key of outcomes.json says which they are.
    ``duplicates`` are what stands in two folders; outcomes.json does not tell it, as a report of the cloud does not.
    """

    out: Path
    outcomes: Path
    states: Counter[str]
    to_mend: int
    files: int
    seconds: float
    unnamed: tuple[Outcome, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()


class BuildSettings(Struct, frozen=True):
    """What every process gets: the inbox, the moment to build for, and the output folder (None: write nothing).

    ``earlier`` is the folder of the site that the new one replaces, if any.
    """

    inbox: Path
    now: datetime
    out: Path | None = None
    earlier: Path | None = None


class Task(Struct, frozen=True):
    """Some posts of one clinic, of ``size`` together; or ``strays``.

    ``whole``: these are all posts of the clinic, so the task makes the clinic's listings, too.
    """

    clinic: str
    posts: Sequence[PostRef]
    size: int
    whole: bool
    strays: Sequence[str] = ()


@dataclass(slots=True)
class TaskResult:
    """What one task made: keys written, outcomes, and what moves and listings are made from later."""

    keys: list[str] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    entries: list[EntryRow] = field(default_factory=list)
    listings: list[ClinicListings] = field(default_factory=list)
    claimants: list[Claimant] = field(default_factory=list)
    unresolved: list[UnresolvedWithdrawal] = field(default_factory=list)
    marks: list[TextMark] = field(default_factory=list)

    def add(self, other: "TaskResult") -> None:
        """Add what is needed of ``other`` once all tasks are done."""
        self.listings += other.listings
        self.claimants += other.claimants
        self.unresolved += other.unresolved


def build(
    inbox: Path, out: Path, *, now: datetime, jobs: int = 0, on_step: Callable[[int, int], None] = lambda *_: None
) -> BuildReport:
    """Build the inbox folder ``inbox`` as of ``now``: the site in the folder ``out``, and the outcomes beside it.

    ``jobs`` is the number of processes, 0 for one per core. ``on_step`` gets the number of posts done and the total;
    it is first called when all processes have work. The earlier site stays in ``out`` until the new one is complete.
    Raises Misused if ``inbox`` is no inbox, or if ``out`` can't be replaced or holds anything but an earlier build;
    Refused if there is an earlier build and the inbox has no valid site.yaml.
    """
    root = check_inbox(inbox)
    with replace_site(out, root) as paths:
        is_update = (paths.out / FRONT_KEY).exists()
        if is_update:
            _check_settings(out, root)
        settings = BuildSettings(root, now, paths.new_site, paths.out if is_update else None)
        report = _build_into(paths, settings, jobs, on_step)
    return replace(report, out=out, outcomes=out.with_name(paths.outcomes.name))


def _build_into(
    paths: OutputPaths, settings: BuildSettings, jobs: int, on_step: Callable[[int, int], None]
) -> BuildReport:
    began = time.monotonic()
    states: Counter[str] = Counter()
    lines: list[tuple[str, str]] = []
    keys: set[str] = set()
    needing_fixes = 0
    unnamed: list[Outcome] = []
    marks: list[TextMark] = []
    with start_workers(jobs) as workers:
        for result in make_site(settings, plan_by_clinic(settings.inbox), workers, on_step):
            outcomes = present_outcomes(result.outcomes)
            states += count_states(outcomes)
            needing_fixes += sum(map(needs_fixing, outcomes))
            lines += ((outcome.key, encode_outcome(outcome)) for outcome in outcomes)
            keys.update(result.keys)
            marks += result.marks
            unnamed += (outcome for outcome in outcomes if not is_utf8(outcome.key))
    put_in_place(paths, (line for _, line in sorted(lines)))
    seconds = time.monotonic() - began
    duplicates = find_duplicates(marks)
    return BuildReport(paths.out, paths.outcomes, states, needing_fixes, len(keys), seconds, tuple(unnamed), duplicates)


def _check_settings(out: Path, inbox: Path) -> None:
    """Raises Refused if there are no valid settings. As in the cloud, the earlier site then stays."""
    if build_site_row(InboxFolder(inbox)).settings is None:
        what = f"{inbox} has no valid site.yaml, so no page can be built. {out} was not changed."
        raise Refused((Problem(what, f"Run colophon check {inbox} to see what to fix."),))


def jobs_for(plans: Iterable[BuildPlan], jobs: int) -> int:
    """``jobs``, or 1 if ``plans`` are too small to be worth a second process."""
    sizes = (1 + _IMAGE_SIZE * plan.images.get(post, 0) for plan in plans for post in plan.posts)
    return jobs if sum(sizes) >= _WORTH_A_PROCESS else 1


def plan_by_clinic(inbox: Path) -> Iterator[BuildPlan]:
    """Plan the inbox folder ``inbox``: first everything but posts, then the posts of one clinic at a time.

    The first posts can be built while others are still being listed.
    """
    source = InboxFolder(inbox)
    folders = source.folders("posts/")
    yield make_plan(source.keys_and_links(excluded=frozenset(folders)))
    for folder in folders:
        yield make_plan(source.keys_and_links(folder))


def make_site(
    settings: BuildSettings, plans: Iterator[BuildPlan], workers: Workers, on_done: Callable[[int, int], None]
) -> Iterator[TaskResult]:
    """Build ``plans``, as ``plan_by_clinic`` yields them, with ``workers``. Results come in any order.

    ``on_done`` gets the number of posts done and the total.
    """
    source = InboxFolder(settings.inbox)
    site, plan = build_site_row(source), next(plans)
    run_task = partial(_run_task, settings, site, frozenset(plan.clinics))
    started, remaining = _start_tasks(run_task, _tasks(plan, plans), workers)
    yield TaskResult(
        _write(settings, _assets(source, site)), list(decide_shared_outcomes(plan, source, site, settings.now))
    )
    pending = TaskResult()
    done, total = 0, sum(len(task.posts) for task in (*started.values(), *remaining))
    split_entries: dict[str, list[EntryRow]] = defaultdict(list)
    for result, task in chain(_collect(started), ((run_task(task), task) for task in remaining)):
        pending.add(result)
        if not task.whole:
            split_entries[task.clinic] += result.entries
        yield result
        done += len(task.posts)
        on_done(done, total)
    for clinic, entries in split_entries.items():
        result = _make_clinic_listings(settings, site, clinic, entries)
        pending.add(result)
        yield result
    moves = build_redirects(pending.claimants, pending.unresolved, source, site, settings.now, _decoder())
    yield TaskResult(_write(settings, moves.objects), list(moves.outcomes))
    shared = _shared_tasks(settings, site, pending.listings)
    if workers is None or remaining:
        yield from (make() for make in shared)
    else:
        # A process that made pages has the templates compiled.
        yield from (made.result() for made in [workers.submit(make) for make in shared])


def _tasks(first: BuildPlan, plans: Iterable[BuildPlan]) -> Iterator[Task]:
    """One task per clinic, except that large clinics are split."""
    without_posts = set(first.clinics)
    for plan in plans:
        for clinic, posts in groupby(plan.posts, key=lambda post: post.clinic):
            parts = list(_split(posts, plan))
            for part, size in parts:
                yield Task(clinic, part, size, whole=len(parts) == 1)
            without_posts.discard(clinic)
        if plan.strays:
            yield Task("", (), len(plan.strays), whole=False, strays=plan.strays)
    for clinic in sorted(without_posts):
        yield Task(clinic, (), 0, whole=True)


def _split(posts: Iterable[PostRef], plan: BuildPlan) -> Iterator[tuple[list[PostRef], int]]:
    """Split ``posts`` into parts of about ``_LARGEST_TASK``, each with its size."""
    part: list[PostRef] = []
    size = 0
    for post in posts:
        own = 1 + _IMAGE_SIZE * plan.images.get(post, 0)
        if part and size + own > _LARGEST_TASK:
            yield part, size
            part, size = [], 0
        part.append(post)
        size += own
    yield part, size


def _start_tasks(
    run_task: Callable[[Task], TaskResult], tasks: Iterable[Task], workers: Workers
) -> tuple[dict[Future[TaskResult], Task], list[Task]]:
    """Submit ``tasks`` to ``workers``; also returns those that this process should run itself."""
    started: dict[Future[TaskResult], Task] = {}
    remaining: list[Task] = []
    for task in tasks:
        remaining.append(task)
        if workers and (started or sum(task.size for task in remaining) >= _WORTH_A_PROCESS):
            started |= {workers.submit(run_task, one): one for one in remaining}
            remaining = []
    return started, remaining


def _collect(started: dict[Future[TaskResult], Task]) -> Iterator[tuple[TaskResult, Task]]:
    for done in as_completed(list(started)):
        yield done.result(), started.pop(done)


def _run_task(settings: BuildSettings, site: SiteRow, clinics: frozenset[str], task: Task) -> TaskResult:
    source = InboxFolder(settings.inbox)
    result = TaskResult(outcomes=[decide_stray_outcome(key, source) for key in task.strays])
    for built in build_posts(task.posts, source, site, settings.now, _decoder()):
        result.outcomes.extend(built.outcomes)
        result.entries.extend(built.entries)
        result.claimants.extend(built.claimants)
        result.unresolved.extend(built.unresolved)
        result.marks.extend(built.marks)
        result.keys += _write(settings, built.objects)
    if task.whole and task.clinic in clinics:
        listings = _make_clinic_listings(settings, site, task.clinic, result.entries)
        result.keys += listings.keys
        result.listings = listings.listings
        result.entries = []
    return result


@cache
def _decoder() -> Decoder:
    """One per process."""
    return Decoder(decoder_environment())


def _make_clinic_listings(
    settings: BuildSettings, site: SiteRow, clinic: str, entries: Iterable[EntryRow]
) -> TaskResult:
    result = TaskResult()
    row = build_clinic_row(clinic, InboxFolder(settings.inbox), site, settings.now)
    for listings in build_clinic_listings(row, site, entries):
        result.keys += _write(settings, listings.objects)
        result.listings.append(replace(listings, objects=()))
    return result


def _shared_tasks(
    settings: BuildSettings, site: SiteRow, listings: Sequence[ClinicListings]
) -> Iterator[Callable[[], TaskResult]]:
    """What makes the listings of no single clinic: the search of each language, and all others."""
    for lang in languages_of(site):
        searched = [replace(each, rows={}, newest=()) for each in listings if each.lang == lang]
        yield partial(_make_search, settings, lang, site, searched)
    others = [replace(each, searched=()) for each in listings]
    yield partial(_make_shared_listings, settings, site, others)


def _make_search(settings: BuildSettings, lang: str, site: SiteRow, listings: Sequence[ClinicListings]) -> TaskResult:
    return TaskResult(_write(settings, build_search(lang, site, listings)))


def _make_shared_listings(settings: BuildSettings, site: SiteRow, listings: Sequence[ClinicListings]) -> TaskResult:
    return TaskResult(_write(settings, build_shared_listings(site, listings)))


def _assets(source: InboxFolder, site: SiteRow) -> Iterator[SiteObject]:
    if site.settings:
        yield from all_assets()
    yield from build_site_style(source)


def _write(settings: BuildSettings, objects: Iterable[SiteObject]) -> list[str]:
    """Write ``objects`` to the output folder, if any, and return their keys."""
    keys = []
    for each in objects:
        keys.append(each.key)
        if settings.out:
            write_object(settings.out, each.key, each.content, settings.earlier)
    return keys
