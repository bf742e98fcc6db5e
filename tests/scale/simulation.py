"""Posts that arrive at a rate, in virtual time: queues, runs that are busy, and limits that all runs share.

Arrivals are random, from a seed. A run takes as long as the counted calls of its batch at the assumed latencies; if a
shared resource is used up, it ends when its share is free. Nothing fails here: what AWS refuses is tried again until
there is room, which takes as long. A batch of the stream stands for those that follow from it as well.
"""

import heapq
import math
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random

from msgspec import Struct

from tests.scale import limits, model
from tests.scale.knobs import Knobs
from tests.scale.model import Counts

_TICK, _MINUTE = 0.25, 60.0
# Figures of a run are those of its last minutes.
_LAST_MINUTES = 10


@dataclass
class Limiter:
    """A resource of ``rate`` units a second, given out in the order in which it is asked for."""

    rate: float
    free_at: float = 0.0
    used: float = 0.0

    def take(self, now: float, amount: float) -> float:
        """When ``amount`` is there for one who asks at ``now``. What was left unused for a second is lost."""
        self.free_at = max(self.free_at, now - 1.0) + amount / self.rate
        self.used += amount
        return self.free_at


class Group(Struct, frozen=True):
    """Posts that came to a queue together at ``at``; they were uploaded at ``uploaded``."""

    at: float
    uploaded: float
    posts: int


@dataclass
class Station:
    """A queue and the runs that read it, at most ``lanes`` of them, in batches of at most ``batch`` posts.

    A batch that is not full waits for others for ``window`` seconds. ``cost`` says of so many posts: seconds of a run,
    and what it takes of each limiter.
    """

    lanes: int
    batch: int
    window: float
    cost: Callable[[int], tuple[float, dict[str, float]]]
    grows_by: float = math.inf
    queue: deque[Group] = field(default_factory=deque)
    waiting: int = 0
    busy: float = 0.0
    batches: Counter[int] = field(default_factory=Counter)
    free: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        first = self.lanes if math.isinf(self.grows_by) else min(self.lanes, limits.QUEUE_READERS_AT_FIRST)
        self.free = [0.0] * first

    def add(self, group: Group) -> None:
        self.queue.append(group)
        self.waiting += group.posts

    def oldest_age(self, now: float) -> float:
        """How long the oldest post has been waiting; 0 if none is."""
        return now - self.queue[0].at if self.queue else 0.0

    def run_until(self, now: float, limiters: dict[str, Limiter]) -> list[tuple[float, Group]]:
        """Start every batch that can start until ``now``; when each ends, and its posts."""
        while len(self.free) < min(self.lanes, limits.QUEUE_READERS_AT_FIRST + self.grows_by * now):
            heapq.heappush(self.free, now)
        done: list[tuple[float, Group]] = []
        while self.queue and (start := max(self.free[0], self._ready_at())) <= now:
            taken = self._take(start)
            posts = sum(group.posts for group in taken)
            took, asked = self.cost(posts)
            end = max([start + took, *(limiters[name].take(start, amount) for name, amount in asked.items())])
            heapq.heapreplace(self.free, end)
            # A run that only waits for its share of something else is not what is short.
            self.busy += took
            self.batches[posts] += 1
            done += [(end, group) for group in taken]
        return done

    def _ready_at(self) -> float:
        left = self.batch
        for group in self.queue:
            left -= group.posts
            if left <= 0:
                return min(group.at, self.queue[0].at + self.window)
        return self.queue[0].at + self.window

    def _take(self, start: float) -> list[Group]:
        taken: list[Group] = []
        left = self.batch
        while left and self.queue and self.queue[0].at <= start:
            group = self.queue.popleft()
            if group.posts > left:
                self.queue.appendleft(Group(group.at, group.uploaded, group.posts - left))
                group = Group(group.at, group.uploaded, left)
            taken.append(group)
            left -= group.posts
        self.waiting -= sum(group.posts for group in taken)
        return taken


class Result(Struct, frozen=True):
    """How a run ended. Ages are seconds, one for each minute; alarms are minutes, None if they stayed silent.

    ``live`` and ``listed`` are seconds after the upload, of half of the posts and of 99 %, of those that came that far.
    ``used`` is the share of each part that was in use in the last minutes.
    """

    rate: float
    lanes: int
    live_a_second: float
    live: tuple[float, float]
    listed: tuple[float, float]
    intake_ages: list[int]
    relist_ages: list[int]
    intake_waiting: int
    relist_waiting: int
    intake_alarm: int | None
    relist_alarm: int | None
    used: dict[str, float]
    dollars_a_million: float

    @property
    def busiest(self) -> str:
        """The part that has least left."""
        return max(self.used, key=lambda name: self.used[name])


@dataclass
class Simulation:
    """A stack with ``knobs`` to which ``rate`` posts a second come, each to another clinic."""

    counts: Counts
    knobs: Knobs
    rate: float
    seed: int = 1

    def __post_init__(self) -> None:
        knobs = self.knobs
        self._chance = Random(self.seed)
        self._limiters = {name: Limiter(rate) for name, rate in model.rates(knobs).items()}
        grows = limits.QUEUE_READERS_A_MINUTE / _MINUTE
        batch, window = knobs.queue_batch, knobs.queue_window
        self._publish = Station(knobs.lanes, batch, window, self._cost("publish", knobs.publish_memory), grows)
        self._relist = self._stream("relist", knobs.relist_memory, knobs.shards * knobs.batches)
        self._report = self._stream("report", knobs.report_memory, knobs.shards * knobs.report_batches)
        # Of those that end at the same time, the first to start comes first.
        self._pending: list[tuple[float, int, Group]] = []
        self._order = count()
        self._live, self._listed = Counter[int](), Counter[int]()
        self._live_at: Counter[int] = Counter()

    def run(self, minutes: int) -> Result:
        """Let posts come for so many minutes."""
        ages: tuple[list[int], list[int]] = ([], [])
        before: dict[str, float] = {}
        ticks = round(_MINUTE / _TICK)
        for tick in range(1, minutes * ticks + 1):
            now = tick * _TICK
            self._arrive(now)
            self._work(now)
            if tick % ticks == 0:
                ages[0].append(round(self._publish.oldest_age(now)))
                ages[1].append(round(max(one.oldest_age(now) for one in self._relist)))
            if tick == max(0, minutes - _LAST_MINUTES) * ticks:
                before = self._use()
        return self._result(minutes, ages, before)

    def _cost(self, function: str, memory: int) -> Callable[[int], tuple[float, dict[str, float]]]:
        costs, known = self.counts.spread[function], dict[int, tuple[float, dict[str, float]]]()

        def cost(posts: int) -> tuple[float, dict[str, float]]:
            if posts not in known:
                known[posts] = model.seconds(costs, posts, memory), model.units(function, costs, posts)
            return known[posts]

        return cost

    def _stream(self, function: str, memory: int, lanes: int) -> list[Station]:
        """Each lane has its own records: those of one item always go to the same."""
        posts = model.posts_of_batch(self.counts.spread[function], self.knobs.stream_batch)
        cost = self._cost(function, memory)
        return [Station(1, posts, self.knobs.stream_window, cost) for _ in range(lanes)]

    def _arrive(self, now: float) -> None:
        if posts := _draw_poisson(self._chance, self.rate * _TICK):
            at = now - self._chance.random() * _TICK
            self._publish.add(Group(at, at - limits.NOTIFICATION, posts))

    def _work(self, now: float) -> None:
        for end, group in self._publish.run_until(now, self._limiters):
            heapq.heappush(self._pending, (end, next(self._order), group))
            self._live_at[int(end // _MINUTE)] += group.posts
            self._live[_tenths(end - group.uploaded)] += group.posts
        while self._pending and self._pending[0][0] <= now:
            end, _, group = heapq.heappop(self._pending)
            for stations in (self._relist, self._report):
                self._spread(group, end + limits.STREAM_POLL, stations)
        for station in self._report:
            station.run_until(now, self._limiters)
        for station in self._relist:
            for end, group in station.run_until(now, self._limiters):
                self._listed[_tenths(end - group.uploaded)] += group.posts

    def _spread(self, group: Group, at: float, stations: list[Station]) -> None:
        first = self._chance.randrange(len(stations))
        share, rest = divmod(group.posts, len(stations))
        for number in range(len(stations) if share else rest):
            posts = share + (number < rest)
            stations[(first + number) % len(stations)].add(Group(at, group.uploaded, posts))

    def _use(self) -> dict[str, float]:
        """What was used so far: seconds of runs, and units of what is shared."""
        return {
            "publish": self._publish.busy,
            "relist": sum(station.busy for station in self._relist),
            "report": sum(station.busy for station in self._report),
            **{name: limiter.used for name, limiter in self._limiters.items()},
        }

    def _result(self, minutes: int, ages: tuple[list[int], list[int]], before: dict[str, float]) -> Result:
        last = min(minutes, _LAST_MINUTES)
        room: dict[str, float] = {"publish": self.knobs.lanes, "relist": len(self._relist), "report": len(self._report)}
        room |= model.rates(self.knobs)
        used = {
            name: min(1.0, (use - before.get(name, 0.0)) / (room[name] * last * _MINUTE))
            for name, use in self._use().items()
        }
        return Result(
            self.rate,
            self.knobs.lanes,
            round(sum(self._live_at[minute] for minute in range(minutes - last, minutes)) / (last * _MINUTE), 1),
            _percentiles(self._live),
            _percentiles(self._listed),
            *ages,
            self._publish.waiting,
            sum(station.waiting for station in self._relist),
            alarm_at(ages[0], self.knobs.intake_late, self.knobs.late_minutes),
            alarm_at(ages[1], self.knobs.relist_late, self.knobs.late_minutes),
            {name: round(share, 3) for name, share in used.items()},
            round(self._dollars() / max(1, self._live.total()) * 1e6, 2),
        )

    def _dollars(self) -> float:
        knobs, spread = self.knobs, self.counts.spread
        memory = {"publish": knobs.publish_memory, "relist": knobs.relist_memory, "report": knobs.report_memory}
        stations = {"publish": [self._publish], "relist": self._relist, "report": self._report}
        return sum(
            times * model.dollars(spread[name], posts, memory[name], is_queue=name == "publish")
            for name, each in stations.items()
            for station in each
            for posts, times in station.batches.items()
        )


def alarm_at(ages: list[int], late: float, minutes: int) -> int | None:
    """The minute, from 1, in which an alarm fires after so many minutes in a row above ``late``."""
    in_row = 0
    for minute, age in enumerate(ages, 1):
        in_row = in_row + 1 if age > late else 0
        if in_row == minutes:
            return minute
    return None


def _draw_poisson(chance: Random, mean: float) -> int:
    """How many arrive where ``mean`` do on average (Knuth's way; for many, the normal distribution is as good)."""
    if mean > 30:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    least, arrived = math.exp(-mean), 0
    product = chance.random()
    while product > least:
        product *= chance.random()
        arrived += 1
    return arrived


def _tenths(duration: float) -> int:
    return math.ceil(duration * 10)


def _percentiles(found: Counter[int]) -> tuple[float, float]:
    """Seconds within which half and 99 % were done."""
    reached, sums = 0, list[float]()
    wanted = [found.total() * 0.5, found.total() * 0.99]
    for tenths, posts in sorted(found.items()):
        reached += posts
        while len(sums) < 2 and reached >= wanted[len(sums)]:
            sums.append(tenths / 10)
    return (sums[0], sums[1]) if sums else (0.0, 0.0)
