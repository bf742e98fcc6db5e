"""A kind of listings: what its groups are made from, which objects they have, and which changes rebuild them.

The kinds themselves are in ``colophon.listings.kinds``, one module each.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from enum import Enum, IntEnum, auto
from functools import cache, partial
from string import Formatter
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct, field

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, PageToken, SiteRow
from colophon.listings.periods import LIMITS, NEWEST_COUNT, ListingLimits, Period
from colophon.page.finished import finish_tombstone
from colophon.page.objects import SiteObject
from colophon.views import TombstoneView

Tokens = Mapping[str, PageToken]


class Scope(IntEnum):
    """What there is one group of a kind for. The value is how many of language, clinic, year, ... name a group."""

    SITE = 0
    LANGUAGE = 1
    CLINIC = 2
    """A clinic in one language."""
    YEAR = 3
    """A year of a clinic in one language. It exists once a post was listed in it."""
    MONTH = 4
    """A month of a year that has too many posts for one listing."""
    DAY = 5
    """A day of such a month."""
    PREFIX = 6
    """The posts of such a day whose names have the same prefix."""


class ListingGroup(Struct, frozen=True, order=True, omit_defaults=True):
    """Listings that are made from one snapshot and recorded in one row.

    ``kind`` is the number of the group's kind. What the kind's scope does not need is empty. ``force`` takes the tokens
    from the site instead of the row. ``posts`` are the posts to look at, beside those that the row names; empty: any
    may have changed. Listings that show every change before ``until``, in seconds since 1970, are left as they are; 0:
    none are. The names and numbers are those of queue messages; a field that only newer code knows is ignored.
    """

    kind: int = field(name="place")
    lang: str = ""
    clinic: str = ""
    year: int = 0
    force: bool = field(default=False, name="fresh")
    month: int = 0
    day: int = 0
    prefix: str = ""
    posts: tuple[str, ...] = ()
    until: int = 0
    tags: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str | int, ...]:
        """Language, clinic, year, month, day and prefix."""
        return (self.lang, self.clinic, self.year, self.month, self.day, self.prefix)

    @property
    def period(self) -> Period:
        """The year, or the part of it, that the group is about."""
        return Period(self.year, self.month, self.day, self.prefix)


class ListingRow(Struct, frozen=True, omit_defaults=True):
    """What the index keeps of a group. Each kind's row declares these fields itself, in the order of its JSON."""

    @property
    def n(self) -> int:
        """The number of times that the row was recorded."""
        raise NotImplementedError

    @property
    def tokens(self) -> Tokens:
        """The last known token of each object, by site key."""
        raise NotImplementedError

    @property
    def id(self) -> str:
        """The identity of what other kinds show of the group. It never returns to an old value. Empty: nothing."""
        return ""

    @property
    def read_until(self) -> int:
        """The moment up to which the row has every change, in seconds since 1970. 0: the row does not say."""
        return 0

    def with_read_until(self, moment: int) -> "ListingRow":
        """The row, made from what was read at ``moment``, if it keeps such moments."""
        return self


RowT = TypeVar("RowT", bound=ListingRow)
InputsT = TypeVar("InputsT")


class Listing(Struct, frozen=True):
    """One object of a group. ``make`` makes it for a revision. ``fp`` never returns to an old value."""

    key: str
    fp: str
    make: Callable[[int], SiteObject]


class ListingDecision(Struct, Generic[RowT], frozen=True):
    """The objects of a group, and its row, whose ``tokens`` and ``n`` are still those of the snapshot.

    ``released`` are the keys of objects that other groups make from now on. ``linked`` are objects of other groups that
    these listings link to and that may not be there yet: they are put first, where nothing is.
    """

    listings: tuple[Listing, ...]
    row: RowT
    released: tuple[str, ...] = ()
    linked: tuple[Listing, ...] = ()


def live_listing(key: str, fp: str, make: Callable[[int, str], SiteObject]) -> Listing:
    """The listing at ``key`` that ``make`` makes from a revision and ``fp``."""
    return Listing(key, fp, partial(_make_with_fp, make, fp))


def tombstone_listing(key: str, fp: str, view: TombstoneView, cache_tags: str) -> Listing:
    """The tombstone at ``key``, where a listing was or would be."""
    return Listing(key, fp, lambda rev: finish_tombstone(key, view, cache_tags, rev, fp))


def _make_with_fp(make: Callable[[int, str], SiteObject], fp: str, rev: int) -> SiteObject:
    return make(rev, fp)


class ListingSnapshot(Struct, Generic[RowT], frozen=True):
    """The rows of a group that are read at one moment, before anything else it is made from.

    ``others`` are the rows of the groups that the kind's ``read_with_row`` names. ``clinic`` is empty for a kind that
    is not about one clinic. ``limits`` are what one listing may hold.
    """

    row: RowT
    site: SiteRow
    clinic: ClinicRow = ClinicRow("")
    others: tuple[Any, ...] = ()
    limits: ListingLimits = LIMITS


class ListingReader(Protocol):
    """Reads entries and rows: from the index (``stores.listing_index``), or in memory (``listings.in_memory``)."""

    def read_entries(self, lang: str, clinic: str, period: Period | None = None) -> tuple[EntryRow, ...]:
        """Every entry of a clinic in a language, or of one period of it; removed entries too."""

    def read_entries_of(self, lang: str, clinic: str, day: date, posts: Iterable[str]) -> tuple[EntryRow, ...]:
        """The entries of ``posts`` on ``day``, those that exist; removed entries too."""

    def read_backwards(self, lang: str, clinic: str, period: Period) -> Iterator[EntryRow]:
        """The entries of a period, the newest first, read as far as they are asked for; removed entries too."""

    def read_newest(self, lang: str, clinic: str = "", count: int = NEWEST_COUNT) -> tuple[EntryRow, ...]:
        """The newest entries of a language, or of a clinic in it: ``count`` live ones, and removed ones among them."""

    def read_group_rows(self, groups: Iterable[ListingGroup]) -> Mapping[ListingGroup, ListingRow]:
        """The rows of ``groups``, not all read at the same moment; of a group without one, that before its first."""

    def read_rows(self, kind: "ListingKind[RowT, Any]", *names: Any) -> tuple[RowT, ...]:
        """The rows of every group of ``kind`` in one partition of the index: of those that ``names`` begin to name."""


class EntryChange(Struct, frozen=True):
    """An entry changed among those of its clinic in a language. ``before`` or ``after`` is None if there is none."""

    lang: str
    clinic: str
    year: int
    before: EntryRow | None
    after: EntryRow | None


class RecentDayChange(Struct, frozen=True):
    """A day was noted on which a clinic has entries in a language."""

    lang: str


class ClinicChange(Struct, frozen=True):
    """A clinic's row changed."""

    before: ClinicRow
    after: ClinicRow


class SiteChange(Struct, frozen=True):
    """The site's row changed."""

    before: SiteRow
    after: SiteRow

    @property
    def has_new_id(self) -> bool:
        """Whether pages now show other settings."""
        return self.before.fp != self.after.fp

    @property
    def languages(self) -> frozenset[str]:
        """The languages that the site has or had, also by settings that no row had."""
        settings = (row.settings for row in (self.before, self.after))
        left = self.after.removed_languages.keys() - self.before.removed_languages.keys()
        return frozenset(lang for each in settings if each for lang in each.languages) | left


class ListingChange(Struct, frozen=True):
    """The row of a group changed."""

    group: ListingGroup
    before: ListingRow | None
    after: ListingRow | None

    @property
    def has_new_id(self) -> bool:
        """Whether other kinds now show the group differently."""
        return (self.before.id if self.before else "") != (self.after.id if self.after else "")


IndexChange = EntryChange | RecentDayChange | ClinicChange | SiteChange | ListingChange


class EntryTraits(Struct, frozen=True):
    """What decides which listings show some entries: the days they were posted, and their tags that may have
    pages."""

    days: frozenset[date] = frozenset()
    tags: frozenset[str] = frozenset()


class Timing(Enum):
    """When a change has the groups that it wakes rebuilt.

    NOW       with the change itself
    QUEUED    at once, by a message, so that nothing else waits for it
    GATHERED  by a message once the present interval is over, and once for all changes of that interval
    """

    NOW = auto()
    QUEUED = auto()
    GATHERED = auto()


def _at_once(change: IndexChange) -> Timing:
    return Timing.NOW


def _is_unseen(before: Any, after: Any) -> bool:
    return False


def _none_awaited(snapshot: Any) -> tuple[str, ...]:
    return ()


def _none_possible(group: ListingGroup) -> tuple[str, ...]:
    return ()


def _no_groups(group: ListingGroup) -> tuple[ListingGroup, ...]:
    return ()


class ListingKind(Struct, Generic[RowT, InputsT], frozen=True):
    """One kind of listings. Everything that handles listings loops over the kinds and asks them these things.

    number         identifies the kind in queue messages; a number is never used again for another kind
    made_from      the numbers of the kinds whose rows its groups are made from
    exists_for     what there is one group for
    partition      the pk of a group's item in the index, with ``{lang}``, ``{clinic}``, ``{year}``, ... filled in
    sort_key       the sk of the item, likewise
    read_with_row  other groups whose rows are read at the same moment as the group's own
    inputs         reads what else the group is made from, after the snapshot, which it is given with the group
    decide         the listings and the row from the snapshot and the inputs; pure
    keys_of        the site keys of a group's listings that may mention entries with these traits, or their clinic
    group_of_key   the group that may make the object at a site key; None if no group of this kind does
    woken_by       the groups to rebuild after a change of the index
    shows_less     whether a row shows less than before, so that copies of what is made from it must be purged
    awaited        the keys at which ``publish`` has put a redirect, or found an object, for pages that link there
    possible_keys  the keys at which objects may be that only a lost row named: with ``force`` they are looked for
    timing         when a change has the groups that it wakes rebuilt
    gathered_seconds  the least seconds of an interval whose changes are gathered; more if the stack says so
    """

    number: int
    name: str
    exists_for: Scope
    row_type: type[RowT]
    partition: str
    sort_key: str
    inputs: Callable[[ListingGroup, ListingSnapshot[RowT], ListingReader], InputsT]
    decide: Callable[[ListingSnapshot[RowT], InputsT], ListingDecision[RowT]]
    keys_of: Callable[[ListingGroup, EntryTraits], tuple[str, ...]]
    group_of_key: Callable[[str], ListingGroup | None]
    woken_by: Callable[[IndexChange], Iterable[ListingGroup]]
    made_from: tuple[int, ...] = ()
    shows_less: Callable[[RowT, RowT], bool] = _is_unseen
    read_with_row: Callable[[ListingGroup], tuple[ListingGroup, ...]] = _no_groups
    awaited: Callable[[ListingSnapshot[RowT]], Iterable[str]] = _none_awaited
    possible_keys: Callable[[ListingGroup], tuple[str, ...]] = _none_possible
    timing: Callable[[IndexChange], Timing] = _at_once
    gathered_seconds: int = 0

    def group(
        self, lang: str = "", clinic: str = "", year: int = 0, month: int = 0, day: int = 0, prefix: str = ""
    ) -> ListingGroup:
        """A group of this kind."""
        return ListingGroup(self.number, lang, clinic, year, month=month, day=day, prefix=prefix)

    def group_of_period(self, lang: str, clinic: str, period: Period) -> ListingGroup:
        """The group of this kind that lists ``period``."""
        return self.group(lang, clinic, period.year, period.month, period.day, period.prefix)

    def first_row(self, group: ListingGroup) -> RowT:
        """The row of ``group`` before it is recorded for the first time."""
        return self.row_type(*group.names[: self.exists_for])

    def item_key(self, group: ListingGroup) -> tuple[str, str]:
        """The pk and sk of the item that holds the row of ``group``."""
        names = dict(zip(_NAME_PATTERNS, group.names, strict=True))
        return self.partition.format(**names), self.sort_key.format(**names)

    def group_of_item(self, pk: str, sk: str) -> ListingGroup | None:
        """The group whose row is in the item with this key; None if it is of no group of this kind."""
        found = _item_pattern(self.partition, self.sort_key).fullmatch(f"{pk}\n{sk}")
        if found is None:
            return None
        names: dict[str, Any] = found.groupdict()
        numbers = {name: int(names[name]) for name in _NUMBERS if name in names}
        return self.group(**{**names, **numbers})


_NUMBERS = ("year", "month", "day")
_NAME_PATTERNS = {
    "lang": "[^/\n]+",
    "clinic": "[^/\n]+",
    **dict.fromkeys(_NUMBERS, "[0-9]+"),
    "prefix": "[0-9a-f]",
}


@cache
def _item_pattern(partition: str, sort_key: str) -> re.Pattern[str]:
    """Matches the item keys that the two templates make, on two lines."""
    parts = Formatter().parse(f"{partition}\n{sort_key}")
    return re.compile(
        "".join(
            re.escape(literal) + (f"(?P<{name}>{_NAME_PATTERNS[name]})" if name else "") for literal, name, *_ in parts
        )
    )
