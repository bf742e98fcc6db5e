"""The whole site from a folder, on as many processes as there are: the parent only gathers what became of it all."""

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
from colophon.decision.outcome import Outcome
from colophon.decision.parts import SiteRow
from colophon.page.paths import FRONT_KEY
from colophon.page.site_object import SiteObject
from colophon.problem import Problem, Refused
from colophon.stores.decoder import Decoder
from colophon.stores.inbox_folder import InboxFolder
from colophon.upload.keys import PostRef
from colophon.verbs.assets import assets
from colophon_ops.build.moves import build_moves
from colophon_ops.build.plan import Plan, plan_of
from colophon_ops.build.posts import Claimant, Unfounded, built_posts
from colophon_ops.build.rows import build_clinic, build_site, build_site_style, stray_outcome
from colophon_ops.build.site import BuiltShelf, build_around, build_shelves, shared_outcomes
from colophon_ops.build.tree import claim, put, remove_all_but, write_outcomes
from colophon_ops.build.workers import Crew, crew_of
from colophon_ops.inbox_path import inbox_at
from colophon_ops.outcomes import as_line, count, to_mend, told

# So much at once is made by one process: a post counts one, an image as many posts as take about its time.
_LARGEST_TASK = 256
_AN_IMAGE = 128
# Below this another process costs more time than it saves.
_WORTH_A_PROCESS = 8


class Report(Struct, frozen=True):
    """What a build came to."""

    out: Path
    states: Counter[str]
    to_mend: int
    files: int
    seconds: float


class Work(Struct, frozen=True):
    """What every process is told: the inbox, the moment, and where the site goes (None: it is only looked at)."""

    inbox: Path
    now: datetime
    out: Path | None = None


class Task(Struct, frozen=True):
    """Some posts of one clinic, ``size`` in all; or ``strays``, which lie beside its posts.

    ``whole``: they are all that it has, so its listings can be made with them.
    """

    clinic: str
    posts: Sequence[PostRef]
    size: int
    whole: bool
    strays: Sequence[str] = ()


@dataclass(slots=True)
class Made:
    """What one task came to: keys written, what became of each upload, and what listings are yet to be made from."""

    keys: list[str] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    entries: list[EntryRow] = field(default_factory=list)
    shelves: list[BuiltShelf] = field(default_factory=list)
    claimants: list[Claimant] = field(default_factory=list)
    unfounded: list[Unfounded] = field(default_factory=list)

    def take(self, other: "Made") -> None:
        """Keep what is to be made from what ``other`` came to."""
        self.shelves += other.shelves
        self.claimants += other.claimants
        self.unfounded += other.unfounded


def build(
    inbox: Path, out: Path, *, now: datetime, jobs: int = 0, on_step: Callable[[int, int], None] = lambda *_: None
) -> Report:
    """Write the site that the inbox folder ``inbox`` makes at ``now`` to the folder ``out``, with outcomes.json in it.

    ``jobs`` processes share the work, 0: one for each core. ``on_step`` is told how many of how many posts are made;
    the first time when all processes are at work. Raises Misused for a folder that is not an inbox, and for an ``out``
    that holds something other than an earlier build; Refused where that would give way to nothing, because the inbox
    has no valid site.yaml.
    """
    began = time.monotonic()
    root = inbox_at(inbox)
    is_new = claim(out, root)
    if (out / FRONT_KEY).exists():
        _hold_on_to(out, root)
    states: Counter[str] = Counter()
    lines: list[tuple[str, str]] = []
    keys: set[str] = set()
    mend = 0
    with crew_of(jobs) as crew:
        for made in make(Work(root, now, out), parts_of(root), crew, on_step):
            outcomes = told(made.outcomes)
            states += count(outcomes)
            mend += sum(map(to_mend, outcomes))
            lines += ((outcome.key, as_line(outcome)) for outcome in outcomes)
            keys.update(made.keys)
    if not is_new:
        remove_all_but(out, keys)
    write_outcomes(out, (line for _, line in sorted(lines)))
    return Report(out, states, mend, len(keys), time.monotonic() - began)


def _hold_on_to(out: Path, inbox: Path) -> None:
    """Raises Refused where nothing could be shown any more: as in the cloud, what stands then stays."""
    if build_site(InboxFolder(inbox)).settings is None:
        what = f"{inbox} has no valid site.yaml, without which there is no page. {out} stays as it is."
        raise Refused((Problem(what, f"colophon check {inbox} says what to mend."),))


def jobs_for(plans: Iterable[Plan], jobs: int) -> int:
    """``jobs`` (0: one for each core), or 1 where ``plans`` are done before others would be ready."""
    sizes = (1 + _AN_IMAGE * plan.images.get(post, 0) for plan in plans for post in plan.posts)
    return jobs if sum(sizes) >= _WORTH_A_PROCESS else 1


def parts_of(inbox: Path) -> Iterator[Plan]:
    """The parts of the inbox in the folder ``inbox``: first all but posts, then the posts of one clinic at a time, so
    that the making of some can begin while others are looked for."""
    source = InboxFolder(inbox)
    folders = source.folders("posts/")
    yield plan_of(source.keys(but=frozenset(folders)))
    for folder in folders:
        yield plan_of(source.keys(folder))


def make(work: Work, plans: Iterator[Plan], crew: Crew, on_done: Callable[[int, int], None]) -> Iterator[Made]:
    """Make all that ``plans``, as ``parts_of`` gives them, name with ``crew``, in no certain order; ``on_done`` is told
    how many of how many posts are made."""
    source = InboxFolder(work.inbox)
    site, plan = build_site(source), next(plans)
    make_task = partial(_make_task, work, site, frozenset(plan.clinics))
    begun, left = _begun(make_task, _tasks(plan, plans), crew)
    yield Made(_written(work, _assets(source, site)), list(shared_outcomes(plan, source, site, work.now)))
    gathered = Made()
    done, total = 0, sum(len(task.posts) for task in (*begun.values(), *left))
    apart: dict[str, list[EntryRow]] = defaultdict(list)
    for made, task in chain(_ended(begun), ((make_task(task), task) for task in left)):
        gathered.take(made)
        if not task.whole:
            apart[task.clinic] += made.entries
        yield made
        done += len(task.posts)
        on_done(done, total)
    for clinic, entries in apart.items():
        made = _make_shelves(work, site, clinic, entries)
        gathered.take(made)
        yield made
    moves = build_moves(gathered.claimants, gathered.unfounded, source, site, work.now, _decoder())
    yield Made(_written(work, moves.objects), list(moves.outcomes))
    around = partial(_make_around, work, site, gathered.shelves)
    # Whoever made pages has the templates at hand.
    yield around() if crew is None or left else crew.submit(around).result()


def _tasks(first: Plan, plans: Iterable[Plan]) -> Iterator[Task]:
    """A task per clinic, but for clinics with so much that several processes had better share it."""
    idle = set(first.clinics)
    for plan in plans:
        for clinic, posts in groupby(plan.posts, key=lambda post: post.clinic):
            parts = list(_parts(posts, plan))
            for part, size in parts:
                yield Task(clinic, part, size, whole=len(parts) == 1)
            idle.discard(clinic)
        if plan.strays:
            yield Task("", (), len(plan.strays), whole=False, strays=plan.strays)
    for clinic in sorted(idle):
        yield Task(clinic, (), 0, whole=True)


def _parts(posts: Iterable[PostRef], plan: Plan) -> Iterator[tuple[list[PostRef], int]]:
    """``posts`` in parts of about ``_LARGEST_TASK``, with the size of each."""
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


def _begun(
    make_task: Callable[[Task], Made], tasks: Iterable[Task], crew: Crew
) -> tuple[dict[Future[Made], Task], list[Task]]:
    """``tasks`` on their way to ``crew``, and those that this process had better do itself."""
    begun: dict[Future[Made], Task] = {}
    left: list[Task] = []
    for task in tasks:
        left.append(task)
        if crew and (begun or sum(task.size for task in left) >= _WORTH_A_PROCESS):
            begun |= {crew.submit(make_task, one): one for one in left}
            left = []
    return begun, left


def _ended(begun: dict[Future[Made], Task]) -> Iterator[tuple[Made, Task]]:
    for done in as_completed(list(begun)):
        yield done.result(), begun.pop(done)


def _make_task(work: Work, site: SiteRow, clinics: frozenset[str], task: Task) -> Made:
    source = InboxFolder(work.inbox)
    made = Made(outcomes=[stray_outcome(key, source) for key in task.strays])
    for built in built_posts(task.posts, source, site, work.now, _decoder()):
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
            put(work.out, thing.key, thing.content)
    return keys
