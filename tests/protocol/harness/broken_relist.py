"""Listings and refresh requests with one rule of the protocol left out: what the checks must find."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, PageToken, PostRow
from colophon.decision.sweep import DueChanges
from colophon.listings.kind import ListingGroup, ListingRow, ListingSnapshot
from colophon.listings.kinds.home import HomeRow
from colophon.listings.periods import Period
from colophon.page.objects import SiteObject
from colophon.stores import listing_keys, row_encoding
from colophon.stores.change import PostChange
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.stores.site import Site
from colophon.stores.stream import RowChange
from colophon.upload.keys import PageRef, PostRef
from colophon.upload.messages import RefreshRequest
from colophon.verbs.clients import PublishClients
from colophon.verbs.listings import ListingClients
from colophon.verbs.relist import RelistClients, relist
from tests.protocol.harness.broken_publish import LatePuts
from tests.protocol.harness.cloud import SITE, TABLE
from tests.protocol.harness.functions import NoAssets, real_publish_clients
from tests.protocol.harness.world import World


def listings_with_site(kind: type[Site], world: World) -> ListingClients:
    site = kind(world.cloud.s3, SITE)
    return ListingClients(ListingIndex(world.cloud.dynamodb, TABLE), site, NoAssets(site))


def listings_with_index(kind: type["_WorldIndex"], world: World) -> ListingClients:
    site = Site(world.cloud.s3, SITE)
    return ListingClients(kind(world), site, NoAssets(site))


class _WorldIndex(ListingIndex):
    """An index that knows which world asks. It reads the rows of each group on its own."""

    def __init__(self, world: World) -> None:
        super().__init__(world.cloud.dynamodb, TABLE)
        self.world = world

    def read_snapshots(self, groups: Sequence[ListingGroup]) -> dict[ListingGroup, ListingSnapshot[Any]]:
        return {}


class EntriesBeforeToken(_WorldIndex):
    kept: tuple[EntryRow, ...] = ()

    def read_snapshot(self, group: ListingGroup) -> ListingSnapshot[Any]:
        if group.year:
            self.kept = super().read_entries(group.lang, group.clinic, group.period)
        return super().read_snapshot(group)

    def read_entries(self, lang: str, clinic: str, period: Period | None = None) -> tuple[EntryRow, ...]:
        return self.kept


class TokensNotRecorded(_WorldIndex):
    known: HomeRow

    def read_snapshot(self, group: ListingGroup) -> ListingSnapshot[Any]:
        found = super().read_snapshot(group)
        if isinstance(found.row, HomeRow):
            self.known = found.row
        return found

    def record(self, group: ListingGroup, row: ListingRow) -> None:
        if not isinstance(row, HomeRow) or replace(row, tokens=self.known.tokens) != self.known:
            super().record(group, row)


class RemovedEntriesLeftOut(_WorldIndex):
    def read_entries(self, lang: str, clinic: str, period: Period | None = None) -> tuple[EntryRow, ...]:
        return tuple(row for row in super().read_entries(lang, clinic, period) if row.entry)


class EntriesByValue(_WorldIndex):
    def read_entries(self, lang: str, clinic: str, period: Period | None = None) -> tuple[EntryRow, ...]:
        return tuple(replace(row, id=repr(row.entry)) for row in super().read_entries(lang, clinic, period))


class EntriesAsTheyWere(_WorldIndex):
    """Answers handlers on the stage as an eventually consistent read may: with what the first of them saw."""

    def read_entries(self, lang: str, clinic: str, period: Period | None = None) -> tuple[EntryRow, ...]:
        found = super().read_entries(lang, clinic, period)
        if not self.world.transport.is_scheduled():
            return found
        first: tuple[EntryRow, ...] = self.world.__dict__.setdefault("seen_first", found)
        return first


class _YearsLate(LatePuts):
    def swap(self, new: SiteObject, token: PageToken) -> PageToken:
        # The page of the year is another group's.
        is_late = "2026" in new.key and not new.key.endswith("/2026/index.html")
        return super().swap(new, token) if is_late else Site.swap(self, new, token)


class _RowFirst(ListingIndex):
    puts: _YearsLate

    def record(self, group: ListingGroup, row: ListingRow) -> None:
        super().record(group, row)
        while self.puts.due:
            Site.swap(self.puts, *self.puts.due.pop())


def row_before_swaps(world: World) -> ListingClients:
    site, index = _YearsLate(world.cloud.s3, SITE), _RowFirst(world.cloud.dynamodb, TABLE)
    site.due, index.puts = [], site
    return ListingClients(index, site, NoAssets(site))


class _PutsLater(Site):
    due: list[SiteObject]

    def put_if_absent(self, new: SiteObject) -> None:
        self.due.append(new)


class _ClinicFirst(Index):
    puts: _PutsLater

    def record_clinic(self, row: ClinicRow, agenda: DueChanges) -> None:
        super().record_clinic(row, agenda)
        while self.puts.due:
            Site.put_if_absent(self.puts, self.puts.due.pop())


def clinic_before_its_listings(world: World) -> PublishClients:
    clients = real_publish_clients(world)
    clients.site = site = _PutsLater(world.cloud.s3, SITE)
    clients.index = index = _ClinicFirst(world.cloud.dynamodb, TABLE)
    site.due, index.puts = [], site
    return clients


class _EntriesApart(Index):
    def record_post(self, post: PostRef, change: PostChange, noted_days: object = None) -> None:
        super().record_post(post, replace(change, entries=()))
        client: Any = self._table._client
        for entry in change.entries:
            for item in (row_encoding.encode_entry(entry), listing_keys.recent_day_key(entry)):
                client.put_item(TableName=TABLE, Item=item)


def entries_apart(world: World) -> PublishClients:
    clients = real_publish_clients(world)
    clients.index = _EntriesApart(world.cloud.dynamodb, TABLE)
    return clients


def refreshes_only_siblings(changes: Sequence[RowChange], clients: RelistClients) -> None:
    """Requests the siblings of a page whose facts this record changes, but not the page made without theirs."""
    _relist(
        changes,
        clients,
        lambda before, after: (lang for lang in after.pages if _changed_languages(before, after) - {lang}),
    )


def refreshes_only_known_pages(changes: Sequence[RowChange], clients: RelistClients) -> None:
    """Requests the pages whose row existed before this record."""

    def stale(before: PostRow, after: PostRow) -> Iterator[str]:
        for lang, row in after.pages.items():
            others = {other: one.facts_id for other, one in after.pages.items() if other != lang and one.facts_id}
            if lang in before.pages and row.siblings is not None and dict(row.siblings) != others:
                yield lang

    _relist(changes, clients, stale)


def _relist(changes: Sequence[RowChange], clients: RelistClients, stale: Any) -> None:
    for change in changes:
        kind, _, name = change.pk.partition("#")
        post = PostRef(*name.split("/")) if kind == "post" else None
        if post is None or any(key.startswith(row_encoding.IMAGE_PREFIX) for key in change.after):
            relist([change], clients)
            continue
        before, after = (
            row_encoding.decode_post(post, dict(change.before)),
            row_encoding.decode_post(post, dict(change.after)),
        )
        clients.intake.enqueue([RefreshRequest(PageRef(post, lang).key) for lang in stale(before, after)])


def _changed_languages(before: PostRow, after: PostRow) -> set[str]:
    had = {lang: row.facts_id for lang, row in before.pages.items()}
    return {lang for lang, row in after.pages.items() if row.facts_id != had.get(lang, "")}
