"""``publish`` a post: token, look, swap, record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.claim import Claim, diff_claims, is_own_claim
from colophon.decision.history import PublishedVersion, next_published_version, provenance_of
from colophon.decision.listing_rows import EntryRow, entry_rows, removed_entry_rows
from colophon.decision.page import PageDecision, decide_page
from colophon.decision.redirects import add_rival_warnings, addresses_ever_claimed, are_rivals_reported, parse_post_name
from colophon.decision.rows import PageRow, PageToken, PostRow, WithdrawalRow
from colophon.decision.snapshot import PostSnapshot, is_page_up_to_date
from colophon.decision.sweep import DueChanges
from colophon.decision.sweep import due_changes as agenda_of
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


class EarlierAddresses:
    """The rows of the posts whose addresses one post claims, each read once, and none where it claims nothing."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._rows: dict[str, PostRow] = {}

    def are_rivals_reported(self, page: PageRef, row: PageRow | None) -> bool:
        """Whether the report on ``page`` says of its rivals what is so now."""
        return row is None or are_rivals_reported(page, row, self._rows_claimed_by(page, row))

    def add_rival_warnings(self, page: PageRef, row: PageRow) -> PageRow:
        """``part`` with a word to its uploader about each address that it claims in vain."""
        return add_rival_warnings(page, row, self._rows_claimed_by(page, row))

    def find_standing_claims(self, page: PageRef, addresses: Sequence[str]) -> dict[str, Claim]:
        """The claims of ``page``, of which its own row tells no more, to those of ``olds`` at which they stand."""
        found: dict[str, Claim] = {}
        for start in range(0, len(addresses), _POSTS_PER_READ):
            posts = [parse_post_name(address) for address in addresses[start : start + _POSTS_PER_READ]]
            for post, row in self._index.read_posts(posts).items():
                claim = row.claims.get(page.lang, {}).get(str(page.post))
                if claim and claim.targets:
                    found[str(post)] = claim
        return found

    def _rows_claimed_by(self, page: PageRef, page_row: PageRow) -> Mapping[str, PostRow]:
        claimed = [address for address, claim in page_row.claims.items() if is_own_claim(claim, str(page.post))]
        unread = {parse_post_name(address) for address in claimed if address not in self._rows}
        if unread:
            self._rows |= {str(post): row for post, row in self._index.read_posts(sorted(unread)).items()}
        return self._rows


def claims_to_write(
    known: Mapping[str, Mapping[str, Claim]], decisions: Mapping[str, PageDecision]
) -> dict[PostRef, dict[str, Claim]]:
    """The claims that came, changed or ended with ``decided``, ``known`` being those before, by language: by the post
    at whose address each is kept, then by language."""
    written: dict[PostRef, dict[str, Claim]] = {}
    for lang, decision in decisions.items():
        for address, claim in diff_claims(known.get(lang, {}), decision.row.claims, decision.fp).items():
            written.setdefault(parse_post_name(address), {})[lang] = claim
    return written


def find_lost_entries(row: PostRow, decisions: Mapping[str, PageDecision], index: Index) -> dict[str, EntryRow]:
    """By language, the entry, or blank, that ``row`` and what was ``decided`` agree upon and that does not stand.

    Where the mark changes, the entry is written anyway.
    """
    expected: list[EntryRow] = []
    for lang, decision in decisions.items():
        known = row.pages.get(lang)
        if known and known.entry_ref == decision.row.entry_ref:
            expected += entry_rows(PageRef(row.post, lang), None, known.entry_ref, decision.entry)
    return {entry.lang: entry for entry in index.find_missing_entries(expected)}


class PublishRequest(Struct, frozen=True):
    """What rings asked of one post: these languages (``every``: all there are), its images too.

    ``fresh``: whatever the rows say of them. ``anew``: the images' files made again.
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
    """What one handler keeps between tries: versions never change, and what it published stays published.

    ``unrecorded`` are rows of history, by language and revision, that no record has taken along yet.
    """

    swapper: PageSwapper
    contents: dict[str, object] = field(default_factory=dict)
    unrecorded: dict[tuple[str, int], PublishedVersion] = field(default_factory=dict)


def publish(post: PostRef, request: PublishRequest, clients: PublishClients) -> None:
    """Bring the pages of ``post`` that ``wish`` names to what the inbox says now. Raises Unavailable."""
    pages = 4 if request.all_languages else max(1, len(request.langs))
    memory = Memory(PageSwapper(clients.site, force=request.force))
    retry_on_conflict(partial(_attempt, post, request, memory, clients), str(post), MAX_ATTEMPTS * pages)


def _attempt(post: PostRef, request: PublishRequest, memory: Memory, clients: PublishClients) -> None:
    row, clinic, site = clients.index.read_post(post)
    languages = row.pages if request.all_languages else request.langs & row.pages.keys()
    memory.swapper.read_current({page_key(PageRef(post, lang)): row.pages[lang].token for lang in languages})
    snapshot = PostSnapshot(
        folder=clients.inbox.read_folder(post.folder),
        contents=memory.contents,
        row=row,
        clinic=clinic,
        site=site,
        now=clients.now(),
    )
    decisions: dict[str, PageDecision] = {}
    earlier = EarlierAddresses(clients.index)
    for page in _requested_pages(request, snapshot):
        known = snapshot.row.pages.get(page.lang)
        up_to_date = is_page_up_to_date(page, snapshot) and earlier.are_rivals_reported(page, known)
        if memory.swapper.is_known(page_key(page)) or not up_to_date:
            decision = decide_with_reads(partial(decide_page, page), snapshot, clients.inbox)
            token = _swap_page(page, decision, snapshot, memory.swapper, clients)
            provenance = provenance_of(decision, snapshot) or (known.provenance if known else None)
            page_row = earlier.add_rival_warnings(page, replace(decision.row, token=token, provenance=provenance))
            decisions[page.lang] = replace(decision, row=page_row)
            if version := next_published_version(page.lang, known, page_row, snapshot.now):
                memory.unrecorded[version.lang, version.rev] = version
    missing_entries = find_lost_entries(row, decisions, clients.index) if request.force else {}
    _record_changes(snapshot, decisions, missing_entries, memory, clients)
    if request.images and (images := _image_requests(snapshot, request)):
        clients.images.enqueue(images)


def _requested_pages(request: PublishRequest, snapshot: PostSnapshot) -> list[PageRef]:
    langs = set(request.langs)
    if request.all_languages:
        langs |= snapshot.row.known_langs
        langs |= {name.lang for key in snapshot.folder.uploaded_keys() if isinstance(name := parse_key(key), PageRef)}
    return [PageRef(snapshot.post, lang) for lang in sorted(langs)]


def _swap_page(
    page: PageRef, decision: PageDecision, snapshot: PostSnapshot, swapper: PageSwapper, clients: PublishClients
) -> PageToken:
    """Bring the page to ``decision``; the token of what stands then."""
    row = snapshot.row.pages.get(page.lang)
    recorded = row.token if row else PageToken()
    view, fp = decision.view, decision.fp
    if view is None:
        return swapper.keep(page_key(page), recorded)
    clients.assets.ensure()
    return swapper.swap(page_key(page), recorded, fp, lambda rev: finish_page(page, view, rev, fp))


def _record_changes(
    snapshot: PostSnapshot,
    decisions: dict[str, PageDecision],
    missing_entries: dict[str, EntryRow],
    memory: Memory,
    clients: PublishClients,
) -> None:
    changed: dict[str, PageRow] = {}
    entries: list[EntryRow] = []
    claimed = {lang: row.claims for lang, row in snapshot.row.pages.items()}
    for lang, decision in decisions.items():
        known = snapshot.row.pages.get(lang)
        row = replace(decision.row, n=known.n if known else 0)
        if lang in missing_entries or (row != known and (known or row.outcome.version or row.claimants)):
            changed[lang] = row
            page, before = PageRef(snapshot.post, lang), known.entry_ref if known else None
            entries += (
                [missing_entries[lang]]
                if lang in missing_entries
                else entry_rows(page, before, row.entry_ref, decision.entry)
            )
            if known is None and _may_have_left_entries(decision):
                entries += removed_entry_rows(clients.index.read_listed_entries(page), row.entry_ref, decision.fp)
                addresses = decide_with_reads(partial(addresses_ever_claimed, page), snapshot, clients.inbox)
                claimed[lang] = EarlierAddresses(clients.index).find_standing_claims(page, addresses)
    withdrawals = _decide_withdrawals(snapshot, bool(decisions), clients)
    if changed or withdrawals or memory.unrecorded:
        changes, history = _due_changes(snapshot, changed), tuple(memory.unrecorded.values())
        claims = claims_to_write(claimed, decisions)
        change = PostChange(
            changed,
            withdrawals=withdrawals,
            entries=tuple(entries),
            due_changes=changes,
            history=history,
            claims=claims,
        )
        clients.index.record_post(snapshot.post, change)
        memory.unrecorded.clear()


def _may_have_left_entries(decision: PageDecision) -> bool:
    """Whether a page of which no row tells may stand in listings, or claim addresses: something stood there, or nothing
    may."""
    return decision.row.token.rev > 1 or (decision.view is not None and decision.entry is None)


def _due_changes(snapshot: PostSnapshot, changed: Mapping[str, PageRow]) -> DueChanges:
    known = snapshot.row.pages
    return agenda_of(
        (PageRef(snapshot.post, lang).key, known[lang].next_at if lang in known else None, row.next_at)
        for lang, row in changed.items()
    )


def _decide_withdrawals(snapshot: PostSnapshot, any_decided: bool, clients: PublishClients) -> dict[str, WithdrawalRow]:
    changed: dict[str, WithdrawalRow] = {}
    withdrawal_keys = {
        key for key in snapshot.folder.uploaded_keys() if isinstance(parse_key(key), PostWithdrawal | PageWithdrawal)
    }
    for key in sorted(withdrawal_keys):
        file = key.removeprefix(snapshot.post.folder)
        known = snapshot.row.withdrawals.get(file)
        if known and not any_decided and known.inputs_id == withdrawal_inputs_id(key, snapshot):
            continue
        row = decide_with_reads(partial(decide_withdrawal, key), snapshot, clients.inbox)
        row = replace(row, n=known.n if known else 0)
        if row != known:
            changed[file] = row
    return changed


def _image_requests(snapshot: PostSnapshot, request: PublishRequest) -> list[RefreshRequest]:
    """A ring for each image that the folder ever knew, be it only by a withdrawal."""
    names = [parse_key(key) for key in snapshot.folder.uploaded_keys()]
    keys = {name.key for name in names if isinstance(name, ImageRef)}
    keys |= {name.image.key for name in names if isinstance(name, ImageWithdrawal)}
    return [RefreshRequest(key, force=request.force, rebuild_files=request.rebuild_files) for key in sorted(keys)]
