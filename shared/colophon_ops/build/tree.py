"""A site as a tree of files."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from colophon.page.paths import SECURITY_KEY

# The flags that ``open`` uses; O_BINARY exists only on Windows.
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_MODE = 0o666
# The only hidden folder in which a site has a file.
_WELL_KNOWN = SECURITY_KEY.rpartition("/")[0] + "/"
# How our own text files begin.
_REVISION = b"# rev "


def write_object(site: Path, key: str, content: bytes, earlier: Path | None = None) -> int:
    """Write one object of the site to the new folder ``site``. Returns its modification time in nanoseconds.

    Where the ``earlier`` site has the same content, it is the same file, with its modification time.
    """
    # A string: for ten thousand pages, ``Path`` takes longer than the disk.
    path = f"{site}/{key}"
    _make_folder(path.rpartition("/")[0])
    if earlier is not None and (modified := _link_if_same(f"{earlier}/{key}", path, content)):
        return modified
    try:
        return _write(path, content)
    except OSError as error:
        # An error of the write itself names no file.
        raise OSError(error.errno, error.strerror, path) from None


def _link_if_same(earlier: str, path: str, content: bytes) -> int | None:
    """The time of the file at ``earlier`` if it has ``content``: it is then at ``path``, too. Else None."""
    try:
        found = os.lstat(earlier)
        if stat.S_ISLNK(found.st_mode) or found.st_size != len(content) or _read(earlier) != content:
            return None
        os.link(earlier, path)
    except OSError:
        # There is none, or this disk has no hard links.
        return None
    return found.st_mtime_ns


def _write(path: str, content: bytes) -> int:
    # The checks and the buffer of ``open`` would add half the time of the write.
    try:
        file = os.open(path, _WRITE, _MODE)
    except FileExistsError:
        # Made before by another part of the build. It may be a file of the earlier site, too.
        os.unlink(path)  # noqa: PTH108
        file = os.open(path, _WRITE, _MODE)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(file, rest) :]
        return os.fstat(file).st_mtime_ns
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


def find_files(site: Path) -> Iterator[str]:
    """The keys of all files, except hidden files and folders, which no site has."""
    return (path for path, is_hidden, _ in _walk(site) if not is_hidden)


def find_hidden(site: Path) -> Iterator[str]:
    """The hidden files and folders of a site, each folder as one."""
    return (path for path, is_hidden, _ in _walk(site) if is_hidden)


def _walk(site: Path) -> Iterator[tuple[str, bool, "os.DirEntry[str]"]]:
    """Every file and every hidden folder: its path, whether it is hidden, and its entry."""
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(f"{site}/{folder}") as entries:
            for entry in entries:
                is_folder, is_well_known = entry.is_dir(follow_symlinks=False), folder == _WELL_KNOWN
                if is_folder and (not entry.name.startswith(".") or f"{entry.name}/" == _WELL_KNOWN):
                    folders.append(f"{folder}{entry.name}/")
                elif is_well_known:
                    yield folder + entry.name, not _is_own_security_file(entry), entry
                else:
                    yield folder + entry.name, entry.name.startswith("."), entry


def stat_files(site: Path) -> dict[str, tuple[int, int]]:
    """The size in bytes and the time in nanoseconds of all files that are not hidden, by key. A link is a file."""
    found: dict[str, tuple[int, int]] = {}
    for path, is_hidden, entry in _walk(site):
        if not is_hidden:
            own = entry.stat(follow_symlinks=False)
            found[path] = (own.st_size, own.st_mtime_ns)
    return found


def _is_own_security_file(entry: "os.DirEntry[str]") -> bool:
    """Whether a build wrote ``entry``. What else is in its folder belongs to the deployer, as hidden files do."""
    if entry.name != SECURITY_KEY.rpartition("/")[2] or not entry.is_file(follow_symlinks=False):
        return False
    return _read(entry.path).startswith(_REVISION)
