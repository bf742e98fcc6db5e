"""What must hold after every single step: I2, I3, I4; no history has a version that never was; the claims to an
address are as many as it takes, and each was made with the word of its clinic."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from colophon.decision import earlier_address
from colophon.decision.claim import active_claims
from colophon.decision.history import PublishedVersion, first_version
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import PostRow
from colophon.stores import row_encoding
from colophon.upload.keys import PostRef
from tests.protocol.harness.cloud import INBOX, Cloud, StoredObject
from tests.protocol.harness.links import FILES, PICTURES, is_page, links_in, moved_to, numbers_in
from tests.protocol.harness.model_differences import versions_in
from tests.protocol.harness.tally import PLAYED

_WITHDRAWN = ("410", "451")
_UNREADABLE = b"kind: ["
_ORIGINAL = "ko"
_OF_ORIGINALS = (b"archive-label", b"archive", b"original-post")
_OF_TRANSLATIONS = (
    b"label",
    b"what-this-is",
    b"unreviewed",
    b"may-contain-errors",
    b"original-prevails",
    b"original-post",
)
WithdrawalVersions = dict[str, str]
# The kind of what stood at a page's address ("page": a body), by its revision.
KindByRev = dict[int, str]
Items = Mapping[tuple[str, str], dict[str, Any]]


class Violation(AssertionError):
    """An invariant that did not hold."""


@dataclass
class InvariantChecker:
    """Remembers what each object showed, and raises Violation when it shows something that it must not.

    ``site_emptied``: the scenario empties the bucket, so that linked objects may be missing.
    """

    cloud: Cloud
    site_emptied: bool = False
    shown_numbers: dict[str, dict[str, int]] = field(default_factory=dict)
    withdrawn_pages: dict[str, WithdrawalVersions] = field(default_factory=dict)
    listed: dict[str, frozenset[str]] = field(default_factory=dict)
    removed_from: dict[tuple[str, str], WithdrawalVersions] = field(default_factory=dict)
    last_site: dict[str, StoredObject] = field(default_factory=dict)
    unchecked: set[str] = field(default_factory=set)
    linkable_groups: set[str] = field(default_factory=set)
    kinds_by_rev: dict[str, KindByRev] = field(default_factory=dict)
    claims_made: set[tuple[str, str, str]] = field(default_factory=set)
    stream_length: int = -1
    checks: int = 0
    lost: set[str] = field(default_factory=set)

    def lose_object(self, key: str) -> None:
        """The object at ``key`` was lost. What it showed is forgotten with it, until another one is there."""
        self.lost.add(key)
        for known in (self.shown_numbers, self.withdrawn_pages, self.listed, self.last_site):
            known.pop(key, None)  # type: ignore[attr-defined]
        self.removed_from = {
            (listing, page): ids for (listing, page), ids in self.removed_from.items() if listing != key
        }

    def lose_rows(self, partitions: Iterable[str]) -> None:
        """Rows of ``partitions`` are older or gone, and pages that are made from them may be older, too.

        Listings are made from rows alone. Of a clinic a page shows the name and whether it is withdrawn, of the site
        its name, of its post's row what it shows of the other languages and of images: its own text is in the inbox.
        """
        for key in [key for key in self.shown_numbers if not is_page(key)]:
            del self.shown_numbers[key]
        self.listed.clear()
        self.removed_from.clear()
        for kind, _, name in (partition.partition("#") for partition in partitions):
            if kind == "clinic":
                self._forget_numbers(f"/{name}/", lambda label, _: label.startswith("Clinic"))
                for page, versions in self.withdrawn_pages.items():
                    self.withdrawn_pages[page] = {
                        key: i for key, i in versions.items() if not key.startswith("clinics")
                    }
            elif kind == "site":
                self._forget_numbers("/", lambda label, _: label.startswith("Shelf"))
            elif kind == "post":
                self._forget_numbers(f"/{name}/", lambda label, lang: not label.startswith(f"Text {lang}"))

    def _forget_numbers(self, place: str, is_forgotten: Callable[[str, str], bool]) -> None:
        """Forget what was shown by the pages of ``place``, by label and the page's language."""
        for key, shown in self.shown_numbers.items():
            if place in key:
                lang = key.partition("/")[0]
                self.shown_numbers[key] = {label: n for label, n in shown.items() if not is_forgotten(label, lang)}

    def check(self) -> None:
        site = self.cloud.site()
        self.lost -= site.keys()
        for key, stored in site.items():
            if self.last_site.get(key) is not stored:
                self._check_object(key, stored)
        for key, earlier in self.last_site.items():
            if key.startswith(PICTURES) and key not in site and not self.site_emptied and key not in self.lost:
                raise Violation(f"I3: {key} is gone")
            if key.startswith(PICTURES) and earlier.status and key in site and not site[key].status:
                raise Violation(f"I3: the picture {key} is back")
        self.last_site = site
        if not self.site_emptied:
            self._check_rows(site)
            self._check_links(site)
        self.checks += 1

    def _check_object(self, key: str, stored: StoredObject) -> None:
        if key.startswith(FILES):
            return
        self.unchecked.add(key)
        if is_page(key):
            self.kinds_by_rev.setdefault(key, {})[int(stored.metadata["rev"])] = stored.metadata.get("kind", "page")
            self._check_page(key, stored)
        else:
            self._check_listing(key, stored)

    def _check_page(self, key: str, stored: StoredObject) -> None:
        if stored.status in _WITHDRAWN:
            versions = self._withdrawals_of(key).items()
            self.withdrawn_pages[key] = {o: ids[0] for o, ids in versions if ids[0][0] != "(" and self._lasts(o)}
        if stored.status and not moved_to(stored.metadata):
            return
        self._check_still_withdrawn(self.withdrawn_pages.get(key, {}), key, f"{key} is back")
        if not stored.status:
            check_notices(key, stored.content)
        self._check_numbers(key, numbers_in(stored.content).items())

    def _check_listing(self, key: str, stored: StoredObject) -> None:
        lists = frozenset() if stored.status else frozenset(filter(is_page, links_in(stored.content)))
        for page in self.listed.get(key, frozenset()) - lists:
            self.removed_from[key, page] = self.withdrawn_pages.get(page, {})
        for page in lists:
            self._check_still_withdrawn(self.removed_from.get((key, page), {}), page, f"{key} lists {page} again")
        self.listed[key] = lists
        if not stored.status:
            # A clinic's name stands in entries of different ages: only texts and the site's own name have one source.
            shown = numbers_in(stored.content).items()
            self._check_numbers(key, ((label, number) for label, number in shown if not label.startswith(("Cl", "pi"))))

    def _check_numbers(self, key: str, numbers: Iterable[tuple[str, int]]) -> None:
        PLAYED.invariants["I2"] += 1
        before = self.shown_numbers.setdefault(key, {})
        for label, number in numbers:
            if number < before.get(label, 0):
                raise Violation(f"I2: {key} shows {label} {number} after {before[label]}")
            before[label] = number

    def _check_still_withdrawn(self, withdrawals: WithdrawalVersions, page: str, what: str) -> None:
        PLAYED.invariants["I3"] += 1
        for key, version in withdrawals.items():
            ids = self._withdrawals_of(page)[key]
            if not any(name.startswith("(") for name in ids[: ids.index(version)]) and not self._may_end(key):
                raise Violation(f"I3: {what}, and {key} still stands")

    def _withdrawals_of(self, page: str) -> dict[str, tuple[str, ...]]:
        lang, clinic, post, _ = page.split("/")
        folder = f"posts/{clinic}/{post}/"
        keys = (f"{folder}withdrawal.yaml", f"{folder}{lang}.md.withdrawal.yaml", f"clinics/{clinic}/withdrawal.yaml")
        inbox = self.cloud.inbox()
        return {key: inbox[key] for key in keys if key in inbox}

    def _lasts(self, key: str) -> bool:
        """Whether the withdrawal at ``key`` ends only by its deletion, and the handlers can have seen it: a clinic's is
        read off its row."""
        if b"kind: hold" in self.cloud.bucket(INBOX).keys[key].value:
            return False
        _, clinic, *rest = key.split("/")
        return len(rest) > 1 or bool(
            row_encoding.decode_clinic(clinic, self.cloud.items().get((f"clinic#{clinic}", "clinic"), {})).withdrawal
        )

    def _may_end(self, key: str) -> bool:
        """Whether a hold replaced what could not be read: that may have been meant as one."""
        uploads = reversed(versions_in(self.cloud.bucket(INBOX))[key])
        contents = [upload.content or b"" for upload in takewhile(lambda each: each.content is not None, uploads)]
        lasting = [content for content in contents if b"kind: hold" not in content and _UNREADABLE not in content]
        return _UNREADABLE not in contents[0] and not lasting

    def _check_links(self, site: dict[str, StoredObject]) -> None:
        """What leads nowhere; of listings that are only being set up, once a row says that pages may link to them."""
        for key in [key for key in self.unchecked if is_page(key) or _listing_group_of(key) in self.linkable_groups]:
            self.unchecked.remove(key)
            PLAYED.invariants["I4"] += 1
            for linked in sorted(links_in(site[key].content) | {moved_to(site[key].metadata)} - {""}):
                if linked not in site and linked not in self.lost:
                    raise Violation(f"I4: {key} leads to {linked}, which is not there")

    def _check_rows(self, site: dict[str, StoredObject]) -> None:
        written = len(self.cloud.table.stream_shard.items)
        if written == self.stream_length:
            return
        self.stream_length = written
        items = self.cloud.items()
        for (pk, _), item in items.items():
            if pk == "site" and (settings := row_encoding.decode_site(item).settings):
                self.linkable_groups |= {"", *settings.languages}
            if pk.startswith("clinic#"):
                self.linkable_groups |= {f"{lang}/{pk[7:]}" for lang in row_encoding.decode_clinic(pk[7:], item).langs}
        self._check_history(items)
        for (pk, _), item in items.items():
            if pk.startswith("post#") and any(name.startswith(row_encoding.CLAIM_PREFIX) for name in item):
                self._check_claims(row_encoding.decode_post(PostRef(*pk[5:].split("/")), item), items)
        for entry in entries(self.cloud):
            page = f"{entry.entry.path[1:]}index.html" if entry.entry else ""
            if entry.entry and page not in site and page not in self.lost:
                raise Violation(f"I4: {entry.entry.path} is listed, where nothing is")

    def missing_history(self) -> dict[str, set[int]]:
        """The revisions that were seen at each page and of which its history says nothing."""
        recorded = histories(self.cloud.items())
        missing = {
            page: seen_kinds.keys() - recorded.get(page, {}).keys() for page, seen_kinds in self.kinds_by_rev.items()
        }
        return {page: revs for page, revs in missing.items() if revs}

    def _check_claims(self, row: PostRow, items: Items) -> None:
        clinic = items.get((f"clinic#{row.post.clinic}", "clinic"), {})
        for lang, claims in row.claims.items():
            active = active_claims(claims)
            PLAYED.invariants["I10"] += 1
            PLAYED.invariants["I6"] += 1
            if len(active) > earlier_address.MAX_CLAIMS:
                raise Violation(f"I10: {len(active)} posts claim {row.post} in {lang}")
            for claimant, claim in active.items():
                known = (f"{lang}#{row.post}", claimant, claim.id)
                other = claimant.partition("/")[0]
                accepted = row_encoding.decode_clinic(row.post.clinic, clinic).accepts_moves_from(other)
                if known not in self.claims_made and not accepted:
                    raise Violation(f"I6: {claimant} claims {row.post} without the word of its clinic")
                self.claims_made.add(known)

    def _check_history(self, items: Items) -> None:
        for page, recorded in histories(items).items():
            seen_kinds = self.kinds_by_rev.get(page, {})
            for rev, kind in recorded.items():
                if rev > max(seen_kinds, default=0) or seen_kinds.get(rev, kind) != kind:
                    raise Violation(f"I5: the history of {page} tells of rev {rev}, a {kind}; there stood {seen_kinds}")


def check_notices(key: str, content: bytes) -> None:
    """Raise Violation unless a page says what it is, before its text and not in it."""
    PLAYED.invariants["I7"] += 1
    before, body, text = content.partition(b'class="post-body"')
    owed = _OF_ORIGINALS if key.startswith(f"{_ORIGINAL}/") else _OF_TRANSLATIONS
    for notice in owed:
        if not body or b'data-notice="%s"' % notice not in before or b'data-notice="%s"' % notice in text:
            raise Violation(f"I7: {key} does not carry {notice.decode()} before its text")


def _listing_group_of(key: str) -> str:
    """What a listing belongs to: a clinic in a language, a language, or the site as a whole (empty)."""
    lang, _, rest = key.partition("/")
    clinic, _, name = rest.partition("/")
    return "" if not rest else lang if not name or clinic == "search" else f"{lang}/{clinic}"


def entries(cloud: Cloud, listed_in: str = "entries#") -> list[EntryRow]:
    """Every entry that the index holds for listings, blanks too."""
    return [
        row_encoding.decode_row(EntryRow, item) for (pk, _), item in cloud.items().items() if pk.startswith(listed_in)
    ]


def histories(items: Items) -> dict[str, KindByRev]:
    """What the index's ``items`` tell of every version of each page, by the page's key."""
    kinds_by_page: dict[str, KindByRev] = {}
    for (pk, sk), item in items.items():
        if pk.startswith(row_encoding.HISTORY_PREFIX):
            version = row_encoding.decode_row(PublishedVersion, item)
            assert sk == f"{version.lang}#{version.rev:09}"
            page = f"{version.lang}/{pk.removeprefix(row_encoding.HISTORY_PREFIX)}/index.html"
            kinds_by_page.setdefault(page, {})[version.rev] = version.kind
        elif pk.startswith("post#"):
            post = pk.removeprefix("post#")
            for lang, row in row_encoding.decode_post(PostRef(*post.split("/")), dict(item)).pages.items():
                if first := first_version(lang, row):
                    kinds_by_page.setdefault(f"{lang}/{post}/index.html", {})[first.rev] = first.kind
    return kinds_by_page
