"""What of the inbox a withdrawal is about: every edition and every image that it ever held, and what they said."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.moving import post_named
from colophon.edition.read import read_edition
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
    named,
)
from colophon.upload.versions import Folder, History, Version
from colophon_ops.withdraw.sentences import sentences_of
from colophon_ops.withdraw.subject import Subject, order_in

_AT_A_TIME = 8


class Edition(Struct, frozen=True):
    """One page: what every version of its edition said, the titles among it, and the days it was listed under.

    ``present`` is whether the inbox holds the edition now; ``moved_from`` are the addresses that it ever claimed.
    """

    page: PageRef
    present: bool
    sentences: frozenset[str]
    days: frozenset[date]
    moved_from: frozenset[PageRef] = frozenset()


class Footprint(Struct, frozen=True):
    """``covered`` are the editions that an order takes away, ``beside`` the others of the same post; all ever there.

    ``images`` are those that it takes away, ``other_images`` those of the same post that stay. ``orders`` are the keys
    of every withdrawal that stands in the same folder, or against the clinic. ``earlier`` are the addresses from which
    readers may have been led to what is covered, be it over several moves.
    """

    subject: Subject
    covered: tuple[Edition, ...]
    beside: tuple[Edition, ...]
    images: tuple[ImageRef, ...]
    other_images: tuple[ImageRef, ...]
    orders: tuple[str, ...]
    earlier: tuple[PageRef, ...] = ()

    @property
    def posts(self) -> tuple[PostRef, ...]:
        found = {edition.page.post for edition in (*self.covered, *self.beside)} | {one.post for one in self.images}
        return tuple(sorted(found))

    @property
    def langs(self) -> tuple[str, ...]:
        """The languages of all that is covered or beside it, in order."""
        return tuple(sorted({edition.page.lang for edition in (*self.covered, *self.beside)}))


def prefix_of(subject: Subject) -> str:
    """The folder of the inbox in which all lies that ``subject`` is about."""
    match subject:
        case ClinicWithdrawal(clinic=clinic):
            return f"posts/{clinic}/"
        case PostWithdrawal(post=post):
            return post.folder
        case PageWithdrawal(page=page):
            return page.post.folder
        case ImageWithdrawal(image=image):
            return image.post.folder


def footprint(subject: Subject, inbox: Inbox, on_read: Callable[[int, int], None]) -> Footprint:
    """What ``inbox`` holds, and ever held, of ``subject``. ``on_read`` is told how many editions are read."""
    folder = inbox.folder(prefix_of(subject))
    names = {key: named(key) for key in folder.uploaded()}
    pages = [name for name in names.values() if isinstance(name, PageRef)]
    images = [name for name in names.values() if isinstance(name, ImageRef)]
    read: list[Edition] = []
    with ThreadPoolExecutor(_AT_A_TIME) as threads:
        for edition in threads.map(partial(_read, folder=folder, inbox=inbox), pages):
            read.append(edition)
            on_read(len(read), len(pages))
    covered = tuple(edition for edition in read if covers(subject, edition.page))
    return Footprint(
        subject,
        covered,
        tuple(edition for edition in read if not covers(subject, edition.page)),
        tuple(image for image in images if covers(subject, image)),
        tuple(image for image in images if not covers(subject, image)),
        tuple(_orders(folder, inbox)),
        tuple(sorted(_earlier(covered, inbox) - set(pages))),
    )


def parts(found: Footprint) -> dict[PostRef, Footprint]:
    """``found`` post by post, each with what of the post is taken away."""
    covered: dict[PostRef, list[Edition]] = {post: [] for post in found.posts}
    images: dict[PostRef, list[ImageRef]] = {post: [] for post in covered}
    for edition in found.covered:
        covered[edition.page.post].append(edition)
    for image in found.images:
        images[image.post].append(image)
    return {
        post: replace(found, covered=tuple(covered[post]), beside=(), images=tuple(images[post])) for post in covered
    }


def covers(subject: Subject, name: PageRef | ImageRef) -> bool:
    """Whether the order ``subject`` takes ``name``, something of the same clinic or post, away."""
    match subject:
        case ClinicWithdrawal(clinic=clinic):
            return name.post.clinic == clinic
        case PostWithdrawal(post=post):
            return name.post == post
        case PageWithdrawal(page=page):
            return name == page
        case ImageWithdrawal(image=image):
            return name == image


def wider(order: Subject, subject: Subject) -> bool:
    """Whether ``order`` takes away all that ``subject`` does, and is another order."""
    match subject:
        case PageWithdrawal(page=page):
            return order != subject and covers(order, page)
        case ImageWithdrawal(image=image):
            return order != subject and covers(order, image)
        case PostWithdrawal(post=post):
            return isinstance(order, ClinicWithdrawal) and order.clinic == post.clinic
    return False


def _read(page: PageRef, folder: Folder, inbox: Inbox) -> Edition:
    history = folder.history(page.key)
    sentences: set[str] = set()
    days: set[date] = set()
    moved_from: set[PageRef] = set()
    for version in _contents((history, *history.beside)):
        try:
            edition = read_edition(page.lang, inbox.read(version))
        except Refused:
            # What is refused was never shown.
            continue
        sentences |= sentences_of(edition)
        days.add(edition.front.source.posted)
        moved_from |= {PageRef(post_named(old), page.lang) for old in edition.front.moved_from}
    return Edition(page, history.present, frozenset(sentences), frozenset(days), frozenset(moved_from))


def _earlier(covered: Iterable[Edition], inbox: Inbox) -> set[PageRef]:
    """The addresses that ``covered`` ever claimed, and those that were claimed from there: the inbox still tells of
    them when the index has let them go."""
    found: set[PageRef] = set()
    unread = {old for edition in covered for old in edition.moved_from}
    while unread:
        page = unread.pop()
        found.add(page)
        unread |= _read(page, inbox.folder(page.post.folder), inbox).moved_from - found
    return found


def _contents(histories: Iterable[History]) -> Iterator[Version]:
    return (version for history in histories for version in history.runs() if not version.deleted)


def _orders(folder: Folder, inbox: Inbox) -> Iterator[str]:
    present = (key for key in folder.uploaded() if folder.history(key).present)
    yield from (key for key in present if order_in(key))
    clinic = ClinicWithdrawal(folder.prefix.split("/")[1])
    newest = inbox.newest(clinic.key)
    if newest and not newest.deleted:
        yield clinic.key
