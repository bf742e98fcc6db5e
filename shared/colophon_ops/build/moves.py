"""Build the objects at earlier addresses, once every post's claims are known."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice

from msgspec.structs import replace

from colophon.decision.claim import MAX_CLAIMS, Claim, active_claims
from colophon.decision.earlier_address import EarlierAddress, settle_claims
from colophon.decision.page import PageDecision, decide_page
from colophon.decision.redirects import parse_post_name
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
    outcomes = [settle_claims(one.page, one.row, builder.addresses_of(one)).reported for one in all_claimants]
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
        addresses = {PageRef(parse_post_name(address), page.lang): claim for address, claim in claims.items()}
        new_claims = {
            address: claim
            for address, claim in addresses.items()
            if self._clinic(address.post.clinic).accepts_moves_from(page.post.clinic)
        }
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
        row = replace(snapshot.row, claims={page.lang: self._counted_claims(page)})
        return decide_with_reads(partial(decide_page, page), replace(snapshot, row=row), self.inbox)

    def _snapshot_of(self, post: PostRef) -> PostSnapshot:
        if post not in self.snapshots:
            clinic = self._clinic(post.clinic)
            self.snapshots[post] = revisit_post(post, self.inbox, clinic, self.site, self.now, self.copier)
        return self.snapshots[post]

    def _clinic(self, clinic: str) -> ClinicRow:
        if clinic not in self.clinics:
            self.clinics[clinic] = build_clinic_row(clinic, self.inbox, self.site, self.now)
        return self.clinics[clinic]

    def _counted_claims(self, page: PageRef) -> dict[str, Claim]:
        """The claims to ``page`` that are made: those of the first posts by name. The others wait for room."""
        return dict(islice(active_claims(self.claims[page]).items(), MAX_CLAIMS))

    def decide_withdrawal(self, name: UnresolvedWithdrawal) -> WithdrawalRow:
        """The decision about the withdrawal ``name``, once all claims are known."""
        post = name.post if isinstance(name, PostWithdrawal) else name.page.post
        snapshot = self._snapshot_of(post)
        pages = [page for page in self.claims if page.post == post]
        claims = {page.lang: self._counted_claims(page) for page in pages}
        row = replace(snapshot.row, claims=claims)
        return decide_with_reads(partial(decide_withdrawal, name.key), replace(snapshot, row=row), self.inbox)

    def addresses_of(self, claimant: Claimant) -> dict[str, EarlierAddress]:
        """The addresses that ``claimant`` names, with the rows of its language only."""
        pages = {address: PageRef(parse_post_name(address), claimant.page.lang) for address in claimant.row.claims}
        return {
            address: EarlierAddress(self._row(page), self._clinic(page.post.clinic)) for address, page in pages.items()
        }

    def _row(self, page: PageRef) -> PostRow:
        """The row of the post of ``page``. An address that no post may claim is not decided about, and has none."""
        if page not in self.decisions:
            return PostRow(page.post)
        return PostRow(page.post, {page.lang: self.decisions[page].row}, claims={page.lang: self._counted_claims(page)})

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
