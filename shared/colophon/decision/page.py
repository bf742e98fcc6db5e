"""Decide what is published at an edition's address: a page, a tombstone or nothing; and the row that records it."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.clinic import is_open
from colophon.decision.code_version import code_version
from colophon.decision.comparison import (
    compare_with_original,
    comparison_warnings,
    find_reported_translation,
    read_original,
)
from colophon.decision.editions import (
    clinic_problems,
    due_at,
    editions_in,
    find_shown_edition,
    first_after,
    listings_problems,
    rejected_problems,
    rejected_state,
    site_problems,
    state_of_lacks,
)
from colophon.decision.identity import add_original, code_digest, fingerprint, fingerprint_by_code, inputs_of
from colophon.decision.page_row import PageResult, build_page_row
from colophon.decision.redirects import (
    claim_targets_at,
    forwarded_claims,
    last_edition,
    own_claims,
    redirect_for,
)
from colophon.decision.rows import Outcome, PageRow, waits_for_image
from colophon.decision.shown import facts_of, next_entry_ref, warnings_for
from colophon.decision.snapshot import (
    Candidate,
    PostSnapshot,
    check_shown_version,
    claim_ids,
    claimed_clinic_id,
    has_listings,
    image_id,
    live_siblings,
    lost_original_id,
    original_version,
    published_version,
    sibling_ids,
)
from colophon.decision.withdrawals import (
    StandingWithdrawal,
    page_withdrawn_with_clinic,
    withdrawals_covering,
    withdrawn_by_problem,
)
from colophon.edition.model import Edition
from colophon.fidelity.comparison import find_notes_without_original
from colophon.images.mark import ImageMark
from colophon.page.entry import Entry, build_entry
from colophon.page.paths import page_path
from colophon.site_settings import site_card_path
from colophon.upload.keys import PageRef
from colophon.upload.site_page_names import names_site_page
from colophon.views import ImageView, PostView, TombstoneView
from colophon.withdrawal import find_strongest


class PageDecision(Struct, frozen=True):
    """``view`` is what to publish at the page's path (None: nothing), ``fp`` the fingerprint of what decided.

    ``row`` is the row to keep, its token, ``n`` and ``provenance`` not yet filled in. ``entry`` is what listings show
    of a live page. ``version`` is the id of the upload that the page is made from; ``withdrawals`` are the keys of the
    withdrawals in force. ``whole`` is the outcome with all problems once ``row`` is as it fits into the index.
    ``takes_back`` is the id of the upload that readers see and that this code refuses, where nothing else ends it.
    """

    view: PostView | TombstoneView | None
    fp: str
    row: PageRow
    entry: Entry | None = None
    version: str = ""
    withdrawals: tuple[str, ...] = ()
    whole: Outcome | None = None
    takes_back: str = ""


def decide_page(page: PageRef, snapshot: PostSnapshot) -> PageDecision:
    """What to publish at ``page``. Raises NeedsVersion.

    The first of these that applies decides: there was never a text and no post claims the address; a withdrawal is in
    force; no version is valid and complete, or the text was deleted; the site or the clinic does not allow it; one
    other post claims the address. The fingerprint holds what was used up to there.
    """
    if not snapshot.folder.history_of(page.key).ever_uploaded and not claim_targets_at(page, snapshot):
        result = _apply_claims(page, snapshot, PageResult(None, "", "absent"), None)
        return _page_decision(page, snapshot, result, ())
    withdrawals = withdrawals_covering(page, snapshot)
    if any(withdrawal.withdrawal for withdrawal in withdrawals):
        withdrawn_page = page_withdrawn_with_clinic(page, snapshot)
        result = replace(_decide_withdrawn(page, snapshot, withdrawals), withdrawn_page=withdrawn_page)
        # While a withdrawal is in force, the images and dates of the text make no difference.
        return _page_decision(page, snapshot, result, withdrawals)
    candidate = find_shown_edition(page, snapshot)
    check_shown_version(candidate, published_version(page, snapshot))
    result = _decide_from_text(page, snapshot, candidate, [withdrawal.identity for withdrawal in withdrawals])
    result = _report_differences(page, snapshot, candidate, result)
    forwards_claims = bool(claim_targets_at(page, snapshot)) and not isinstance(result.view, PostView)
    latest = last_edition(page, snapshot) if forwards_claims else None
    result = _apply_claims(page, snapshot, result, latest)
    return _page_decision(page, snapshot, result, withdrawals, editions_in(candidate, snapshot))


def _decide_withdrawn(page: PageRef, snapshot: PostSnapshot, withdrawals: tuple[StandingWithdrawal, ...]) -> PageResult:
    history = snapshot.folder.history_of(page.key)
    # After a deletion and a new upload the withdrawals are the same, but the fingerprint must differ.
    withdrawal_ids = [withdrawal.identity for withdrawal in withdrawals]
    claims = claim_ids(page, snapshot)
    # The tombstone of a text leads on to its clinic, which refreshes it. Without a text nothing of the clinic does.
    leads_on = history.exists and snapshot.clinic.withdrawal is None
    of_clinic = [snapshot.clinic.fp, has_listings(page, snapshot)] if leads_on else []
    fp = fingerprint_by_code(
        "withdrawn", history.count_deletions(), withdrawal_ids, claims, snapshot.site.fp, *of_clinic
    )
    view = _withdrawn_tombstone(page, snapshot, withdrawals)
    view = replace(view, clinic=_clinic_to_read_on(page, snapshot)) if leads_on else view
    if not history.exists:
        return PageResult(view, fp, "absent")
    return PageResult(
        view,
        fp,
        "withdrawn",
        tuple(withdrawn_by_problem(withdrawal) for withdrawal in withdrawals if withdrawal.withdrawal),
        _page_url(page, snapshot),
    )


def _withdrawn_tombstone(
    page: PageRef, snapshot: PostSnapshot, withdrawals: tuple[StandingWithdrawal, ...]
) -> TombstoneView:
    winner = find_strongest(tuple(withdrawal.withdrawal for withdrawal in withdrawals if withdrawal.withdrawal))
    assert winner is not None
    return TombstoneView(
        winner.kind,
        page.lang,
        snapshot.site.settings,
        reason=winner.reason,
        at=winner.at,
        until=winner.until,
        reference=winner.reference or "",
    )


def _decide_from_text(
    page: PageRef, snapshot: PostSnapshot, candidate: Candidate[Edition], withdrawal_ids: list[tuple[str, ...]]
) -> PageResult:
    rejected = rejected_problems(snapshot, candidate)
    edition = candidate.value
    # A tombstone of a withdrawal that ended, recorded or being published now, must not stay: it is replaced.
    withdrawn = any(any(identity) for identity in withdrawal_ids)
    if edition is None:
        deletion_id = candidate.deletion.id if candidate.deletion else ""
        fp = fingerprint_by_code("no text", deletion_id, withdrawal_ids)
        view = _absent_tombstone(page, snapshot) if candidate.ever_existed or withdrawn else None
        takes_back = _version_taken_back(page, snapshot, candidate) if is_open(snapshot.clinic) else ""
        return PageResult(view, fp, rejected_state(candidate, "absent", rejected), rejected, takes_back=takes_back)
    fp = _text_fingerprint(page, snapshot, candidate, edition, withdrawal_ids)
    lacks = (*site_problems(edition, snapshot.site), *clinic_problems(edition, snapshot.clinic))
    lacks = lacks or listings_problems(page, snapshot)
    if lacks:
        may_have_been_live = withdrawn or (snapshot.clinic.ever_valid and snapshot.site.ever_valid)
        view = _absent_tombstone(page, snapshot) if may_have_been_live else None
        if view:
            view = replace(view, clinic=_clinic_to_read_on(page, snapshot))
        state = rejected_state(candidate, state_of_lacks(lacks), rejected)
        return PageResult(view, fp, state, rejected or lacks, siblings=sibling_ids(page, snapshot))
    result = _decide_live(page, snapshot, candidate, edition, fp)
    return replace(result, takes_back=_version_taken_back(page, snapshot, candidate))


def _report_differences(
    page: PageRef, snapshot: PostSnapshot, candidate: Candidate[Edition], result: PageResult
) -> PageResult:
    """``result`` with a warning for each difference of the newest upload from its original, also of one that waits."""
    if result.state == "refused" or (waits_for_image(result.problems) and not snapshot.is_draft):
        return result
    translation = find_reported_translation(candidate, snapshot)
    if translation is None:
        return result
    # The original is one of them.
    result = replace(result, siblings=sibling_ids(page, snapshot))
    original, view = read_original(page, snapshot), result.view
    if original is None:
        return replace(result, problems=(*result.problems, *find_notes_without_original(translation)))
    if isinstance(view, PostView) and view.original_edition and view.edition is translation:
        comparison = view.comparison
    else:
        comparison = compare_with_original(translation, original.edition, snapshot.clinic)
    return replace(result, problems=(*result.problems, *comparison_warnings(comparison, original.edition)))


def _version_taken_back(page: PageRef, snapshot: PostSnapshot, candidate: Candidate[Edition]) -> str:
    """The upload that readers see, if other code made the page of it and this code refuses it; else empty."""
    known = snapshot.row.pages.get(page.lang)
    if known is None or known.provenance is None or known.provenance.code == code_digest(code_version()):
        return ""
    shown = known.provenance.version
    return shown if any(version.id == shown for version, _ in candidate.rejected) else ""


def taken_back_message(page: PageRef, decision: PageDecision) -> str:
    """Why nothing was done with ``page``, whose decision takes an upload back, and what to do."""
    problem = next((problem.what for problem in decision.row.outcome.problems), "")
    return (
        f"{page.key}, version {decision.takes_back}, was published by another version of Colophon; this one refuses it"
        f"{f' ({problem})' if problem else ''}. The page stays as it is. Deploy that version again; or run colophon "
        "republish --stale, which lets this version decide, and correct the upload."
    )


def _text_fingerprint(
    page: PageRef,
    snapshot: PostSnapshot,
    candidate: Candidate[Edition],
    edition: Edition,
    withdrawal_ids: list[tuple[str, ...]],
) -> str:
    return fingerprint_by_code(
        "text",
        candidate.version.id if candidate.version else "",
        withdrawal_ids,
        [image_id(snapshot, figure.name) for figure in edition.figures],
        snapshot.clinic.fp,
        snapshot.site.fp,
        has_listings(page, snapshot),
        sibling_ids(page, snapshot),
        *lost_original_id(page, snapshot),
    )


def _apply_claims(page: PageRef, snapshot: PostSnapshot, result: PageResult, latest: Edition | None) -> PageResult:
    """``result`` changed by the claims to the address. ``latest`` is the edition whose own claims are passed on.

    An address whose claims ended gets a tombstone, as a redirect may be being published now. An address of a withdrawn
    clinic redirects nowhere.
    """
    claims, ended = claim_ids(page, snapshot), snapshot.clinic.withdrawal is not None
    if not claims or isinstance(result.view, PostView):
        return result
    moved = None if ended else redirect_for(page, snapshot)
    return replace(
        result,
        view=moved or result.view or _absent_tombstone(page, snapshot),
        fp=fingerprint_by_code("claimed", inputs_of(result.fp), claims, claimed_clinic_id(page, snapshot)),
        claims=forwarded_claims(page, latest, claim_targets_at(page, snapshot)) if latest and not ended else {},
    )


def _decide_live(
    page: PageRef, snapshot: PostSnapshot, candidate: Candidate[Edition], edition: Edition, fp: str
) -> PageResult:
    clinic, settings = snapshot.clinic, snapshot.site.settings
    assert clinic.record is not None
    assert settings is not None
    images = {figure.name: _shown_image(snapshot, figure.name) for figure in edition.figures}
    card = clinic.card_paths.get(page.lang, "") or site_card_path(settings, page.lang)
    view = PostView(page, edition, clinic.record, settings, images, live_siblings(page, snapshot), card)
    original = None if edition.is_original else read_original(page, snapshot)
    if original and original.is_shown:
        comparison = compare_with_original(edition, original.edition, clinic)
        view = replace(view, original_edition=original.edition, comparison=comparison)
    rejected = rejected_problems(snapshot, candidate)
    problems = rejected or (*edition.warnings, *warnings_for(view))
    state, url = rejected_state(candidate, "live", rejected), _page_url(page, snapshot)
    made_from = candidate.version.id if candidate.version else ""
    visible_id = fingerprint("body", made_from, [image_id(snapshot, name) for name in images])
    # Marks name values of the original: a cached copy must not go on showing them once they have changed.
    shows_original = view.beside is not None or bool(view.comparison.marked)
    if shows_original and (version := original_version(page, snapshot)):
        visible_id = add_original(visible_id, version.id)
    facts, siblings, claims = facts_of(view), sibling_ids(page, snapshot), own_claims(page, edition)
    result = PageResult(view, fp, state, problems, url, facts, siblings, made_from, visible_id, claims)
    return replace(result, is_pinned=edition.original_pin is not None)


def _page_decision(
    page: PageRef,
    snapshot: PostSnapshot,
    result: PageResult,
    withdrawals: Sequence[StandingWithdrawal],
    editions: Sequence[Edition] = (),
) -> PageDecision:
    known = snapshot.row.pages.get(page.lang)
    was_published = known is not None and bool(known.token.etag)
    standing_keys = tuple(withdrawal.key for withdrawal in withdrawals if withdrawal.withdrawal)
    view, fp = result.view, result.fp
    # No post has a page at an address of the site's own: what was there is taken down, and else nothing is put. If a
    # withdrawal takes it down, its tombstone stays, until a listing takes the address.
    if names_site_page("post", page.post.post) and not (standing_keys and was_published):
        view = None
    if view is None:
        fp = ""
        # A page is there although nothing calls for one: replace it by a tombstone.
        if was_published:
            view, fp = _absent_tombstone(page, snapshot), fingerprint_by_code("closed", inputs_of(result.fp))
        result = replace(result, view=view, fp=fp)
    entry = build_entry(view) if isinstance(view, PostView) else None
    entry_ref = next_entry_ref(known.entry_ref if known else None, entry or result.withdrawn_page, fp, snapshot)
    next_at = first_after(snapshot.now, (*map(due_at, editions), *(withdrawal.next_at for withdrawal in withdrawals)))
    row = build_page_row(page, snapshot, result, entry_ref, editions, next_at, standing_keys)
    return PageDecision(view, fp, row, entry, result.version, standing_keys, takes_back=result.takes_back)


def _clinic_to_read_on(page: PageRef, snapshot: PostSnapshot) -> str:
    """The clinic of ``page``, if it has an archive to be read in that language; else empty."""
    settings = snapshot.site.settings
    is_served = settings is not None and page.lang in settings.languages and has_listings(page, snapshot)
    return page.post.clinic if is_served and is_open(snapshot.clinic) else ""


def _absent_tombstone(page: PageRef, snapshot: PostSnapshot) -> TombstoneView:
    return TombstoneView("absent", page.lang, snapshot.site.settings)


def _shown_image(snapshot: PostSnapshot, name: str) -> ImageView:
    row = snapshot.row.images[name]
    return ImageView(row.state, row.path, row.width, row.height, row.widths, row.mark or ImageMark())


def _page_url(page: PageRef, snapshot: PostSnapshot) -> str:
    return snapshot.site.settings.url + page_path(page) if snapshot.site.settings else ""
