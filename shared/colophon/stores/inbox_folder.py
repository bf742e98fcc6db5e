"""An inbox as a plain folder: one version of each file, read as the bucket would be."""

from collections.abc import Iterator
from pathlib import Path

from colophon.upload.versions import Folder, Version, folder


class InboxFolder:
    """A folder on disk that holds what an inbox bucket holds. Hidden files (``.DS_Store``) are no uploads."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, prefix: str) -> Folder:
        """Every file whose key begins with ``prefix``."""
        return folder(prefix, (self._version(key) for key in self.keys(prefix)))

    def read(self, version: Version) -> bytes:
        return (self._root / version.key).read_bytes()

    def newest(self, key: str) -> Version | None:
        return self._version(key) if (self._root / key).is_file() else None

    def keys(self, prefix: str = "") -> Iterator[str]:
        """The keys that begin with ``prefix``, in order."""
        start = self._root / prefix.rpartition("/")[0]
        files = (path for path in start.rglob("*") if path.is_file()) if start.is_dir() else iter(())
        keys = (path.relative_to(self._root).as_posix() for path in files)
        return iter(sorted(key for key in keys if key.startswith(prefix) and not _hidden(key)))

    def _version(self, key: str) -> Version:
        return Version(key, id=key, size=(self._root / key).stat().st_size)


def _hidden(key: str) -> bool:
    return any(part.startswith(".") for part in key.split("/"))
