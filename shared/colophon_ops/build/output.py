"""The folder that a build writes: the new site is put in place whole, or the earlier one stays.

The new site is made in a folder beside it. Then two renames in their parent exchange the two, and the earlier site is
removed. Beside the site, never in it, are the outcomes and the cache: people copy the folder to where it is served. If
a build is killed, the next one finishes its exchange, or takes it back.

A build that changes a few files of the earlier site moves them into it one by one (``changes.py``).
"""

import errno
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from colophon.problem import Unavailable
from colophon.upload.keys import is_language
from colophon_ops.build.changes import Changes, finish_changes, write_changes
from colophon_ops.build.tree import find_files, find_hidden
from colophon_ops.errors import Misused

if sys.platform != "win32":
    import fcntl

# Where builds before this one kept their outcomes.
_OUTCOMES_INSIDE = "outcomes.json"
_SITE_FOLDERS = ("assets", "cards", "images")
_SITE_FILES = ("robots.txt", "favicon.ico", "sitemap.xml", _OUTCOMES_INSIDE)
_ANOTHER = "Give --out a new folder, or an empty one."


class OutputPaths(Struct, frozen=True):
    """The site's folder ``out``, and what is beside it: the outcomes for good, the rest during a build."""

    out: Path

    @property
    def outcomes(self) -> Path:
        return self._beside(f"{self.out.name}.outcomes.json")

    @property
    def new_site(self) -> Path:
        return self._beside(f".{self.out.name}.new")

    @property
    def new_outcomes(self) -> Path:
        return self._beside(f".{self.out.name}.new.outcomes.json")

    @property
    def earlier_site(self) -> Path:
        return self._beside(f".{self.out.name}.earlier")

    @property
    def cache(self) -> Path:
        """The folder with what the next build need not make again."""
        return self._beside(f"{self.out.name}.cache")

    @property
    def changes(self) -> Path:
        """The list of the files that are being moved from ``new_site`` into the site."""
        return self._beside(f".{self.out.name}.changes.json")

    @property
    def lock(self) -> Path:
        return self._beside(f".{self.out.name}.lock")

    def _beside(self, name: str) -> Path:
        return self.out.with_name(name)


def check_output(out: Path, inbox: Path) -> OutputPaths:
    """The paths of a build of ``inbox`` into ``out``. Changes nothing. Raises Misused if it can't be put there."""
    paths = _locate(out, inbox)
    if not _is_half_finished(paths):
        _check_contents(paths)
    return paths


@contextmanager
def replace_site(out: Path, inbox: Path) -> Iterator[OutputPaths]:
    """Make a site in the empty folder ``new_site`` within the block, and end the block with ``put_in_place``.

    Or make the files that are new there, and end the block with ``move_changes``. If the block raises, the earlier site
    stays. Raises Misused, and Unavailable while another build writes to ``out``.
    """
    paths = _locate(out, inbox)
    paths.out.parent.mkdir(parents=True, exist_ok=True)
    with _lock(paths):
        _recover(paths)
        _check_contents(paths)
        try:
            paths.new_site.mkdir()
            yield paths
        finally:
            # In its place already, the new site still needs its outcomes and hidden files: the next build moves them.
            # So it does with changes that are listed.
            if paths.new_site.exists() and not paths.changes.exists():
                paths.new_outcomes.unlink(missing_ok=True)
                shutil.rmtree(paths.new_site, ignore_errors=True)


def put_in_place(paths: OutputPaths, outcomes: Iterable[str]) -> None:
    """Exchange the earlier site for the new one. ``outcomes`` are encoded, one per line, and sorted."""
    _write_outcomes(paths, outcomes)
    try:
        if paths.out.exists():
            paths.new_site.chmod(paths.out.stat().st_mode)
            paths.out.rename(paths.earlier_site)
        paths.new_site.rename(paths.out)
    except OSError as error:
        _put_back(paths)
        if error.errno in (errno.EBUSY, errno.EXDEV):
            raise Misused(_renamed_text(paths.out, "is a mount point")) from None
        raise
    except BaseException:
        _put_back(paths)
        raise
    _finish(paths)


def move_changes(paths: OutputPaths, changes: Changes, outcomes: Iterable[str] | None) -> None:
    """Move what changed from ``new_site`` into the earlier site. ``outcomes`` as in ``put_in_place``; None: as before.

    If this is interrupted, the next build moves the rest.
    """
    if outcomes is not None:
        _write_outcomes(paths, outcomes)
    write_changes(paths.changes, changes)
    _finish_changes(paths)


def empty_folder(folder: Path) -> None:
    """Remove everything in ``folder``."""
    shutil.rmtree(folder)
    folder.mkdir()


def _finish_changes(paths: OutputPaths) -> None:
    if paths.changes.exists():
        finish_changes(paths.changes, paths.new_site, paths.out)
        if paths.new_outcomes.exists():
            paths.new_outcomes.replace(paths.outcomes)
        paths.changes.unlink()


def _write_outcomes(paths: OutputPaths, outcomes: Iterable[str]) -> None:
    lines = ",\n".join(outcomes)
    paths.new_outcomes.write_text(f"[\n{lines}\n]\n", "utf-8")


def _put_back(paths: OutputPaths) -> None:
    if paths.earlier_site.exists() and not paths.out.exists():
        paths.earlier_site.rename(paths.out)


def _recover(paths: OutputPaths) -> None:
    """Finish or take back the exchange of a build that was killed, and remove what it left."""
    _put_back(paths)
    _finish_changes(paths)
    if _is_half_finished(paths):
        _finish(paths)
    shutil.rmtree(paths.earlier_site, ignore_errors=True)
    shutil.rmtree(paths.new_site, ignore_errors=True)
    paths.new_outcomes.unlink(missing_ok=True)


def _is_half_finished(paths: OutputPaths) -> bool:
    """Whether the new site is in its place without its outcomes, which are complete before the first rename."""
    return paths.new_outcomes.exists() and not paths.new_site.exists()


def _finish(paths: OutputPaths) -> None:
    """After the exchange: the outcomes, and the hidden files (``.git``), which no build makes or removes."""
    if paths.earlier_site.exists():
        for hidden in list(find_hidden(paths.earlier_site)):
            target = paths.out / hidden
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                (paths.earlier_site / hidden).rename(target)
    paths.new_outcomes.replace(paths.outcomes)
    shutil.rmtree(paths.earlier_site, ignore_errors=True)


def _locate(out: Path, inbox: Path) -> OutputPaths:
    """The paths of a build into ``out``, whatever it holds. Raises Misused."""
    if out.is_symlink():
        raise Misused(f"{out} is a link. Give --out the folder that it leads to: {out.resolve()}")
    resolved, root = out.resolve(), inbox.resolve()
    if resolved.is_relative_to(root) or root.is_relative_to(resolved):
        raise Misused(f"Of {resolved} and the inbox {root}, one is inside the other. Give --out a folder of its own.")
    if resolved.exists() and not resolved.is_dir():
        raise Misused(f"{out} is a file. Give --out a folder.")
    _check_renamable(out, resolved)
    parent = next(folder for folder in resolved.parents if folder.exists())
    if not parent.is_dir():
        raise Misused(f"{parent} is a file, so nothing can be made in it. Give --out a folder elsewhere.")
    if not os.access(parent, os.W_OK | os.X_OK):
        what = f"{parent} can't be written to. A build is made there, beside {resolved.name}, and then renamed."
        raise Misused(f"{what} Give --out a folder elsewhere, or change the permissions.")
    return OutputPaths(resolved)


def _check_renamable(out: Path, resolved: Path) -> None:
    if os.path.ismount(resolved):
        raise Misused(_renamed_text(out, "is a mount point"))
    if Path.cwd().is_relative_to(resolved):
        raise Misused(_renamed_text(out, "is the working directory, or holds it"))
    with suppress(RuntimeError):  # There may be no home.
        if Path.home().resolve().is_relative_to(resolved):
            raise Misused(_renamed_text(out, "is your home folder, or holds it"))


def _renamed_text(out: Path, what: str) -> str:
    fix = f"Give --out a folder in it, such as {out / 'site'}."
    return f"{out} {what}, so it can't be renamed, and a build is put in place by renaming. {fix}"


def _check_contents(paths: OutputPaths) -> None:
    """Raises Misused if ``out`` holds anything but an earlier build, or if its outcomes would replace another file."""
    names = set(_names_of_content(paths.out)) if paths.out.exists() else set()
    beside, inside = paths.outcomes, paths.out / _OUTCOMES_INSIDE
    if os.path.lexists(beside):
        _check_outcomes(beside, "Move it away: the outcomes of this build would replace it.")
    elif names and inside.exists():
        _check_outcomes(inside, f"So {paths.out} is no earlier build. {_ANOTHER}")
    elif names:
        what = f"{paths.out} contains files, and no {beside.name} beside it shows that they are an earlier build."
        raise Misused(f"{what} {_ANOTHER} If they are not needed, empty this one.")
    if foreign := sorted(name for name in names if not _is_of_a_site(name)):
        what = f"{paths.out} contains {foreign[0]}, which is no part of a site and would be removed."
        raise Misused(f"{what} Move it away, or give --out a new folder.")


def _names_of_content(out: Path) -> Iterator[str]:
    """The names in ``out`` of files, and of folders with a file somewhere below, except hidden ones."""
    for path in out.iterdir():
        is_folder = path.is_dir() and not path.is_symlink()
        if not path.name.startswith(".") and (not is_folder or next(find_files(path), None) is not None):
            yield path.name


def _check_outcomes(file: Path, fix: str) -> None:
    try:
        listed = json.loads(file.read_text("utf-8"))
    except (IsADirectoryError, FileNotFoundError, ValueError, RecursionError):
        listed = None
    if not isinstance(listed, list) or not all(isinstance(entry, dict) and "state" in entry for entry in listed):
        raise Misused(f"{file} is not a list of outcomes. {fix}")


def _is_of_a_site(name: str) -> bool:
    return name in _SITE_FOLDERS or name in _SITE_FILES or name.endswith(".html") or is_language(name)


@contextmanager
def _lock(paths: OutputPaths) -> Iterator[None]:
    """Keep other builds away from ``paths``. The system releases the lock if this process is killed."""
    if sys.platform == "win32":
        yield
        return
    file = os.open(paths.lock, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _take_lock(file, paths)
        try:
            yield
        finally:
            paths.lock.unlink(missing_ok=True)
    finally:
        os.close(file)


def _take_lock(file: int, paths: OutputPaths) -> None:
    try:
        # Unlike flock's, this lock is not the workers', who may outlive a process that is killed.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        raise Unavailable(f"Another build is writing to {paths.out}. Run this again when it has ended.") from None
    except OSError:
        return  # Some network file systems have no locks.
    if not paths.lock.exists() or paths.lock.stat().st_ino != os.fstat(file).st_ino:
        raise Unavailable(f"Another build has just written to {paths.out}. Run this again.")
