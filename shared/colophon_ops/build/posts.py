"""Build posts by the cloud's own decisions, in batches: each step runs for a whole batch before the next one starts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TypeAlias, TypeGuard

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.image import add_unused_warning, decide_image
from colophon.decision.listing_rows import EntryRow, entry_rows
from colophon.decision.page import PageDecision, decide_page
from colophon.decision.room import is_crowded, outcome_without_row, placed_by_name, too_many_files_problem
from colophon.decision.rows import (
    ClinicRow,
    ImageRow,
    Outcome,
    PageRow,
    PostRow,
    Provenance,
    SiteRow,
    WithdrawalRow,
)
from colophon.decision.snapshot import PostSnapshot
from colophon.decision.withdrawals import covers_upload, decide_withdrawal
from colophon.images.copy import Copier, Copy
from colophon.page.finished import finish_image, finish_page
from colophon.page.objects import SiteObject
from colophon.upload.keys import (
    ImageRef,
    ImageWithdrawal,
    PageRef,
    PageWithdrawal,
    ParsedKey,
    PostRef,
    PostWithdrawal,
    UnknownKey,
    parse_key,
)
from colophon.upload.versions import Version
from colophon.verbs.reading import InboxReader, decide_with_reads
from colophon.views import PostView, TombstoneView
from colophon_ops.build.batch import finish_posts, read_texts
from colophon_ops.build.rows import build_clinic_row, decide_stray_outcome
from colophon_ops.duplicates import TextMark, shown_marks

# A withdrawal of nothing uploaded: whether it withdraws something depends on the claims of other posts.
UnresolvedWithdrawal: TypeAlias = PostWithdrawal | PageWithdrawal
# Larger batches gain nothing and hold more pages in memory.
_BATCH = 32
_WITHDRAWALS = (PostWithdrawal, PageWithdrawal, ImageWithdrawal)


class Claimant(Struct, frozen=True):
    """A live page that claims earlier addresses, and its row as decided from its post alone."""

    page: PageRef
    row: PageRow


class BuildResult(Struct, frozen=True):
    """What posts make: their objects, the outcomes of their uploads, and their entries in listings.

    ``claimants`` are the pages that claim earlier addresses; ``unresolved`` are the withdrawals that name nothing
    uploaded, but may name such an address. Their outcomes are decided once all posts are known. ``marks`` are those of
    the texts that are not withdrawn.
    """

    objects: tuple[SiteObject, ...]
    outcomes: tuple[Outcome, ...]
    entries: tuple[EntryRow, ...] = ()
    claimants: tuple[Claimant, ...] = ()
    unresolved: tuple[UnresolvedWithdrawal, ...] = ()
    marks: tuple[TextMark, ...] = ()


@dataclass(slots=True)
class _PostBuild:
    """A post being built: its snapshot, and the decisions about its pages. ``without_place``: files that wait."""

    snapshot: PostSnapshot
    names: tuple[ParsedKey, ...]
    without_place: frozenset[PageRef | ImageRef] = frozenset()

    @property
    def images(self) -> list[ImageRef]:
        """The images to decide about, in order."""
        images = {name.image if isinstance(name, ImageWithdrawal) else name for name in self.names}
        return sorted(image for image in images if isinstance(image, ImageRef) and image not in self.without_place)

    pages: dict[PageRef, PageDecision] = field(default_factory=dict)


def build_posts(
    posts: Iterable[PostRef],
    source: InboxReader,
    site: SiteRow,
    now: datetime,
    copier: Copier,
    *,
    is_draft: bool = False,
) -> Iterator[BuildResult]:
    """Build ``posts``. Consecutive posts of one clinic share its row. ``is_draft``: see ``PostSnapshot``."""
    remaining = iter(posts)
    clinic: ClinicRow | None = None
    while refs := tuple(islice(remaining, _BATCH)):
        batch: list[_PostBuild] = []
        for ref in refs:
            if clinic is None or clinic.clinic != ref.clinic:
                clinic = build_clinic_row(ref.clinic, source, site, now)
            batch.append(_open_post(ref, source, clinic, site, now, is_draft=is_draft))
        yield from _build_together(batch, source, copier)


def revisit_post(
    ref: PostRef, source: InboxReader, clinic: ClinicRow, site: SiteRow, now: datetime, copier: Copier
) -> PostSnapshot:
    """The snapshot of a post as it was when its pages were decided.

    If the post has texts, its images are made again: use this only for the few posts whose claims need it.
    """
    post = _open_post(ref, source, clinic, site, now)
    if any(isinstance(name, PageRef) for name in post.names):
        for _ in _decide_images(post, post.images, source, copier):
            continue
    return post.snapshot


def _open_post(
    ref: PostRef, source: InboxReader, clinic: ClinicRow, site: SiteRow, now: datetime, *, is_draft: bool = False
) -> _PostBuild:
    folder, row = source.read_folder(ref.folder), PostRow(ref)
    snapshot = PostSnapshot(folder=folder, contents={}, row=row, clinic=clinic, site=site, now=now, is_draft=is_draft)
    names = tuple(parse_key(key) for key in folder.uploaded_keys())
    if not is_crowded(folder):
        return _PostBuild(snapshot, names)
    files = frozenset(name for name in names if isinstance(name, PageRef | ImageRef))
    without_place = files - frozenset(placed_by_name(folder))
    return _PostBuild(snapshot, tuple(name for name in names if name not in without_place), without_place)


def _build_together(posts: Sequence[_PostBuild], source: InboxReader, copier: Copier) -> Iterator[BuildResult]:
    """Images are yielded post by post, so that few are in memory at once."""
    for post in posts:
        if images := post.images:
            yield from (BuildResult(files, ()) for files in _decide_images(post, images, source, copier))
    # Nearly every decision about a text needs its content.
    marks = read_texts([(text, post.snapshot) for post in posts for text in _newest_texts(post)], source)
    _decide_pages(posts, source)
    # A page links to the post's other pages, which are known only after the first pass.
    _decide_pages([post for post in posts if len(post.pages) > 1], source)
    _add_unused_warnings(posts)
    outcomes = [outcome for post in posts for outcome in _upload_outcomes(post, source)]
    entries = [entry for post in posts for entry in _entry_rows(post)]
    claimants = [claimant for post in posts for claimant in _find_claimants(post)]
    objects = _page_objects(posts)
    unresolved = [name for post in posts for name in post.names if _is_unresolved(name, post)]
    yield BuildResult(
        tuple(objects),
        tuple(outcomes),
        tuple(entries),
        tuple(claimants),
        tuple(unresolved),
        tuple(shown_marks(marks, outcomes)),
    )


def _decide_images(
    post: _PostBuild, images: Iterable[ImageRef], inbox: InboxReader, copier: Copier
) -> Iterator[tuple[SiteObject, ...]]:
    """Decide about the post's images, and yield the objects of each."""
    rows, contents = {}, post.snapshot.contents
    for image in images:
        decision = decide_with_reads(partial(decide_image, image), post.snapshot, inbox, copier)
        if decision.copy:
            yield tuple(finish_image(post.snapshot.post, decision.base, decision.copy))
        rows[image.name] = decision.row
        for version in [version for version, content in contents.items() if isinstance(content, Copy)]:
            del contents[version]
    post.snapshot = replace(post.snapshot, row=replace(post.snapshot.row, images=rows))


def _add_unused_warnings(posts: Sequence[_PostBuild]) -> None:
    """Record which images the texts show, once the pages are decided."""
    for post in posts:
        row = post.snapshot.row
        if not row.images:
            continue
        image_rows = {
            name: add_unused_warning(image_row, ImageRef(row.post, name), post.snapshot)
            for name, image_row in row.images.items()
        }
        post.snapshot = replace(post.snapshot, row=replace(row, images=image_rows))


def _newest_texts(post: _PostBuild) -> Iterator[Version]:
    for name in post.names:
        if isinstance(name, PageRef):
            version = post.snapshot.folder.history_of(name.key).newest
            # A delete marker has no content.
            if version and not version.deleted:
                yield version


def _decide_pages(posts: Sequence[_PostBuild], inbox: InboxReader) -> None:
    for post in posts:
        for page in post.names:
            if isinstance(page, PageRef):
                post.pages[page] = decide_with_reads(partial(decide_page, page), post.snapshot, inbox)
    for post in posts:
        rows = {page.lang: _name_version(decision) for page, decision in post.pages.items()}
        post.snapshot = replace(post.snapshot, row=replace(post.snapshot.row, pages=rows))


def _name_version(decision: PageDecision) -> PageRow:
    """The row of ``decision`` as translations read it: with the upload that the page is made from."""
    return replace(decision.row, provenance=Provenance("page", decision.version)) if decision.version else decision.row


def _upload_outcomes(post: _PostBuild, inbox: InboxReader) -> Iterator[Outcome]:
    """The outcomes of the post's uploads, except those that claim earlier addresses."""
    withdrawals = [
        decide_with_reads(partial(decide_withdrawal, name.key), post.snapshot, inbox)
        for name in post.names
        if isinstance(name, _WITHDRAWALS) and not _is_unresolved(name, post)
    ]
    row = post.snapshot.row
    pages = (recorded for recorded in row.pages.values() if not recorded.claims)
    yield from (page.reported for page in pages if page.outcome.version)
    rows: tuple[ImageRow | WithdrawalRow, ...] = (*row.images.values(), *withdrawals)
    yield from (recorded.outcome for recorded in rows if recorded.outcome.version)
    for history in post.snapshot.folder.histories.values():
        if history.newest and isinstance(parse_key(history.newest.key), UnknownKey):
            yield decide_stray_outcome(history.newest.key, inbox)
    for name in post.without_place:
        history = post.snapshot.folder.history_of(name.key)
        yield outcome_without_row(name, history, too_many_files_problem(post.snapshot.post))
    for key in post.snapshot.folder.shadowed_keys:
        yield decide_stray_outcome(key, inbox)


def _is_unresolved(name: ParsedKey, post: _PostBuild) -> TypeGuard[UnresolvedWithdrawal]:
    return isinstance(name, PostWithdrawal | PageWithdrawal) and not covers_upload(name.key, post.snapshot.folder)


def _find_claimants(post: _PostBuild) -> Iterator[Claimant]:
    for page, decision in post.pages.items():
        if decision.row.claims:
            yield Claimant(page, decision.row)


def _entry_rows(post: _PostBuild) -> Iterator[EntryRow]:
    for page, decision in post.pages.items():
        yield from entry_rows(page, None, decision.row.entry_ref, decision.entry)


def _page_objects(posts: Sequence[_PostBuild]) -> list[SiteObject]:
    """The pages and the tombstones of withdrawals. A fresh build has no other tombstones."""
    decisions = [(page, decision.view, decision.fp) for post in posts for page, decision in post.pages.items()]
    tombstones = [
        finish_page(page, view, 1, fp)
        for page, view, fp in decisions
        if isinstance(view, TombstoneView) and view.kind != "absent"
    ]
    return tombstones + finish_posts([(page, view, fp) for page, view, fp in decisions if isinstance(view, PostView)])
