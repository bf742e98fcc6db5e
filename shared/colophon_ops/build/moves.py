"""Build the objects at earlier addresses, once every post's claims are known."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from colophon.decision.claim import Claim
from colophon.decision.page import PageDecision, decide_page
from colophon.decision.redirects import post_named, with_rivals
from colophon.decision.rows import ClinicRow, OrderPart, PostRow, SiteRow
from colophon.decision.withdrawals import decide_order
from colophon.images.copy import Copier
from colophon.page.finished import finished_page
from colophon.page.objects import SiteObject
from colophon.upload.keys import PageRef, PostRef, PostWithdrawal
from colophon.verbs.reading import Source, settle
from colophon.views import TombstoneView
from colophon_ops.build.posts import Built, Claimant, PostInputs, UnresolvedWithdrawal, revisit_post
from colophon_ops.build.rows import build_clinic


def build_moves(
    claimants: Iterable[Claimant],
    unresolved: Iterable[UnresolvedWithdrawal],
    source: Source,
    site: SiteRow,
    now: datetime,
    copier: Copier,
) -> Built:
    """Build the redirects that ``claimants`` claim, and the outcomes of those pages.

    ``unresolved`` are withdrawals that may be of a claimed address; their outcomes are included.
    """
    all_claimants = tuple(claimants)
    moves = _Moves(source, site, now, copier)
    for claimant in all_claimants:
        moves.claim(claimant.page, claimant.part.claims)
    moves.settle()
    outcomes = [with_rivals(one.page, one.part, moves.rows(one)).outcome for one in all_claimants]
    outcomes += [part.outcome for part in map(moves.decide_withdrawal, unresolved) if part.outcome.version]
    return Built(tuple(moves.objects()), tuple(outcomes))


@dataclass(slots=True)
class _Moves:
    """The claims to each earlier address, by claiming post, and the decision about each address."""

    source: Source
    site: SiteRow
    now: datetime
    copier: Copier
    claims: dict[PageRef, dict[str, Claim]] = field(default_factory=lambda: defaultdict(dict))
    claimed: dict[PageRef, frozenset[PageRef]] = field(default_factory=dict)
    undecided: dict[PageRef, None] = field(default_factory=dict)
    decided: dict[PageRef, PageDecision] = field(default_factory=dict)
    inputs: dict[PostRef, PostInputs] = field(default_factory=dict)
    clinics: dict[str, ClinicRow] = field(default_factory=dict)

    def claim(self, page: PageRef, claims: Mapping[str, Claim]) -> None:
        """Replace the claims of ``page`` by ``claims``, by earlier address."""
        me = str(page.post)
        wanted = {PageRef(post_named(old), page.lang): claim for old, claim in claims.items()}
        for old in wanted.keys() | self.claimed.get(page, frozenset()):
            before, after = self.claims[old].pop(me, None), wanted.get(old)
            if after:
                self.claims[old][me] = after
            if before is None or after is None or before.targets != after.targets:
                self.undecided[old] = None
        self.claimed[page] = frozenset(wanted)

    def settle(self) -> None:
        """Decide about each claimed address, until no decision changes a claim."""
        while self.undecided:
            page, _ = self.undecided.popitem()
            self.decided[page] = self._decide(page)
            self.claim(page, self.decided[page].part.claims)

    def _decide(self, page: PageRef) -> PageDecision:
        look, verdicts = self._inputs(page.post)
        row = replace(look.row, claims={page.lang: self.claims[page]})
        return settle(partial(decide_page, page, replace(look, row=row)), verdicts, self.source)

    def _inputs(self, post: PostRef) -> PostInputs:
        if post not in self.inputs:
            if post.clinic not in self.clinics:
                self.clinics[post.clinic] = build_clinic(post.clinic, self.source, self.site, self.now)
            clinic = self.clinics[post.clinic]
            self.inputs[post] = revisit_post(post, self.source, clinic, self.site, self.now, self.copier)
        return self.inputs[post]

    def decide_withdrawal(self, name: UnresolvedWithdrawal) -> OrderPart:
        """The decision about the withdrawal ``name``, once all claims are known."""
        post = name.post if isinstance(name, PostWithdrawal) else name.page.post
        look, verdicts = self._inputs(post)
        claims = {page.lang: claims for page, claims in self.claims.items() if page.post == post}
        row = replace(look.row, claims=claims)
        return settle(partial(decide_order, name.key, replace(look, row=row)), verdicts, self.source)

    def rows(self, claimant: Claimant) -> dict[str, PostRow]:
        """The rows of the posts whose addresses ``claimant`` claims, in its language only."""
        lang = claimant.page.lang
        olds = {old: PageRef(post_named(old), lang) for old in claimant.part.claims}
        return {
            old: PostRow(page.post, {lang: self.decided[page].part}, claims={lang: self.claims[page]})
            for old, page in olds.items()
        }

    def objects(self) -> Iterator[SiteObject]:
        """The redirects, and the tombstones of withdrawals that prevent one.

        Objects at addresses that had an upload of their own are built with their posts.
        """
        for page, decision in self.decided.items():
            show = decision.show
            made = self.inputs[page.post][0].folder.history(page.key).ever
            if isinstance(show, TombstoneView) and (show.kind == "moved" or not (made or show.kind == "absent")):
                yield finished_page(page, show, 1, decision.fp)
