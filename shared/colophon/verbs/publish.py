"""``publish``: bring the pages of one post to what the inbox says. Token, look, swap, record.

ARCHITECTURE.md explains the four steps and why no check made earlier can replace them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.claim import Claim
from colophon.decision.earlier_address import (
    ClaimWrite,
    EarlierAddress,
    WaitChanges,
    are_claims_settled,
    claim_writes,
    named_addresses,
    settle_claims,
    wait_changes,
)
from colophon.decision.history import PublishedVersion, next_published_version, provenance_of
from colophon.decision.listing_rows import EntryRow, entry_rows, removed_entry_rows
from colophon.decision.page import PageDecision, decide_page
from colophon.decision.redirects import addresses_ever_claimed, parse_post_name
from colophon.decision.rows import ClinicRow, PageRow, PageToken, PostRow, WithdrawalRow
from colophon.decision.snapshot import PostSnapshot, is_page_up_to_date
from colophon.decision.sweep import DueChanges, due_changes
from colophon.decision.withdrawals import decide_withdrawal, withdrawal_inputs_id
from colophon.page.finished import finish_page
from colophon.page.paths import page_key
from colophon.stores.change import PostChange
from colophon.stores.index import Index
from colophon.upload.keys import ImageRef, ImageWithdrawal, PageRef, PageWithdrawal, PostRef, PostWithdrawal, parse_key
from colophon.upload.messages import RefreshRequest
from colophon.verbs.clients import PublishClients
from colophon.verbs.reading import decide_with_reads
from colophon.verbs.swap import MAX_ATTEMPTS, PageSwapper, retry_on_conflict

_POSTS_PER_READ = 100
# How many languages a post with ``all_languages`` is taken to have when its attempts are counted.
_USUAL_LANGUAGES = 4


class PublishRequest(Struct, frozen=True):
    """What the messages of one batch ask of one post.

    ``langs`` or, with ``all_languages``, every language it ever had. ``images``: enqueue its images too. ``force``:
    decide even where the rows say that nothing changed, and compare with the object itself. ``rebuild_files``: make
    the files of the images again.
    """

    langs: frozenset[str] = frozenset()
    all_languages: bool = False
    images: bool = False
    force: bool = False
    rebuild_files: bool = False

    def __or__(self, other: "PublishRequest") -> "PublishRequest":
        return PublishRequest(
            self.langs | other.langs,
            self.all_languages or other.all_languages,
            self.images or other.images,
            self.force or other.force,
            self.rebuild_files or other.rebuild_files,
        )


@dataclass(slots=True)
class Memory:
    """What survives a conflict: tokens that were read, contents of versions (they never change), and the published
    versions, by language and revision, that no record has written to the history yet."""

    swapper: PageSwapper
    contents: dict[str, object] = field(default_factory=dict)
    unrecorded: dict[tuple[str, int], PublishedVersion] = field(default_factory=dict)


class PageChanges(Struct, frozen=True):
    """What to record of the pages that were decided: rows by language, the entries that listings show of them, and
    claims, by the post at whose address each is kept and by language."""

    rows: dict[str, PageRow]
    entries: tuple[EntryRow, ...]
    claims: dict[PostRef, dict[str, ClaimWrite]]


def publish(post: PostRef, request: PublishRequest, clients: PublishClients) -> None:
    """Bring the pages of ``post`` that ``request`` names to what the inbox says now.

    Raises Unavailable when they change more often than they can be swapped.
    """
    pages = _USUAL_LANGUAGES if request.all_languages else max(1, len(request.langs))
    memory = Memory(PageSwapper(clients.site, force=request.force))
    retry_on_conflict(partial(_attempt, post, request, clients, memory), str(post), MAX_ATTEMPTS * pages)


def _attempt(post: PostRef, request: PublishRequest, clients: PublishClients, memory: Memory) -> None:
    """One run of the protocol. A Conflict anywhere in it starts the next run at the first line."""
    snapshot = _take_snapshot(post, request, clients, memory)  # token, then look
    addresses = AddressReader(clients.index)
    decisions = {
        page.lang: _decide_and_swap(page, snapshot, addresses, clients, memory)  # swap
        for page in _requested_pages(request, snapshot)
        if _needs_work(page, snapshot, addresses, memory)
    }
    pages = _find_page_changes(request, snapshot, decisions, addresses, clients)
    withdrawals = _decide_withdrawals(snapshot, clients, any_page_decided=bool(decisions))
    _record(snapshot, pages, withdrawals, clients, memory)  # record, if n is still the token's
    _enqueue_images(request, snapshot, clients)


def _take_snapshot(post: PostRef, request: PublishRequest, clients: PublishClients, memory: Memory) -> PostSnapshot:
    """The rows first, the folder's versions after them: what is swapped in can't be older than the token.

    With ``force``, raises Conflict once, after it has read the objects that the rows name.
    """
    row, clinic, site = clients.index.read_post(post)
    languages = row.pages if request.all_languages else request.langs & row.pages.keys()
    memory.swapper.read_if_forced({page_key(PageRef(post, lang)): row.pages[lang].token for lang in languages})
    folder = clients.inbox.read_folder(post.folder)
    return PostSnapshot(folder=folder, contents=memory.contents, row=row, clinic=clinic, site=site, now=clients.now())


def _requested_pages(request: PublishRequest, snapshot: PostSnapshot) -> list[PageRef]:
    langs = set(request.langs)
    if request.all_languages:
        langs |= snapshot.row.known_langs
        langs |= {name.lang for key in snapshot.folder.uploaded_keys() if isinstance(name := parse_key(key), PageRef)}
    return [PageRef(snapshot.post, lang) for lang in sorted(langs)]


def _needs_work(page: PageRef, snapshot: PostSnapshot, addresses: "AddressReader", memory: Memory) -> bool:
    """Always where an earlier attempt or ``force`` has read the object; else unless its row is up to date."""
    if memory.swapper.has_token(page_key(page)):
        return True
    row = snapshot.row.pages.get(page.lang)
    return not (
        is_page_up_to_date(page, snapshot) and are_claims_settled(page, row, addresses.read(page, named_addresses(row)))
    )


def _decide_and_swap(
    page: PageRef, snapshot: PostSnapshot, addresses: "AddressReader", clients: PublishClients, memory: Memory
) -> PageDecision:
    """The decision about ``page`` once its object is what the decision says; its row has the new token."""
    known = snapshot.row.pages.get(page.lang)
    decision = decide_with_reads(partial(decide_page, page), snapshot, clients.inbox)
    token = _swap(page, decision, known, clients, memory)
    provenance = provenance_of(decision, snapshot) or (known.provenance if known else None)
    row = replace(decision.row, token=token, provenance=provenance)
    row = settle_claims(page, row, addresses.read(page, row.claims))
    if version := next_published_version(page.lang, known, row, snapshot.now):
        memory.unrecorded[version.lang, version.rev] = version
    return replace(decision, row=row)


def _swap(
    page: PageRef, decision: PageDecision, known: PageRow | None, clients: PublishClients, memory: Memory
) -> PageToken:
    """The token of the object at the page's key after the swap. Raises Conflict if another writer was first.

    A decision without a view leaves the key alone: nothing was ever published there, and nothing is to be.
    """
    recorded = known.token if known else PageToken()
    view, fp = decision.view, decision.fp
    if view is None:
        return memory.swapper.keep(page_key(page), recorded)
    clients.assets.ensure()
    return memory.swapper.swap(page_key(page), recorded, fp, lambda rev: finish_page(page, view, rev, fp))


def _find_page_changes(
    request: PublishRequest,
    snapshot: PostSnapshot,
    decisions: Mapping[str, PageDecision],
    addresses: "AddressReader",
    clients: PublishClients,
) -> PageChanges:
    lost_entries = _find_lost_entries(snapshot.row, decisions, clients.index) if request.force else {}
    rows: dict[str, PageRow] = {}
    entries: list[EntryRow] = []
    standing = {lang: row.claims for lang, row in snapshot.row.pages.items()}
    for lang, decision in decisions.items():
        page, known = PageRef(snapshot.post, lang), snapshot.row.pages.get(lang)
        row = replace(decision.row, n=known.n if known else 0)
        if lang in lost_entries or (row != known and _is_worth_a_row(row, known)):
            rows[lang] = row
            before = known.entry_ref if known else None
            lost = lost_entries.get(lang)
            entries += [lost] if lost else entry_rows(page, before, row.entry_ref, decision.entry)
            if known is None and _may_have_left_entries(decision):
                entries += removed_entry_rows(clients.index.read_listed_entries(page), row.entry_ref, decision.fp)
                standing[lang] = _find_standing_claims(page, snapshot, clients)
    return PageChanges(rows, tuple(entries), _claims_to_write(snapshot.post, standing, decisions, addresses))


def _is_worth_a_row(row: PageRow, known: PageRow | None) -> bool:
    """A page that nothing was ever uploaded for, and that no post claims, gets no row."""
    return known is not None or bool(row.outcome.version or row.claimants)


def _may_have_left_entries(decision: PageDecision) -> bool:
    """Whether a page without a row may still be in listings, or claim addresses: its row was lost with the table. Then
    an object is at its key, or nothing may be there any more."""
    return decision.row.token.rev > 1 or (decision.view is not None and decision.entry is None)


def _find_lost_entries(row: PostRow, decisions: Mapping[str, PageDecision], index: Index) -> dict[str, EntryRow]:
    """By language, the entry that the page's row and the decision agree on but that the index no longer has.

    Where they disagree the entry is written anyway.
    """
    expected: list[EntryRow] = []
    for lang, decision in decisions.items():
        known = row.pages.get(lang)
        if known and known.entry_ref == decision.row.entry_ref:
            expected += entry_rows(PageRef(row.post, lang), None, known.entry_ref, decision.entry)
    return {entry.lang: entry for entry in index.find_missing_entries(expected)}


def _find_standing_claims(page: PageRef, snapshot: PostSnapshot, clients: PublishClients) -> dict[str, Claim]:
    """The claims of a page without a row that are still kept at the addresses that its versions ever claimed."""
    addresses = decide_with_reads(partial(addresses_ever_claimed, page), snapshot, clients.inbox)
    found: dict[str, Claim] = {}
    for start in range(0, len(addresses), _POSTS_PER_READ):
        posts = [parse_post_name(address) for address in addresses[start : start + _POSTS_PER_READ]]
        for post, row in clients.index.read_posts(posts).items():
            claim = row.claims.get(page.lang, {}).get(str(page.post))
            if claim and claim.targets:
                found[str(post)] = claim
    return found


def _claims_to_write(
    post: PostRef,
    known: Mapping[str, Mapping[str, Claim]],
    decisions: Mapping[str, PageDecision],
    addresses: "AddressReader",
) -> dict[PostRef, dict[str, ClaimWrite]]:
    """New, changed and ended claims, by the post at whose address each is kept; ``known`` are those before, by
    language."""
    written: dict[PostRef, dict[str, ClaimWrite]] = {}
    for lang, decision in decisions.items():
        page = PageRef(post, lang)
        writes = claim_writes(page, known.get(lang, {}), decision.row.claims, addresses.known)
        for address, claim in writes.items():
            written.setdefault(parse_post_name(address), {})[lang] = claim
    return written


def _decide_withdrawals(
    snapshot: PostSnapshot, clients: PublishClients, *, any_page_decided: bool
) -> dict[str, WithdrawalRow]:
    """The changed rows of the post's withdrawals, by file. What is said of a withdrawal depends on the pages too."""
    changed: dict[str, WithdrawalRow] = {}
    keys = {
        key for key in snapshot.folder.uploaded_keys() if isinstance(parse_key(key), PostWithdrawal | PageWithdrawal)
    }
    for key in sorted(keys):
        file = key.removeprefix(snapshot.post.folder)
        known = snapshot.row.withdrawals.get(file)
        if known and not any_page_decided and known.inputs_id == withdrawal_inputs_id(key, snapshot):
            continue
        row = decide_with_reads(partial(decide_withdrawal, key), snapshot, clients.inbox)
        row = replace(row, n=known.n if known else 0)
        if row != known:
            changed[file] = row
    return changed


def _record(
    snapshot: PostSnapshot,
    pages: PageChanges,
    withdrawals: dict[str, WithdrawalRow],
    clients: PublishClients,
    memory: Memory,
) -> None:
    """Write what changed in one transaction, on condition that no row's ``n`` moved. Nothing changed: no call.

    Raises Conflict.
    """
    if not (pages.rows or withdrawals or memory.unrecorded):
        return
    change = PostChange(
        pages.rows,
        withdrawals=withdrawals,
        entries=pages.entries,
        due_changes=_find_due_changes(snapshot, pages.rows),
        history=tuple(memory.unrecorded.values()),
        claims=pages.claims,
        waits=_find_wait_changes(snapshot, pages.rows),
    )
    clients.index.record_post(snapshot.post, change)
    memory.unrecorded.clear()


def _find_wait_changes(snapshot: PostSnapshot, rows: Mapping[str, PageRow]) -> dict[str, WaitChanges]:
    known = snapshot.row.pages
    return {lang: wait_changes(PageRef(snapshot.post, lang), known.get(lang), row) for lang, row in rows.items()}


def _find_due_changes(snapshot: PostSnapshot, rows: Mapping[str, PageRow]) -> DueChanges:
    known = snapshot.row.pages
    return due_changes(
        (PageRef(snapshot.post, lang).key, known[lang].next_at if lang in known else None, row.next_at)
        for lang, row in rows.items()
    )


def _enqueue_images(request: PublishRequest, snapshot: PostSnapshot, clients: PublishClients) -> None:
    """A request for each image that was ever uploaded to the folder, or that a withdrawal there names."""
    if not request.images:
        return
    names = [parse_key(key) for key in snapshot.folder.uploaded_keys()]
    keys = {name.key for name in names if isinstance(name, ImageRef)}
    keys |= {name.image.key for name in names if isinstance(name, ImageWithdrawal)}
    requests = [RefreshRequest(key, force=request.force, rebuild_files=request.rebuild_files) for key in sorted(keys)]
    if requests:
        clients.images.enqueue(requests)


class AddressReader:
    """Reads the earlier addresses that one post names (``moved_from``), each once.

    An address of another clinic is read with that clinic's row, which says whether the post may claim it.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self.known: dict[str, EarlierAddress] = {}

    def read(self, page: PageRef, names: Iterable[str]) -> Mapping[str, EarlierAddress]:
        """Every address that was read so far, those called ``names`` included."""
        unread = sorted({parse_post_name(name) for name in names if name not in self.known})
        if unread:
            clinics = sorted({post.clinic for post in unread} - {page.post.clinic})
            rows, clinic_rows = self._index.read_posts_and_clinics(unread, clinics)
            for post, row in rows.items():
                clinic = clinic_rows.get(post.clinic, ClinicRow(post.clinic))
                self.known[str(post)] = EarlierAddress(row, clinic)
        return self.known
