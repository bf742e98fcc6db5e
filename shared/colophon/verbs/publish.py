"""``publish``: bring the pages of one post to what the inbox says. Token, look, swap, record.

ARCHITECTURE.md explains the four steps and why no check made earlier can replace them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.earlier_address import are_claims_settled, named_addresses, settle_claims
from colophon.decision.history import (
    PublishedVersion,
    add_provenance,
    mark_code,
    next_versions,
    versions_without_row,
)
from colophon.decision.identity import DIGEST_LENGTH, IDENTITY_LENGTH
from colophon.decision.page import PageDecision, decide_page, taken_back_message
from colophon.decision.room import full_item_problem, outcome_without_row, take_places, too_many_files_problem
from colophon.decision.rows import Outcome, PageRow, PageToken
from colophon.decision.snapshot import PostSnapshot, is_page_up_to_date
from colophon.decision.sweep import DueChanges, due_changes
from colophon.page.finished import finish_page
from colophon.page.paths import page_key
from colophon.problem import Misconfigured
from colophon.stores.change import PostChange
from colophon.stores.item_size import Room
from colophon.stores.row_encoding import PAGE_PREFIX
from colophon.stores.table import Conflict, ItemTooLarge
from colophon.trace import follow
from colophon.upload.keys import ImageRef, ImageWithdrawal, PageRef, PostRef, parse_key
from colophon.upload.messages import RefreshRequest
from colophon.upload.site_page_names import names_site_page
from colophon.verbs.answers import RowPair, row_answers, trace_of_rows
from colophon.verbs.clients import PublishClients
from colophon.verbs.earlier_addresses import AddressReader, find_wait_changes
from colophon.verbs.months import ensure_month
from colophon.verbs.own_rows import is_reported_apart, report_without_room, update_own_row
from colophon.verbs.page_changes import PageChanges, find_page_changes
from colophon.verbs.read_ahead import PostReads
from colophon.verbs.reading import decide_with_reads
from colophon.verbs.swap import MAX_ATTEMPTS, PageSwapper, retry_on_conflict
from colophon.verbs.withdrawals import WithdrawalChanges, decide_withdrawals, withdrawal_keys

# How many languages a post with ``all_languages`` is taken to have when its attempts are counted.
_USUAL_LANGUAGES = 4
# Room is needed for a token that is not known before the swap: an MD5, a number, and an identity with a code's digest.
_LARGEST_TOKEN = PageToken("0" * 34, 999_999, f"{'0' * IDENTITY_LENGTH}.{'0' * DIGEST_LENGTH}")


class PublishRequest(Struct, frozen=True):
    """What the messages of one batch ask of one post.

    ``langs``, and with ``all_languages`` every language that it ever had. ``images``: enqueue its images too.
    ``force``: decide even where the rows say that nothing changed, and compare with the object itself.
    ``rebuild_files``: make the files of the images again.
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
    versions, by language and revision, that no record has written to the history yet. ``is_full``: DynamoDB refused the
    post's item as too large. ``read_ahead`` is for the first attempt alone. ``noted`` belongs to the batch: what it has
    noted in the index, months by clinic and days by the keys of their items."""

    swapper: PageSwapper
    contents: dict[str, object] = field(default_factory=dict)
    unrecorded: dict[tuple[str, int], PublishedVersion] = field(default_factory=dict)
    is_full: bool = False
    read_ahead: PostReads | None = None
    noted: set[tuple[str, str]] = field(default_factory=set)


class WithoutRoom(Struct, frozen=True):
    """A page whose row has no room in its post's item, and what is reported of it."""

    outcome: Outcome


def publish(
    post: PostRef,
    request: PublishRequest,
    clients: PublishClients,
    read_ahead: PostReads | None = None,
    noted: set[tuple[str, str]] | None = None,
) -> None:
    """Bring the pages of ``post`` that ``request`` names to what the inbox says now.

    The first attempt uses ``read_ahead``, if that was read already. ``noted``: see Memory. Raises Unavailable after too
    many conflicts: six for each language, and 24 for a request for all languages.
    """
    languages = _USUAL_LANGUAGES if request.all_languages else max(1, len(request.langs))
    swapper = PageSwapper(clients.site, force=request.force)
    memory = Memory(swapper, read_ahead=read_ahead, noted=set() if noted is None else noted)
    attempt = partial(_attempt_within_limits, post, request, clients, memory)
    retry_on_conflict(attempt, str(post), MAX_ATTEMPTS * languages)


def _attempt_within_limits(post: PostRef, request: PublishRequest, clients: PublishClients, memory: Memory) -> None:
    """An attempt; if DynamoDB refuses the post's item as too large, the next one records only what makes it smaller.
    Raises Conflict, and ItemTooLarge if even that is refused."""
    try:
        _attempt(post, request, clients, memory)
    except ItemTooLarge as refusal:
        if memory.is_full:
            raise
        memory.is_full = True
        raise Conflict(str(post)) from refusal


def _attempt(post: PostRef, request: PublishRequest, clients: PublishClients, memory: Memory) -> None:
    """One run of the protocol. A Conflict anywhere in it starts the next run at the first line."""
    snapshot = _take_snapshot(post, request, clients, memory)  # token, then look
    addresses, room = AddressReader(clients.index), Room(snapshot.row, is_full=memory.is_full)
    requested = _requested_pages(request, snapshot)
    placed = [page for page in take_places(requested, snapshot) if isinstance(page, PageRef)]
    decided: dict[str, PageDecision | WithoutRoom] = {}
    for page in placed:
        if _needs_work(page, snapshot, addresses, memory):
            decided[page.lang] = _decide_and_swap(page, snapshot, addresses, room, clients, memory)  # swap
    decisions = {lang: decision for lang, decision in decided.items() if isinstance(decision, PageDecision)}
    changes = find_page_changes(decisions, snapshot, addresses, clients, force=request.force)
    # What is said of a withdrawal depends on the pages too.
    keys = withdrawal_keys(request.langs, snapshot)
    withdrawals = decide_withdrawals(keys, snapshot, room, clients, again=bool(decisions))
    _record(snapshot, changes, withdrawals, clients, memory)  # record, if n is still the token's
    without_room = [decision.outcome for decision in decided.values() if isinstance(decision, WithoutRoom)]
    report_without_room((*without_room, *withdrawals.without_room), snapshot, clients)
    _follow_up_without_place(request, [page for page in requested if page not in placed], snapshot, clients, memory)
    _enqueue_images(request, snapshot, clients)


def _take_snapshot(post: PostRef, request: PublishRequest, clients: PublishClients, memory: Memory) -> PostSnapshot:
    """The rows first, the folder's versions after them: what is swapped in can't be older than the token.

    With ``force``, raises Conflict once, after it has read the objects that the rows name.
    """
    reads, memory.read_ahead = memory.read_ahead, None
    if reads is None:
        reads = PostReads(*clients.index.read_post(post))
    row = reads.row
    languages = row.pages if request.all_languages else request.langs & row.pages.keys()
    memory.swapper.read_if_forced({page_key(PageRef(post, lang)): row.pages[lang].token for lang in languages})
    return PostSnapshot(
        folder=reads.folder or clients.inbox.read_folder(post.folder),
        contents=memory.contents,
        row=row,
        clinic=reads.clinic,
        site=reads.site,
        now=clients.now(),
    )


def _requested_pages(request: PublishRequest, snapshot: PostSnapshot) -> list[PageRef]:
    """The pages that ``request`` names, in order, those without a row or a place too."""
    langs = set(request.langs)
    if request.all_languages:
        langs |= snapshot.row.known_langs
        langs |= {name.lang for key in snapshot.folder.uploaded_keys() if isinstance(name := parse_key(key), PageRef)}
    return [PageRef(snapshot.post, lang) for lang in sorted(langs)]


def _needs_work(page: PageRef, snapshot: PostSnapshot, addresses: AddressReader, memory: Memory) -> bool:
    """Whether to decide about ``page``: this invocation has read or put its object, or its row is out of date."""
    if memory.swapper.has_token(page_key(page)):
        return True
    row = snapshot.row.pages.get(page.lang)
    return not (
        is_page_up_to_date(page, snapshot) and are_claims_settled(page, row, addresses.read(page, named_addresses(row)))
    )


def _decide_and_swap(
    page: PageRef,
    snapshot: PostSnapshot,
    addresses: AddressReader,
    room: Room,
    clients: PublishClients,
    memory: Memory,
) -> PageDecision | WithoutRoom:
    """Decide about ``page`` and swap its object. Returns the decision; its row has the token of the new object.

    A page whose row has no room in the post's item is not published, as it can't be recorded; but it is taken down if
    it is withdrawn. Without ``force``, raises Misconfigured if an upload that other code published would be taken back.
    """
    known = snapshot.row.pages.get(page.lang)
    decision = decide_with_reads(partial(decide_page, page), snapshot, clients.inbox)
    if decision.takes_back and not memory.swapper.force:
        raise Misconfigured(taken_back_message(page, decision))
    full_row = add_provenance(page, decision, snapshot)
    full_row = mark_code(replace(full_row, token=_LARGEST_TOKEN, published_at=snapshot.now))
    full_row = settle_claims(page, full_row, addresses.read(page, full_row.claims))
    row = room.fit(PAGE_PREFIX + page.lang, known, full_row)
    if not isinstance(row, PageRow):
        return _decide_without_room(page, decision, snapshot, clients, memory)
    row = mark_code(replace(row, token=_swap(page, decision, snapshot, clients, memory)))
    row, versions = next_versions(page.lang, known, row, snapshot.now)
    memory.unrecorded |= {(version.lang, version.rev): version for version in versions}
    return replace(decision, row=row, whole=full_row.reported)


def _decide_without_room(
    page: PageRef, decision: PageDecision, snapshot: PostSnapshot, clients: PublishClients, memory: Memory
) -> WithoutRoom:
    """What is reported of ``page``. If it is withdrawn its tombstone is put, unless the report says that it was."""
    if not decision.withdrawals:
        history = snapshot.folder.history_of(page.key)
        return WithoutRoom(outcome_without_row(page, history, full_item_problem(page.post)))
    outcome = decision.row.outcome
    if not is_reported_apart(outcome, clients.index):
        _swap(page, decision, snapshot, clients, memory)
    return WithoutRoom(outcome)


def _swap(
    page: PageRef, decision: PageDecision, snapshot: PostSnapshot, clients: PublishClients, memory: Memory
) -> PageToken:
    """Put what the page links to (assets, an object at its month's address), then swap the page. Returns its token.

    Raises Conflict if another writer was first. A decision without a view leaves the key alone: nothing was ever
    published there, and nothing is to be.
    """
    known, view, fp = snapshot.row.pages.get(page.lang), decision.view, decision.fp
    recorded = known.token if known else PageToken()
    if view is None:
        return memory.swapper.keep(page_key(page), recorded)
    if names_site_page("post", page.post.post) and memory.swapper.has_other(page_key(page), recorded):
        # A listing of the site's own has taken the address.
        return recorded
    clients.assets.ensure()
    ensure_month(view, snapshot.clinic, memory.noted, clients, force=memory.swapper.force)
    return memory.swapper.swap(page_key(page), recorded, fp, lambda rev: finish_page(page, view, rev, fp))


def _record(
    snapshot: PostSnapshot,
    changes: PageChanges,
    withdrawals: WithdrawalChanges,
    clients: PublishClients,
    memory: Memory,
) -> None:
    """Write what changed, on condition that the ``n`` of each changed row is the token's. Nothing changed: no call.
    History alone has no condition, as a version never changes. Raises Conflict."""
    unrecorded = versions_without_row({**snapshot.row.pages, **changes.rows}, memory.unrecorded)
    history = (*unrecorded, *changes.lost_versions)
    if not (changes.rows or withdrawals.rows or history):
        return
    change = PostChange(
        changes.rows,
        withdrawals=withdrawals.rows,
        entries=changes.entries,
        due_changes=_find_due_changes(snapshot, changes.rows),
        history=history,
        claims=changes.claims,
        waits=find_wait_changes(snapshot, changes.rows),
        own_rows=(*changes.own_rows, *withdrawals.own_rows),
    )
    recorded = _recorded_rows(snapshot, changes, withdrawals)
    with follow(trace_of_rows(recorded, snapshot)):
        clients.index.record_post(snapshot.post, change, memory.noted)
        memory.unrecorded.clear()
        for answer in row_answers(recorded, snapshot, clients.now()):
            clients.answered(answer)


def _recorded_rows(snapshot: PostSnapshot, changes: PageChanges, withdrawals: WithdrawalChanges) -> list[RowPair]:
    known = snapshot.row
    return [
        *(RowPair(known.pages.get(lang), row) for lang, row in changes.rows.items()),
        *(RowPair(known.withdrawals.get(file), row) for file, row in withdrawals.rows.items()),
    ]


def _find_due_changes(snapshot: PostSnapshot, rows: Mapping[str, PageRow]) -> DueChanges:
    known = snapshot.row.pages
    return due_changes(
        (PageRef(snapshot.post, lang).key, known[lang].next_at if lang in known else None, row.next_at)
        for lang, row in rows.items()
    )


def _follow_up_without_place(
    request: PublishRequest, pages: Sequence[PageRef], snapshot: PostSnapshot, clients: PublishClients, memory: Memory
) -> None:
    """Report each of ``pages``, which have no place, that the request names. With ``force`` each other one gets a
    request of its own, as there may be very many; and a withdrawal takes down a page whose row may be lost."""
    for page in pages:
        if page.lang not in request.langs:
            continue
        if request.force:
            decision = decide_with_reads(partial(decide_page, page), snapshot, clients.inbox)
            if decision.withdrawals:
                _swap(page, decision, snapshot, clients, memory)
        history = snapshot.folder.history_of(page.key)
        outcome = outcome_without_row(page, history, too_many_files_problem(page.post))
        update_own_row(outcome, snapshot, clients)
    if request.force and request.all_languages:
        others = [page for page in pages if page.lang not in request.langs]
        clients.intake.enqueue([RefreshRequest(page.key, force=True) for page in others])


def _enqueue_images(request: PublishRequest, snapshot: PostSnapshot, clients: PublishClients) -> None:
    """A request for each image that was ever uploaded to the folder, or that a withdrawal there names."""
    if not request.images:
        return
    names = [parse_key(key) for key in snapshot.folder.uploaded_keys()]
    uploaded = sorted(name for name in names if isinstance(name, ImageRef))
    placed = uploaded if request.force else take_places(uploaded, snapshot)
    keys = {image.key for image in placed}
    keys |= {name.image.key for name in names if isinstance(name, ImageWithdrawal)}
    requests = [RefreshRequest(key, force=request.force, rebuild_files=request.rebuild_files) for key in sorted(keys)]
    if requests:
        clients.images.enqueue(requests)
