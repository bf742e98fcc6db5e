"""An inbox in memory, and what is decided about it.

Write the inbox as it was uploaded, file after file, then ask what was decided::

    uploads = folder().put("en.md", text("Coughs")).delete("en.md").put("withdrawal.yaml", HOLD)
    assert uploads.decide().page("en").shows == "tombstone: hold"

``folder()`` begins with a site and a clinic that is ready to publish, ``inbox()`` with nothing. A plain file name is a
file of the post ``dalbit/coughs``; any other file is named by its whole key. Uploads never change: each call returns a
longer list, so that one beginning serves many cases. A minute passes with each upload; ``until`` lets more time pass.

``decide`` takes every decision after every upload, and keeps the rows as the functions do. ``decide_at_once`` takes
them once, with everything in the inbox, as a build does. The readers are the real ones; images alone are read by
``Drawings``, for which an image is a short text.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.claim import Claim, changed_claims
from colophon.decision.clinic import ClinicLook, decide_clinic, is_clinic_settled
from colophon.decision.history import Published, made_of, published
from colophon.decision.image import ImageDecision, decide_image, is_image_settled
from colophon.decision.image_use import with_use
from colophon.decision.listing_rows import EntryRow, entry_rows
from colophon.decision.look import Look, is_page_settled
from colophon.decision.moving import post_named
from colophon.decision.order import decide_order, order_seen
from colophon.decision.outcome import Outcome, State
from colophon.decision.page import PageDecision, decide_page
from colophon.decision.parts import ClinicRow, ImagePart, PagePart, PageToken, PostRow, SiteRow
from colophon.decision.rivals import are_rivals_known, with_rivals
from colophon.decision.site import decide_site, is_site_settled
from colophon.images.copy import Copy, Outline, Sized
from colophon.page.view import PostView, TombstoneView
from colophon.problem import Problem, Refused
from colophon.upload import versions
from colophon.upload.keys import (
    ClinicFile,
    ClinicWithdrawal,
    ImageRef,
    ImageWithdrawal,
    PageRef,
    PageWithdrawal,
    PostRef,
    PostWithdrawal,
    named,
)
from colophon.upload.versions import Folder, Version
from colophon.verbs.looking import settle
from tests.decision.files import record, settings
from tests.decision.listings import Listings

CLINIC = "dalbit"
POST = PostRef(CLINIC, "coughs")
# Just after the invented clinic's first uploads.
START = datetime(2026, 3, 10, tzinfo=UTC)
CLINIC_FILE = f"clinics/{CLINIC}/clinic.yaml"
CLINIC_WITHDRAWAL = f"clinics/{CLINIC}/withdrawal.yaml"
_MINUTE = timedelta(minutes=1)
# More rounds than any chain of dependent decisions needs.
_ROUNDS = 12


class Step(Struct, frozen=True):
    """One upload, one deletion (``content`` is None), or nothing but time that passed (``key`` is empty)."""

    at: datetime
    key: str = ""
    content: bytes | None = None


class Uploads(Struct, frozen=True):
    """Everything that was uploaded to an inbox, in order."""

    steps: tuple[Step, ...] = ()

    def put(self, name: str, content: bytes) -> "Uploads":
        """One more upload, of a file of the post or of a whole key."""
        return self._then(_key(name), content)

    def delete(self, name: str) -> "Uploads":
        """The file is deleted: a delete marker is put upon its versions."""
        return self._then(_key(name), None)

    def until(self, moment: str) -> "Uploads":
        """Nothing is uploaded until ``moment``, as 2026-03-20T09:00:00+09:00."""
        return Uploads((*self.steps, Step(utc(moment))))

    def decide(self) -> "Decisions":
        """What is decided when every upload is answered before the next one comes."""
        return _decide(self.steps)

    def decide_at_once(self) -> "Decisions":
        """What is decided when nothing is answered before everything is uploaded."""
        decisions = Decisions()
        decisions.answer(self.steps)
        return decisions

    def _then(self, key: str, content: bytes | None) -> "Uploads":
        last = self.steps[-1].at if self.steps else START
        return Uploads((*self.steps, Step(last + _MINUTE, key, content)))


def inbox() -> Uploads:
    """An inbox in which nothing lies."""
    return Uploads()


def folder() -> Uploads:
    """An inbox with a site and a clinic that is ready to publish; nothing of a post yet."""
    return inbox().put("site.yaml", settings()).put(CLINIC_FILE, record())


def utc(moment: str) -> datetime:
    """The moment that a file writes as 2026-03-20T09:00:00+09:00."""
    return datetime.fromisoformat(moment).astimezone(UTC)


class Page(Struct, frozen=True):
    """What readers get at a page's address, and what is reported of its upload.

    ``shows`` is "page: <title>", "tombstone: <kind>", "redirect: <path>" or "nothing".
    """

    shows: str
    state: State
    problems: tuple[Problem, ...]
    row: PagePart
    view: PostView | TombstoneView | None
    fingerprints: tuple[str, ...]
    history: tuple[Published, ...]


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
    histories: dict[PageRef, tuple[Published, ...]] = field(default_factory=dict)
    images: dict[ImageRef, tuple[ImageDecision, ...]] = field(default_factory=dict)
    listings: Listings = field(default_factory=Listings)
    source: "InMemory" = field(default_factory=lambda: InMemory(()))
    verdicts: dict[str, object] = field(default_factory=dict)

    def page(self, lang: str, post: PostRef = POST) -> Page:
        """The page of ``post`` in ``lang`` as it is now."""
        page = PageRef(post, lang)
        row = self.post(post).pages.get(lang, PagePart(Outcome(page.key, "absent")))
        view, fingerprints = self.views.get(page), self.fingerprints.get(page, ())
        history = self.histories.get(page, ())
        return Page(_shown(view), row.outcome.state, row.outcome.problems, row, view, fingerprints, history)

    def image(self, name: str) -> ImagePart:
        """The row of an image of the post."""
        return self.post().images[name]

    def withdrawal(self, file: str) -> Outcome:
        """What is reported of the withdrawal ``file``, of the post or of the clinic."""
        if file == CLINIC_WITHDRAWAL:
            return next(outcome for outcome in self.clinic().outcomes if outcome.key == file)
        return self.post().orders[file].outcome

    def post(self, post: PostRef = POST) -> PostRow:
        """All that the index holds of a post."""
        return self.posts.get(post, PostRow(post))

    def clinic(self, clinic: str = CLINIC) -> ClinicRow:
        """All that the index holds of a clinic."""
        return self.clinics.get(clinic, ClinicRow(clinic))

    def look(self, post: PostRef = POST) -> Look:
        """What a decision about ``post`` sees now; none of its versions is read yet."""
        self.verdicts = {}
        row, clinic = self.post(post), self.clinic(post.clinic)
        return Look(self.source.folder(post.folder), row, clinic, self.site, self.now, self.verdicts)

    def decide_page(self, lang: str, post: PostRef = POST) -> PageDecision:
        """The decision about a page, taken whether or not anything changed."""
        look = self.look(post)
        return settle(partial(decide_page, PageRef(post, lang), look), self.verdicts, self.source)

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
        self.now, self.source = steps[-1].at, InMemory(steps)
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
        names = (named(step.key) for step in self.source.steps)
        return sorted({name.clinic for name in names if isinstance(name, ClinicFile | ClinicWithdrawal)})

    def _answer_site(self) -> None:
        files = self.source.folder("site.")
        if not is_site_settled(self.site, files):
            self.verdicts = {}
            decision = settle(partial(decide_site, self.site, files, self.verdicts), self.verdicts, self.source)
            self.site, self.style = replace(decision.row, n=self.site.n + 1), decision.style

    def _answer_clinic(self, clinic: str) -> None:
        known, files = self.clinic(clinic), self.source.folder(f"clinics/{clinic}/")
        self.verdicts = {}
        look = ClinicLook(known, self.site, files, self.now, self.verdicts)
        if (known.n or files.histories) and not is_clinic_settled(look):
            row = settle(partial(decide_clinic, look), self.verdicts, self.source)
            self.clinics[clinic] = replace(row, n=known.n + 1)

    def _answer_post(self, post: PostRef) -> None:
        look = self.look(post)
        names = [named(key) for key in look.folder.uploaded()]
        images = {name.image if isinstance(name, ImageWithdrawal) else name for name in names}
        for image in sorted(image for image in images if isinstance(image, ImageRef)):
            self._answer_image(image)
        langs = {name.lang for name in names if isinstance(name, PageRef)} | look.row.known_langs
        decided = [self._answer_page(PageRef(post, lang)) for lang in sorted(langs)]
        self._answer_withdrawals(post, pages_decided=any(decided))

    def _answer_image(self, image: ImageRef) -> None:
        look = self.look(image.post)
        if is_image_settled(image, look):
            return
        decision = settle(partial(decide_image, image, look), self.verdicts, self.source, Drawings())
        known = look.row.images.get(image.name)
        part = replace(with_use(decision.part, image, look), n=known.n if known else 0)
        if part != known:
            self.images[image] = (*self.images.get(image, ()), decision)
            self._record(replace(look.row, images={**look.row.images, image.name: replace(part, n=part.n + 1)}))

    def _answer_page(self, page: PageRef) -> bool:
        look = self.look(page.post)
        known = look.row.pages.get(page.lang)
        claims = known.claims if known else {}
        if is_page_settled(page, look) and are_rivals_known(page, known, self._olds(claims)):
            return False
        decision = self.decide_page(page.lang, page.post)
        made = made_of(decision, look) or (known.made if known else None)
        part = replace(decision.part, token=self._put(page, decision, known), made=made, n=known.n if known else 0)
        part = with_rivals(page, part, self._olds(part.claims))
        if part == known or not (known or part.outcome.version or part.claimants):
            return True
        if version := published(page.lang, known, part, self.now):
            self.histories[page] = (*self.histories.get(page, ()), version)
        for row in entry_rows(page, known.mark if known else None, part.mark, decision.entry):
            self.entries[row.lang, row.clinic, row.posted.isoformat(), row.post] = row
        self._record(replace(look.row, pages={**look.row.pages, page.lang: replace(part, n=part.n + 1)}))
        for old, claim in changed_claims(claims, part.claims, decision.fp).items():
            self._claim(post_named(old), page, claim)
        return True

    def _answer_withdrawals(self, post: PostRef, *, pages_decided: bool) -> None:
        look = self.look(post)
        kinds = PostWithdrawal | PageWithdrawal | ImageWithdrawal
        for key in (key for key in look.folder.uploaded() if isinstance(named(key), kinds)):
            known = look.row.orders.get(key.removeprefix(post.folder))
            if known is None or pages_decided or known.seen != order_seen(key, look):
                part = settle(partial(decide_order, key, look), self.verdicts, self.source)
                orders = {**self.post(post).orders, key.removeprefix(post.folder): part}
                self._record(replace(self.post(post), orders=orders))

    def _put(self, page: PageRef, decision: PageDecision, known: PagePart | None) -> PageToken:
        token = known.token if known else PageToken()
        if decision.show is None or decision.fp == token.fp:
            return token
        self.views[page] = decision.show
        self.fingerprints[page] = (*self.fingerprints.get(page, ()), decision.fp)
        return PageToken(f"etag {decision.fp}", token.rev + 1, decision.fp)

    def _claim(self, old: PostRef, page: PageRef, claim: Claim) -> None:
        row = self.post(old)
        claims = {**row.claims.get(page.lang, {}), str(page.post): claim}
        self._record(replace(row, claims={**row.claims, page.lang: claims}))

    def _olds(self, claims: Mapping[str, Claim]) -> dict[str, PostRow]:
        return {old: self.post(post_named(old)) for old in claims}

    def _record(self, row: PostRow) -> None:
        self.posts[row.post] = row


@cache
def _decide(steps: tuple[Step, ...]) -> Decisions:
    """Cases share their beginnings, which need be decided once only."""
    decisions = _decide(steps[:-1]).copy() if steps else Decisions()
    if steps:
        decisions.answer(steps)
    return decisions


class InMemory:
    """The uploads as the inbox bucket lists them. ``reads`` are the keys of the versions that were read, in order."""

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self.steps = tuple(step for step in steps if step.key)
        self.reads: list[str] = []
        self._contents = {f"version {number}": step.content or b"" for number, step in enumerate(self.steps, 1)}
        self._versions = tuple(_version(step, number) for number, step in enumerate(self.steps, 1))

    def folder(self, prefix: str) -> Folder:
        """What lies under ``prefix``."""
        newest_first = reversed(self._versions)
        return versions.folder(prefix, (version for version in newest_first if version.key.startswith(prefix)))

    def read(self, version: Version) -> bytes:
        """The content of one version."""
        self.reads.append(version.key)
        return self._contents[version.id]

    def newest(self, key: str) -> Version | None:
        """The newest version of one key."""
        return next((version for version in reversed(self._versions) if version.key == key), None)


class Drawings:
    """Makes a copy of an image that is a short text: 800 pixels wide, in two sizes and a JPEG."""

    def copy_of(self, content: bytes) -> Copy:
        """The copy of a drawing. Raises Refused for anything else."""
        outline = self.outline_of(content)
        if outline is None:
            raise Refused((Problem("This is not a drawing.", "Upload a drawing."),))
        webp = tuple(Sized(width, width // 2, "webp", "image/webp", content) for width in (480, 800))
        return Copy(outline, (*webp, Sized(800, 400, "jpg", "image/jpeg", content)))

    def outline_of(self, content: bytes) -> Outline | None:
        """What the paths of its copy are made from."""
        return Outline(hashlib.sha256(content).hexdigest(), 800) if content.startswith(b"drawing") else None


def _version(step: Step, number: int) -> Version:
    if step.content is None:
        return Version(step.key, f"version {number}", deleted=True, since=step.at)
    etag = hashlib.sha256(step.content).hexdigest()
    return Version(step.key, f"version {number}", etag, len(step.content), since=step.at)


def _post_of(key: str) -> PostRef | None:
    match named(key):
        case PageRef(post=post) | ImageRef(post=post) | PostWithdrawal(post=post):
            return post
        case PageWithdrawal(page=page):
            return page.post
        case ImageWithdrawal(image=image):
            return image.post
    return None


def _key(name: str) -> str:
    return name if "/" in name or name.startswith("site.") else f"{POST.folder}{name}"


def _shown(view: PostView | TombstoneView | None) -> str:
    if view is None:
        return "nothing"
    if isinstance(view, PostView):
        return f"page: {view.edition.front.title}"
    return f"redirect: {view.location}" if view.kind == "moved" else f"tombstone: {view.kind}"
