"""What must be at an edition's address: a body, a tombstone, or nothing; and the row that records it."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from colophon.decision.claim import Claimed, kept
from colophon.decision.editions import (
    clinic_lacks,
    counting_text,
    due_at,
    next_after,
    passed_problems,
    passed_state,
    shelf_lacks,
    site_lacks,
)
from colophon.decision.identity import code_version, fingerprint
from colophon.decision.redirects import last_text, moved_to, own_claims, passed_on, targets_at
from colophon.decision.rows import Mark, Outcome, PagePart, State
from colophon.decision.shown import facts_of, mark_after, said_by, warnings_for
from colophon.decision.snapshot import (
    Found,
    Look,
    Wanted,
    claim_ids,
    editions_read,
    has_shelf,
    image_id,
    is_claimed,
    live_siblings,
    page_seen,
    sibling_ids,
)
from colophon.decision.withdrawals import Covered, Order, covered_by_clinic, orders_over, withdrawn_by
from colophon.edition.model import Edition
from colophon.page.entry import Entry, entry_of
from colophon.page.paths import path_of
from colophon.problem import Problem
from colophon.upload.keys import ClinicWithdrawal, PageRef
from colophon.views import Facts, PostView, ShownImage, TombstoneView
from colophon.withdrawal import strongest


class Answer(Struct, frozen=True):
    """What stands at a page's address, by what identity, and what is said of the upload that it is about."""

    show: PostView | TombstoneView | None
    fp: str
    state: State
    problems: tuple[Problem, ...] = ()
    url: str = ""
    facts: Facts | None = None
    siblings: dict[str, str] | None = None
    version: str = ""
    shows: str = ""
    claims: Claimed = field(default_factory=dict)
    covered: Covered | None = None


def page_part(
    page: PageRef,
    look: Look,
    answer: Answer,
    mark: Mark | None,
    texts: Sequence[Edition],
    next_at: datetime | None,
    orders: Sequence[str],
) -> PagePart:
    """The row to keep for ``page``, its token, ``n`` and ``made`` not yet filled in. ``texts`` decided, perhaps with
    their images; at ``next_at`` the decision may change by itself. ``orders`` are the keys of standing withdrawals."""
    known = look.row.pages.get(page.lang)
    newest = look.folder.history(page.key).newest
    show = answer.show
    uses = tuple(sorted({figure.name for edition in texts for figure in edition.figures}))
    return PagePart(
        Outcome(
            newest.key if newest else page.key, answer.state, answer.url, answer.problems, newest.id if newest else ""
        ),
        seen=page_seen(page, look, uses, siblings=answer.siblings is not None),
        facts=answer.facts,
        facts_id=_facts_id(known, answer.facts, answer.fp),
        siblings=answer.siblings,
        mark=mark,
        uses=uses,
        next_at=next_at,
        shows=said_by(show) if isinstance(show, TombstoneView) else answer.shows,
        claims=kept(known.claims if known else {}, answer.claims, answer.fp),
        claimants=claim_ids(page, look),
        claimed_against=_against(page, look, orders),
    )


def _against(page: PageRef, look: Look, orders: Sequence[str]) -> tuple[str, ...]:
    """The clinic's withdrawal ends redirects too where no text lies that it covers."""
    if not is_claimed(page, look):
        return ()
    of_clinic = [ClinicWithdrawal(page.post.clinic).key] if look.clinic.order else []
    return tuple(dict.fromkeys((*orders, *of_clinic)))


def _facts_id(known: PagePart | None, facts: Facts | None, fp: str) -> str:
    if facts != (known.facts if known else None):
        return fingerprint("facts", fp)
    return known.facts_id if known else ""


class PageDecision(Struct, frozen=True):
    """``show`` is what must stand at the page's path (None: leave it absent), ``fp`` the identity of what decided.

    ``part`` is the row to keep, its token, ``n`` and ``made`` not yet filled in; ``entry`` what listings show while it
    is live. ``version`` is the id of the upload that a body is made from, ``orders`` the keys of standing withdrawals.
    """

    show: PostView | TombstoneView | None
    fp: str
    part: PagePart
    entry: Entry | None = None
    version: str = ""
    orders: tuple[str, ...] = ()


def decide_page(page: PageRef, look: Look) -> PageDecision | Wanted:
    """What must stand at ``page``, or the version to read before that can be said.

    In a fixed order, and the first that settles it does: was there ever a text or does another post claim the address,
    does a withdrawal stand, is a text valid and complete or was it deleted, do site and clinic allow it, does one other
    post claim the address. The fingerprint holds what was used up to there.
    """
    if not look.folder.history(page.key).ever and not targets_at(page, look):
        return _decision(page, look, _with_claims(page, look, Answer(None, "", "absent"), None), ())
    orders = orders_over(page, look)
    if isinstance(orders, Wanted):
        return orders
    if any(order.order for order in orders):
        covered = covered_by_clinic(page, look)
        if isinstance(covered, Wanted):
            return covered
        return _decision(page, look, replace(_withdrawn(page, look, orders), covered=covered), orders)
    found = counting_text(page, look)
    if isinstance(found, Wanted):
        return found
    answer = _from_text(page, look, found, [order.identity for order in orders])
    if not targets_at(page, look) or isinstance(answer.show, PostView):
        return _decision(page, look, _with_claims(page, look, answer, None), orders)
    last = last_text(page, look)
    return last if isinstance(last, Wanted) else _decision(page, look, _with_claims(page, look, answer, last), orders)


def _withdrawn(page: PageRef, look: Look, orders: tuple[Order, ...]) -> Answer:
    history = look.folder.history(page.key)
    # Deleted and uploaded again, the same withdrawals stand: the deletions tell the one time from the other.
    order_ids = [order.identity for order in orders]
    claims = claim_ids(page, look)
    fp = fingerprint("withdrawn", history.times_deleted(), order_ids, claims, look.site.fp, code_version())
    winner = strongest(tuple(order.order for order in orders if order.order))
    assert winner is not None
    show = TombstoneView(
        winner.kind,
        page.lang,
        look.site.settings,
        reason=winner.reason,
        at=winner.at,
        until=winner.until,
        reference=winner.reference or "",
    )
    if not history.present:
        return Answer(show, fp, "absent")
    return Answer(
        show, fp, "withdrawn", tuple(withdrawn_by(order) for order in orders if order.order), _url(page, look)
    )


def _from_text(page: PageRef, look: Look, found: Found[Edition], order_ids: list[tuple[str, ...]]) -> Answer:
    passed = passed_problems(look, found)
    edition = found.value
    # What a withdrawal that is over put here, recorded or still in the air, must not stay: it is closed.
    withdrawn = any(any(identity) for identity in order_ids)
    if edition is None:
        ended = found.ended.id if found.ended else ""
        fp = fingerprint("no text", ended, order_ids, code_version())
        show = _gone(page, look) if found.ever or withdrawn else None
        return Answer(show, fp, passed_state(found, "absent", passed), passed)
    fp = fingerprint(
        "text",
        found.version.id if found.version else "",
        order_ids,
        [image_id(look, figure.name) for figure in edition.figures],
        look.clinic.fp,
        look.site.fp,
        has_shelf(page, look),
        sibling_ids(page, look),
        code_version(),
    )
    lacks = (*site_lacks(edition, look.site), *clinic_lacks(edition, look.clinic)) or shelf_lacks(page, look)
    if lacks:
        show = _gone(page, look) if withdrawn or (look.clinic.ever and look.site.ever) else None
        state = passed_state(found, "waiting", passed)
        return Answer(show, fp, state, passed or lacks, siblings=sibling_ids(page, look))
    return _live(page, look, found, edition, fp)


def _with_claims(page: PageRef, look: Look, answer: Answer, last: Edition | None) -> Answer:
    """``answer`` and what others' claims make of it; ``last`` is the text whose own claims are passed on.

    An address to which claims have ended is closed: a redirect may still be in the air. From an address of a clinic
    that is withdrawn nobody is led on.
    """
    claims, ended = claim_ids(page, look), look.clinic.order is not None
    if not claims or isinstance(answer.show, PostView):
        return answer
    moved = None if ended else moved_to(page, look)
    order_id = look.clinic.order_id if is_claimed(page, look) else ""
    return replace(
        answer,
        show=moved or answer.show or _gone(page, look),
        fp=fingerprint("claimed", answer.fp, claims, order_id, code_version()),
        claims=passed_on(page, last, targets_at(page, look)) if last and not ended else {},
    )


def _live(page: PageRef, look: Look, found: Found[Edition], edition: Edition, fp: str) -> Answer:
    assert look.clinic.record is not None
    assert look.site.settings is not None
    images = {figure.name: _shown(look, figure.name) for figure in edition.figures}
    view = PostView(page, edition, look.clinic.record, look.site.settings, images, live_siblings(page, look))
    passed = passed_problems(look, found)
    problems = passed or (*edition.warnings, *warnings_for(view))
    state, url = passed_state(found, "live", passed), _url(page, look)
    made_from = found.version.id if found.version else ""
    shows = fingerprint("body", made_from, [image_id(look, name) for name in images])
    facts, siblings, claims = facts_of(view), sibling_ids(page, look), own_claims(page, edition)
    return Answer(view, fp, state, problems, url, facts, siblings, made_from, shows, claims)


def _decision(page: PageRef, look: Look, answer: Answer, orders: Sequence[Order]) -> PageDecision:
    known = look.row.pages.get(page.lang)
    show, fp = answer.show, answer.fp
    if show is None:
        fp = ""
        # A page that stands without anything to stand on is closed, not left.
        if known is not None and known.token.etag:
            show, fp = _gone(page, look), fingerprint("closed", answer.fp)
        answer = replace(answer, show=show, fp=fp)
    entry = entry_of(show) if isinstance(show, PostView) else None
    mark = mark_after(known.mark if known else None, entry or answer.covered, fp, look)
    # While a withdrawal stands, a text's images and dates decide nothing.
    standing = tuple(order.key for order in orders if order.order)
    texts = () if standing else tuple(editions_read(page, look))
    next_at = next_after(look.now, (*map(due_at, texts), *(order.next_at for order in orders)))
    part = page_part(page, look, answer, mark, texts, next_at, standing)
    return PageDecision(show, fp, part, entry, answer.version, standing)


def _gone(page: PageRef, look: Look) -> TombstoneView:
    return TombstoneView("absent", page.lang, look.site.settings)


def _shown(look: Look, name: str) -> ShownImage:
    part = look.row.images[name]
    return ShownImage(part.state, part.path, part.width, part.height, part.widths)


def _url(page: PageRef, look: Look) -> str:
    return look.site.settings.url + path_of(page) if look.site.settings else ""
