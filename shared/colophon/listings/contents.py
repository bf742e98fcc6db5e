"""What a period lists: the entries in it or, if they are too many for one listing, the parts that list them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from colophon.decision.identity import fingerprint, fingerprint_by_code
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.listings.kind import ListingRow, Tokens
from colophon.listings.part_page import Part
from colophon.listings.periods import Period
from colophon.listings.sources import (
    ClinicInLanguage,
    absent_tombstone,
    closed_clinic_tombstone,
    entry_ids,
    live_entries,
    settings_for,
)
from colophon.listings.tag_counts import TagCounts, add_tag_counts, count_tags, date_tag_counts
from colophon.page.entry import Entry
from colophon.page.names import ClinicName
from colophon.views import TombstoneView

# The archive and the directory show so many of a year's most frequent tags.
_MAX_TAGS = 40


class PartRow(ListingRow, frozen=True, omit_defaults=True):
    """What the index keeps of a month, a day or a prefix that has listings of its own.

    ``split`` is empty while it lists its posts; else it lists its parts, once those in ``awaited`` are made. ``posts``
    are those that a prefix ever had. ``count``, ``tags``, ``tag_counts``, ``names`` and ``parts`` (as in
    ``periods_listed``) are what the whole shows of it; ``id``, empty until it is made, changes with ``value``, the
    identity of these. ``live_id`` changes when it gets its first live page or loses its last, ``removed_id`` when a
    page is removed or returns. But for ``value``, no identity returns to an old value.
    """

    lang: str
    clinic: str
    year: int
    month: int
    day: int = 0
    prefix: str = ""
    n: int = 0
    tokens: Tokens = field(default_factory=dict)
    split: str = ""
    awaited: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    count: int = 0
    parts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    names: tuple[ClinicName, ...] = ()
    clinic_withdrawn: bool = field(default=False, name="covered")
    tag_counts: TagCounts = field(default_factory=dict)
    value: str = ""
    id: str = ""
    live_id: str = ""
    removed_id: str = field(default="", name="left")

    @property
    def period(self) -> Period:
        """The period that the row is about."""
        return Period(self.year, self.month, self.day, self.prefix)

    @property
    def part_name(self) -> str:
        """The name of the part in the whole, with its own parts: ``09``, ``02``, ``02-03f``, ``3``."""
        own = self.period.names[-1]
        return f"{own}-{''.join(self.parts)}" if self.day and self.parts else own


class Contents(Struct, frozen=True):
    """What a period lists: live ``entries``, the newest first, or its ``parts`` that have any, in order.

    ``ids`` are the identities of all entries, removed ones too, or of all parts; ``file_ids`` those of what sitemaps
    and search shards show of these. ``names`` are the clinic's.
    """

    ids: Sequence[tuple[str, ...]]
    file_ids: Sequence[tuple[str, ...]]
    entries: tuple[Entry, ...] = ()
    parts: tuple[Part, ...] = ()
    part_names: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    tag_counts: TagCounts = {}
    names: tuple[ClinicName, ...] = ()
    clinic_withdrawn: bool = False
    removed_id: str = ""

    @property
    def count(self) -> int:
        """The number of live pages."""
        return sum(part.count for part in self.parts) if self.parts else len(self.entries)

    def find_clinic(self, lang: str, clinic: str, site: SiteRow) -> ClinicInLanguage | None:
        """The clinic as listings of the period show it; None if they show nothing."""
        settings = settings_for(site, lang)
        return ClinicInLanguage(lang, clinic, self.names, settings) if settings and self.count else None

    def tombstone(self, lang: str, clinic: ClinicRow, site: SiteRow) -> TombstoneView:
        """The tombstone of a listing without entries: the clinic's withdrawal, if that is the reason."""
        return closed_clinic_tombstone(lang, clinic, site) if self.clinic_withdrawn else absent_tombstone(lang, site)

    def date_tag_counts(self, known: TagCounts, removed_id: str, n: int) -> TagCounts:
        """The tags of the period in the row that is recorded as its ``n``-th; until then it had the other two.

        All of them have changed if a page was removed: a page of a tag is made from entries that may be newer than the
        row, so any of them may list a post that was removed before the row counted it.
        """
        return date_tag_counts(self.tag_counts, known if removed_id == self.removed_id else {}, n)

    def around(self, clinic: ClinicRow, site: SiteRow) -> tuple[str, str]:
        """The identities of the site and of the clinic's withdrawal, where the listings show them.

        Where all entries are removed they depend on them alone: no change of the site or of the clinic rebuilds such
        a listing, except for entries that the clinic's withdrawal covers.
        """
        covered = self.clinic_withdrawn
        return site.fp if covered or self.count else "", clinic.withdrawal_id if covered else ""

    def fingerprint(self, what: str, clinic: ClinicRow, site: SiteRow, *splits: str) -> str:
        """The identity of what is listed; ``splits`` are those of the rows that make it a part, or list parts."""
        return fingerprint_by_code(what, self.ids, *self.around(clinic, site), *filter(None, splits))

    def files_fingerprint(self, what: str, clinic: ClinicRow, site: SiteRow, *splits: str) -> str:
        """The same, of what sitemaps and search shards show of it."""
        return replace(self, ids=self.file_ids).fingerprint(what, clinic, site, *splits)


def contents_of_entries(rows: Sequence[EntryRow]) -> Contents:
    """What a period lists whose entries are ``rows``, with the removed ones."""
    entries = live_entries(rows)
    ids = entry_ids(rows)
    return Contents(
        ids=ids,
        file_ids=ids,
        entries=entries,
        tags=_most_frequent(tag for entry in entries for tag in entry.tags),
        # Every entry changes with its clinic's record, so any of them has the names.
        names=entries[0].names if entries else (),
        clinic_withdrawn=any(row.clinic_withdrawn for row in rows),
        removed_id=find_removed_id(rows),
    )


def contents_of_period(rows: Sequence[EntryRow], period: Period) -> Contents:
    """The same, with the tags of a ``period`` that has a row."""
    return replace(contents_of_entries(rows), tag_counts=count_tags(rows, identified=not period.day))


def contents_of_parts(rows: Iterable[PartRow], split: str) -> Contents:
    """What a period lists that is divided into the parts with ``rows``, since the row's ``split``."""
    made = sorted((row for row in rows if row.id), key=lambda row: row.period)
    live = [row for row in made if row.count]
    return Contents(
        ids=[(row.period.name, row.id) for row in made],
        # They list a part, or do not, whatever it has.
        file_ids=[(row.period.name, row.live_id) for row in made],
        parts=tuple(Part(row.period, row.count) for row in live),
        part_names=tuple(row.part_name for row in live),
        tags=_most_frequent(tag for row in live for tag in row.tags),
        tag_counts=add_tag_counts(
            (row.period.name, row.month if _is_listed_by_tags(row) else 0, row.tag_counts) for row in live
        ),
        names=live[-1].names if live else (),
        clinic_withdrawn=any(row.clinic_withdrawn for row in made),
        # These listings mention no post. Copies from before the split do, and so do pages of tags.
        removed_id=fingerprint("left", split, *_removed_ids(made)),
    )


def _is_listed_by_tags(row: PartRow) -> bool:
    """Whether pages of tags may list the posts of the part: of a month that is not listed by day."""
    return not row.day and not row.parts


def _removed_ids(rows: Iterable[PartRow]) -> Iterator[tuple[str, str]]:
    """The identities of the pages removed from parts whose posts pages of tags may list."""
    return ((row.period.name, row.removed_id) for row in rows if row.removed_id and _is_listed_by_tags(row))


def new_split(n: int, ids: Iterable[tuple[str, ...]]) -> str:
    """The identity of a division into parts, from the row's ``n`` and the identities of what is divided."""
    return fingerprint("split", n, sorted(ids))


def are_made(names: Iterable[str], rows: Iterable[PartRow]) -> bool:
    """Whether the parts called ``names`` are among ``rows`` and have their listings."""
    return set(names) <= {row.period.names[-1] for row in rows if row.id}


def names_of_parts(period: Period, rows: Iterable[EntryRow]) -> tuple[str, ...]:
    """The names of the parts of ``period`` that the entries ``rows`` belong to, in order."""
    return tuple(sorted({period.part_with(row.posted, row.post).names[-1] for row in rows}))


def _most_frequent(tags: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(tag for tag, _ in Counter(tags).most_common(_MAX_TAGS)))


def find_removed_id(rows: Iterable[EntryRow]) -> str:
    """The identity of the removed pages, without those that only moved to another day."""
    known = tuple(rows)
    live = {(row.post, row.id) for row in known if row.entry}
    removed = sorted(row.id for row in known if not row.entry and (row.post, row.id) not in live)
    return fingerprint("left", removed) if removed else ""
