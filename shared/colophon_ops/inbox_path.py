"""A path on this machine as a key of the inbox that contains it."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from colophon_ops.errors import Misused

_FOLDERS = ("posts", "clinics")
_SHAPE = "An inbox is a folder with site.yaml, clinics/<clinic>/clinic.yaml and posts/<clinic>/<post>/ in it."


class InboxPath(Struct, frozen=True):
    """An inbox folder and the part selected: ``key`` and everything below it, or all of it if ``key`` is empty."""

    root: Path
    key: str

    def covers(self, key: str) -> bool:
        """Whether the inbox key ``key`` is selected."""
        return not self.key or key == self.key or key.startswith(self.key + "/")

    def touches(self, folder: str) -> bool:
        """Whether something in ``folder`` (with a trailing slash) may be selected."""
        return self.covers(folder.rstrip("/")) or self.key.startswith(folder)


def find_inbox_path(path: Path) -> InboxPath:
    """``path``, an inbox or something in one, as an InboxPath. Raises Misused."""
    where = path.absolute()
    if not where.exists():
        raise Misused(f"There is no {path}.")
    for root in (where, *where.parents):
        if root.is_dir() and _is_inbox(root):
            key = where.relative_to(root).as_posix()
            if any(part.startswith(".") for part in Path(key).parts):
                raise Misused(f"{path} is hidden (its name begins with a dot); hidden files are not uploaded.")
            return InboxPath(root, "" if key == "." else key)
    raise Misused(f"{path} is neither an inbox nor in one. {_SHAPE}")


def group_by_inbox(paths: Iterable[Path]) -> Mapping[Path, Sequence[InboxPath]]:
    """``paths`` as InboxPaths, by the inbox that they are in. Raises Misused."""
    by_root: dict[Path, list[InboxPath]] = {}
    for path in paths:
        inbox_path = find_inbox_path(path)
        by_root.setdefault(inbox_path.root, []).append(inbox_path)
    return by_root


def find_own_inbox(folder: Path) -> Path:
    """The inbox that ``folder`` is in, told by its site.yaml; ``folder`` itself if it is in none."""
    return next((each for each in (folder, *folder.parents) if (each / "site.yaml").is_file()), folder)


def find_key(text: str) -> str:
    """``text``, a key; or the key of a path on this machine, as shells complete it, in the inbox that contains it."""
    if text.startswith(("posts/", "clinics/", "site.")) or not text or not Path(text).exists():
        return text
    return find_inbox_path(Path(text)).key


def list_command(key: str) -> str:
    """The command that lists the uploads beside ``key``, for who has misspelt it."""
    match key.split("/"):
        case ["posts" | "clinics" as kind, clinic, _, *_] if clinic:
            return f"colophon status {kind}/{clinic}"
    return "colophon status --json"


def check_inbox(path: Path) -> Path:
    """``path``, made absolute. Raises Misused if it is no inbox."""
    if not path.is_dir():
        raise Misused(f"There is no folder {path}. {_SHAPE}")
    if not _is_inbox(path.absolute()):
        raise Misused(f"{path} does not look like an inbox. {_SHAPE}")
    return path.absolute()


def _is_inbox(folder: Path) -> bool:
    """A clinic or an inbox may itself be called posts: then only site.yaml makes it an inbox."""
    if (folder / "site.yaml").is_file():
        return True
    return folder.name not in _FOLDERS and any((folder / name).is_dir() for name in _FOLDERS)
