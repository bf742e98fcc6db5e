"""What must stand at an edition's address: a body, a tombstone, or nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from colophon.decision.facts import facts_of, warnings_for
from colophon.decision.identity import code_version, fingerprint
from colophon.decision.look import (
    Look,
    editions_read,
    has_shelf,
    image_id,
    live_siblings,
    page_order_keys,
    page_seen,
    sibling_ids,
)
from colophon.decision.orders import Order, orders_at, withdrawn_by
from colophon.decision.outcome import Outcome, State
from colophon.decision.parts import Mark, PagePart
from colophon.decision.reading import Bad, Found, Passed, Wanted, search
from colophon.decision.waiting import (
    clinic_lacks,
    due_at,
    images_lacking,
    not_due,
    replaced_too_soon,
    shelf_lacks,
    site_lacks,
)
from colophon.edition.model import Edition
from colophon.page.entry import Entry, entry_of
from colophon.page.paths import path_of
from colophon.page.view import Facts, PostView, ShownImage, TombstoneView
from colophon.problem import Problem
from colophon.upload.keys import ClinicWithdrawal, PageRef
from colophon.withdrawal import strongest


@dataclass(frozen=True, slots=True)
class PageDecision:
    """``show`` is what must stand at the page's path (None: leave it absent), ``fp`` the identity of what decided.

    ``part`` is the row to keep, its token and ``n`` not yet filled in; ``entry`` what listings show while it is live.
    """

    show: PostView | TombstoneView | None
    fp: str
    part: PagePart
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    show: PostView | TombstoneView | None
    fp: str
    state: State
    problems: tuple[Problem, ...] = ()
    url: str = ""
    facts: Facts | None = None
    siblings: dict[str, str] | None = None


def decide_page(page: PageRef, look: Look) -> PageDecision | Wanted:
    """What must stand at ``page``, or the version to read before that can be said.

    In a fixed order, and the first that settles it does: was there ever a text, does a withdrawal stand, is a text
    valid and complete or was it deleted, do site and clinic allow it. The fingerprint holds what was used up to there.
    """
    if not look.folder.history(page.key).ever:
        return _decision(page, look, _Answer(None, "", "absent"), ())
    orders = _orders(page, look)
    if isinstance(orders, Wanted):
        return orders
    if any(order.order for order in orders):
        return _decision(page, look, _withdrawn(page, look, orders), orders)
    found = _text(page, look)
    if isinstance(found, Wanted):
        return found
    return _decision(page, look, _from_text(page, look, found, [order.identity for order in orders]), orders)


def _orders(page: PageRef, look: Look) -> tuple[Order, ...] | Wanted:
    orders = orders_at(page_order_keys(page), look.folder, look.verdicts, look.now)
    # Whoever changes a clinic's withdrawal rings for texts that lie in the inbox: a deleted one must not hang on it.
    if isinstance(orders, Wanted) or not look.folder.history(page.key).present:
        return orders
    return (*orders, clinic_order(look))


def clinic_order(look: Look) -> Order:
    """The clinic's withdrawal, as the index holds it."""
    row = look.clinic
    key = ClinicWithdrawal(look.post.clinic).key
    return Order(key, (row.order_id,), row.order, row.lifted, ends_at=row.order.until if row.order else None)


def _text(page: PageRef, look: Look) -> Found[Edition] | Wanted:
    def objection(edition: Edition, newer: Sequence[Passed]) -> Bad | None:
        problems = (*images_lacking(edition, look), *not_due(edition, look.now))
        replaced = [version for version, _ in newer if isinstance(look.verdicts.get(version.id), Edition)]
        if not problems and replaced:
            problems = replaced_too_soon(edition, replaced[-1])
        return Bad(problems) if problems else None

    return search(look.folder.history(page.key), look.verdicts, objection)


def _withdrawn(page: PageRef, look: Look, orders: tuple[Order, ...]) -> _Answer:
    history = look.folder.history(page.key)
    # Deleted and uploaded again, the same withdrawals stand: the deletions tell the one time from the other.
    order_ids = [order.identity for order in orders]
    fp = fingerprint("withdrawn", history.times_deleted(), order_ids, look.site.fp, code_version())
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
        return _Answer(show, fp, "absent")
    return _Answer(
        show, fp, "withdrawn", tuple(withdrawn_by(order) for order in orders if order.order), _url(page, look)
    )


def _from_text(page: PageRef, look: Look, found: Found[Edition], order_ids: list[tuple[str, ...]]) -> _Answer:
    passed = _passed_problems(look, found)
    edition = found.value
    gone = TombstoneView("absent", page.lang, look.site.settings)
    # What a withdrawal that is over put here, recorded or still in the air, must not stay: it is closed.
    withdrawn = any(any(identity) for identity in order_ids)
    if edition is None:
        ended = found.ended.id if found.ended else ""
        fp = fingerprint("no text", ended, order_ids, code_version())
        show = gone if found.ever or withdrawn else None
        return _Answer(show, fp, _passed_state(found, "absent", passed), passed)
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
        show = gone if withdrawn or (look.clinic.ever and look.site.ever) else None
        state = _passed_state(found, "waiting", passed)
        return _Answer(show, fp, state, passed or lacks, siblings=sibling_ids(page, look))
    return _live(page, look, found, edition, fp)


def _live(page: PageRef, look: Look, found: Found[Edition], edition: Edition, fp: str) -> _Answer:
    assert look.clinic.record is not None
    assert look.site.settings is not None
    images = {figure.name: _shown(look, figure.name) for figure in edition.figures}
    view = PostView(page, edition, look.clinic.record, look.site.settings, images, live_siblings(page, look))
    passed = _passed_problems(look, found)
    problems = passed or (*edition.warnings, *warnings_for(view))
    state, url = _passed_state(found, "live", passed), _url(page, look)
    return _Answer(view, fp, state, problems, url, facts_of(view), sibling_ids(page, look))


def _passed_problems(look: Look, found: Found[Edition]) -> tuple[Problem, ...]:
    """All that keeps the newest version from being shown, when another counts: told in one go."""
    if not found.passed:
        return ()
    version, bad = found.passed[0]
    edition = look.verdicts.get(version.id)
    if not isinstance(edition, Edition):
        return bad.problems
    return (*bad.problems, *site_lacks(edition, look.site), *clinic_lacks(edition, look.clinic))


def _passed_state(found: Found[Edition], otherwise: State, problems: tuple[Problem, ...]) -> State:
    """The state of the newest version, when that is not the one that counts."""
    if not problems:
        return otherwise
    if any(problem.severity == "error" for problem in problems):
        return "refused"
    return (
        "waiting"
        if any(problem.field != "publish_at" and problem.field != "source.posted" for problem in problems)
        else "scheduled"
    )


def _decision(page: PageRef, look: Look, answer: _Answer, orders: Iterable[Order]) -> PageDecision:
    known = look.row.pages.get(page.lang)
    show, fp = answer.show, answer.fp
    if show is None:
        fp = ""
        # A page that stands without anything to stand on is closed, not left.
        if known is not None and known.token.etag:
            show, fp = TombstoneView("absent", page.lang, look.site.settings), fingerprint("closed", answer.fp)
    newest = look.folder.history(page.key).newest
    outcome = Outcome(
        newest.key if newest else page.key, answer.state, answer.url, answer.problems, newest.id if newest else ""
    )
    facts_id = known.facts_id if known else ""
    if answer.facts != (known.facts if known else None):
        facts_id = fingerprint("facts", fp)
    entry = entry_of(show) if isinstance(show, PostView) else None
    uses = tuple(sorted({figure.name for edition in editions_read(page, look) for figure in edition.figures}))
    dues = [due_at(edition) for edition in editions_read(page, look)]
    next_at = _next(look.now, (*dues, *(order.ends_at for order in orders)))
    seen = page_seen(page, look, uses, siblings=answer.siblings is not None)
    part = PagePart(
        outcome,
        seen=seen,
        facts=answer.facts,
        facts_id=facts_id,
        siblings=answer.siblings,
        mark=_mark(known.mark if known else None, entry, fp, look),
        uses=uses,
        next_at=next_at,
    )
    return PageDecision(show, fp, part, entry)


def _mark(known: Mark | None, entry: Entry | None, fp: str, look: Look) -> Mark | None:
    """The mark of what listings show now. All of a clinic's entries change with its record, and all with the site's."""
    if entry is None:
        return known and (Mark(known.posted, fingerprint("left", fp)) if known.value else known)
    value = fingerprint(repr(entry), look.clinic.fp, look.site.fp, code_version())
    if known and known.posted == entry.posted and known.value == value:
        return known
    return Mark(entry.posted, fingerprint("listed", fp, value), value)


def _next(now: datetime, moments: tuple[datetime | None, ...]) -> datetime | None:
    return min((moment for moment in moments if moment and moment > now), default=None)


def _shown(look: Look, name: str) -> ShownImage:
    part = look.row.images[name]
    return ShownImage(part.state, part.path, part.width, part.height, part.widths)


def _url(page: PageRef, look: Look) -> str:
    return look.site.settings.url + path_of(page) if look.site.settings else ""
