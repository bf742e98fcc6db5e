"""``build``: the whole site from an inbox, without AWS: the same decisions, made once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from colophon.decision.clinic import ClinicLook, decide_clinic
from colophon.decision.image import ImageDecision, decide_image
from colophon.decision.listing_rows import EntryRow, entry_rows
from colophon.decision.look import Look
from colophon.decision.order import decide_order
from colophon.decision.outcome import Outcome
from colophon.decision.page import PageDecision, decide_page
from colophon.decision.parts import ClinicRow, ImagePart, OrderPart, PagePart, PostRow, SiteRow
from colophon.decision.reading import Wanted
from colophon.decision.stray import StrayRow, decide_stray
from colophon.images.copy import Copy
from colophon.page.finished import finished_image, finished_page, finished_site_style
from colophon.page.site_object import SiteObject
from colophon.page.view import TombstoneView
from colophon.upload.keys import (
    ClinicFile,
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
from colophon.verbs.looking import Source, settle
from colophon.verbs.site import decided_site

T = TypeVar("T")
CopyOf = Callable[[bytes], Copy]
_ORDERS = (PostWithdrawal, PageWithdrawal, ImageWithdrawal)


@dataclass(frozen=True, slots=True)
class Built:
    """What a post makes: its objects, its entries in listings, and what became of each of its uploads."""

    objects: tuple[SiteObject, ...]
    outcomes: tuple[Outcome, ...]
    entries: tuple[EntryRow, ...] = ()


def build_site(source: Source) -> SiteRow:
    """The site's row as its own files say."""
    return decided_site(SiteRow(), source).row


def build_site_style(source: Source) -> tuple[SiteObject, ...]:
    """The object that holds the site's own style sheet, if it has one that counts."""
    style = decided_site(SiteRow(), source).style
    return (finished_site_style(style),) if style else ()


def build_clinic(clinic: str, source: Source, site: SiteRow, now: datetime) -> ClinicRow:
    """A clinic's row as its folder and the site's settings say."""
    verdicts: dict[str, object] = {}
    folder = source.folder(ClinicFile(clinic).key.removesuffix("clinic.yaml"))
    look = ClinicLook(ClinicRow(clinic), site, folder, now, verdicts)
    return settle(partial(decide_clinic, look), verdicts, source)


def build_post(
    post: PostRef, source: Source, clinic: ClinicRow, site: SiteRow, now: datetime, copy_of: CopyOf
) -> Built:
    """A post's objects and outcomes. Pages are decided twice: what the others show is known after the first time."""
    verdicts: dict[str, object] = {}

    def read(decide: Callable[[], T | Wanted]) -> T:
        return settle(decide, verdicts, source, copy_of)

    look = Look(source.folder(post.folder), PostRow(post), clinic, site, now, verdicts)
    names = [named(key) for key in look.folder.uploaded()]
    pages = [name for name in names if isinstance(name, PageRef)]
    images = {image.name: read(partial(decide_image, image, look)) for image in _images(names)}
    look = replace(look, row=PostRow(post, images={name: image.part for name, image in images.items()}))
    alone = {page.lang: read(partial(decide_page, page, look)).part for page in pages}
    look = replace(look, row=replace(look.row, pages=alone))
    decided = {page: read(partial(decide_page, page, look)) for page in pages}
    orders = [read(partial(decide_order, name.key, look)) for name in names if isinstance(name, _ORDERS)]
    parts: tuple[ImagePart | PagePart | OrderPart, ...] = (
        *(image.part for image in images.values()),
        *(page.part for page in decided.values()),
        *orders,
    )
    return Built(
        (*_image_objects(post, images.values()), *_page_objects(decided)),
        (*(part.outcome for part in parts if part.outcome.version), *_strays(look, source)),
        tuple(row for page, made in decided.items() for row in entry_rows(page, None, made.part.mark, made.entry)),
    )


def stray_outcome(key: str, source: Source) -> Outcome:
    """What is said of a key that names nothing, or whose twin counts."""
    outcome = decide_stray(StrayRow(key), source.newest(key)).outcome
    assert outcome is not None
    return outcome


def _images(names: Iterable[Named]) -> list[ImageRef]:
    images = {name.image if isinstance(name, ImageWithdrawal) else name for name in names}
    return sorted(image for image in images if isinstance(image, ImageRef))


def _image_objects(post: PostRef, decisions: Iterable[ImageDecision]) -> Iterator[SiteObject]:
    for decision in decisions:
        if decision.copy:
            yield finished_image(post, decision.key, decision.copy)


def _page_objects(decisions: Mapping[PageRef, PageDecision]) -> Iterator[SiteObject]:
    """The pages, and the tombstones that withdrawals ask for: any other is the same as nothing in a site built anew."""
    for page, decision in decisions.items():
        show = decision.show
        if show and not (isinstance(show, TombstoneView) and show.kind == "absent"):
            yield finished_page(page, show, 1, decision.fp)


def _strays(look: Look, source: Source) -> Iterator[Outcome]:
    for history in look.folder.histories.values():
        if history.newest and isinstance(named(history.newest.key), Unknown):
            yield stray_outcome(history.newest.key, source)
    for key in look.folder.twins:
        yield stray_outcome(key, source)
