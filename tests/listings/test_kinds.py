"""What every kind of listings must have, so that nothing which loops over the kinds leaves one out."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache, partial
from itertools import product
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
    ListingDecision,
    ListingGroup,
    ListingKind,
    ListingReader,
    ListingRow,
    ListingSnapshot,
    Scope,
    Tokens,
    _at_once,
    live_listing,
)
from colophon.listings.kinds import (
    KINDS,
    group_of_item,
    groups_for,
    groups_of_key,
    in_dependency_order,
    in_waves,
    kind_of,
)
from colophon.listings.periods import LIMITS, ListingLimits, prefix_of
from colophon.page.objects import HTML_TYPE, SiteObject
from colophon.upload.keys import PageRef, PostRef, PostWithdrawal
from colophon.verbs.listings import parse_groups
from colophon_ops.withdraw.footprint import EditionFootprint, Footprint
from colophon_ops.withdraw.listings import (
    listings_that_mention,
    part_listings_that_mention,
    search_files_that_mention,
)
from tests.decision.builder import Uploads, folder
from tests.decision.files import CLINIC, POST, text
from tests.golden.making import GOLDEN, files_of
from tests.listings.rebuilding import entry_changes, replace_entries, row_changes, woken_by

LIVE = folder().put("en.md", text("Coughs")).put(f"posts/{CLINIC}/sneezes/en.md", text("Sneezes", tags=["nose"]))
# With a third post on such a day, a listing of at most two is divided until this kind of parts has the first two.
FEW = ListingLimits(posts=2)
THIRD = {"month": "2026-02-27", "day": "2026-03-01", "prefix": "2026-03-02"}
NEEDS = ("a golden object", "a group for each of its keys", "a wake-up by a removed entry", "a place in the proof")


def flaws(kind: ListingKind[Any, Any], golden: Iterable[str]) -> set[str]:
    """What ``kind``, one of ``KINDS``, lacks of ``NEEDS``; ``golden`` are the keys of the golden site."""
    own = [group for key in golden for group in groups_of_key(key) if group.kind == kind.number]
    keys = {key: group for group in (*own, a_group(kind)) for key in kind.keys_of(group, traits(group.year))}
    lacking = {
        NEEDS[0]: not keys.keys() & {*golden, *(showing(kind) if is_part(kind) else ())},
        NEEDS[1]: any(group not in groups_of_key(key) for key, group in keys.items()),
        NEEDS[2]: not {group for group in changed_groups(kind) if group.kind == kind.number} <= woken_groups(kind),
        NEEDS[3]: not keys.keys() | showing(kind) <= mentioning((*keys.values(), a_group(kind))),
    }
    return {need for need, lacks in lacking.items() if lacks}


def is_part(kind: ListingKind[Any, Any]) -> bool:
    """Whether the kind is made only if a year has too many posts, which no year of the golden site has."""
    return kind.exists_for > Scope.YEAR


def uploads_for(kind: ListingKind[Any, Any]) -> Uploads:
    """Two posts of one day; with others, if the kind needs many."""
    if not is_part(kind):
        return LIVE
    return LIVE.put(f"posts/{CLINIC}/hiccups/en.md", text("Hiccups", posted=THIRD[kind.name]))


def showing(kind: ListingKind[Any, Any]) -> set[str]:
    """The keys of the objects of ``kind`` that show the post which is withdrawn."""
    index = index_of(uploads_for(kind), kind)
    groups = (group for group in all_groups(index) if group.kind == kind.number)
    return {key for group in groups for key, content in contents(group, index).items() if b"Coughs" in content}


def a_group(kind: ListingKind[Any, Any]) -> ListingGroup:
    return kind.group(*("en", CLINIC, 2026, 3, 2, prefix_of(POST.post))[: kind.exists_for])


def traits(year: int) -> EntryTraits:
    """Of entries in every month of ``year``, and of the withdrawn sample, with all sample tags."""
    days = {date(year or 2026, month, 1) for month in range(1, 13)} | {date(year or 2026, 3, 2)}
    return EntryTraits(frozenset(days), sample_tags())


@cache
def sample_tags() -> frozenset[str]:
    shards = (json.loads(shard.read_bytes()) for shard in GOLDEN.glob("*/*/search-*.json"))
    return frozenset(tag for shard in shards for entry in shard["entries"] for tag in entry["tags"])


def mentioning(groups: Iterable[ListingGroup]) -> set[str]:
    """The keys that the proof of the withdrawal of posts that ``groups`` list asks for."""
    found: set[str] = set()
    for group in groups:
        post = PostRef(group.clinic or CLINIC, POST.post)
        edition = EditionFootprint(PageRef(post, group.lang or "en"), True, frozenset(), traits(group.year))
        footprint = Footprint(PostWithdrawal(post), (edition,), (), (), (), ())
        found.update(key for _, key in listings_that_mention(footprint, ("en",)))
        found.update(key for parts in part_listings_that_mention(footprint) for key in parts.keys)
        found.update(key for files in search_files_that_mention(footprint, ("en",)) for key in files.keys)
    return found


def index_of(uploads: Uploads, kind: ListingKind[Any, Any]) -> MemoryIndex:
    """Every group of ``uploads``, decided with the limits that make groups of ``kind``."""
    decisions, limits = uploads.decide(), FEW if is_part(kind) else LIMITS
    index = MemoryIndex(decisions.site, decisions.clinics, tuple(decisions.entries.values()), limits=limits)
    for group in in_dependency_order(all_groups(index)):
        list(index.decide_all(group))
    return index


def all_groups(index: MemoryIndex) -> set[ListingGroup]:
    years = {row.posted.year for row in index.entries}
    names = [(), ("en",), ("en", CLINIC), *(("en", CLINIC, year) for year in years)]
    return {group for each in names for group in groups_for(*each)} | set(index.rows)


def changed_groups(kind: ListingKind[Any, Any]) -> set[ListingGroup]:
    """The groups whose objects show something else once a post is deleted."""
    uploads = uploads_for(kind)
    before, after = index_of(uploads, kind), index_of(uploads.delete("en.md"), kind)
    return {group for group in all_groups(after) if contents(group, before) != contents(group, after)}


def contents(group: ListingGroup, index: MemoryIndex) -> dict[str, bytes]:
    return {listing.key: listing.make(1).content for listing in index.decide(group)}


def woken_groups(kind: ListingKind[Any, Any]) -> set[ListingGroup]:
    """The groups that are rebuilt, each by a change of the index, once a post is deleted."""
    uploads = uploads_for(kind)
    before, removed = index_of(uploads, kind), index_of(uploads.delete("en.md"), kind)
    index = replace_entries(before, removed.entries)
    changes: list[IndexChange] = list(entry_changes(before.entries, removed.entries))
    woken: set[ListingGroup] = set()
    while changes:
        groups = in_dependency_order({group for change in changes for group in woken_by(change, index)})
        woken.update(replace(group, posts=()) for group in groups)
        changes = list(row_changes(groups, index))
    return woken


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_has_all_that_the_loops_over_the_kinds_need(kind: ListingKind[Any, Any]) -> None:
    assert flaws(kind, files_of(GOLDEN)) == set()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if is_part(kind)], ids=lambda kind: kind.name)
def test_the_golden_site_shows_no_part_of_its_own(kind: ListingKind[Any, Any]) -> None:
    assert showing(kind)
    assert not {key for key in showing(kind) if "/index.html" not in key} & set(files_of(GOLDEN))


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
        others = kind.read_with_row(a_group(kind))
        # The row of what it is a part of says whether the part is made; it is not made from it.
        assert all(places[other.kind] < places[kind.number] for other in others) or is_part(kind)
        assert not is_part(kind) or [places[other.kind] for other in others] == [places[kind.number] + 1]


# Of the kinds with messages of this form; from their first deployment on they stay.
STORED = {
    "year": (
        (f"years#en/{CLINIC}", "2026"),
        {"place": 0, "lang": "en", "clinic": CLINIC, "year": 2026, "fresh": False},
    ),
    "clinic": (("archives#en", CLINIC), {"place": 1, "lang": "en", "clinic": CLINIC, "year": 0, "fresh": False}),
    "language": (("directory", "en"), {"place": 2, "lang": "en", "clinic": "", "year": 0, "fresh": False}),
    "home": (("home", "en"), {"place": 3, "lang": "en", "clinic": "", "year": 0, "fresh": False}),
    "year-page": (
        (f"yearpages#en/{CLINIC}", "2026"),
        {"place": 8, "lang": "en", "clinic": CLINIC, "year": 2026, "fresh": False},
    ),
    "tags": (("tags#en", CLINIC), {"place": 9, "lang": "en", "clinic": CLINIC, "year": 0, "fresh": False}),
    "front": (("front", "front"), {"place": 4, "lang": "", "clinic": "", "year": 0, "fresh": False}),
}


@pytest.mark.parametrize("name", STORED)
def test_the_items_of_the_index_and_the_messages_are_those_of_earlier_code(name: str) -> None:
    (kind,) = (kind for kind in KINDS if kind.name == name)
    item_key, sent = STORED[name]
    assert kind.item_key(a_group(kind)) == item_key
    # Earlier code sends every field, and takes those for empty that are not sent.
    assert to_builtins(a_group(kind)) == {name: value for name, value in sent.items() if value or name == "place"}
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

    def inputs(
        self, group: ListingGroup, snapshot: ListingSnapshot[TopicRow], reader: ListingReader
    ) -> tuple[EntryRow, ...]:
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
    by_number = {kind.number: kind.group("en", "willow", 2026) for kind in KINDS}
    year, clinic, language, home = (by_number[number] for number in range(4))
    assert in_waves([home, year]) == [[year, home]]
    assert in_waves([home, language, clinic, year]) == [[year], [clinic], [language], [home]]
    assert in_waves([home, clinic, year]) == [[year], [clinic, home]]
    assert in_waves([]) == []
    page, tags = by_number[8], by_number[9]
    assert in_waves([clinic, tags, page, year]) == [[year], [page, tags], [clinic]]
    # The archive is made from the years too, whether or not a tag has changed.
    assert in_waves([clinic, year]) == [[year], [clinic]]


def test_no_set_of_kinds_has_a_wave_with_what_its_groups_are_made_from() -> None:
    groups = [kind.group("en", "willow", 2026) for kind in KINDS]
    for chosen in product((False, True), repeat=len(groups)):
        some = [group for group, is_chosen in zip(groups, chosen, strict=True) if is_chosen]
        waves = in_waves(some[::-1])
        assert [group for wave in waves for group in wave] == in_dependency_order(some)
        for wave in waves:
            numbers = {group.kind for group in wave}
            assert not any(numbers.intersection(kind_of(group).made_from) for group in wave)


def test_every_kind_waits_for_the_kinds_whose_rows_it_reads() -> None:
    for kind in KINDS:
        others = {other.kind for other in kind.read_with_row(a_group(kind))}
        assert others <= set(kind.made_from) or is_part(kind)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.timing is not _at_once], ids=lambda kind: kind.name)
def test_a_kind_whose_changes_are_gathered_says_up_to_when_its_row_has_them(kind: ListingKind[Any, Any]) -> None:
    """Else each message of an interval would have it rebuilt."""
    row = kind.first_row(kind.group("en", "sorae", 2026)).with_read_until(5)
    assert row.read_until == 5
    assert "until" in to_builtins(row)
    # SQS delays a message for 900 seconds at most (API reference, "SendMessage"), and clocks differ.
    assert kind.gathered_seconds <= 880
