"""Find rows of the index that are lost, or older than the inbox or the site, even where the site is right.

A page stays right until its next change, whatever its row says. What the daily scan would request is found in the same
way; beyond that, rows name the objects that were made from them.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime

from colophon.decision.image import recorded_file_keys
from colophon.decision.rows import PageToken
from colophon.images.copy import RECIPE_VERSION
from colophon.listings.kind import ListingGroup
from colophon.listings.kinds import KINDS, group_of_item, kind_of
from colophon.listings.kinds.tags import MAX_KNOWN, TAGS, slug_of_key
from colophon.page.objects import SiteObject
from colophon.page.paths import page_key
from colophon.stores.inbox import ScanBatch
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.upload.keys import (
    SITE_KEYS,
    ClinicFile,
    ClinicGlossary,
    ClinicWithdrawal,
    PageRef,
    SiteFile,
    SiteIcon,
    SiteStyle,
    parse_key,
)
from colophon.verbs.inbox_scan import InboxScan
from colophon.verbs.skipping import Skips
from colophon.verbs.sweep import find_follow_ups
from colophon_ops.verify.live import Difference
from colophon_ops.verify.recorded import RecordedState

_BEHIND = "its row is missing or behind the inbox"
_LISTINGS_BEHIND = "the row is missing or behind its entries"


class _NothingSkipped(Skips):
    """What can't be read ends the command: only the scan passes over it."""

    def add(self, key: str, error: Exception) -> None:
        raise error


class RowsBehind:
    """The rows that the daily scan would find out of date, as batches of the inbox go by."""

    def __init__(self, index: Index, listings: ListingIndex, now: datetime) -> None:
        self._scan = InboxScan(index, listings, now, now, _NothingSkipped())
        self._keys: dict[str, None] = {}
        self._items: dict[str, None] = {}

    def add(self, batch: ScanBatch) -> None:
        """Compare the folders of ``batch``. Raises DamagedRow."""
        requests, groups = find_follow_ups(batch, self._scan)
        self._keys |= dict.fromkeys(request.key for request in requests)
        self._items |= dict.fromkeys(" ".join(kind_of(group).item_key(group)) for group in groups)

    def differences(self) -> Iterator[Difference]:
        yield from (Difference(key, "row", _BEHIND) for key in self._keys)
        yield from (Difference(item, "listing row", _LISTINGS_BEHIND) for item in self._items)


def find_other_objects(
    recorded: RecordedState, tokens: Mapping[str, PageToken], known: Container[str]
) -> Iterator[Difference]:
    """The rows that name an object which is not the one at its key. ``tokens`` are what the site bucket says.

    Where only the listing of the bucket was read, a token has an ETag alone. ``known`` are keys of objects that differ.
    """
    for key, owners in recorded.tokens.items():
        found = tokens.get(key, PageToken())
        if key not in known and not any(_is_same(found, token) for _, token in owners):
            for owner, token in owners:
                text = f"its row names {_token_text(token)} of {key}; the bucket has {_token_text(found)}"
                yield Difference(owner, "row" if owner.startswith("posts/") else "listing row", text)


def find_lost_tags(recorded: RecordedState, keys: Iterable[str]) -> Iterator[Difference]:
    """The rows of tags that do not know a tag of which an object is among ``keys``: nothing would replace that object.

    Of a clinic with very many tags a row forgets those without a page, so nothing is said of these.
    """
    by_item: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        if group := TAGS.group_of_key(key):
            by_item[" ".join(TAGS.item_key(group))].append(key)
    for item, pages in sorted(by_item.items()):
        lost = tuple(sorted(slug_of_key(key) for key in pages if key not in recorded.tag_pages))
        if lost and len(pages) <= MAX_KNOWN:
            yield Difference(item, "listing row", f"the row does not know the tag {lost[0]}", lost)


def find_other_files(recorded: RecordedState, made: Iterable[SiteObject]) -> Iterator[Difference]:
    """The images whose rows do not name the files that a build makes."""
    by_base: dict[str, set[str]] = defaultdict(set)
    for each in made:
        if each.key.startswith("images/") and "status" not in each.metadata:
            by_base[each.key.rpartition("-")[0]].add(each.key)
    for key, row in recorded.images.items():
        named = set(recorded_file_keys(row))
        base = min(named).rpartition("-")[0]
        if row.recipe == RECIPE_VERSION and named != by_base[base]:
            other = min(named ^ by_base[base])
            verb = "names" if other in named else "does not name"
            yield Difference(key, "row", f"its row {verb} {other}")


def find_unnoted_dates(recorded: RecordedState) -> Iterator[Difference]:
    """The keys that will not be requested when their time comes. The daily scan finds them within a day after it."""
    for key, at in recorded.without_due.items():
        yield Difference(key, "row", f"the index does not note that it is due at {at:%Y-%m-%d %H:%M} UTC")


def find_lost_versions(recorded: RecordedState) -> Iterator[Difference]:
    """The pages whose history has no row for the version that stands. Earlier ones are known to the history alone."""
    for key, rev in recorded.without_version.items():
        yield Difference(key, "row", f"its history has no row for rev {rev}, which its row names")


def select_causes(rows: Iterable[Difference], found: Iterable[Difference]) -> Iterator[Difference]:
    """Those of ``rows`` that follow from none of the others, nor from ``found``, each once.

    A row is not what its object, its outcome or its entry is not. The site's row decides about all others, a clinic's
    about those of its posts and listings, an entry about the listings of its clinic and language, and the row of a
    listing about those that are made from it.
    """
    found, rows = [each for each in found if each.what != "report"], list(rows)
    cause = _Causes([*found, *rows])
    seen = {_subject(each.key) for each in found}
    for each in rows:
        if _subject(each.key) in seen or cause.explains(each):
            continue
        seen.add(_subject(each.key))
        yield each


def _subject(key: str) -> str:
    """What ``key`` is about: a page, whether the key is the inbox's or the site's; a clinic; the site; else the key."""
    match name := parse_key(key):
        case PageRef():
            return page_key(name)
        case ClinicFile() | ClinicGlossary() | ClinicWithdrawal():
            return ClinicFile(name.clinic).key
        case SiteFile() | SiteStyle() | SiteIcon():
            return SiteFile().key
    return key


class _Causes:
    """What a row may follow from."""

    def __init__(self, differences: Iterable[Difference]) -> None:
        keys = {each.key for each in differences if each.what in ("outcome", "row")}
        self._site = not keys.isdisjoint(SITE_KEYS)
        self._clinics = {key.split("/")[1] for key in keys if key.startswith("clinics/")}
        pages = (parse_key(each.key) for each in differences if each.what == "entry")
        self._entries = {(page.lang, page.post.clinic) for page in pages if isinstance(page, PageRef)}
        items = {each.key for each in differences if each.what == "listing row"}
        self._groups = {group for item in items if (group := group_of_item(*item.split(" ")))}

    def explains(self, row: Difference) -> bool:
        if row.what == "row":
            top, _, rest = row.key.partition("/")
            return (self._site and top != row.key) or (top == "posts" and rest.partition("/")[0] in self._clinics)
        group = group_of_item(*row.key.split(" "))
        if group is None:
            return False
        # A group of every language, or of every clinic, shows something of each.
        is_listed = any(
            group.lang in ("", lang) and group.clinic in ("", clinic)
            for lang, clinic in (*self._entries, *((group.lang, clinic) for clinic in self._clinics))
        )
        return self._site or is_listed or any(_is_made_from(group, other) for other in self._groups)


def _is_made_from(group: ListingGroup, other: ListingGroup) -> bool:
    """Whether ``group`` shows something of ``other``, directly or by what lies between them."""
    kinds, new = set[int](), set(kind_of(group).made_from)
    while new:
        kinds |= new
        new = {number for kind in KINDS if kind.number in new for number in kind.made_from} - kinds
    pairs = zip(group.names[:3], other.names[:3], strict=True)
    return other.kind in kinds and all(name == of_other or not name for name, of_other in pairs)


def _is_same(found: PageToken, token: PageToken) -> bool:
    return found == token if found.rev else found.etag == token.etag


def _token_text(token: PageToken) -> str:
    if not token.etag:
        return "no object"
    return f"rev {token.rev} ({token.etag.strip(chr(34))[:8]}, {token.fp})" if token.rev else token.etag.strip('"')[:8]
