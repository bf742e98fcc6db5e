"""Build every post of an inbox on several processes. The parent plans the tasks and gathers the results."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from itertools import chain, groupby
from pathlib import Path

from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import SiteRow
from colophon.stores.inbox_folder import InboxFolder
from colophon.upload.keys import PostRef
from colophon.verbs.clients import all_assets
from colophon.verbs.reading import InboxReader
from colophon_ops.build.cache import WrittenFile
from colophon_ops.build.digesting_inbox import DigestingInbox
from colophon_ops.build.moments import TracedMoment
from colophon_ops.build.moves import build_redirects
from colophon_ops.build.plan import BuildPlan, make_plan
from colophon_ops.build.records import row_digest
from colophon_ops.build.rows import build_clinic_row, build_site_files, build_site_row
from colophon_ops.build.site import decide_shared_outcomes
from colophon_ops.build.tasks import (
    BuildSettings,
    Task,
    TaskResult,
    Unposted,
    decoder,
    make_cards,
    make_clinic_listings,
    make_shared_listings,
    run_task,
    write_objects,
)
from colophon_ops.build.workers import Workers, gather, take_back

# Sizes are in posts: an image takes about as long as this many.
_IMAGE_SIZE = 128
_LARGEST_TASK = 256
# Below this size, a second process costs more time than it saves.
_WORTH_A_PROCESS = 8


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


def choose_posts(plans: Iterable[BuildPlan], is_chosen: Callable[[str], bool]) -> Iterator[BuildPlan]:
    """``plans`` with those posts only whose folder is chosen."""
    return (replace(plan, posts=tuple(post for post in plan.posts if is_chosen(post.folder))) for plan in plans)


def make_site(
    settings: BuildSettings, plans: Iterator[BuildPlan], workers: Workers, on_done: Callable[[int, int], None]
) -> Iterator[TaskResult]:
    """Build ``plans``, as ``plan_by_clinic`` yields them, with ``workers``. Results come in any order.

    ``on_done`` gets the number of posts done and the total.
    """
    source = settings.open_inbox()
    site, plan = build_site_row(source, settings.now), next(plans)
    run = partial(run_task, settings, site, frozenset(plan.clinics))
    started, remaining = _start_tasks(run, _tasks(plan, plans), workers)
    yield make_unposted(settings, plan, source, site)
    # Processes that made pages have the templates compiled.
    helpers = None if remaining else workers
    draw, clinics = partial(_draw_cards, settings, site), [Task(clinic, (), 0, whole=False) for clinic in plan.clinics]
    # Cards need no post, so they are drawn where a process has nothing else to do.
    cards = {helpers.submit(draw, clinic): clinic for clinic in clinics} if helpers else {}
    own_cards = take_back(cards, draw)
    pending = TaskResult()
    split_entries: dict[str, list[EntryRow]] = defaultdict(list)
    for result, task in _count(started, chain(take_back(started, run), own_cards), remaining, run, on_done):
        pending.add(result)
        if task.posts and not task.whole:
            split_entries[task.clinic] += result.entries
        yield result
    parts = [partial(make_clinic_listings, settings, site, *clinic) for clinic in split_entries.items()]
    for result in _run_together(parts, helpers):
        pending.add(result)
        yield result
    yield make_moves(settings, source, site, pending)
    # The search of a language is one piece of work. Here it is not sent what all clinics have.
    yield make_shared_listings(settings, site, (made.record for made in pending.listings.values()))
    yield from (result for result, _ in gather(cards, own_cards))
    if not helpers:
        yield from map(draw, clinics)


def _draw_cards(settings: BuildSettings, site: SiteRow, task: Task) -> TaskResult:
    return make_cards(settings, site, [task.clinic])


def _run_together(parts: Iterable[Callable[[], TaskResult]], workers: Workers) -> Iterator[TaskResult]:
    if workers is None:
        yield from (part() for part in parts)
    else:
        started = {workers.submit(part): part for part in parts}
        yield from (result for result, _ in gather(started, take_back(started, lambda part: part())))


def make_unposted(settings: BuildSettings, plan: BuildPlan, source: InboxReader, site: SiteRow) -> TaskResult:
    """The assets, and the outcomes of uploads that belong to no post. ``source`` has read those of ``site``."""
    moment = TracedMoment.trace(settings.now)
    clinics = [build_clinic_row(clinic, source, site, moment) for clinic in plan.clinics]
    outcomes = list(decide_shared_outcomes(plan, source, site, clinics))
    unposted = None
    if isinstance(source, DigestingInbox):
        digests = {key: file.digest for key, file in source.known.items()}
        unposted = Unposted(digests, row_digest(site), {clinic.clinic: row_digest(clinic) for clinic in clinics})
    written = make_assets(settings, source, site, moment)
    return TaskResult(written, outcomes, validity=moment.validity, unposted=unposted)


def make_moves(settings: BuildSettings, source: InboxReader, site: SiteRow, pending: TaskResult) -> TaskResult:
    """The redirects that the claimants among ``pending`` claim."""
    moment = TracedMoment.trace(settings.now)
    moves = build_redirects(pending.claimants, pending.unresolved, source, site, moment, decoder())
    written = write_objects(settings, moves.objects)
    return TaskResult(written, list(moves.outcomes), validity=moment.validity, is_moved=True)


def _tasks(first: BuildPlan, plans: Iterable[BuildPlan]) -> Iterator[Task]:
    """One task per clinic, except that large clinics are split."""
    without_posts = set(first.clinics)
    for plan in plans:
        for clinic, posts in groupby(plan.posts, key=lambda post: post.clinic):
            parts = list(split_posts(posts, plan))
            for part, size in parts:
                yield Task(clinic, part, size, whole=len(parts) == 1)
            without_posts.discard(clinic)
        if plan.strays:
            yield Task("", (), len(plan.strays), whole=False, strays=plan.strays)
    for clinic in sorted(without_posts):
        yield Task(clinic, (), 0, whole=True)


def split_posts(posts: Iterable[PostRef], plan: BuildPlan) -> Iterator[tuple[list[PostRef], int]]:
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
    run: Callable[[Task], TaskResult], tasks: Iterable[Task], workers: Workers
) -> tuple[dict[Future[TaskResult], Task], list[Task]]:
    """Submit ``tasks`` to ``workers``; also returns those that this process should run itself."""
    started: dict[Future[TaskResult], Task] = {}
    remaining: list[Task] = []
    for task in tasks:
        remaining.append(task)
        if workers and (started or sum(task.size for task in remaining) >= _WORTH_A_PROCESS):
            started |= {workers.submit(run, one): one for one in remaining}
            remaining = []
    return started, remaining


def make_assets(settings: BuildSettings, source: InboxReader, site: SiteRow, now: datetime) -> dict[str, WrittenFile]:
    """Write what pages link to."""
    return write_objects(settings, (*(all_assets() if site.settings else ()), *build_site_files(source, now)))


def run_tasks(
    run: Callable[[Task], TaskResult], tasks: Iterable[Task], workers: Workers, on_done: Callable[[int, int], None]
) -> Iterator[tuple[TaskResult, Task]]:
    """Run ``tasks`` with ``workers``, and yield each with its result. ``on_done`` is as in ``make_site``."""
    started, remaining = _start_tasks(run, tasks, workers)
    yield from _count(started, take_back(started, run), remaining, run, on_done)


def _count(
    started: dict[Future[TaskResult], Task],
    own: Iterator[tuple[TaskResult, Task]],
    remaining: list[Task],
    run: Callable[[Task], TaskResult],
    on_done: Callable[[int, int], None],
) -> Iterator[tuple[TaskResult, Task]]:
    done, total = 0, sum(len(task.posts) for task in (*started.values(), *remaining))
    for result, task in chain(gather(started, own), ((run(task), task) for task in remaining)):
        yield result, task
        done += len(task.posts)
        on_done(done, total)
