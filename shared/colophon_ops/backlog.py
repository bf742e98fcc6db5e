"""Which posts are to be made anew: chosen from the inbox, and by what the index says of their making."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from colophon.decision.history import is_made_otherwise
from colophon.decision.parts import PostRow
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.upload.keys import ClinicFile, ImageRef, PageRef, PostRef, SiteFile, SiteStyle, Unknown, named
from colophon.upload.ring import Ring
from colophon.upload.versions import Folder

_PAGES, _TOGETHER = 4, 100


class Choice(Struct, frozen=True):
    """What is asked for: all of it that is so. ``since``: something in the post's folder came then or later.

    ``stale``: a page of the post was made by another code version than ``code``, or nothing tells by which.
    """

    clinic: str = ""
    lang: str = ""
    since: datetime | None = None
    stale: bool = False
    code: str = ""

    @property
    def name(self) -> str:
        """The same for the same choice, whoever makes it."""
        since = self.since.isoformat() if self.since else ""
        return f"republish clinic={self.clinic} lang={self.lang} since={since} stale={self.stale}"

    @property
    def is_all(self) -> bool:
        return not (self.clinic or self.lang or self.since or self.stale)


@dataclass(slots=True)
class Backlog:
    """``posts`` are to be looked at, in the order of their folders; ``around`` are those whose listings are, too.

    ``pages`` and ``images`` count what lies in the folders of ``posts``. ``strays`` are keys that belong to no post.
    ``there`` are the clinics and ``langs`` the languages of the whole inbox, where one of them was asked for.
    """

    choice: Choice
    posts: list[PostRef] = field(default_factory=list)
    around: list[PostRef] = field(default_factory=list)
    clinics: set[str] = field(default_factory=set)
    strays: list[str] = field(default_factory=list)
    there: set[str] = field(default_factory=set)
    langs: set[str] = field(default_factory=set)
    pages: int = 0
    images: int = 0

    def house(self) -> list[Ring]:
        """Rings for what every page needs: the site's files, what pages load, the clinics' records."""
        clinics = [Ring(ClinicFile(clinic).key) for clinic in sorted(self.clinics)]
        return [Ring(SiteFile().key, fresh=True), Ring(SiteStyle().key, fresh=True), *clinics, *map(Ring, self.strays)]

    def ring(self, post: PostRef) -> Ring:
        """The ring for one of ``posts``: for its page in a language, or for all that it has."""
        if self.choice.lang:
            return Ring(PageRef(post, self.choice.lang).key, fresh=True)
        return Ring(post.folder, folder=True, images=True, fresh=True)


def backlog_of(choice: Choice, inbox: Inbox, index: Index, on_step: Callable[[int], None]) -> Backlog:
    """All that ``choice`` means in the inbox as it is now. ``on_step`` is told how many folders were looked at."""
    found, after, going = Backlog(choice), "", True
    while going:
        stretch = inbox.stretch(after, _PAGES)
        for start in range(0, len(stretch.folders), _TOGETHER):
            _take(stretch.folders[start : start + _TOGETHER], found, index)
        if choice.clinic or choice.lang:
            _learn(stretch.folders, found)
        on_step(len(stretch.folders))
        after = stretch.after
        going = bool(after)
    return found


def _take(folders: Iterable[Folder], found: Backlog, index: Index) -> None:
    choice = found.choice
    posts = {post: folder for folder in folders if (post := post_in(folder)) and _is_meant(post, folder, choice)}
    rows = index.posts(tuple(posts)) if choice.stale else {}
    for post, folder in posts.items():
        found.around.append(post)
        found.clinics.add(post.clinic)
        if not choice.stale or _is_stale(folder, rows[post], choice):
            found.posts.append(post)
            found.pages += sum(1 for _ in _pages(folder, choice))
            found.images += sum(isinstance(named(key), ImageRef) for key in folder.uploaded())
            found.strays += [] if choice.lang else _strays(folder)
    if choice.is_all:
        for folder in folders:
            names = (named(key) for key in folder.uploaded())
            found.clinics |= {name.clinic for name in names if isinstance(name, ClinicFile)}
            found.strays += [] if post_in(folder) else _strays(folder)


def _learn(folders: Iterable[Folder], found: Backlog) -> None:
    """Which clinics and which languages there are, with posts or without."""
    for folder in folders:
        post = post_in(folder)
        found.there |= {post.clinic} if post else set()
        for name in map(named, folder.uploaded()):
            if isinstance(name, PageRef):
                found.langs.add(name.lang)
            elif isinstance(name, ClinicFile):
                found.there.add(name.clinic)


def post_in(folder: Folder) -> PostRef | None:
    """The post that lies in ``folder``, if one does."""
    match folder.prefix.split("/"):
        case ["posts", clinic, name, ""] if not isinstance(named(f"{folder.prefix}en.md"), Unknown):
            return PostRef(clinic, name)
    return None


def _is_meant(post: PostRef, folder: Folder, choice: Choice) -> bool:
    if choice.clinic and post.clinic != choice.clinic:
        return False
    if choice.lang and not any(_pages(folder, choice)):
        return False
    since = choice.since
    return since is None or any(
        version.since and version.since >= since
        for history in folder.histories.values()
        for version in history.versions
    )


def _pages(folder: Folder, choice: Choice) -> Iterator[PageRef]:
    pages = (name for key in folder.uploaded() if isinstance(name := named(key), PageRef))
    return (page for page in pages if choice.lang in ("", page.lang))


def _is_stale(folder: Folder, row: PostRow, choice: Choice) -> bool:
    unknown = any(page.lang not in row.pages for page in _pages(folder, choice))
    parts = [part for lang, part in row.pages.items() if choice.lang in ("", lang)]
    return unknown or any(is_made_otherwise(part, choice.code) for part in parts)


def _strays(folder: Folder) -> list[str]:
    return sorted({*(key for key in folder.uploaded() if isinstance(named(key), Unknown)), *folder.twins})
