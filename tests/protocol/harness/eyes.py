"""What must hold after every single step, whoever took it: I2, I3, I4, and no history tells of what never was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from colophon.decision.history import Published
from colophon.decision.listing_rows import EntryRow
from colophon.stores import row_encoding
from tests.protocol.harness.cloud import Cloud, Standing
from tests.protocol.harness.links import is_page, links_in, moved_to, numbers_in

_WITHDRAWN = ("410", "451")
Orders = dict[str, str]
# The kind of what stood at a page's address ("page": a body), by its revision.
Stood = dict[int, str]
Items = Mapping[tuple[str, str], dict[str, Any]]


class Violation(AssertionError):
    """An invariant that did not hold."""


@dataclass
class Eyes:
    """Remembers what each object showed, and raises Violation when it shows something that it must not.

    ``emptied``: somebody empties the bucket, so that what is linked to may be gone.
    """

    cloud: Cloud
    emptied: bool = False
    shown: dict[str, dict[str, int]] = field(default_factory=dict)
    ended: dict[str, Orders] = field(default_factory=dict)
    listed: dict[str, frozenset[str]] = field(default_factory=dict)
    unlisted: dict[tuple[str, str], Orders] = field(default_factory=dict)
    seen: dict[str, Standing] = field(default_factory=dict)
    unchecked: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    stood: dict[str, Stood] = field(default_factory=dict)
    written: int = -1
    looked_at: int = 0

    def look(self) -> None:
        site = self.cloud.site()
        for key, standing in site.items():
            if self.seen.get(key) is not standing:
                self._changed(key, standing)
        for key, earlier in self.seen.items():
            if key.startswith("images/") and key not in site:
                raise Violation(f"I3: {key} is gone")
            if key.startswith("images/") and earlier.status and not site[key].status:
                raise Violation(f"I3: the picture {key} is back")
        self.seen = site
        if not self.emptied:
            self._rows(site)
            self._links(site)
        self.looked_at += 1

    def _changed(self, key: str, standing: Standing) -> None:
        if key.startswith(("images/", "assets/")):
            return
        self.unchecked.add(key)
        if is_page(key):
            self.stood.setdefault(key, {})[int(standing.metadata["rev"])] = standing.metadata.get("kind", "page")
            self._page(key, standing)
        else:
            self._listing(key, standing)

    def _page(self, key: str, standing: Standing) -> None:
        if standing.status in _WITHDRAWN:
            orders = self._orders(key).items()
            self.ended[key] = {o: ids[0] for o, ids in orders if ids[0][0] != "(" and self._is_known(o)}
        if standing.status and not moved_to(standing.metadata):
            return
        self._still_ended(self.ended.get(key, {}), key, f"{key} is back")
        self._numbers(key, numbers_in(standing.content).items())

    def _listing(self, key: str, standing: Standing) -> None:
        lists = frozenset() if standing.status else frozenset(filter(is_page, links_in(standing.content)))
        for page in self.listed.get(key, frozenset()) - lists:
            self.unlisted[key, page] = self.ended.get(page, {})
        for page in lists:
            self._still_ended(self.unlisted.get((key, page), {}), page, f"{key} lists {page} again")
        self.listed[key] = lists
        if not standing.status:
            # A clinic's name stands in entries of different ages: only texts and the site's own name have one source.
            shown = numbers_in(standing.content).items()
            self._numbers(key, ((label, number) for label, number in shown if not label.startswith(("Cl", "pi"))))

    def _numbers(self, key: str, numbers: Iterable[tuple[str, int]]) -> None:
        before = self.shown.setdefault(key, {})
        for label, number in numbers:
            if number < before.get(label, 0):
                raise Violation(f"I2: {key} shows {label} {number} after {before[label]}")
            before[label] = number

    def _still_ended(self, ended: Orders, page: str, what: str) -> None:
        for order, version in ended.items():
            ids = self._orders(page)[order]
            if not any(name.startswith("(") for name in ids[: ids.index(version)]):
                raise Violation(f"I3: {what}, and {order} still stands")

    def _orders(self, page: str) -> dict[str, tuple[str, ...]]:
        lang, clinic, post, _ = page.split("/")
        folder = f"posts/{clinic}/{post}/"
        keys = (f"{folder}withdrawal.yaml", f"{folder}{lang}.md.withdrawal.yaml", f"clinics/{clinic}/withdrawal.yaml")
        inbox = self.cloud.inbox()
        return {order: inbox[order] for order in keys if order in inbox}

    def _is_known(self, order: str) -> bool:
        """Whether the handlers can have seen a withdrawal: a clinic's is read off its row."""
        _, clinic, *rest = order.split("/")
        return len(rest) > 1 or bool(
            row_encoding.read_clinic(clinic, self.cloud.items().get((f"clinic#{clinic}", "clinic"), {})).order
        )

    def _links(self, site: dict[str, Standing]) -> None:
        """What leads nowhere; of listings that are only being set up, once a row says that pages may link to them."""
        for key in [key for key in self.unchecked if is_page(key) or _shelf_of(key) in self.opened]:
            self.unchecked.remove(key)
            for linked in sorted(links_in(site[key].content) | {moved_to(site[key].metadata)} - {""}):
                if linked not in site:
                    raise Violation(f"I4: {key} leads to {linked}, which is not there")

    def _rows(self, site: dict[str, Standing]) -> None:
        written = len(self.cloud.table.stream_shard.items)
        if written == self.written:
            return
        self.written = written
        items = self.cloud.items()
        for (pk, _), item in items.items():
            if pk == "site" and (settings := row_encoding.read_site(item).settings):
                self.opened |= {"", *settings.languages}
            if pk.startswith("clinic#"):
                self.opened |= {f"{lang}/{pk[7:]}" for lang in row_encoding.read_clinic(pk[7:], item).langs}
        self._history(items)
        for entry in entries(self.cloud):
            if entry.entry and f"{entry.entry.path[1:]}index.html" not in site:
                raise Violation(f"I4: {entry.entry.path} is listed, where nothing is")

    def untold(self) -> dict[str, set[int]]:
        """The revisions that were seen at each page and of which its history says nothing."""
        told = histories(self.cloud.items())
        missing = {page: stood.keys() - told.get(page, {}).keys() for page, stood in self.stood.items()}
        return {page: revs for page, revs in missing.items() if revs}

    def _history(self, items: Items) -> None:
        for page, told in histories(items).items():
            stood = self.stood.get(page, {})
            for rev, kind in told.items():
                if rev > max(stood, default=0) or stood.get(rev, kind) != kind:
                    raise Violation(f"I5: the history of {page} tells of rev {rev}, a {kind}; there stood {stood}")


def _shelf_of(key: str) -> str:
    """What a listing belongs to: a clinic in a language, a language, or the site as a whole (empty)."""
    lang, _, rest = key.partition("/")
    clinic, _, name = rest.partition("/")
    return "" if not rest else lang if not name or clinic == "search" else f"{lang}/{clinic}"


def entries(cloud: Cloud, listed_in: str = "entries#") -> list[EntryRow]:
    """Every entry that the index holds for listings, blanks too."""
    return [row_encoding.read(EntryRow, item) for (pk, _), item in cloud.items().items() if pk.startswith(listed_in)]


def histories(items: Items) -> dict[str, Stood]:
    """What the index's ``items`` tell of every version of each page, by the page's key."""
    told: dict[str, Stood] = {}
    for (pk, sk), item in items.items():
        if pk.startswith(row_encoding.HISTORY):
            version = row_encoding.read(Published, item)
            assert sk == f"{version.lang}#{version.rev:09}"
            page = f"{version.lang}/{pk.removeprefix(row_encoding.HISTORY)}/index.html"
            told.setdefault(page, {})[version.rev] = version.stands
    return told
