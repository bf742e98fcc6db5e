"""An inbox as a plain folder: one version of each file, read as the bucket would be."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from colophon.upload.versions import Folder, Version, folder


class InboxFolder:
    """A folder on disk that holds what an inbox bucket holds. Hidden files (``.DS_Store``) are no uploads.

    Paths are plain text here: for ten thousand posts, ``Path`` takes longer than the disk.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._start = f"{root}/"

    def folder(self, prefix: str) -> Folder:
        """Every file whose key begins with ``prefix``."""
        return folder(prefix, (_version(key, file) for key, file in sorted(self._files(prefix).items())))

    def read(self, version: Version) -> bytes:
        with open(self._start + version.key, "rb", buffering=0) as file:  # noqa: PTH123
            return file.read()

    def newest(self, key: str) -> Version | None:
        file = self._root / key
        return _version(key, file) if file.is_file() else None

    def keys(self, prefix: str = "", but: Collection[str] = ()) -> Iterator[str]:
        """The keys that begin with ``prefix``, in order, but for those in the folders ``but``."""
        return iter(sorted(self._files(prefix, but)))

    def folders(self, place: str) -> list[str]:
        """The folders directly in the folder ``place``, in order."""
        entries = _entries(self._start + place)
        names = (entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
        return sorted(f"{place}{name}/" for name in names if not name.startswith("."))

    def _files(self, prefix: str, but: Collection[str] = ()) -> dict[str, "os.DirEntry[str]"]:
        """The files by key. Each folder is listed once and no more is asked of it: a large site is many folders."""
        found: dict[str, os.DirEntry[str]] = {}
        start = prefix[: prefix.rfind("/") + 1]
        folders = [] if _hidden(start) else [start]
        while folders:
            place = folders.pop()
            for entry in _entries(self._start + place):
                key = f"{place}{entry.name}"
                if entry.name.startswith("."):
                    continue
                # A link to a folder is not followed: it may lead back to where it lies.
                if entry.is_dir(follow_symlinks=False):
                    # Only down to where such keys may lie: below posts/ there are many folders.
                    if (key.startswith(prefix) or f"{key}/".startswith(prefix)) and f"{key}/" not in but:
                        folders.append(f"{key}/")
                elif key.startswith(prefix) and entry.is_file():
                    found[key] = entry
        return found


def _entries(place: str) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(place) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _version(key: str, file: "os.DirEntry[str] | Path") -> Version:
    return Version(key, id=key, size=file.stat().st_size)


def _hidden(place: str) -> bool:
    return any(part.startswith(".") for part in place.split("/"))
