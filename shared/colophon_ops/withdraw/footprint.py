"""The footprint of a withdrawal: every edition and image that it covers, all that the inbox ever held."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.redirects import parse_post_name
from colophon.edition.read import read_edition
from colophon.listings.kind import EntryTraits
from colophon.page.paths import card_folder
from colophon.page.tags import TAGS_WITH_PAGES
from colophon.problem import Refused
from colophon.stores.inbox import Inbox
from colophon.upload.keys import (
    ClinicWithdrawal,
    ImageRef,
    ImageWithdrawal,
    PageRef,
    PageWithdrawal,
    PostRef,
    PostWithdrawal,
    parse_key,
)
from colophon.upload.versions import Folder, KeyHistory, Version
from colophon_ops.withdraw.sentences import extract_sentences
from colophon_ops.withdraw.subject import WithdrawalTarget, parse_target_key

_AT_A_TIME = 8


class EditionFootprint(Struct, frozen=True):
    """One edition over all of its versions: its sentences, what its entries were listed by, its earlier addresses.

    ``present`` is whether the inbox holds the edition now.
    """

    page: PageRef
    present: bool
    sentences: frozenset[str]
    listed_by: EntryTraits
    moved_from: frozenset[PageRef] = frozenset()


class Footprint(Struct, frozen=True):
    """``covered`` and ``images`` are what the withdrawal takes away; the siblings are the rest of the same post.

    ``withdrawal_keys`` are the keys of all withdrawals in the same folder, and of the one against the clinic.
    ``earlier_addresses`` may have led readers to what is covered, over one move or several.
    """

    target: WithdrawalTarget
    covered: tuple[EditionFootprint, ...]
    siblings: tuple[EditionFootprint, ...]
    images: tuple[ImageRef, ...]
    sibling_images: tuple[ImageRef, ...]
    withdrawal_keys: tuple[str, ...]
    earlier_addresses: tuple[PageRef, ...] = ()

    @property
    def editions(self) -> tuple[EditionFootprint, ...]:
        return (*self.covered, *self.siblings)

    @property
    def posts(self) -> tuple[PostRef, ...]:
        found = {edition.page.post for edition in self.editions} | {image.post for image in self.images}
        return tuple(sorted(found))

    @property
    def card_folder(self) -> str:
        """What the site's keys of all covered cards begin with; empty if the withdrawal covers none."""
        return card_folder(self.target.clinic) if isinstance(self.target, ClinicWithdrawal) else ""

    @property
    def langs(self) -> tuple[str, ...]:
        return tuple(sorted({edition.page.lang for edition in self.editions}))


def read_footprint(target: WithdrawalTarget, inbox: Inbox, on_read: Callable[[int, int], None]) -> Footprint:
    """The footprint of ``target`` in ``inbox``. ``on_read`` gets the number of editions read, and of all."""
    folder = inbox.read_folder(_folder_of(target))
    names = {key: parse_key(key) for key in folder.uploaded_keys()}
    pages = [name for name in names.values() if isinstance(name, PageRef)]
    images = [name for name in names.values() if isinstance(name, ImageRef)]
    read: list[EditionFootprint] = []
    with ThreadPoolExecutor(_AT_A_TIME) as threads:
        for edition in threads.map(partial(_read_edition, folder=folder, inbox=inbox), pages):
            read.append(edition)
            on_read(len(read), len(pages))
    covered = tuple(edition for edition in read if covers(target, edition.page))
    return Footprint(
        target,
        covered,
        tuple(edition for edition in read if not covers(target, edition.page)),
        tuple(image for image in images if covers(target, image)),
        tuple(image for image in images if not covers(target, image)),
        tuple(_withdrawal_keys(folder, inbox)),
        tuple(sorted(_earlier_addresses(covered, inbox) - set(pages))),
    )


def split_by_post(footprint: Footprint) -> dict[PostRef, Footprint]:
    """What ``footprint`` takes away, post by post; the siblings are left out."""
    covered: dict[PostRef, list[EditionFootprint]] = {post: [] for post in footprint.posts}
    images: dict[PostRef, list[ImageRef]] = {post: [] for post in covered}
    for edition in footprint.covered:
        covered[edition.page.post].append(edition)
    for image in footprint.images:
        images[image.post].append(image)
    return {
        post: replace(footprint, covered=tuple(covered[post]), siblings=(), images=tuple(images[post]))
        for post in covered
    }


def covers(target: WithdrawalTarget, name: PageRef | ImageRef) -> bool:
    """Whether a withdrawal of ``target`` takes away ``name``, a page or image of the same clinic or post."""
    match target:
        case ClinicWithdrawal(clinic=clinic):
            return name.post.clinic == clinic
        case PostWithdrawal(post=post):
            return name.post == post
        case PageWithdrawal(page=page):
            return name == page
        case ImageWithdrawal(image=image):
            return name == image


def is_wider(other: WithdrawalTarget, target: WithdrawalTarget) -> bool:
    """Whether ``other`` is another target that covers all of ``target``."""
    match target:
        case PageWithdrawal(page=page):
            return other != target and covers(other, page)
        case ImageWithdrawal(image=image):
            return other != target and covers(other, image)
        case PostWithdrawal(post=post):
            return isinstance(other, ClinicWithdrawal) and other.clinic == post.clinic
    return False


def _folder_of(target: WithdrawalTarget) -> str:
    """The inbox folder of everything that ``target`` covers, and of its siblings."""
    match target:
        case ClinicWithdrawal(clinic=clinic):
            return f"posts/{clinic}/"
        case PostWithdrawal(post=post):
            return post.folder
        case PageWithdrawal(page=page):
            return page.post.folder
        case ImageWithdrawal(image=image):
            return image.post.folder


def _read_edition(page: PageRef, folder: Folder, inbox: Inbox) -> EditionFootprint:
    history = folder.history_of(page.key)
    sentences: set[str] = set()
    days: set[date] = set()
    tags: set[str] = set()
    moved_from: set[PageRef] = set()
    for version in _contents((history, *history.other_spellings)):
        try:
            edition = read_edition(page.lang, inbox.read_content(version))
        except Refused:
            # A refused version was never published.
            continue
        sentences |= extract_sentences(edition)
        days.add(edition.front_matter.source.posted)
        tags.update(edition.front_matter.tags[:TAGS_WITH_PAGES])
        moved_from |= {PageRef(parse_post_name(old), page.lang) for old in edition.front_matter.moved_from}
    listed_by = EntryTraits(frozenset(days), frozenset(tags))
    return EditionFootprint(page, history.exists, frozenset(sentences), listed_by, frozenset(moved_from))


def _earlier_addresses(covered: Iterable[EditionFootprint], inbox: Inbox) -> set[PageRef]:
    """The addresses that ``covered`` ever claimed, and those claimed from there.

    They are read from the inbox, because the index drops a claim when its post is withdrawn.
    """
    found: set[PageRef] = set()
    unread = {old for edition in covered for old in edition.moved_from}
    while unread:
        page = unread.pop()
        found.add(page)
        unread |= _read_edition(page, inbox.read_folder(page.post.folder), inbox).moved_from - found
    return found


def _contents(histories: Iterable[KeyHistory]) -> Iterator[Version]:
    return (version for history in histories for version in history.distinct_versions() if not version.deleted)


def _withdrawal_keys(folder: Folder, inbox: Inbox) -> Iterator[str]:
    present = (key for key in folder.uploaded_keys() if folder.history_of(key).exists)
    yield from (key for key in present if parse_target_key(key))
    clinic = ClinicWithdrawal(folder.prefix.split("/")[1])
    newest = inbox.newest_version(clinic.key)
    if newest and not newest.deleted:
        yield clinic.key
