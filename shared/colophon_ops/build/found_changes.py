"""What differs from the last build: uploads, files of the site, and due moments that passed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from colophon_ops.build.cache import Cache, KnownPost, WrittenFile
from colophon_ops.build.stamps import KnownFolder, Stamp, check_folder, digest, stamp_folder, stamp_inbox
from colophon_ops.build.tree import stat_files


class FoundChanges(Struct, frozen=True):
    """The uploads as they are: ``posts`` that did not change, by folder; ``changed`` ones, which may be new.

    ``shared_files`` belong to no post; None if they changed. ``damaged`` are keys of the site whose file is gone or was
    changed, ``foreign`` are files that no build made. ``is_partial``: of other posts, it was not looked at their files.
    """

    stamps: Mapping[str, Mapping[str, Stamp | None]]
    posts: dict[str, KnownPost]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    shared_files: KnownFolder | None
    damaged: frozenset[str] = frozenset()
    foreign: tuple[str, ...] = ()
    outcomes_changed: bool = False
    is_partial: bool = False

    @property
    def is_nothing(self) -> bool:
        uploads = self.changed or self.gone or self.shared_files is None
        return not (uploads or self.damaged or self.foreign or self.outcomes_changed)


def find_changes(
    cache: Cache, root: Path, stamps: Mapping[str, Mapping[str, Stamp | None]], now: datetime
) -> FoundChanges:
    """Compare the uploads in the inbox ``root``, whose ``stamps`` these are, with the last build, for a build at
    ``now``.
    """
    index = cache.index
    posts: dict[str, KnownPost] = {}
    changed = []
    for folder, files in stamps.items():
        known = index.posts.get(folder)
        if folder and (kept := known and _check_post(root, files, known, index.looked_at, now)):
            posts[folder] = kept
        elif folder:
            changed.append(folder)
    shared = None
    if index.shared_files is not None and index.validity.includes(now):
        shared = check_folder(root, stamps[""], index.shared_files, index.looked_at)
    gone = tuple(folder for folder in (*index.posts, *index.unrecorded) if folder and folder not in stamps)
    return FoundChanges(stamps, posts, tuple(changed), gone, shared)


def find_changes_in(cache: Cache, root: Path, folders: Iterable[str], now: datetime) -> FoundChanges:
    """As ``find_changes``, where only these ``folders`` of posts can have changed, and time passed."""
    index = cache.index
    due = {folder for folder, post in index.posts.items() if not post.validity.includes(now)}
    looked_at = due.union(folders, index.unrecorded) - {""}
    stamps = {folder: found for folder in looked_at if (found := stamp_folder(root, folder))}
    if index.shared_files is None or not index.validity.includes(now):
        return find_changes(cache, root, stamp_inbox(root), now)
    posts = {folder: post for folder, post in index.posts.items() if folder not in looked_at}
    gone = tuple(folder for folder in looked_at if folder not in stamps)
    return FoundChanges(stamps, posts, tuple(stamps), gone, index.shared_files, is_partial=True)


def with_site(found: FoundChanges, cache: Cache, site: Path, outcomes: Path, *, by_bytes: bool = False) -> FoundChanges:
    """``found``, and how the folder ``site`` differs from what the last build wrote, and its ``outcomes``.

    Files are compared by size and time; ``by_bytes``: by their content.
    """
    index, disk = cache.index, stat_files(site)
    damaged = (key for key, file in index.written.items() if not _is_written(site, key, file, disk, by_bytes))
    return replace(
        found,
        damaged=frozenset(damaged),
        foreign=tuple(key for key in disk if key not in index.written),
        outcomes_changed=not _is_written(outcomes.parent, outcomes.name, index.outcomes, None, by_bytes),
    )


def _check_post(
    root: Path, files: Mapping[str, Stamp | None], known: KnownPost, looked_at: int, now: datetime
) -> KnownPost | None:
    if not known.validity.includes(now):
        return None
    checked = check_folder(root, files, known.files, looked_at)
    if checked is known.files:
        return known
    return KnownPost(dict(checked), known.keys, known.validity) if checked is not None else None


def _is_written(
    folder: Path, key: str, file: WrittenFile, disk: Mapping[str, tuple[int, int]] | None, by_bytes: bool
) -> bool:
    """Whether the file ``key`` is as a build wrote it. ``disk``: what is there, if that is known."""
    path = folder / key if disk is None or by_bytes else None
    if disk is not None:
        is_same = disk.get(key) == (file.size, file.modified)
    else:
        try:
            found = (folder / key).lstat()
        except OSError:
            return False
        is_same = (found.st_size, found.st_mtime_ns) == (file.size, file.modified)
    if not is_same or not by_bytes or path is None:
        return is_same
    try:
        return digest(path.read_bytes()) == file.digest
    except OSError:
        return False
