"""What was decided about a page, and the row to keep of it."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct, field

from colophon.decision.claim import Claimed, kept
from colophon.decision.covering import Covered
from colophon.decision.facts import said_by
from colophon.decision.identity import fingerprint
from colophon.decision.look import Look, claim_ids, is_claimed, page_seen
from colophon.decision.outcome import Outcome, State
from colophon.decision.parts import Mark, PagePart
from colophon.edition.model import Edition
from colophon.problem import Problem
from colophon.upload.keys import ClinicWithdrawal, PageRef
from colophon.views import Facts, PostView, TombstoneView


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
