"""Read the whole index: outcomes, listing entries, what each row says of the site, and compare it with a build.

The same content uploaded again counts as the same upload.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from colophon.decision.history import PublishedVersion
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ImageRow, Outcome, PageToken, PostRow
from colophon.decision.sweep import DueKey
from colophon.listings.kinds import group_of_item, kind_of
from colophon.listings.kinds.tags import TagsRow, known_tag_keys
from colophon.page.paths import page_key
from colophon.stores import listing_keys, row_encoding
from colophon.stores.index import Index
from colophon.stores.row_encoding import DamagedRow
from colophon.upload.keys import ClinicFile, ImageRef, PageRef, PostRef, SiteFile
from colophon.upload.versions import Folder, KeyHistory
from colophon.verbs.report import outcomes_in_item, outcomes_in_post
from colophon_ops.verify.live import Difference

# An entry's partition and sort key, and its id.
_Entry = tuple[str, str, str]
_OTHERS = ("clinic", "site", "stray")
# A language's partition, and a day and a clinic in it.
_Day = tuple[str, str, str]


@dataclass(slots=True)
class RecordedState:
    """``outcomes`` by key. A listing entry is removed from ``expected`` or ``found`` once it is in both.

    ``entries`` are those of clinics, removed ones too, without what they say. ``tokens`` are by the keys of the site's
    objects, each with the inbox key of its page, or with the keys of the item of its listings. ``tag_pages`` are the
    keys of objects that the rows of tags know. ``images`` are the rows of images that are shown, by key. Of each page's
    history ``expected_versions`` has the revision that its row needs there, ``found_versions`` the last one.
    """

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    own_outcomes: dict[str, Outcome] = field(default_factory=dict)
    expected: dict[_Entry, str] = field(default_factory=dict)
    found: set[_Entry] = field(default_factory=set)
    expected_days: dict[_Day, list[str]] = field(default_factory=dict)
    found_days: set[_Day] = field(default_factory=set)
    entries: list[EntryRow] = field(default_factory=list)
    tokens: dict[str, list[tuple[str, PageToken]]] = field(default_factory=lambda: defaultdict(list))
    tag_pages: set[str] = field(default_factory=set)
    images: dict[str, ImageRow] = field(default_factory=dict)
    expected_versions: dict[str, int] = field(default_factory=dict)
    found_versions: dict[str, int] = field(default_factory=dict)
    expected_due: set[DueKey] = field(default_factory=set)
    found_due: set[DueKey] = field(default_factory=set)

    @property
    def without_due(self) -> dict[str, datetime]:
        """The keys whose rows name a moment at which they are due, but which the index does not note for it."""
        return {due.key: due.at for due in sorted(self.expected_due - self.found_due)}

    @property
    def unlisted(self) -> list[str]:
        """The keys of the pages whose rows name a listing entry that does not exist, or whose day is not noted."""
        without_day = (pages for day, pages in self.expected_days.items() if day not in self.found_days)
        return sorted({*self.expected.values(), *(page for pages in without_day for page in pages)})

    @property
    def without_version(self) -> dict[str, int]:
        """The keys of the pages whose history has lost the version that stands, with its revision."""
        return {
            key: rev for key, rev in sorted(self.expected_versions.items()) if self.found_versions.get(key, 0) < rev
        }

    def add(self, item: dict[str, Any]) -> None:
        """Add one item of the index. Raises Damaged."""
        pk, sk = row_encoding.split_key(item)
        kind, mark, name = pk.partition("#")
        if kind == "post":
            self._add_post(row_encoding.decode_post(PostRef(*name.split("/")), item))
        elif kind in _OTHERS:
            self._add_other(kind, pk, item)
        elif kind + mark == listing_keys.ENTRIES:
            self._add_found((pk, sk, _id(item)))
            self.entries.append(listing_keys.entry_at(pk, sk))
        elif kind + mark == listing_keys.RECENT:
            self.found_days.add((pk, *listing_keys.parse_recent_day(sk)))
        elif kind == "due":
            self.found_due.add(row_encoding.parse_due_item(item))
        elif kind + mark == row_encoding.HISTORY_PREFIX:
            version = row_encoding.decode_row(PublishedVersion, item)
            key = PageRef(PostRef(*name.split("/")), version.lang).key
            self.found_versions[key] = max(version.rev, self.found_versions.get(key, 0))
        elif group := group_of_item(pk, sk):
            row = row_encoding.decode_row(kind_of(group).row_type, item)
            for key, token in row.tokens.items():
                self.tokens[key].append((f"{pk} {sk}", token))
            if isinstance(row, TagsRow):
                self.tag_pages |= known_tag_keys(row)

    def _add_post(self, row: PostRow) -> None:
        self.outcomes |= outcomes_in_post(row) | self.own_outcomes
        for entry, page in _expected_entries(row):
            self._add_expected(entry, page)
        for day, page in _expected_days(row):
            self.expected_days.setdefault(day, []).append(page)
        for lang, page_row in row.pages.items():
            page_ref = PageRef(row.post, lang)
            if page_row.token.etag:
                self.tokens[page_key(page_ref)].append((page_ref.key, page_row.token))
                if not page_row.published_at:
                    self.expected_versions[page_ref.key] = page_row.token.rev
            self._add_due(page_ref.key, page_row.next_at)
        for name, image_row in row.images.items():
            key = ImageRef(row.post, name).key
            self.images |= {key: image_row} if image_row.state == "ready" else {}
            self._add_due(key, image_row.next_at)

    def _add_other(self, kind: str, pk: str, item: dict[str, Any]) -> None:
        self.outcomes |= outcomes_in_item(pk, item)
        if kind == "stray":
            self.own_outcomes |= outcomes_in_item(pk, item)
        elif kind == "clinic":
            clinic = pk.partition("#")[2]
            self._add_due(ClinicFile(clinic).key, row_encoding.decode_clinic(clinic, item).next_at)
        else:
            self._add_due(SiteFile().key, row_encoding.decode_site(item).next_at)

    def _add_due(self, key: str, at: datetime | None) -> None:
        if at:
            self.expected_due.add(DueKey(at, key))

    def _add_expected(self, entry: _Entry, page: str) -> None:
        if entry in self.found:
            self.found.discard(entry)
        else:
            self.expected[entry] = page

    def _add_found(self, entry: _Entry) -> None:
        if not self.expected.pop(entry, None):
            self.found.add(entry)


class VersionRuns:
    """For keys with several versions, the run of equal content that each version belongs to."""

    def __init__(self) -> None:
        self._oldest: dict[str, str] = {}

    def keys_of(self, folders: Iterable[Folder]) -> Iterator[str]:
        """Every key in ``folders``, in its own spelling. Records the runs of each key's versions."""
        for folder in folders:
            for history in folder.histories.values():
                for spelling in (history, *history.other_spellings):
                    self._oldest.update(_oldest_of(spelling))
                if history.newest:
                    yield history.newest.key
            yield from folder.shadowed_keys

    def is_same(self, one: str, other: str) -> bool:
        """Whether two version ids of one key belong to one run of equal content."""
        return self._oldest.get(one, one) == self._oldest.get(other, other)

    def version_difference(self, found: Outcome, expected: Outcome) -> str:
        """How the versions of ``found`` and ``expected`` differ; empty where their content is the same."""
        if self.is_same(found.version, expected.version):
            return ""
        # Only a listed version can be earlier; any other was uploaded later, or to another inbox.
        kind = "an earlier version" if found.version in self._oldest else "a version that is not in the inbox"
        return f"the index's outcome is for {kind}: {found.version}, should be for {expected.version}"


def read_recorded_state(index: Index) -> RecordedState:
    """Everything in ``index``. Reads the whole table; raises Damaged."""
    state = RecordedState()
    for item in index.scan_items():
        state.add(item)
    return state


def compare_outcomes(
    built: Mapping[str, Outcome], state: Mapping[str, Outcome], runs: VersionRuns
) -> Iterator[Difference]:
    """The uploads whose outcome in the index differs from the build's. A missing outcome equals "absent".

    Within a run of equal content the index keeps the version it saw first, and a build names the newest. What readers
    saw before is not in the inbox, so a build does not know of ``replaced_version``.
    """
    for key in sorted(built.keys() | state.keys()):
        difference = _outcome_difference(state.get(key), built.get(key), runs)
        if difference:
            yield Difference(key, "outcome", difference)


def _outcome_difference(found: Outcome | None, expected: Outcome | None, runs: VersionRuns) -> str:
    states = [outcome.state if outcome else "absent" for outcome in (found, expected)]
    if states[0] != states[1]:
        return f"the index says {states[0]}, should be {states[1]}"
    if found is None or expected is None or found.state == "absent":
        return ""
    if replace(found, version=expected.version, replaced_version="") != expected:
        return "the problems or the address in the index differ"
    return runs.version_difference(found, expected)


def _oldest_of(history: KeyHistory) -> Iterator[tuple[str, str]]:
    """Each version id of ``history`` with the oldest id of its run; nothing for a single version."""
    if len(history.versions) < 2:
        return
    ends = {version.id for version in history.distinct_versions()}
    run: list[str] = []
    for version in history.versions:
        run.append(version.id)
        if version.id in ends:
            yield from ((each, version.id) for each in run)
            run = []


def _expected_entries(row: PostRow) -> Iterator[tuple[_Entry, str]]:
    for lang, part in row.pages.items():
        if part.entry_ref:
            entry = EntryRow(lang, row.post.clinic, part.entry_ref.posted, row.post.post, part.entry_ref.id)
            key = listing_keys.entry_key(entry)
            yield (*row_encoding.split_key(key), entry.id), PageRef(row.post, lang).key


def _expected_days(row: PostRow) -> Iterator[tuple[_Day, str]]:
    for lang, part in row.pages.items():
        # A removed entry shows nothing, so nothing looks for its day.
        if part.facts and part.entry_ref:
            entry = EntryRow(lang, row.post.clinic, part.entry_ref.posted, row.post.post, part.entry_ref.id)
            pk, sk = row_encoding.split_key(listing_keys.recent_day_key(entry))
            yield (pk, *listing_keys.parse_recent_day(sk)), PageRef(row.post, lang).key


def _id(item: dict[str, Any]) -> str:
    """The entry's id; empty if the item is unreadable, which repair then replaces."""
    try:
        return row_encoding.decode_row(EntryRow, item).id
    except DamagedRow:
        return ""
