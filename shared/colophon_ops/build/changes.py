"""Move the files that changed into the site of an earlier build.

The list of them is complete before the first is moved. If the build is killed, the next one moves the rest.
"""

import os
import shutil
from pathlib import Path

import msgspec
from msgspec import Struct


class Changes(Struct, frozen=True):
    """What becomes of the files of a site, by key.

    ``clear`` are those that no build made and that may be in the way; ``put`` are new, or replace others; ``remove``
    are no longer part of the site.
    """

    clear: tuple[str, ...] = ()
    put: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.clear or self.put or self.remove)


def write_changes(listed: Path, changes: Changes) -> None:
    """Write the list of ``changes`` to the file ``listed``. Every file of ``put`` is staged by then."""
    partial = listed.with_suffix(".part")
    partial.write_bytes(msgspec.json.encode(changes))
    partial.replace(listed)


def finish_changes(listed: Path, staged: Path, site: Path) -> None:
    """Move the files in the list ``listed``, if there is one, from the folder ``staged`` into ``site``.

    Files that are new come before those are removed that linked to nothing new. The list stays.
    """
    try:
        changes = msgspec.json.decode(listed.read_bytes(), type=Changes)
    except FileNotFoundError:
        return
    for key in changes.clear:
        _remove(site, key)
    for key in changes.put:
        _move(f"{staged}/{key}", f"{site}/{key}")
    for key in changes.remove:
        _remove(site, key)


def _move(source: str, target: str) -> None:
    try:
        _replace(source, target)
    except IsADirectoryError:
        shutil.rmtree(target)
        os.replace(source, target)  # noqa: PTH105


def _replace(source: str, target: str) -> None:
    if not os.path.lexists(source):
        return  # Moved already, before a build was killed.
    os.makedirs(target.rpartition("/")[0], exist_ok=True)  # noqa: PTH103
    os.replace(source, target)  # noqa: PTH105


def _remove(site: Path, key: str) -> None:
    """Remove the file ``key``, and the folders that are empty then."""
    file = site / key
    file.unlink(missing_ok=True)
    for folder in file.parents:
        if folder == site:
            return
        try:
            folder.rmdir()
        except OSError:
            return  # It holds something else.
