"""Listings with one rule of the protocol left out, and rings with theirs left out: what the checks must see."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from colophon.decision.listing_rows import DirectoryRow, EntryRow, HomeRow, ListingRow, YearRow
from colophon.decision.rows import ClinicRow, PageToken, PostRow, SiteRow
from colophon.decision.sweep import Agenda
from colophon.page.objects import SiteObject
from colophon.stores import row_encoding
from colophon.stores.change import Change
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.stores.site import Site
from colophon.stores.stream import RowChange
from colophon.upload.keys import PageRef, PostRef
from colophon.upload.messages import Ring
from colophon.verbs.clients import PublishDoors
from colophon.verbs.listings import Shelves
from colophon.verbs.relist import RelistDoors, relist
from tests.protocol.harness.broken import Late
from tests.protocol.harness.cloud import SITE, TABLE
from tests.protocol.harness.functions import Out, real_doors
from tests.protocol.harness.world import World


def with_site(kind: type[Site], world: World) -> Shelves:
    site = kind(world.cloud.s3, SITE)
    return Shelves(ListingIndex(world.cloud.dynamodb, TABLE), site, Out(site))


def with_index(kind: type["_Seen"], world: World) -> Shelves:
    site = Site(world.cloud.s3, SITE)
    return Shelves(kind(world), site, Out(site))


class _Seen(ListingIndex):
    """An index that knows which world asks."""

    def __init__(self, world: World) -> None:
        super().__init__(world.cloud.dynamodb, TABLE)
        self.world = world


class LooksFirst(_Seen):
    kept: tuple[EntryRow, ...] = ()

    def year(self, lang: str, clinic: str, year: int) -> tuple[YearRow, SiteRow]:
        self.kept = super().entries(lang, clinic, year)
        return super().year(lang, clinic, year)

    def entries(self, lang: str, clinic: str, year: int) -> tuple[EntryRow, ...]:
        return self.kept


class TokensNotRecorded(_Seen):
    known: HomeRow

    def home(self, lang: str) -> tuple[HomeRow, DirectoryRow, SiteRow]:
        found = super().home(lang)
        self.known = found[0]
        return found

    def record(self, row: ListingRow) -> None:
        if not isinstance(row, HomeRow) or replace(row, tokens=self.known.tokens) != self.known:
            super().record(row)


class BlanksLeftOut(_Seen):
    def entries(self, lang: str, clinic: str, year: int) -> tuple[EntryRow, ...]:
        return tuple(row for row in super().entries(lang, clinic, year) if row.entry)


class EntriesByValue(_Seen):
    def entries(self, lang: str, clinic: str, year: int) -> tuple[EntryRow, ...]:
        return tuple(replace(row, id=repr(row.entry)) for row in super().entries(lang, clinic, year))


class EntriesAsTheyWere(_Seen):
    """Answers handlers on the stage as an eventually consistent read may: with what the first of them saw."""

    def entries(self, lang: str, clinic: str, year: int) -> tuple[EntryRow, ...]:
        found = super().entries(lang, clinic, year)
        if not self.world.stage.is_played():
            return found
        first: tuple[EntryRow, ...] = self.world.__dict__.setdefault("seen_first", found)
        return first


class _YearsLate(Late):
    def swap(self, new: SiteObject, token: PageToken) -> PageToken:
        return super().swap(new, token) if "2026" in new.key else Site.swap(self, new, token)


class _RowFirst(ListingIndex):
    puts: _YearsLate

    def record(self, row: ListingRow) -> None:
        super().record(row)
        while self.puts.due:
            Site.swap(self.puts, *self.puts.due.pop())


def row_before_swaps(world: World) -> Shelves:
    site, index = _YearsLate(world.cloud.s3, SITE), _RowFirst(world.cloud.dynamodb, TABLE)
    site.due, index.puts = [], site
    return Shelves(index, site, Out(site))


class _PutsLater(Site):
    due: list[SiteObject]

    def put_once(self, new: SiteObject) -> None:
        self.due.append(new)


class _ClinicFirst(Index):
    puts: _PutsLater

    def record_clinic(self, row: ClinicRow, agenda: Agenda) -> None:
        super().record_clinic(row, agenda)
        while self.puts.due:
            Site.put_once(self.puts, self.puts.due.pop())


def clinic_before_its_shelves(world: World) -> PublishDoors:
    doors = real_doors(world)
    doors.site = site = _PutsLater(world.cloud.s3, SITE)
    doors.index = index = _ClinicFirst(world.cloud.dynamodb, TABLE)
    site.due, index.puts = [], site
    return doors


class _EntriesApart(Index):
    def record_post(self, post: PostRef, change: Change) -> None:
        super().record_post(post, replace(change, entries=()))
        client: Any = self._table._client
        for entry in change.entries:
            for item in row_encoding.entry_items(entry):
                client.put_item(TableName=TABLE, Item=item)


def entries_apart(world: World) -> PublishDoors:
    doors = real_doors(world)
    doors.index = _EntriesApart(world.cloud.dynamodb, TABLE)
    return doors


def rings_others_of_what_moved(changes: Sequence[RowChange], doors: RelistDoors) -> None:
    """Rings the siblings of a page whose facts this record changes, and not the page that was made without theirs."""
    _relist(changes, doors, lambda before, after: (lang for lang in after.pages if _moved(before, after) - {lang}))


def rings_only_what_was_there(changes: Sequence[RowChange], doors: RelistDoors) -> None:
    """Rings those whose row was there before this record."""

    def stale(before: PostRow, after: PostRow) -> Iterator[str]:
        for lang, part in after.pages.items():
            others = {other: one.facts_id for other, one in after.pages.items() if other != lang and one.facts_id}
            if lang in before.pages and part.siblings is not None and dict(part.siblings) != others:
                yield lang

    _relist(changes, doors, stale)


def _relist(changes: Sequence[RowChange], doors: RelistDoors, stale: Any) -> None:
    for change in changes:
        kind, _, name = change.pk.partition("#")
        post = PostRef(*name.split("/")) if kind == "post" else None
        if post is None or any(key.startswith(row_encoding.IMAGE) for key in change.after):
            relist([change], doors)
            continue
        before, after = (
            row_encoding.read_post(post, dict(change.before)),
            row_encoding.read_post(post, dict(change.after)),
        )
        doors.intake.ring([Ring(PageRef(post, lang).key) for lang in stale(before, after)])


def _moved(before: PostRow, after: PostRow) -> set[str]:
    had = {lang: part.facts_id for lang, part in before.pages.items()}
    return {lang for lang, part in after.pages.items() if part.facts_id != had.get(lang, "")}
