"""What the index holds for listings: an entry per page, and a row per group of listings made from one look."""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from colophon.decision.identity import fingerprint
from colophon.decision.rows import EntryRef, PageToken
from colophon.listings.view import ClinicSummary
from colophon.page.entry import Entry
from colophon.upload.keys import PageRef

Tokens = Mapping[str, PageToken]


class EntryRow(Struct, frozen=True, omit_defaults=True):
    """One page in the listings of its day. ``entry`` is None for the blank that a page which left leaves: without it
    a listing could come back to an identity that it had before. ``covered``: it is blank because the whole clinic is
    withdrawn, and so is the month."""

    lang: str
    clinic: str
    posted: date
    post: str
    id: str
    entry: Entry | None = None
    clinic_withdrawn: bool = field(default=False, name="covered")


class YearRow(Struct, frozen=True, omit_defaults=True):
    """One year of a clinic in one language: its month pages, its sitemap, its search shard.

    ``tokens`` are what stands at each site key, as last put. ``months`` has the live pages of each month that has any.
    ``id`` changes whenever the archive would show the year otherwise, and never returns; ``left`` whenever a page left
    or came back.
    """

    lang: str
    clinic: str
    year: int
    n: int = 0
    tokens: Tokens = field(default_factory=dict)
    months: Mapping[int, int] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    id: str = ""
    removed_id: str = field(default="", name="left")


class ArchiveRow(Struct, frozen=True, omit_defaults=True):
    """A clinic in one language: its archive, its profile and its feeds. ``shown`` is None while nothing is listed.

    ``id`` changes whenever the directory would show the clinic otherwise, and never returns.
    """

    lang: str
    clinic: str
    n: int = 0
    tokens: Tokens = field(default_factory=dict)
    shown: ClinicSummary | None = None
    years: tuple[int, ...] = ()
    id: str = ""


class DirectoryRow(Struct, frozen=True, omit_defaults=True):
    """A language's directory of clinics and its sitemap index. ``clinics`` are the first few, ``total`` counts all.

    ``id`` changes whenever the home page would show them otherwise, and never returns.
    """

    lang: str
    n: int = 0
    tokens: Tokens = field(default_factory=dict)
    clinics: tuple[ClinicSummary, ...] = ()
    total: int = 0
    id: str = ""


class HomeRow(Struct, frozen=True, omit_defaults=True):
    """A language's home page and feeds."""

    lang: str
    n: int = 0
    tokens: Tokens = field(default_factory=dict)


class FrontRow(Struct, frozen=True, omit_defaults=True):
    """The front door, robots.txt and the page for addresses at which nothing is."""

    n: int = 0
    tokens: Tokens = field(default_factory=dict)


ListingRow = YearRow | ArchiveRow | DirectoryRow | HomeRow | FrontRow


def entry_rows(
    page: PageRef, before: EntryRef | None, after: EntryRef | None, entry: Entry | None
) -> tuple[EntryRow, ...]:
    """The entries to write when a page's mark goes from ``before`` to ``after``: of another day, a blank is left."""
    if after is None or after == before:
        return ()
    rows = [
        EntryRow(page.lang, page.post.clinic, after.posted, page.post.post, after.id, entry, after.clinic_withdrawn)
    ]
    if before and before.posted != after.posted:
        rows.append(EntryRow(page.lang, page.post.clinic, before.posted, page.post.post, after.id))
    return tuple(rows)


def removed_entry_rows(listed: Iterable[EntryRow], entry_ref: EntryRef | None, fp: str) -> list[EntryRow]:
    """Blanks in place of the entries ``listed`` of a page whose row was lost, but for the one that ``mark`` is of.

    ``fp`` is the fingerprint of the decision about the page: with it the blank's identity is a new one.
    """
    others = (row for row in listed if entry_ref is None or row.posted != entry_ref.posted)
    return [replace(row, id=fingerprint("left", fp, row.id), entry=None, clinic_withdrawn=False) for row in others]
