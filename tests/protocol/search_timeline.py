"""Changes, the messages that they lead to, and the rebuilds of gathered listings: on one line of time.

``Timeline`` is about the search of a language, ``TagsTimeline`` about the pages of a clinic's tags.

Each process has a clock of its own. Messages come late, twice, and to any process; a process may end before or after it
has sent its own. Within one rebuild nothing else happens here: ``test_search.py`` interleaves rebuilds.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.listings.kind import EntryChange, IndexChange, ListingChange, ListingGroup, Timing
from colophon.listings.kinds import groups_by_timing
from colophon.listings.kinds.search import SEARCH
from colophon.listings.kinds.tags import TAGS
from colophon.listings.kinds.year import YEAR
from colophon.listings.tag_counts import TagCount, TagCounts
from colophon.page.entry import Entry
from colophon.page.names import ClinicName
from colophon.stores import listing_keys, row_encoding
from colophon.stores.listing_index import ListingIndex
from colophon.stores.site import Site
from colophon.verbs.gathering import Gathering
from colophon.verbs.listings import ListingClients, is_up_to_date, parse_groups, rebuild
from colophon.verbs.relist import rebuild_all
from tests.protocol.harness.cloud import SITE, TABLE, Cloud
from tests.protocol.harness.contents import CLINIC
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
    recorded_at: list[float] = field(default_factory=list)
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

    @property
    def group(self) -> ListingGroup:
        """The listings that are gathered."""
        return SEARCH.group("en")

    def is_up_to_date(self) -> bool:
        """Whether the listings show every change."""
        return is_up_to_date(self.group, self.index)

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

    def _tell(self, change: IndexChange) -> None:
        """A process gets the record, a little later. If it ends too early, another one gets it."""
        self._at(self.now + self.chance.uniform(0, self.late), lambda: self._follow(change))

    def _follow(self, change: IndexChange) -> None:
        process = self.chance.choice(self.processes)
        fate = self.chance.random()
        if fate > 0.1:
            every = groups_by_timing([change])
            woken = {when: [group for group in groups if group == self.group] for when, groups in every.items()}
            process.gathering.enqueue(woken[Timing.QUEUED], woken[Timing.GATHERED])
            self._rebuild_all(woken[Timing.NOW], process)
        if fate < 0.2:
            self._tell(change)

    def _rebuild(self, body: str) -> None:
        self._rebuild_all(parse_groups(body), self.chance.choice(self.processes))

    def _rebuild_all(self, groups: Iterable[ListingGroup], process: Process) -> None:
        clients = ListingClients(self.index, self.site, NoAssets(self.site), now=process.clock)
        self.transport.calls.clear()
        rebuild_all(groups, clients)
        if any(call.operation == "Query" for call in self.transport.calls):
            self.rebuilt_at.append(self.now)
        if any(call.operation == "PutItem" for call in self.transport.calls):
            self.recorded_at.append(self.now)


class TagsTimeline(Timeline):
    """The posts with some tags change, as the row of their year tells; some changes are removals."""

    TAGS = ("knees", "sleep", "stairs", "water")

    def __post_init__(self) -> None:
        super().__post_init__()
        self._year = YEAR.first_row(YEAR.group("en", CLINIC, _ANY_DAY.year))
        self._record({tag: TagCount(1, "first") for tag in self.TAGS}, "")
        # The row names the tags before their pages are put.
        for _ in range(2):
            rebuild(self.group, ListingClients(self.index, self.site, NoAssets(self.site)))

    @property
    def group(self) -> ListingGroup:
        return TAGS.group("en", CLINIC)

    def _change(self) -> None:
        number, before = next(self._numbers), self._year
        gone = self.chance.random() < 0.2
        self.removed += gone
        counts = {**before.tag_counts, self.chance.choice(self.TAGS): TagCount(1, f"value {number}")}
        self._record(counts, f"removed {number}" if gone else before.removed_id)
        self._tell(ListingChange(YEAR.group("en", CLINIC, _ANY_DAY.year), before, self._year))

    def _record(self, counts: TagCounts, removed_id: str) -> None:
        self._year = replace(self._year, n=self._year.n + 1, tag_counts=counts, removed_id=removed_id)
        key = row_encoding.make_key(*YEAR.item_key(YEAR.group("en", CLINIC, _ANY_DAY.year)))
        self.cloud.table.put_item(key | row_encoding.encode_row(self._year))


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
