"""Changes of a language, the messages that they lead to, and the rebuilds of its search: on one line of time.

Each process has a clock of its own. Messages come late, twice, and to any process; a process may end before or after it
has sent its own. Within one rebuild nothing else happens here: ``test_search.py`` interleaves rebuilds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from colophon.decision.listing_rows import EntryRow
from colophon.listings.kind import EntryChange, Timing
from colophon.listings.kinds import groups_by_timing
from colophon.listings.kinds.search import SEARCH
from colophon.page.entry import Entry
from colophon.page.names import ClinicName
from colophon.stores import listing_keys, row_encoding
from colophon.stores.listing_index import ListingIndex
from colophon.stores.site import Site
from colophon.verbs.gathering import Gathering
from colophon.verbs.listings import ListingClients, is_up_to_date, parse_groups
from colophon.verbs.relist import rebuild_all
from tests.protocol.harness.cloud import SITE, TABLE, Cloud
from tests.protocol.harness.functions import NoAssets
from tests.protocol.harness.transport import Transport

SECONDS = 60
_START = datetime(2026, 6, 1, 12, 0, 7, tzinfo=UTC)
_PROCESSES = 3
_ANY_DAY = date(2026, 5, 1)


@dataclass
class Process:
    """One execution environment of ``relist``. ``skew``: so many seconds is its clock ahead."""

    timeline: "Timeline"
    skew: float
    gathering: Gathering = field(init=False)

    def __post_init__(self) -> None:
        self.gathering = Gathering(_Queue(self.timeline), self.clock, SECONDS)  # type: ignore[arg-type]

    def clock(self) -> datetime:
        return _START + timedelta(seconds=self.timeline.now + self.skew)


@dataclass
class _Queue:
    timeline: "Timeline"

    def send(self, bodies: Sequence[str], delay: int = 0) -> None:
        for body in bodies:
            self.timeline.deliver(body, delay)


@dataclass
class Timeline:
    """Random changes of a minute or more, drawn from ``seed``. ``late`` bounds how late messages are, in seconds."""

    cloud: Cloud
    transport: Transport
    seed: int
    skews: Sequence[float]
    late: float = 20.0
    now: float = 0.0
    rebuilt_at: list[float] = field(default_factory=list)
    removed: int = 0

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.processes = [Process(self, skew) for skew in self.skews]
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._rows: dict[str, EntryRow] = {}
        self.index = ListingIndex(self.cloud.dynamodb, TABLE)
        self.site = Site(self.cloud.s3, SITE)

    def run(self, changes: int, within: float) -> None:
        """Let ``changes`` happen ``within`` so many seconds, and all that follows."""
        for _ in range(changes):
            self._at(self.chance.uniform(0, within), self._change)
        while self._waiting:
            self.now, _, act = heappop(self._waiting)
            act()

    def is_up_to_date(self) -> bool:
        """Whether the search shows every entry."""
        return is_up_to_date(SEARCH.group("en"), self.index)

    def deliver(self, body: str, delay: int) -> None:
        """Deliver a message after ``delay`` seconds or later, sometimes twice."""
        for _ in range(1 + (self.chance.random() < 0.2)):
            self._at(self.now + delay + self.chance.uniform(0, self.late), lambda: self._rebuild(body))

    def _at(self, moment: float, act: Callable[[], None]) -> None:
        heappush(self._waiting, (moment, next(self._numbers), act))

    def _change(self) -> None:
        name = f"post-{self.chance.randrange(4)}"
        before = self._rows.get(name)
        number = next(self._numbers)
        live = before is None or before.entry is None or self.chance.random() < 0.7
        self.removed += not live
        after = EntryRow("en", "any", _ANY_DAY, name, f"id-{number}", _entry(name, number) if live else None)
        self._rows[name] = after
        self.cloud.table.put_item(row_encoding.encode_entry(after))
        self.cloud.table.put_item(listing_keys.recent_day_key(after))
        self._tell(EntryChange("en", "any", _ANY_DAY.year, before, after))

    def _tell(self, change: EntryChange) -> None:
        """A process gets the record, a little later. If it ends too early, another one gets it."""
        self._at(self.now + self.chance.uniform(0, self.late), lambda: self._follow(change))

    def _follow(self, change: EntryChange) -> None:
        process = self.chance.choice(self.processes)
        fate = self.chance.random()
        if fate > 0.1:
            woken = groups_by_timing([change])
            of_search = ([g for g in woken[t] if g.kind == SEARCH.number] for t in (Timing.QUEUED, Timing.GATHERED))
            process.gathering.enqueue(*of_search)
        if fate < 0.2:
            self._tell(change)

    def _rebuild(self, body: str) -> None:
        process = self.chance.choice(self.processes)
        clients = ListingClients(self.index, self.site, NoAssets(self.site), now=process.clock)
        self.transport.calls.clear()
        rebuild_all(parse_groups(body), clients)
        if any(call.operation == "Query" for call in self.transport.calls):
            self.rebuilt_at.append(self.now)


def draw_skews(seed: int, most: float) -> list[float]:
    """The clocks of the processes: no two of them differ by more than ``most`` seconds."""
    chance = Random(-seed)
    return [chance.uniform(0, most) for _ in range(_PROCESSES)]


def _entry(name: str, number: int) -> Entry:
    return Entry(
        lang="en",
        clinic="any",
        post=name,
        posted=_ANY_DAY,
        title=f"Word {number}",
        source_title="",
        excerpt="",
        original=True,
        reviewed=False,
        published="",
        modified="",
        names=(ClinicName("en", "Any"),),
        languages=("en",),
    )
