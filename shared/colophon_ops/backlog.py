"""Select the posts to republish, from the inbox and from what the index says about how they were made."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from colophon.decision.code_version import code_version
from colophon.decision.history import is_made_by_other_code
from colophon.decision.rows import PostRow
from colophon.decision.stray import stray_keys
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.upload.keys import (
    SITE_KEYS,
    ClinicFile,
    ClinicGlossary,
    ImageRef,
    PageRef,
    PostRef,
    UnknownKey,
    parse_key,
)
from colophon.upload.messages import RefreshRequest
from colophon.upload.versions import Folder

_PAGES_PER_BATCH, _FOLDERS_PER_READ = 4, 100


def deployed_code(index: Index) -> str:
    """The code version that the stack runs, as ``sweep`` records it; before the first sweep, this command's own."""
    return index.read_scan_cursor().code_version or code_version()


class Selection(Struct, frozen=True):
    """Which posts to select: those that meet every condition given.

    ``since``: something in the post's folder was uploaded then or later. ``stale``: a page of the post was made by
    another code version than ``code``, or by an unknown one.
    """

    clinic: str = ""
    lang: str = ""
    since: datetime | None = None
    stale: bool = False
    code: str = ""

    @property
    def name(self) -> str:
        """Identifies the selection, so that a later command can resume it. Stored as the key of a row."""
        since = self.since.isoformat() if self.since else ""
        return f"republish clinic={self.clinic} lang={self.lang} since={since} stale={self.stale}"

    @property
    def is_all(self) -> bool:
        return not (self.clinic or self.lang or self.since or self.stale)


@dataclass(slots=True)
class Backlog:
    """``posts`` are to be refreshed, in folder order. The listings of ``matching``, a superset, are rebuilt.

    ``pages`` and ``images`` count the files in the folders of ``posts``. ``strays`` are keys that belong to no post.
    ``known_clinics`` and ``known_languages`` are those of the whole inbox, collected only if the selection names one.
    """

    selection: Selection
    posts: list[PostRef] = field(default_factory=list)
    matching: list[PostRef] = field(default_factory=list)
    clinics: set[str] = field(default_factory=set)
    strays: list[str] = field(default_factory=list)
    known_clinics: set[str] = field(default_factory=set)
    known_languages: set[str] = field(default_factory=set)
    pages: int = 0
    images: int = 0

    def shared_requests(self) -> list[RefreshRequest]:
        """Requests for what every page needs: the site's files and assets, and the clinics' records."""
        clinics = [RefreshRequest(ClinicFile(clinic).key, force=True) for clinic in sorted(self.clinics)]
        return [
            *(RefreshRequest(key, force=True) for key in SITE_KEYS),
            *clinics,
            *(RefreshRequest(key, force=True) for key in self.strays),
        ]

    def request_for(self, post: PostRef) -> RefreshRequest:
        """The request for one of ``posts``: for its page in the selected language, or for everything in its folder."""
        if self.selection.lang:
            return RefreshRequest(PageRef(post, self.selection.lang).key, force=True)
        return RefreshRequest(post.folder, is_folder=True, with_images=True, force=True)


def find_backlog(selection: Selection, inbox: Inbox, index: Index, on_step: Callable[[int], None]) -> Backlog:
    """Everything that ``selection`` covers in the inbox now. ``on_step`` gets the number of folders read since."""
    found, after, more = Backlog(selection), "", True
    while more:
        stretch = inbox.read_scan_batch(after, _PAGES_PER_BATCH)
        for start in range(0, len(stretch.folders), _FOLDERS_PER_READ):
            _add_folders(stretch.folders[start : start + _FOLDERS_PER_READ], found, index)
        if selection.clinic or selection.lang:
            _add_names(stretch.folders, found)
        on_step(len(stretch.folders))
        after = stretch.after
        more = bool(after)
    return found


def _add_folders(folders: Iterable[Folder], found: Backlog, index: Index) -> None:
    selection = found.selection
    posts = {
        post: folder for folder in folders if (post := post_in_folder(folder)) and _matches(post, folder, selection)
    }
    rows = index.read_posts(tuple(posts)) if selection.stale else {}
    for post, folder in posts.items():
        found.matching.append(post)
        found.clinics.add(post.clinic)
        if not selection.stale or _is_stale(folder, rows[post], selection):
            found.posts.append(post)
            found.pages += sum(1 for _ in _pages(folder, selection))
            found.images += sum(isinstance(parse_key(key), ImageRef) for key in folder.uploaded_keys())
            found.strays += [] if selection.lang else stray_keys(folder)
    if selection.is_all:
        for folder in folders:
            names = (parse_key(key) for key in folder.uploaded_keys())
            found.clinics |= {name.clinic for name in names if isinstance(name, ClinicFile | ClinicGlossary)}
            found.strays += [] if post_in_folder(folder) else stray_keys(folder)


def _add_names(folders: Iterable[Folder], found: Backlog) -> None:
    """Collect the names of clinics and languages, with or without posts."""
    for folder in folders:
        post = post_in_folder(folder)
        found.known_clinics |= {post.clinic} if post else set()
        for name in map(parse_key, folder.uploaded_keys()):
            if isinstance(name, PageRef):
                found.known_languages.add(name.lang)
            elif isinstance(name, ClinicFile):
                found.known_clinics.add(name.clinic)


def post_in_folder(folder: Folder) -> PostRef | None:
    """The post in ``folder``, if it is a post's."""
    match folder.prefix.split("/"):
        case ["posts", clinic, name, ""] if not isinstance(parse_key(f"{folder.prefix}en.md"), UnknownKey):
            return PostRef(clinic, name)
    return None


def _matches(post: PostRef, folder: Folder, selection: Selection) -> bool:
    if selection.clinic and post.clinic != selection.clinic:
        return False
    if selection.lang and not any(_pages(folder, selection)):
        return False
    since = selection.since
    return since is None or any(
        version.last_modified and version.last_modified >= since
        for history in folder.histories.values()
        for version in history.versions
    )


def _pages(folder: Folder, selection: Selection) -> Iterator[PageRef]:
    pages = (name for key in folder.uploaded_keys() if isinstance(name := parse_key(key), PageRef))
    return (page for page in pages if selection.lang in ("", page.lang))


def _is_stale(folder: Folder, row: PostRow, selection: Selection) -> bool:
    unknown = any(page.lang not in row.pages for page in _pages(folder, selection))
    parts = [part for lang, part in row.pages.items() if selection.lang in ("", lang)]
    return unknown or any(is_made_by_other_code(part, selection.code) for part in parts)
