"""Build posts: the same decisions as the cloud's, made once for many posts together.

Each step is taken for some dozens of posts before the next one is. A processor does the same thing many times over in
about half the time in which it does many things in turn: from the second post on, all that a step needs is at hand.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TypeAlias, TypeGuard

from msgspec import Struct
from msgspec.structs import replace

from colophon.abreast import abreast
from colophon.decision.image import decide_image
from colophon.decision.image_use import with_use
from colophon.decision.listing_rows import EntryRow, entry_rows
from colophon.decision.look import Look
from colophon.decision.order import covers_upload, decide_order
from colophon.decision.outcome import Outcome
from colophon.decision.page import PageDecision, decide_page
from colophon.decision.parts import ClinicRow, ImagePart, OrderPart, PagePart, PostRow, SiteRow
from colophon.images.copy import Copier, Copy
from colophon.page.finished import finished_image, finishing
from colophon.page.site_object import SiteObject
from colophon.page.view import TombstoneView
from colophon.upload.keys import (
    ImageRef,
    ImageWithdrawal,
    Named,
    PageRef,
    PageWithdrawal,
    PostRef,
    PostWithdrawal,
    Unknown,
    named,
)
from colophon.upload.versions import Version
from colophon.verbs.looking import Source, read_abreast, settle
from colophon_ops.build.rows import build_clinic, stray_outcome

# A withdrawal of which, without the claims of other posts, nobody can say whether it withdraws anything.
UnresolvedWithdrawal: TypeAlias = PostWithdrawal | PageWithdrawal
# More posts at once gain nothing, and hold more pages in memory.
_BATCH = 32
# A look at a post, and what was read of it so far.
PostInputs: TypeAlias = tuple[Look, dict[str, object]]
_ORDERS = (PostWithdrawal, PageWithdrawal, ImageWithdrawal)


class Claimant(Struct, frozen=True):
    """A live page that claims earlier addresses, and its row as far as the post alone decides it."""

    page: PageRef
    part: PagePart


class Built(Struct, frozen=True):
    """What posts make: their objects, their entries in listings, and what became of each of their uploads.

    ``claimants`` are the pages that claim earlier addresses, ``unresolved`` the withdrawals that name nothing
    uploaded, but may name such an address. What became of those is told once all posts are known.
    """

    objects: tuple[SiteObject, ...]
    outcomes: tuple[Outcome, ...]
    entries: tuple[EntryRow, ...] = ()
    claimants: tuple[Claimant, ...] = ()
    unresolved: tuple[UnresolvedWithdrawal, ...] = ()


@dataclass(slots=True)
class _Post:
    """A post on its way: what was seen and read of it, and what was decided."""

    look: Look
    verdicts: dict[str, object]
    names: tuple[Named, ...]
    pages: dict[PageRef, PageDecision] = field(default_factory=dict)


def build_posts(
    posts: Iterable[PostRef], source: Source, site: SiteRow, now: datetime, copier: Copier
) -> Iterator[Built]:
    """What ``posts`` make; those of one clinic that follow each other share a look at the clinic."""
    remaining = iter(posts)
    clinic: ClinicRow | None = None
    while refs := tuple(islice(remaining, _BATCH)):
        batch: list[_Post] = []
        for ref in refs:
            if clinic is None or clinic.clinic != ref.clinic:
                clinic = build_clinic(ref.clinic, source, site, now)
            batch.append(_open_post(ref, source, clinic, site, now))
        yield from _build_together(batch, source, copier)


def revisit_post(
    ref: PostRef, source: Source, clinic: ClinicRow, site: SiteRow, now: datetime, copier: Copier
) -> PostInputs:
    """A post as it was seen when its pages were decided about, and what was read of it. Its images are made again
    where it has texts, so this is for the few posts that are asked about once more."""
    post = _open_post(ref, source, clinic, site, now)
    if any(isinstance(name, PageRef) for name in post.names):
        for _ in _decide_images(post, _images(post.names), source, copier):
            continue
    return post.look, post.verdicts


def _open_post(ref: PostRef, source: Source, clinic: ClinicRow, site: SiteRow, now: datetime) -> _Post:
    verdicts: dict[str, object] = {}
    look = Look(source.folder(ref.folder), PostRow(ref), clinic, site, now, verdicts)
    return _Post(look, verdicts, tuple(named(key) for key in look.folder.uploaded()))


def _build_together(posts: Sequence[_Post], source: Source, copier: Copier) -> Iterator[Built]:
    """Images go out post by post, so that few of them are in memory at once."""
    for post in posts:
        if images := _images(post.names):
            yield from (Built(files, ()) for files in _decide_images(post, images, source, copier))
    # Nearly every text is asked for by the decision about it.
    read_abreast([(text, post.verdicts) for post in posts for text in _texts(post)], source)
    _decide_pages(posts, source)
    # What the others of a post show is known after the first time.
    _decide_pages([post for post in posts if len(post.pages) > 1], source)
    _use_images(posts)
    outcomes = [outcome for post in posts for outcome in _outcomes(post, source)]
    entries = [entry for post in posts for entry in _entries(post)]
    claimants = [claimant for post in posts for claimant in _claimants(post)]
    objects = _page_objects(posts)
    unresolved = [name for post in posts for name in post.names if _is_unresolved(name, post)]
    yield Built(tuple(objects), tuple(outcomes), tuple(entries), tuple(claimants), tuple(unresolved))


def _images(names: Iterable[Named]) -> list[ImageRef]:
    images = {name.image if isinstance(name, ImageWithdrawal) else name for name in names}
    return sorted(image for image in images if isinstance(image, ImageRef))


def _decide_images(
    post: _Post, images: Iterable[ImageRef], source: Source, copier: Copier
) -> Iterator[tuple[SiteObject, ...]]:
    """Decide about the post's images; the files that each of them makes."""
    parts = {}
    for image in images:
        decision = settle(partial(decide_image, image, post.look), post.verdicts, source, copier)
        if decision.copy:
            yield tuple(finished_image(post.look.post, decision.base, decision.copy))
        parts[image.name] = decision.part
        for version in [version for version, verdict in post.verdicts.items() if isinstance(verdict, Copy)]:
            del post.verdicts[version]
    post.look = replace(post.look, row=replace(post.look.row, images=parts))


def _use_images(posts: Sequence[_Post]) -> None:
    """Only now is it known which images the texts show."""
    for post in posts:
        row = post.look.row
        if not row.images:
            continue
        parts = {name: with_use(part, ImageRef(row.post, name), post.look) for name, part in row.images.items()}
        post.look = replace(post.look, row=replace(row, images=parts))


def _texts(post: _Post) -> Iterator[Version]:
    for name in post.names:
        if isinstance(name, PageRef):
            version = post.look.folder.history(name.key).newest
            # A delete marker has nothing to read.
            if version and not version.deleted:
                yield version


def _decide_pages(posts: Sequence[_Post], source: Source) -> None:
    for post in posts:
        for page in post.names:
            if isinstance(page, PageRef):
                post.pages[page] = settle(partial(decide_page, page, post.look), post.verdicts, source)
    for post in posts:
        parts = {page.lang: decision.part for page, decision in post.pages.items()}
        post.look = replace(post.look, row=replace(post.look.row, pages=parts))


def _outcomes(post: _Post, source: Source) -> Iterator[Outcome]:
    """What became of each of the post's uploads, those that claim earlier addresses aside."""
    orders = [
        settle(partial(decide_order, name.key, post.look), post.verdicts, source)
        for name in post.names
        if isinstance(name, _ORDERS) and not _is_unresolved(name, post)
    ]
    row = post.look.row
    pages = (part for part in row.pages.values() if not part.claims)
    parts: tuple[ImagePart | PagePart | OrderPart, ...] = (*row.images.values(), *pages, *orders)
    yield from (part.outcome for part in parts if part.outcome.version)
    for history in post.look.folder.histories.values():
        if history.newest and isinstance(named(history.newest.key), Unknown):
            yield stray_outcome(history.newest.key, source)
    for key in post.look.folder.twins:
        yield stray_outcome(key, source)


def _is_unresolved(name: Named, post: _Post) -> TypeGuard[UnresolvedWithdrawal]:
    return isinstance(name, PostWithdrawal | PageWithdrawal) and not covers_upload(name.key, post.look.folder)


def _claimants(post: _Post) -> Iterator[Claimant]:
    for page, decision in post.pages.items():
        if decision.part.claims:
            yield Claimant(page, decision.part)


def _entries(post: _Post) -> Iterator[EntryRow]:
    for page, made in post.pages.items():
        yield from entry_rows(page, None, made.part.mark, made.entry)


def _page_objects(posts: Sequence[_Post]) -> list[SiteObject]:
    """The pages, and the tombstones that withdrawals ask for: any other is the same as nothing in a site built anew."""
    decided = ((page, decision) for post in posts for page, decision in post.pages.items())
    return abreast(
        finishing(page, decision.show, 1, decision.fp)
        for page, decision in decided
        if decision.show and not (isinstance(decision.show, TombstoneView) and decision.show.kind == "absent")
    )
