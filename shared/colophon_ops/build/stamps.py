"""Which files of an inbox are as they were at the last build.

The stamp of a file, which the system keeps, tells it without reading the file. A change within the clock's resolution
of the last look leaves the stamp as it was. So the stamp of a file that was as new then says nothing: its content
decides. Git calls such a file racily clean (gitformat-index, "racy-git").
"""

import os
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from colophon.problem import Refused
from colophon.stores.inbox_folder import read_file

# No file system has a coarser clock (FAT: 2 seconds).
RESOLUTION_NS = 2_000_000_000
# Half of a SHA-256: no uploader gains by two files of one digest.
_DIGEST_DIGITS = 32


class Stamp(Struct, frozen=True, array_like=True, gc=False):
    """Size in bytes, times of the last change of content and of anything in nanoseconds, and the file's number.

    ``cp -p`` keeps the first time, never the second.
    """

    size: int
    modified: int
    changed: int
    number: int

    def is_newer_than(self, moment: int) -> bool:
        return max(self.modified, self.changed) >= moment


class KnownFile(Struct, frozen=True, array_like=True, gc=False):
    """A file as the last build found it. ``digest`` is that of its content, empty if that was not read."""

    stamp: Stamp
    digest: str


# By key. None: a link, whose target may change without it.
FolderStamps: TypeAlias = Mapping[str, Stamp | None]
# Whether to look at a post, by its folder.
ChoosePost: TypeAlias = Callable[[str], bool]
KnownFolder: TypeAlias = Mapping[str, KnownFile]


def digest(content: bytes) -> str:
    """The digest of a file's content, in hex."""
    return sha256(content).hexdigest()[:_DIGEST_DIGITS]


def stamp_of(stat: os.stat_result) -> Stamp:
    return Stamp(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


def every_post(folder: str) -> bool:
    return True


def stamp_inbox(root: Path, is_chosen: ChoosePost = every_post) -> dict[str, dict[str, Stamp | None]]:
    """The stamps of all files of the inbox ``root``, by folder: one for each chosen post, "" for what is no post's.

    Any folder ``posts/<name>/<name>/`` counts as a post's, whatever its name. Hidden files are no uploads.
    """
    stamps: dict[str, dict[str, Stamp | None]] = {"": {}}
    posts: list[str] = []
    _stamp_folder(f"{root}/", "", stamps[""], posts)
    for folder in filter(is_chosen, posts):
        found: dict[str, Stamp | None] = {}
        _stamp_folder(f"{root}/", folder, found, None)
        if found:
            stamps[folder] = found
    return stamps


def stamp_folder(root: Path, folder: str) -> dict[str, Stamp | None]:
    """The stamps of the files in ``folder``; if that is "", of those outside of every post's."""
    found: dict[str, Stamp | None] = {}
    _stamp_folder(f"{root}/", folder, found, None if folder else [])
    return found


def _stamp_folder(start: str, folder: str, found: dict[str, Stamp | None], posts: list[str] | None) -> None:
    """Add the stamps of files in ``folder`` to ``found``, but list post folders in ``posts``, if that is not None."""
    try:
        entries = list(os.scandir(start + folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    is_clinic = posts is not None and folder.startswith("posts/") and folder.count("/") == 2
    for entry in entries:
        if entry.name.startswith("."):
            continue
        key = folder + entry.name
        if not entry.is_dir(follow_symlinks=False):
            _stamp_file(entry, key, found)
        elif is_clinic and posts is not None:
            posts.append(f"{key}/")
        else:
            _stamp_folder(start, f"{key}/", found, posts)


def _stamp_file(entry: "os.DirEntry[str]", key: str, found: dict[str, Stamp | None]) -> None:
    try:
        found[key] = None if entry.is_symlink() else stamp_of(entry.stat(follow_symlinks=False))
    except FileNotFoundError:
        return  # Gone meanwhile.


def check_folder(root: Path, now: FolderStamps, known: KnownFolder, looked_at: int) -> KnownFolder | None:
    """The files ``now`` as they are ``known``, with new stamps; None if one of them is new, gone or changed.

    ``looked_at`` is when the stamps in ``known`` were taken, in nanoseconds.
    """
    if now.keys() != known.keys():
        return None
    checked, doubtful = known, looked_at - RESOLUTION_NS
    for key, stamp in now.items():
        file = known[key]
        if stamp == file.stamp and not stamp.is_newer_than(doubtful):
            continue
        if stamp is None or stamp.size != file.stamp.size or not _has_digest(f"{root}/{key}", file.digest):
            return None
        checked = {**checked, key: KnownFile(stamp, file.digest)}
    return checked


def _has_digest(path: str, known: str) -> bool:
    try:
        return bool(known) and digest(read_file(path)) == known
    except Refused:
        return False
