"""An inbox as a folder on disk, with the methods of the bucket: each file is one version."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from colophon.upload.versions import Folder, Version, build_folder


class InboxFolder:
    """The folder ``root``, laid out as the inbox bucket is. Hidden files (``.DS_Store``) are not uploads.

    Paths are plain text here: for ten thousand posts, ``Path`` takes longer than the disk.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._start = f"{root}/"

    def read_folder(self, prefix: str) -> Folder:
        """Every file whose key begins with ``prefix``."""
        return build_folder(prefix, (_file_version(key, file) for key, file in sorted(self._files(prefix).items())))

    def read_content(self, version: Version) -> bytes:
        with open(self._start + version.key, "rb", buffering=0) as file:  # noqa: PTH123
            return file.read()

    def newest_version(self, key: str) -> Version | None:
        file = self._root / key
        return _file_version(key, file) if file.is_file() else None

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
                elif key.startswith(prefix) and entry.is_file():
                    found[key] = entry
        return found


def _scan_directory(path: str) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(path) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _file_version(key: str, file: "os.DirEntry[str] | Path") -> Version:
    return Version(key, id=key, size=file.stat().st_size)


def _is_hidden(path: str) -> bool:
    return any(segment.startswith(".") for segment in path.split("/"))
