"""An inbox as a folder on disk, with the methods of the bucket: each file is one version.

No link leads out of it: a link to a file of the same inbox is that file, any other is listed and never read.
"""

import errno
import os
import stat
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from colophon.problem import Problem, Refused
from colophon.upload.versions import Folder, Version, build_folder

# Windows has no O_NONBLOCK, and no pipes in folders; only Windows has O_BINARY.
_READ_AT_ONCE = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CHUNK = 1_000_000


class InboxFolder:
    """The folder ``root``, laid out as the inbox bucket is. Hidden files (``.DS_Store``) are not uploads.

    Paths are plain text here: for ten thousand posts, ``Path`` takes longer than the disk.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._start = f"{root}/"
        # By path relative to the root, with a trailing slash: whether no link leads to the folder.
        self._without_links = {"": True}

    def read_folder(self, prefix: str) -> Folder:
        """Every file whose key begins with ``prefix``."""
        return build_folder(prefix, self._versions(sorted(self._files(prefix).items())))

    def read_content(self, version: Version) -> bytes:
        """The bytes of one file. Raises Refused for a link that is not followed, and if the file can't be read."""
        if problem := self.link_problem(version.key):
            raise Refused((problem,))
        return read_file(self._start + version.key)

    def newest_version(self, key: str) -> Version | None:
        file = self._root / key
        is_there = file.is_symlink() or (file.exists() and not file.is_dir())
        return next(self._versions([(key, file)]), None) if is_there else None

    def _versions(self, files: "Iterable[tuple[str, os.DirEntry[str] | Path]]") -> Iterator[Version]:
        """A version of each file that still exists. A link that is not followed has the size 0."""
        for key, file in files:
            is_unread = file.is_symlink() and self.link_problem(key) is not None
            try:
                yield Version(key, id=key, size=0 if is_unread else file.stat().st_size)
            except FileNotFoundError:
                continue

    def link_problem(self, key: str) -> Problem | None:
        """The problem with the link at ``key``; None if it is no link, or one to a file of this inbox."""
        path = self._start + key
        if not self._is_reached_without_links(key[: key.rfind("/") + 1]):
            return _link_problem("is in a folder that is a link")
        return self._problem_at(path) if os.path.islink(path) else None  # noqa: PTH114

    def _problem_at(self, path: str) -> Problem | None:
        root = os.path.realpath(self._root)
        try:
            target = os.path.realpath(path, strict=True)
        except OSError:
            return _link_problem("is a link to nothing")
        if os.path.isdir(target):  # noqa: PTH112
            return _link_problem("is a link to a folder")
        if not target.startswith(f"{root}/"):
            return _link_problem("is a link to a file outside of the inbox")
        return _link_problem("is a link to a hidden file") if _is_hidden(target[len(root) + 1 :]) else None

    def _is_reached_without_links(self, folder: str) -> bool:
        """Whether neither ``folder``, with its trailing slash, nor a folder above it is a link."""
        if folder not in self._without_links:
            name = folder.rstrip("/")
            parent = name[: name.rfind("/") + 1]
            is_link = os.path.islink(self._start + name)  # noqa: PTH114
            self._without_links[folder] = not is_link and self._is_reached_without_links(parent)
        return self._without_links[folder]

    def keys(self, prefix: str = "", excluded: Collection[str] = ()) -> Iterator[str]:
        """The keys that begin with ``prefix``, in order, without those in the folders ``excluded``."""
        files = sorted(self._files(prefix, excluded).items())
        return (key for key, file in files if not (file.is_symlink() and self.link_problem(key)))

    def keys_and_links(self, prefix: str = "", excluded: Collection[str] = ()) -> Iterator[str]:
        """As ``keys``, with the links that are not followed."""
        return iter(sorted(self._files(prefix, excluded)))

    def folders(self, parent: str) -> list[str]:
        """The folders directly in the folder ``parent``, in order."""
        entries = self._scan_directory(parent)
        names = (entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
        return sorted(f"{parent}{name}/" for name in names if not name.startswith("."))

    def _files(self, prefix: str, excluded: Collection[str] = ()) -> dict[str, "os.DirEntry[str]"]:
        """The files by key. Each folder is listed exactly once: a large site has many."""
        found: dict[str, os.DirEntry[str]] = {}
        start = prefix[: prefix.rfind("/") + 1]
        folders = [] if _is_hidden(start) else [start]
        while folders:
            current = folders.pop()
            for entry in self._scan_directory(current):
                key = f"{current}{entry.name}"
                if entry.name.startswith("."):
                    continue
                # A link to a folder is listed as a file would be: it may lead to a folder above it.
                if entry.is_dir(follow_symlinks=False):
                    # Only into folders that can hold such keys: there are many below posts/.
                    if key.startswith(prefix) and f"{key}/" not in excluded:
                        folders.append(f"{key}/")
                        self._without_links[f"{key}/"] = True
                elif key.startswith(prefix):
                    found[key] = entry
        return found

    def _scan_directory(self, folder: str) -> "list[os.DirEntry[str]]":
        if not self._is_reached_without_links(folder):
            return []
        try:
            with os.scandir(self._start + folder) as entries:
                return list(entries)
        except (FileNotFoundError, NotADirectoryError):
            return []


def _link_problem(what: str) -> Problem:
    return Problem(
        f"The file {what}; links out of an inbox are not followed.", "Put the file itself here, or delete the link."
    )


def read_file(path: str) -> bytes:
    """The bytes of the file at ``path``. Raises Refused if it can't be read."""
    try:
        # Without O_NONBLOCK a pipe that has no writer would keep the reader waiting.
        file = os.open(path, _READ_AT_ONCE)
        try:
            return _read_regular_file(file)
        finally:
            os.close(file)
    except OSError as error:
        raise Refused((_unreadable_problem(error),)) from None


def _read_regular_file(file: int) -> bytes:
    found = os.fstat(file)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is a pipe, a socket or a device")
    content = os.read(file, found.st_size + 1)
    # It may grow meanwhile, and one read returns at most 2 GiB.
    while more := os.read(file, _CHUNK) if len(content) != found.st_size else b"":
        content += more
    return content


def _unreadable_problem(error: OSError) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem("The file disappeared while it was being read.", "Run the command again.")
    if isinstance(error, PermissionError):
        return Problem("The file can't be read: permission denied.", "Allow your user to read it: chmod u+r FILE.")
    return Problem(
        f"The file can't be read: {error.strerror}.", "Replace it with a file that can be read, or delete it."
    )


def _is_hidden(path: str) -> bool:
    return any(segment.startswith(".") for segment in path.split("/"))
