"""Where in which inbox a path on this machine lies."""

from pathlib import Path

from msgspec import Struct

from colophon_ops.errors import Misused

_FOLDERS = ("posts", "clinics")
_SHAPE = "An inbox is a folder with site.yaml, clinics/<clinic>/clinic.yaml and posts/<clinic>/<post>/ in it."


class InboxPath(Struct, frozen=True):
    """An inbox and what of it is meant: every key that is ``key`` or lies below it; all of them if it is empty."""

    root: Path
    key: str

    def covers(self, key: str) -> bool:
        """Whether the inbox key ``key`` is meant."""
        return not self.key or key == self.key or key.startswith(self.key + "/")

    def touches(self, folder: str) -> bool:
        """Whether something in ``folder`` (it ends with a slash) may be meant."""
        return self.covers(folder.rstrip("/")) or self.key.startswith(folder)


def find_inbox_path(path: Path) -> InboxPath:
    """The place of ``path``, which is an inbox or something in one. Raises Misused."""
    where = path.absolute()
    if not where.exists():
        raise Misused(f"There is no {path}.")
    for root in (where, *where.parents):
        if root.is_dir() and _is_inbox(root):
            key = where.relative_to(root).as_posix()
            if any(part.startswith(".") for part in Path(key).parts):
                raise Misused(f"{path} is hidden (its name begins with a dot); hidden files are no uploads.")
            return InboxPath(root, "" if key == "." else key)
    raise Misused(f"{path} is neither an inbox nor in one. {_SHAPE}")


def check_inbox(path: Path) -> Path:
    """``path`` as the inbox that it must be. Raises Misused."""
    if not path.is_dir():
        raise Misused(f"There is no folder {path}. {_SHAPE}")
    if not _is_inbox(path.absolute()):
        raise Misused(f"{path} does not look like an inbox. {_SHAPE}")
    return path.absolute()


def _is_inbox(folder: Path) -> bool:
    """A clinic may be called posts, and an inbox too: only the one with site.yaml is then told from a room."""
    if (folder / "site.yaml").is_file():
        return True
    return folder.name not in _FOLDERS and any((folder / room).is_dir() for room in _FOLDERS)
