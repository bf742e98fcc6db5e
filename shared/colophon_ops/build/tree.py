"""A site as a tree of files, written over an earlier build, whose other files are removed."""

import json
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from colophon_ops.errors import Misused

OUTCOMES = "outcomes.json"
# The flags that ``open`` uses; O_BINARY exists only on Windows.
_WRITE = os.O_WRONLY | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_MODE = 0o666


def claim_folder(out: Path, inbox: Path) -> bool:
    """Prepare ``out``, which must be new, empty, or hold an earlier build, for a build. Raises Misused.

    Returns whether there is no earlier build in it.
    """
    out, inbox = out.absolute().resolve(), inbox.absolute().resolve()
    if out.is_relative_to(inbox) or inbox.is_relative_to(out):
        raise Misused(f"Of {out} and the inbox {inbox}, one is inside the other. Give --out a folder of its own.")
    if out.exists() and not out.is_dir():
        raise Misused(f"{out} is a file. Give --out a folder.")
    if not _is_replaceable(out):
        raise Misused(
            f"{out} contains files that are not an earlier build. Give --out an empty folder, or empty this one."
        )
    out.mkdir(parents=True, exist_ok=True)
    is_new = not (out / OUTCOMES).exists()
    if is_new:
        # Marks the folder as a build, even if this one is interrupted.
        (out / OUTCOMES).write_text("[]\n", "utf-8")
    return is_new


def write_object(out: Path, key: str, content: bytes) -> None:
    """Write one object of the site. A file with the same content keeps its modification time."""
    # A string: for ten thousand pages, ``Path`` takes longer than the disk.
    path = f"{out}/{key}"
    _make_folder(path.rpartition("/")[0])
    try:
        _write(os.open(path, _WRITE | os.O_EXCL, _MODE), content)
    except FileExistsError:
        if os.stat(path).st_size != len(content) or _read(path) != content:  # noqa: PTH116
            _write(os.open(path, _WRITE | os.O_TRUNC, _MODE), content)


def _write(file: int, content: bytes) -> None:
    # The checks and the buffer of ``open`` would add half the time of the write.
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(file, rest) :]
    finally:
        os.close(file)


def _make_folder(path: str) -> None:
    # The parent nearly always exists; makedirs would check it first.
    try:
        os.mkdir(path)  # noqa: PTH102
    except FileExistsError:
        return
    except FileNotFoundError:
        os.makedirs(path, exist_ok=True)  # noqa: PTH103


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read()


def remove_others(out: Path, keep: Collection[str]) -> None:
    """Remove every file of an earlier build except the keys ``keep``."""
    for key in list(_files(out)):
        if key not in keep and key != OUTCOMES:
            (out / key).unlink()
            _remove_empty((out / key).parent, out)


def write_outcomes(out: Path, outcomes: Iterable[str]) -> None:
    """Write outcomes.json from ``outcomes``, encoded one per line and sorted."""
    lines = ",\n".join(outcomes)
    (out / OUTCOMES).write_text(f"[\n{lines}\n]\n", "utf-8")


def _is_replaceable(out: Path) -> bool:
    if not out.is_dir() or next(_files(out), None) is None:
        return True
    try:
        listed = json.loads((out / OUTCOMES).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(listed, list) and all(isinstance(entry, dict) and "state" in entry for entry in listed)


def _files(out: Path) -> Iterator[str]:
    """The keys of all files, except hidden files and folders, which no site has."""
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(f"{out}/{folder}") as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{folder}{entry.name}/")
                else:
                    yield folder + entry.name


def _remove_empty(folder: Path, out: Path) -> None:
    while folder != out and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
