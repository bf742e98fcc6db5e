"""A site as a tree of files: written over an earlier build, what is no longer made taken away."""

import json
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from colophon.cli.failures import Misused

OUTCOMES = "outcomes.json"


def claim(out: Path, inbox: Path) -> None:
    """Make ``out`` the place of a build: new, empty, or one that holds an earlier build. Raises Misused."""
    out, inbox = out.absolute().resolve(), inbox.absolute().resolve()
    if out.is_relative_to(inbox) or inbox.is_relative_to(out):
        raise Misused(f"{out} and the inbox {inbox} lie in each other. Give --out a folder of its own.")
    if out.exists() and not out.is_dir():
        raise Misused(f"{out} is a file. Give --out a folder.")
    if not _may_be_replaced(out):
        raise Misused(f"{out} holds files that are no earlier build. Give --out an empty folder, or empty this one.")
    out.mkdir(parents=True, exist_ok=True)
    if not (out / OUTCOMES).exists():
        # An interrupted build must be known as one.
        (out / OUTCOMES).write_text("[]\n", "utf-8")


def put(out: Path, key: str, content: bytes) -> None:
    """Write one object of the site. A file that already holds ``content`` keeps its time."""
    path = out / key
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def finish(out: Path, kept: Collection[str], outcomes: Iterable[str]) -> None:
    """Write outcomes.json from ``outcomes``, a line each and in order, and remove every file but the keys ``kept``."""
    for path in list(_files(out)):
        if path.relative_to(out).as_posix() not in kept and path != out / OUTCOMES:
            path.unlink()
            _remove_empty(path.parent, out)
    (out / OUTCOMES).write_text("[\n" + ",\n".join(outcomes) + "\n]\n", "utf-8")


def _may_be_replaced(out: Path) -> bool:
    if not out.is_dir() or next(_files(out), None) is None:
        return True
    try:
        listed = json.loads((out / OUTCOMES).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(listed, list) and all(isinstance(entry, dict) and "state" in entry for entry in listed)


def _files(out: Path) -> Iterator[Path]:
    """Every file, but for hidden ones and what lies in hidden folders: they are never a site's."""
    for path in out.iterdir():
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files(path)
        else:
            yield path


def _remove_empty(folder: Path, out: Path) -> None:
    while folder != out and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
