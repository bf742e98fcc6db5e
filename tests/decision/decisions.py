"""Everything that is decided about an inbox in memory: each decision is driven to its end, and its row kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.clinic import ClinicSnapshot, decide_clinic, is_clinic_up_to_date
from colophon.decision.earlier_address import (
    ClaimWrite,
    EarlierAddress,
    are_claims_settled,
    claim_writes,
    named_addresses,
    settle_claims,
)
from colophon.decision.history import PublishedVersion, add_provenance, mark_code, next_published_version
from colophon.decision.image import ImageDecision, add_unused_warning, decide_image, is_image_up_to_date
from colophon.decision.listing_rows import EntryRow, entry_rows
from colophon.decision.page import PageDecision, decide_page
from colophon.decision.redirects import parse_post_name
from colophon.decision.rows import ClinicRow, ImageRow, Outcome, OutcomeState, PageRow, PageToken, PostRow, SiteRow
from colophon.decision.site import SiteSnapshot, decide_site, is_site_up_to_date
from colophon.decision.snapshot import PostSnapshot, is_page_up_to_date
from colophon.decision.withdrawals import decide_withdrawal, withdrawal_inputs_id
from colophon.problem import Problem
from colophon.upload.keys import (
    ClinicFile,
    ClinicGlossary,
    ClinicWithdrawal,
    ImageRef,
    ImageWithdrawal,
    PageRef,
    PageWithdrawal,
    PostRef,
    PostWithdrawal,
    parse_key,
)
from colophon.verbs.reading import decide_with_reads
from colophon.views import PostView, TombstoneView
from tests.decision.files import CLINIC, CLINIC_WITHDRAWAL, POST
from tests.decision.in_memory import START, Drawings, InMemoryInbox, Step
from tests.decision.listings import Listings

# More rounds than any chain of dependent decisions needs.
_ROUNDS = 12


class Page(Struct, frozen=True):
    """What readers get at a page's address, and what is reported of its upload.

    ``shows`` is "page: <title>", "tombstone: <kind>", "redirect: <path>" or "nothing".
    """

    shows: str
    state: OutcomeState
    problems: tuple[Problem, ...]
    row: PageRow
    view: PostView | TombstoneView | None
    fingerprints: tuple[str, ...]
    history: tuple[PublishedVersion, ...]


@dataclass
class Decisions:
    """All that is decided about an inbox, and the rows that are kept of it."""

    now: datetime = START
    site: SiteRow = field(default_factory=SiteRow)
    style: bytes = b""
    clinics: dict[str, ClinicRow] = field(default_factory=dict)
    posts: dict[PostRef, PostRow] = field(default_factory=dict)
    entries: dict[tuple[str, str, str, str], EntryRow] = field(default_factory=dict)
    views: dict[PageRef, PostView | TombstoneView] = field(default_factory=dict)
    fingerprints: dict[PageRef, tuple[str, ...]] = field(default_factory=dict)
    histories: dict[PageRef, tuple[PublishedVersion, ...]] = field(default_factory=dict)
    images: dict[ImageRef, tuple[ImageDecision, ...]] = field(default_factory=dict)
    listings: Listings = field(default_factory=Listings)
    source: InMemoryInbox = field(default_factory=lambda: InMemoryInbox(()))

    def page(self, lang: str, post: PostRef = POST) -> Page:
        """The page of ``post`` in ``lang`` as it is now."""
        page = PageRef(post, lang)
        row = self.post(post).pages.get(lang, PageRow(Outcome(page.key, "absent")))
        view, fingerprints = self.views.get(page), self.fingerprints.get(page, ())
        history = self.histories.get(page, ())
        return Page(_shown(view), row.outcome.state, row.outcome.problems, row, view, fingerprints, history)

    def image(self, name: str) -> ImageRow:
        """The row of an image of the post."""
        return self.post().images[name]

    def withdrawal(self, file: str) -> Outcome:
        """What is reported of the withdrawal ``file``, of the post or of the clinic."""
        if file == CLINIC_WITHDRAWAL:
            return next(outcome for outcome in self.clinic().outcomes if outcome.key == file)
        return self.post().withdrawals[file].outcome

    def post(self, post: PostRef = POST) -> PostRow:
        """All that the index holds of a post."""
        return self.posts.get(post, PostRow(post))

    def clinic(self, clinic: str = CLINIC) -> ClinicRow:
        """All that the index holds of a clinic."""
        return self.clinics.get(clinic, ClinicRow(clinic))

    def look(self, post: PostRef = POST) -> PostSnapshot:
        """What a decision about ``post`` sees now; none of its versions is read yet."""
        folder, row, clinic = self.source.read_folder(post.folder), self.post(post), self.clinic(post.clinic)
        return PostSnapshot(folder=folder, contents={}, row=row, clinic=clinic, site=self.site, now=self.now)

    def decide_page(self, lang: str, post: PostRef = POST) -> PageDecision:
        """The decision about a page, taken whether or not anything changed."""
        return decide_with_reads(partial(decide_page, PageRef(post, lang)), self.look(post), self.source)

    def copy(self) -> "Decisions":
        """The same decisions, for an inbox to which more is uploaded."""
        return Decisions(
            self.now,
            self.site,
            self.style,
            dict(self.clinics),
            dict(self.posts),
            dict(self.entries),
            dict(self.views),
            dict(self.fingerprints),
            dict(self.histories),
            dict(self.images),
            self.listings.copy(),
        )

    def answer(self, steps: tuple[Step, ...]) -> None:
        """Take every decision that ``steps`` call for, until none changes a row any more."""
        self.now, self.source = steps[-1].at, InMemoryInbox(steps)
        for _ in range(_ROUNDS):
            before = (self.site, dict(self.clinics), dict(self.posts))
            self._answer_site()
            for clinic in self._clinics():
                self._answer_clinic(clinic)
            for post in self._posts():
                self._answer_post(post)
            if before == (self.site, self.clinics, self.posts):
                return self.listings.answer(self.entries.values(), self.clinics.values(), self.site)
        raise AssertionError("The decisions change rows without end.")

    def _posts(self) -> list[PostRef]:
        uploaded = {post for step in self.source.steps if (post := _post_of(step.key))}
        return sorted(uploaded | self.posts.keys())

    def _clinics(self) -> list[str]:
        names = (parse_key(step.key) for step in self.source.steps)
        return sorted(
            {name.clinic for name in names if isinstance(name, ClinicFile | ClinicGlossary | ClinicWithdrawal)}
        )

    def _answer_site(self) -> None:
        files = self.source.read_folder("site.")
        if not is_site_up_to_date(self.site, files, self.now):
            snapshot = SiteSnapshot(folder=files, contents={}, row=self.site, now=self.now)
            decision = decide_with_reads(decide_site, snapshot, self.source)
            self.site, self.style = replace(decision.row, n=self.site.n + 1), decision.style

    def _answer_clinic(self, clinic: str) -> None:
        known, files = self.clinic(clinic), self.source.read_folder(f"clinics/{clinic}/")
        look = ClinicSnapshot(folder=files, contents={}, row=known, site=self.site, now=self.now)
        if (known.n or files.histories) and not is_clinic_up_to_date(look):
            row = decide_with_reads(decide_clinic, look, self.source)
            self.clinics[clinic] = replace(row, n=known.n + 1)

    def _answer_post(self, post: PostRef) -> None:
        look = self.look(post)
        names = [parse_key(key) for key in look.folder.uploaded_keys()]
        images = {name.image if isinstance(name, ImageWithdrawal) else name for name in names}
        for image in sorted(image for image in images if isinstance(image, ImageRef)):
            self._answer_image(image)
        langs = {name.lang for name in names if isinstance(name, PageRef)} | look.row.known_langs
        decided = [self._answer_page(PageRef(post, lang)) for lang in sorted(langs)]
        self._answer_withdrawals(post, pages_decided=any(decided))

    def _answer_image(self, image: ImageRef) -> None:
        look = self.look(image.post)
        if is_image_up_to_date(image, look):
            return
        decision = decide_with_reads(partial(decide_image, image), look, self.source, Drawings())
        known = look.row.images.get(image.name)
        part = replace(add_unused_warning(decision.row, image, look), n=known.n if known else 0)
        if part != known:
            self.images[image] = (*self.images.get(image, ()), decision)
            self._record(replace(look.row, images={**look.row.images, image.name: replace(part, n=part.n + 1)}))

    def _answer_page(self, page: PageRef) -> bool:
        look = self.look(page.post)
        known = look.row.pages.get(page.lang)
        claims = known.claims if known else {}
        if is_page_up_to_date(page, look) and are_claims_settled(page, known, self._addresses(named_addresses(known))):
            return False
        decision = self.decide_page(page.lang, page.post)
        decided = add_provenance(page, decision, look)
        part = replace(decided, token=self._put(page, decision, known), n=known.n if known else 0)
        addresses = self._addresses(part.claims)
        part = mark_code(settle_claims(page, part, addresses))
        if part == known or not (known or part.outcome.version or part.claimants):
            return True
        if version := next_published_version(page.lang, known, part, self.now):
            self.histories[page] = (*self.histories.get(page, ()), version)
        for row in entry_rows(page, known.entry_ref if known else None, part.entry_ref, decision.entry):
            self.entries[row.lang, row.clinic, row.posted.isoformat(), row.post] = row
        self._record(replace(look.row, pages={**look.row.pages, page.lang: replace(part, n=part.n + 1)}))
        for old, write in claim_writes(page, claims, part.claims, addresses).items():
            self._claim(parse_post_name(old), page, write)
        return True

    def _answer_withdrawals(self, post: PostRef, *, pages_decided: bool) -> None:
        look = self.look(post)
        kinds = PostWithdrawal | PageWithdrawal | ImageWithdrawal
        for key in (key for key in look.folder.uploaded_keys() if isinstance(parse_key(key), kinds)):
            known = look.row.withdrawals.get(key.removeprefix(post.folder))
            if known is None or pages_decided or known.inputs_id != withdrawal_inputs_id(key, look):
                part = decide_with_reads(partial(decide_withdrawal, key), look, self.source)
                withdrawals = {**self.post(post).withdrawals, key.removeprefix(post.folder): part}
                self._record(replace(self.post(post), withdrawals=withdrawals))

    def _put(self, page: PageRef, decision: PageDecision, known: PageRow | None) -> PageToken:
        token = known.token if known else PageToken()
        if decision.view is None or decision.fp == token.fp:
            return token
        self.views[page] = decision.view
        self.fingerprints[page] = (*self.fingerprints.get(page, ()), decision.fp)
        return PageToken(f"etag {decision.fp}", token.rev + 1, decision.fp)

    def _claim(self, old: PostRef, page: PageRef, write: ClaimWrite) -> None:
        row = self.post(old)
        kept = {post: one for post, one in row.claims.get(page.lang, {}).items() if post not in write.removed}
        claims = {**row.claims, page.lang: {**kept, str(page.post): write.claim}}
        row = replace(row, claims=claims)
        if write.made_before is not None:
            row = replace(row, claims_made={**row.claims_made, page.lang: write.made_before + 1})
        self._record(row)

    def _addresses(self, names: Iterable[str]) -> dict[str, EarlierAddress]:
        posts = {name: parse_post_name(name) for name in names}
        return {name: EarlierAddress(self.post(post), self.clinic(post.clinic)) for name, post in posts.items()}

    def _record(self, row: PostRow) -> None:
        self.posts[row.post] = row


@cache
def decide_all(steps: tuple[Step, ...]) -> Decisions:
    """Cases share their beginnings, which need be decided once only."""
    decisions = decide_all(steps[:-1]).copy() if steps else Decisions()
    if steps:
        decisions.answer(steps)
    return decisions


def _post_of(key: str) -> PostRef | None:
    match parse_key(key):
        case PageRef(post=post) | ImageRef(post=post) | PostWithdrawal(post=post):
            return post
        case PageWithdrawal(page=page):
            return page.post
        case ImageWithdrawal(image=image):
            return image.post
    return None


def _shown(view: PostView | TombstoneView | None) -> str:
    if view is None:
        return "nothing"
    if isinstance(view, PostView):
        return f"page: {view.edition.front_matter.title}"
    return f"redirect: {view.location}" if view.kind == "moved" else f"tombstone: {view.kind}"
