"""An inbox as a folder on disk, with the methods of the bucket: each file is one version."""

import errno
import os
import stat
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from colophon.problem import Problem, Refused
from colophon.upload.versions import Folder, Version, build_folder

# Windows has no such flag, and no pipes in folders.
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)


class InboxFolder:
    """The folder ``root``, laid out as the inbox bucket is. Hidden files (``.DS_Store``) are not uploads.

    Paths are plain text here: for ten thousand posts, ``Path`` takes longer than the disk.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._start = f"{root}/"

    def read_folder(self, prefix: str) -> Folder:
        """Every file whose key begins with ``prefix``."""
        return build_folder(prefix, _file_versions(sorted(self._files(prefix).items())))

    def read_content(self, version: Version) -> bytes:
        """The bytes of one file. Raises Refused if it can't be read."""
        return read_file(self._start + version.key)

    def newest_version(self, key: str) -> Version | None:
        file = self._root / key
        return next(_file_versions([(key, file)]), None) if file.exists() and not file.is_dir() else None

    def keys(self, prefix: str = "", excluded: Collection[str] = ()) -> Iterator[str]:
        """The keys that begin with ``prefix``, in order, without those in the folders ``excluded``."""
        return iter(sorted(self._files(prefix, excluded)))

    def folders(self, parent: str) -> list[str]:
        """The folders directly in the folder ``parent``, in order."""
        entries = _scan_directory(self._start + parent)
        names = (entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
        return sorted(f"{parent}{name}/" for name in names if not name.startswith("."))

    def _files(self, prefix: str, excluded: Collection[str] = ()) -> dict[str, "os.DirEntry[str]"]:
        """The files by key. Each folder is listed exactly once: a large site has many."""
        found: dict[str, os.DirEntry[str]] = {}
        start = prefix[: prefix.rfind("/") + 1]
        folders = [] if _is_hidden(start) else [start]
        while folders:
            current = folders.pop()
            for entry in _scan_directory(self._start + current):
                key = f"{current}{entry.name}"
                if entry.name.startswith("."):
                    continue
                # A link to a folder is not followed: it may lead to a folder above it.
                if entry.is_dir(follow_symlinks=False):
                    # Only into folders that can hold such keys: there are many below posts/.
                    if (key.startswith(prefix) or f"{key}/".startswith(prefix)) and f"{key}/" not in excluded:
                        folders.append(f"{key}/")
                elif key.startswith(prefix) and not _is_link_to_no_file(entry):
                    found[key] = entry
        return found


def _scan_directory(path: str) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(path) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def read_file(path: str) -> bytes:
    """The bytes of the file at ``path``. Raises Refused if it can't be read."""
    try:
        with open(path, "rb", buffering=0, opener=_open_regular_file) as file:
            return file.read()
    except OSError as error:
        raise Refused((_unreadable_problem(error),)) from None


def _open_regular_file(path: str, flags: int) -> int:
    # Without O_NONBLOCK a pipe that has no writer would keep the reader waiting.
    file = os.open(path, flags | _NO_WAIT)
    if stat.S_ISREG(os.fstat(file).st_mode):
        return file
    os.close(file)
    raise OSError(errno.EINVAL, "it is a pipe, a socket or a device")


def _unreadable_problem(error: OSError) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem("The file disappeared while it was being read.", "Run the command again.")
    if isinstance(error, PermissionError):
        return Problem("The file can't be read: permission denied.", "Allow your user to read it: chmod u+r FILE.")
    return Problem(
        f"The file can't be read: {error.strerror}.", "Replace it with a file that can be read, or delete it."
    )


def _file_versions(files: "Iterable[tuple[str, os.DirEntry[str] | Path]]") -> Iterator[Version]:
    """A version of each file that still exists."""
    for key, file in files:
        try:
            yield Version(key, id=key, size=file.stat().st_size)
        except FileNotFoundError:
            continue


def _is_link_to_no_file(entry: "os.DirEntry[str]") -> bool:
    return not entry.is_file() and entry.is_symlink()


def _is_hidden(path: str) -> bool:
    return any(segment.startswith(".") for segment in path.split("/"))
