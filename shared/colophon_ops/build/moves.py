"""Build the objects at earlier addresses, once every post's claims are known."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from colophon.decision.claim import Claim
from colophon.decision.page import PageDecision, decide_page
from colophon.decision.redirects import add_rival_warnings, parse_post_name
from colophon.decision.rows import ClinicRow, PostRow, SiteRow, WithdrawalRow
from colophon.decision.snapshot import PostSnapshot
from colophon.decision.withdrawals import decide_withdrawal
from colophon.images.copy import Copier
from colophon.page.finished import finish_page
from colophon.page.objects import SiteObject
from colophon.upload.keys import PageRef, PostRef, PostWithdrawal
from colophon.verbs.reading import InboxReader, decide_with_reads
from colophon.views import TombstoneView
from colophon_ops.build.posts import BuildResult, Claimant, UnresolvedWithdrawal, revisit_post
from colophon_ops.build.rows import build_clinic_row


def build_redirects(
    claimants: Iterable[Claimant],
    unresolved: Iterable[UnresolvedWithdrawal],
    inbox: InboxReader,
    site: SiteRow,
    now: datetime,
    copier: Copier,
) -> BuildResult:
    """Build the redirects that ``claimants`` claim, and the outcomes of those pages.

    ``unresolved`` are withdrawals that may be of a claimed address; their outcomes are included.
    """
    all_claimants = tuple(claimants)
    builder = _RedirectBuilder(inbox, site, now, copier)
    for claimant in all_claimants:
        builder.set_claims(claimant.page, claimant.row.claims)
    builder.decide_all()
    outcomes = [add_rival_warnings(one.page, one.row, builder.claimed_rows(one)).outcome for one in all_claimants]
    outcomes += [row.outcome for row in map(builder.decide_withdrawal, unresolved) if row.outcome.version]
    return BuildResult(tuple(builder.objects()), tuple(outcomes))


@dataclass(slots=True)
class _RedirectBuilder:
    """The claims to each earlier address, by claiming post, and the decision about each address."""

    inbox: InboxReader
    site: SiteRow
    now: datetime
    copier: Copier
    claims: dict[PageRef, dict[str, Claim]] = field(default_factory=lambda: defaultdict(dict))
    claimed_by: dict[PageRef, frozenset[PageRef]] = field(default_factory=dict)
    undecided: dict[PageRef, None] = field(default_factory=dict)
    decisions: dict[PageRef, PageDecision] = field(default_factory=dict)
    snapshots: dict[PostRef, PostSnapshot] = field(default_factory=dict)
    clinics: dict[str, ClinicRow] = field(default_factory=dict)

    def set_claims(self, page: PageRef, claims: Mapping[str, Claim]) -> None:
        """Replace the claims of ``page`` by ``claims``, by earlier address."""
        claimant = str(page.post)
        new_claims = {PageRef(parse_post_name(address), page.lang): claim for address, claim in claims.items()}
        for address in new_claims.keys() | self.claimed_by.get(page, frozenset()):
            before, after = self.claims[address].pop(claimant, None), new_claims.get(address)
            if after:
                self.claims[address][claimant] = after
            if before is None or after is None or before.targets != after.targets:
                self.undecided[address] = None
        self.claimed_by[page] = frozenset(new_claims)

    def decide_all(self) -> None:
        """Decide about each claimed address, until no decision changes a claim."""
        while self.undecided:
            page, _ = self.undecided.popitem()
            self.decisions[page] = self._decide_page(page)
            self.set_claims(page, self.decisions[page].row.claims)

    def _decide_page(self, page: PageRef) -> PageDecision:
        snapshot = self._snapshot_of(page.post)
        row = replace(snapshot.row, claims={page.lang: self.claims[page]})
        return decide_with_reads(partial(decide_page, page), replace(snapshot, row=row), self.inbox)

    def _snapshot_of(self, post: PostRef) -> PostSnapshot:
        if post not in self.snapshots:
            if post.clinic not in self.clinics:
                self.clinics[post.clinic] = build_clinic_row(post.clinic, self.inbox, self.site, self.now)
            clinic = self.clinics[post.clinic]
            self.snapshots[post] = revisit_post(post, self.inbox, clinic, self.site, self.now, self.copier)
        return self.snapshots[post]

    def decide_withdrawal(self, name: UnresolvedWithdrawal) -> WithdrawalRow:
        """The decision about the withdrawal ``name``, once all claims are known."""
        post = name.post if isinstance(name, PostWithdrawal) else name.page.post
        snapshot = self._snapshot_of(post)
        claims = {page.lang: claims for page, claims in self.claims.items() if page.post == post}
        row = replace(snapshot.row, claims=claims)
        return decide_with_reads(partial(decide_withdrawal, name.key), replace(snapshot, row=row), self.inbox)

    def claimed_rows(self, claimant: Claimant) -> dict[str, PostRow]:
        """The rows of the posts whose addresses ``claimant`` claims, in its language only."""
        lang = claimant.page.lang
        pages = {address: PageRef(parse_post_name(address), lang) for address in claimant.row.claims}
        return {
            address: PostRow(page.post, {lang: self.decisions[page].row}, claims={lang: self.claims[page]})
            for address, page in pages.items()
        }

    def objects(self) -> Iterator[SiteObject]:
        """The redirects, and the tombstones of withdrawals that prevent one.

        Objects at addresses that had an upload of their own are built with their posts.
        """
        for page, decision in self.decisions.items():
            view = decision.view
            was_uploaded = self.snapshots[page.post].folder.history_of(page.key).ever_uploaded
            if isinstance(view, TombstoneView) and (
                view.kind == "moved" or not (was_uploaded or view.kind == "absent")
            ):
                yield finish_page(page, view, 1, decision.fp)
