"""The row that records a decision about a page: its outcome, what it used, and what others show of it."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct, field

from colophon.decision.claim import ClaimedAddresses, carry_over_claims
from colophon.decision.identity import fingerprint
from colophon.decision.redirects import unaccepted_clinics
from colophon.decision.rows import EntryRef, Outcome, OutcomeState, PageRow, Provenance
from colophon.decision.shown import tombstone_id
from colophon.decision.snapshot import (
    PostSnapshot,
    claim_ids,
    is_claimed,
    kept_page_version,
    original_language,
    page_inputs_id,
)
from colophon.decision.withdrawals import WithdrawnPage
from colophon.edition.model import Edition
from colophon.problem import Problem
from colophon.upload.keys import ClinicWithdrawal, PageRef
from colophon.views import Facts, PostView, TombstoneView


class PageResult(Struct, frozen=True):
    """What to publish at a page's address, its identity, and what to record about the upload."""

    view: PostView | TombstoneView | None
    fp: str
    state: OutcomeState
    problems: tuple[Problem, ...] = ()
    url: str = ""
    facts: Facts | None = None
    siblings: dict[str, str] | None = None
    version: str = ""
    visible_id: str = ""
    claims: ClaimedAddresses = field(default_factory=dict)
    withdrawn_page: WithdrawnPage | None = None
    takes_back: str = ""
    is_pinned: bool = False


def build_page_row(
    page: PageRef,
    snapshot: PostSnapshot,
    result: PageResult,
    entry_ref: EntryRef | None,
    editions: Sequence[Edition],
    next_at: datetime | None,
    withdrawals: Sequence[str],
) -> PageRow:
    """The row to keep for ``page``, its token, ``n`` and ``provenance`` not yet filled in.

    ``editions`` are those that the decision read, and whose images it used. At ``next_at`` it may change by itself.
    ``withdrawals`` are the keys of the withdrawals in force.
    """
    known = snapshot.row.pages.get(page.lang)
    view = result.view
    image_names = tuple(sorted({figure.name for edition in editions for figure in edition.figures}))
    return PageRow(
        _outcome(page, snapshot, result),
        inputs_id=page_inputs_id(page, snapshot, image_names, siblings=result.siblings is not None),
        facts=result.facts,
        facts_id=_facts_id(page, snapshot, result),
        siblings=result.siblings,
        entry_ref=entry_ref,
        image_names=image_names,
        next_at=next_at,
        visible_id=tombstone_id(view) if isinstance(view, TombstoneView) else result.visible_id,
        claims=carry_over_claims(known.claims if known else {}, result.claims, result.fp),
        claimants=claim_ids(page, snapshot),
        blocking_withdrawals=_blocking_withdrawals(page, snapshot, withdrawals),
        unaccepted_clinics=unaccepted_clinics(page, snapshot),
        shown_version=_shown_version(page, snapshot, result),
        is_pinned=result.is_pinned,
    )


def _shown_version(page: PageRef, snapshot: PostSnapshot, result: PageResult) -> str:
    """What the row says of the upload shown last. A live page's provenance names it; a deleted text has none."""
    history = snapshot.folder.history_of(page.key)
    kept = kept_page_version(page, snapshot)
    if result.version or not history.exists or (history.newest and kept == history.newest.id):
        return ""
    return kept


def _blocking_withdrawals(page: PageRef, snapshot: PostSnapshot, withdrawals: Sequence[str]) -> tuple[str, ...]:
    """The clinic's withdrawal also ends the redirect of an address without a text."""
    if not is_claimed(page, snapshot):
        return ()
    of_clinic = [ClinicWithdrawal(page.post.clinic).key] if snapshot.clinic.withdrawal else []
    return tuple(dict.fromkeys((*withdrawals, *of_clinic)))


def _outcome(page: PageRef, snapshot: PostSnapshot, result: PageResult) -> Outcome:
    newest = snapshot.folder.history_of(page.key).newest
    key, version = (newest.key, newest.id) if newest else (page.key, "")
    return Outcome(key, result.state, result.url, result.problems, version)


def _facts_id(page: PageRef, snapshot: PostSnapshot, result: PageResult) -> str:
    known = snapshot.row.pages.get(page.lang)
    before, facts_id = (known.facts, known.facts_id) if known else (None, "")
    if result.facts == before and not _is_other_original(page, snapshot, result):
        return facts_id
    # With the identity before it, as other code may make other facts of the same inputs, and then the first again.
    return fingerprint("facts", result.fp, facts_id)


def _is_other_original(page: PageRef, snapshot: PostSnapshot, result: PageResult) -> bool:
    """Whether translations are to be compared with another upload of an original than before, or with none.

    All of an upload counts, as the lines of its text are in their reports.
    """
    if page.lang != original_language(snapshot):
        return False
    known = snapshot.row.pages.get(page.lang)
    before = known.compared_version if known else ""
    provenance = Provenance("page", result.version)
    after = PageRow(_outcome(page, snapshot, result), facts=result.facts, provenance=provenance).compared_version
    return before != after
