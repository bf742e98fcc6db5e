"""What every kind of listings must have, so that nothing which loops over the kinds leaves one out."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache, partial
from typing import Any

import pytest
from msgspec import Struct, field, to_builtins
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.listings import kinds
from colophon.listings.finished import listing_object
from colophon.listings.in_memory import MemoryIndex
from colophon.listings.kind import (
    EntryChange,
    EntryTraits,
    IndexChange,
    ListingChange,
    ListingDecision,
    ListingGroup,
    ListingKind,
    ListingReader,
    ListingRow,
    ListingSnapshot,
    Scope,
    Tokens,
    live_listing,
)
from colophon.listings.kinds import (
    KINDS,
    group_of_item,
    group_of_key,
    groups_for,
    groups_woken_by,
    in_dependency_order,
    in_waves,
    kind_of,
)
from colophon.page.objects import HTML_TYPE, SiteObject
from colophon.upload.keys import PageRef, PostRef, PostWithdrawal
from colophon.verbs.listings import parse_groups
from colophon_ops.withdraw.footprint import EditionFootprint, Footprint
from colophon_ops.withdraw.removal import listings_that_mention
from tests.decision.builder import Uploads, folder
from tests.decision.files import CLINIC, text
from tests.golden.making import GOLDEN, files_of

LIVE = folder().put("en.md", text("Coughs")).put(f"posts/{CLINIC}/sneezes/en.md", text("Sneezes", tags=["nose"]))
REMOVED = LIVE.delete("en.md")
NEEDS = ("a golden object", "a group for each of its keys", "a wake-up by a removed entry", "a place in the proof")


def flaws(kind: ListingKind[Any, Any], golden: Iterable[str]) -> set[str]:
    """What ``kind``, one of ``KINDS``, lacks of ``NEEDS``; ``golden`` are the keys of the golden site."""
    own = [group for key in golden if (group := group_of_key(key)) and group.kind == kind.number]
    keys = {key: group for group in (*own, a_group(kind)) for key in kind.keys_of(group, traits(group.year))}
    lacking = {
        NEEDS[0]: not keys.keys() & set(golden),
        NEEDS[1]: any(group_of_key(key) != group for key, group in keys.items()),
        NEEDS[2]: not {group for group in changed_groups() if group.kind == kind.number} <= woken_groups(),
        NEEDS[3]: not keys.keys() | showing(kind) <= mentioning((*keys.values(), a_group(kind))),
    }
    return {need for need, lacks in lacking.items() if lacks}


def showing(kind: ListingKind[Any, Any]) -> set[str]:
    """The keys of the objects of ``kind`` that show the post which is withdrawn."""
    index = index_of(LIVE)
    groups = (group for group in all_groups(index) if group.kind == kind.number)
    return {key for group in groups for key, content in contents(group, index).items() if b"Coughs" in content}


def a_group(kind: ListingKind[Any, Any]) -> ListingGroup:
    return kind.group(*("en", CLINIC, 2026)[: kind.exists_for])


def traits(year: int) -> EntryTraits:
    """Of entries in every month of ``year``, with all tags of the samples."""
    return EntryTraits(frozenset(date(year or 2026, month, 1) for month in range(1, 13)), sample_tags())


@cache
def sample_tags() -> frozenset[str]:
    shards = (json.loads(shard.read_bytes()) for shard in GOLDEN.glob("*/*/search-*.json"))
    return frozenset(tag for shard in shards for entry in shard["entries"] for tag in entry["tags"])


def mentioning(groups: Iterable[ListingGroup]) -> set[str]:
    """The keys that the proof of the withdrawal of posts that ``groups`` list asks for."""
    found: set[str] = set()
    for group in groups:
        post = PostRef(group.clinic or CLINIC, "coughs")
        edition = EditionFootprint(PageRef(post, group.lang or "en"), True, frozenset(), traits(group.year))
        footprint = Footprint(PostWithdrawal(post), (edition,), (), (), (), ())
        found.update(key for _, key in listings_that_mention(footprint, ("en",)))
    return found


def index_of(uploads: Uploads) -> MemoryIndex:
    """Every group of ``uploads``, decided."""
    decisions = uploads.decide()
    index = MemoryIndex(decisions.site, decisions.clinics, tuple(decisions.entries.values()))
    for group in in_dependency_order(all_groups(index)):
        index.decide(group)
    return index


def all_groups(index: MemoryIndex) -> set[ListingGroup]:
    years = {row.posted.year for row in index.entries}
    names = [(), ("en",), ("en", CLINIC), *(("en", CLINIC, year) for year in years)]
    return {group for each in names for group in groups_for(*each)}


def changed_groups() -> set[ListingGroup]:
    """The groups whose objects show something else once a post is deleted."""
    before, after = index_of(LIVE), index_of(REMOVED)
    return {group for group in all_groups(after) if contents(group, before) != contents(group, after)}


def contents(group: ListingGroup, index: MemoryIndex) -> dict[str, bytes]:
    return {listing.key: listing.make(1).content for listing in index.decide(group)}


def woken_groups() -> set[ListingGroup]:
    """The groups that are rebuilt, each by a change of the index, once a post is deleted."""
    before, removed = index_of(LIVE), index_of(REMOVED)
    index = replace_entries(before, removed.entries)
    changes: list[IndexChange] = list(entry_changes(before.entries, removed.entries))
    woken: set[ListingGroup] = set()
    while changes:
        groups = in_dependency_order({group for change in changes for group in groups_woken_by(change)})
        woken.update(groups)
        changes = list(row_changes(groups, index))
    return woken


def replace_entries(index: MemoryIndex, entries: Iterable[EntryRow]) -> MemoryIndex:
    return MemoryIndex(index.site, index.clinics, tuple(entries), dict(index.rows))


def entry_changes(before: Iterable[EntryRow], after: Iterable[EntryRow]) -> Iterator[IndexChange]:
    known = {(row.posted, row.post): row for row in before}
    for row in after:
        old = known.get((row.posted, row.post))
        if row != old:
            yield EntryChange(row.lang, row.clinic, row.posted.year, old, row)


def row_changes(groups: Iterable[ListingGroup], index: MemoryIndex) -> Iterator[IndexChange]:
    for group in groups:
        before = index.rows.get(group)
        index.decide(group)
        if index.rows[group] != before:
            yield ListingChange(group, before, index.rows[group])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_has_all_that_the_loops_over_the_kinds_need(kind: ListingKind[Any, Any]) -> None:
    assert flaws(kind, files_of(GOLDEN)) == set()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_item_of_a_group_leads_back_to_the_group(kind: ListingKind[Any, Any]) -> None:
    group = a_group(kind)
    assert group_of_item(*kind.item_key(group)) == group
    assert kind.item_key(group)[0].count("{") == 0
    assert isinstance(kind.first_row(group), kind.row_type)
    assert (kind.first_row(group).n, dict(kind.first_row(group).tokens)) == (0, {})


def test_every_kind_is_made_from_kinds_before_it_alone() -> None:
    places = {kind.number: place for place, kind in enumerate(KINDS)}
    assert len(places) == len({kind.name for kind in KINDS}) == len(KINDS)
    for kind in KINDS:
        assert all(places[other.kind] < places[kind.number] for other in kind.read_with_row(a_group(kind)))


# Of the kinds that there were when the index and messages of this form were first in use.
STORED = {
    "year": (
        (f"years#en/{CLINIC}", "2026"),
        {"place": 0, "lang": "en", "clinic": CLINIC, "year": 2026, "fresh": False},
    ),
    "clinic": (("archives#en", CLINIC), {"place": 1, "lang": "en", "clinic": CLINIC, "year": 0, "fresh": False}),
    "language": (("directory", "en"), {"place": 2, "lang": "en", "clinic": "", "year": 0, "fresh": False}),
    "home": (("home", "en"), {"place": 3, "lang": "en", "clinic": "", "year": 0, "fresh": False}),
    "front": (("front", "front"), {"place": 4, "lang": "", "clinic": "", "year": 0, "fresh": False}),
}


@pytest.mark.parametrize("name", STORED)
def test_the_items_of_the_index_and_the_messages_are_those_of_earlier_code(name: str) -> None:
    (kind,) = (kind for kind in KINDS if kind.name == name)
    item_key, sent = STORED[name]
    assert kind.item_key(a_group(kind)) == item_key
    assert list(to_builtins(a_group(kind)).items()) == list(sent.items())
    assert parse_groups(json.dumps({"listings": [sent]})) == (a_group(kind),)


def test_a_group_of_an_unknown_kind_comes_last_and_is_refused_alone() -> None:
    unknown = ListingGroup(98, "en")
    assert in_dependency_order([unknown, *groups_for(), *groups_for("en")])[-1] == unknown
    with pytest.raises(LookupError, match="98"):
        kind_of(unknown)


class TopicRow(ListingRow, frozen=True, omit_defaults=True):
    """The row of an invented sixth kind."""

    lang: str
    clinic: str
    n: int = 0
    tokens: Tokens = field(default_factory=dict)


class Topics(Struct, frozen=True):
    """The invented kind: the titles of a clinic's posts, at one key."""

    def inputs(self, group: ListingGroup, reader: ListingReader) -> tuple[EntryRow, ...]:
        return reader.read_entries(group.lang, group.clinic)

    def decide(self, snapshot: ListingSnapshot[TopicRow], rows: tuple[EntryRow, ...]) -> ListingDecision[TopicRow]:
        key = f"{snapshot.row.lang}/{snapshot.row.clinic}/topics/index.html"
        titles = "\n".join(row.entry.title for row in rows if row.entry)
        fp = str(sorted(row.id for row in rows))
        return ListingDecision((live_listing(key, fp, partial(self.make, key, titles)),), snapshot.row)

    def make(self, key: str, titles: str, rev: int, fp: str) -> SiteObject:
        return listing_object(f"/{key}", HTML_TYPE, titles.encode(), "", rev, fp)

    def keys_of(self, group: ListingGroup, entries: EntryTraits) -> tuple[str, ...]:
        return (f"{group.lang}/{group.clinic}/topics/index.html",)

    def group_of_key(self, key: str) -> ListingGroup | None:
        match key.split("/"):
            case [lang, clinic, "topics", _]:
                return ListingGroup(TOPICS.number, lang, clinic)
        return None

    def woken_by(self, change: IndexChange) -> Iterator[ListingGroup]:
        if isinstance(change, EntryChange):
            yield ListingGroup(TOPICS.number, change.lang, change.clinic)


TOPICS = ListingKind(
    number=99,
    name="topics",
    exists_for=Scope.CLINIC,
    row_type=TopicRow,
    partition="topics#{lang}",
    sort_key="{clinic}",
    inputs=Topics().inputs,
    decide=Topics().decide,
    keys_of=Topics().keys_of,
    group_of_key=Topics().group_of_key,
    woken_by=Topics().woken_by,
)
TOPICS_KEY = f"en/{CLINIC}/topics/index.html"
# The sixth kind, what the golden site has of it, and what it lacks then.
SIXTH: Mapping[str, tuple[ListingKind[Any, Any], tuple[str, ...], set[str]]] = {
    "it is complete": (TOPICS, (TOPICS_KEY,), set()),
    "the samples show nothing of it": (TOPICS, (), {NEEDS[0]}),
    "one of its keys is no group's": (
        replace(TOPICS, keys_of=lambda group, entries: (TOPICS_KEY, f"en/{CLINIC}/titles/index.html")),
        (TOPICS_KEY,),
        {NEEDS[1]},
    ),
    "no change wakes it": (replace(TOPICS, woken_by=lambda change: ()), (TOPICS_KEY,), {NEEDS[2]}),
    "it names no keys": (replace(TOPICS, keys_of=lambda group, entries: ()), (TOPICS_KEY,), {NEEDS[0], NEEDS[3]}),
    "it says that it exists for years": (replace(TOPICS, exists_for=Scope.YEAR), (TOPICS_KEY,), {NEEDS[1], NEEDS[2]}),
}


@pytest.mark.parametrize(("kind", "golden", "lacking"), SIXTH.values(), ids=SIXTH)
def test_a_sixth_kind_that_lacks_something_is_found(
    kind: ListingKind[Any, Any], golden: tuple[str, ...], lacking: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "KINDS", (*KINDS, kind))
    assert flaws(kind, golden) == lacking


def test_groups_of_a_wave_are_not_made_from_each_other() -> None:
    year, clinic, language, home = (kind.group("en", "willow", 2026) for kind in KINDS[:4])
    assert in_waves([home, year]) == [[year, home]]
    assert in_waves([home, language, clinic, year]) == [[year], [clinic], [language], [home]]
    assert in_waves([home, clinic, year]) == [[year], [clinic, home]]
    assert in_waves([]) == []
