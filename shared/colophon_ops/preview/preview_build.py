"""Builds the previewed site, and after each change what changed of it."""

import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Self

from msgspec import Struct
from msgspec.structs import replace

from colophon.page.paths import page_key
from colophon.problem import Refused
from colophon.stores.inbox_folder import InboxFolder
from colophon.upload.keys import PageRef, parse_key
from colophon_ops.build.build import Builder
from colophon_ops.build.cache import Cache, OutcomeLine, WrittenFile, save_cache
from colophon_ops.build.found_changes import find_changes_in
from colophon_ops.build.moments import Validity
from colophon_ops.build.output import OutputPaths, replace_site
from colophon_ops.build.posts import build_posts
from colophon_ops.build.records import folder_of
from colophon_ops.build.rows import build_site_row
from colophon_ops.build.stamps import ChoosePost, every_post
from colophon_ops.build.tasks import decoder
from colophon_ops.check import check
from colophon_ops.duplicates import Duplicate
from colophon_ops.preview.drafts import Draft, find_drafts

if sys.platform != "win32":
    import fcntl

_NEVER = Validity().until


class PreviewSite(Struct, frozen=True):
    """The site after a build: its folder, its files by key, and the drafts that readers do not see.

    ``lines`` are the outcomes of all uploads, ``duplicates`` what stands in two folders.

    ``seconds`` is what the build took, ``posts`` how many posts it built (None: all). ``version`` is another after each
    build.
    """

    folder: Path
    written: Mapping[str, WrittenFile]
    drafts: tuple[Draft, ...]
    seconds: float
    posts: int | None
    version: int = 0
    lines: tuple[OutcomeLine, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()


class PreviewBuild:
    """Builds the inbox ``root`` into a folder that is kept for the next preview of the same inbox.

    A preview of chosen posts, and a second one of the same inbox, have a folder of their own until ``close``.
    """

    def __init__(
        self,
        root: Path,
        is_chosen: ChoosePost = every_post,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: Path | None = None,
    ) -> None:
        self._root, self._is_chosen, self._clock = root, is_chosen, clock
        self._lock = threading.Lock()
        self._cache: Cache | None = None
        self._due_at = _NEVER
        self._temporary: Path | None = None
        kept = None if is_chosen is not every_post else _kept_folder(parent or _home_cache(), root)
        if kept is None:
            self._temporary = Path(tempfile.mkdtemp(prefix="colophon-preview-"))
        self._folder = (kept or self._temporary or Path()) / "site"
        self._held = _hold(kept) if kept else None
        if kept and self._held is None:
            self._temporary = Path(tempfile.mkdtemp(prefix="colophon-preview-"))
            self._folder = self._temporary / "site"
        self.site = PreviewSite(self._folder, {}, (), 0, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def build(
        self, paths: Iterable[Path] | None = None, on_step: Callable[[int, int], None] = lambda *_: None
    ) -> PreviewSite:
        """The site as the inbox is now. ``paths`` are what may have changed since the last call; None: anything.

        While site.yaml is refused, the site stays as it was, and the drafts say why.
        """
        with self._lock:
            folders = self._folders_of(paths) if paths is not None else None
            try:
                self.site = self._build(folders, on_step)
            except Refused:
                self.site = replace(self.site, drafts=self._with_settings(), version=self.site.version + 1)
            return self.site

    def _build(self, folders: set[str] | None, on_step: Callable[[int, int], None]) -> PreviewSite:
        now, before = self._clock(), self._cache
        with replace_site(self._folder, self._root) as paths:
            builder = Builder(self._root, paths, now, 0, on_step, self._is_chosen)
            if before is None or folders is None:
                report = builder.build_again()
            else:
                report = builder.continue_build(before, find_changes_in(before, self._root, folders, now))
        self._cache = builder.cache
        if self._cache:
            index = self._cache.index
            self._due_at = min(index.validity.until, *(post.validity.until for post in index.posts.values()), _NEVER)
        lines = tuple(builder.outcome_lines())
        return PreviewSite(
            self._folder,
            builder.cache.index.written if builder.cache else {},
            tuple(find_drafts(lines)),
            report.seconds,
            report.posts,
            self.site.version + 1,
            lines,
            report.duplicates,
        )

    def _folders_of(self, paths: Iterable[Path]) -> set[str] | None:
        """The folders of posts that ``paths`` are in; None if one is in none."""
        folders = set()
        for path in paths:
            with suppress(ValueError):
                key = path.relative_to(self._root).as_posix()
                if any(part.startswith(".") for part in key.split("/")):
                    continue  # No upload.
                folder = folder_of(f"{key}/")
                if not folder:
                    return None
                if self._is_chosen(folder):
                    folders.add(folder)
        return folders

    def is_due(self) -> bool:
        """Whether a moment has passed at which the site changes by itself."""
        return self._clock() >= self._due_at

    def _with_settings(self) -> tuple[Draft, ...]:
        """The drafts, with the problems that site.yaml has now."""
        drafts = [draft for draft in self.site.drafts if not draft.key.startswith("site.")]
        checked = check([self._root], now=self._clock(), is_chosen=lambda folder: False)
        own = [
            Draft(outcome.key, outcome.state, "", outcome.problems)
            for each in checked
            for outcome in each.outcomes
            if outcome.key.startswith("site.") and outcome.problems
        ]
        return (*own, *drafts)

    def render_scheduled(self, draft: Draft) -> bytes | None:
        """The page of ``draft`` as it will be when it is due; None if that can't be said."""
        page = parse_key(draft.key)
        with self._lock:
            known = self._cache.index.posts.get(folder_of(draft.key)) if self._cache else None
            if not isinstance(page, PageRef) or known is None:
                return None
            source = InboxFolder(self._root)
            due = known.validity.until
            results = build_posts((page.post,), source, build_site_row(source, due), due, decoder())
            objects = [each for result in results for each in result.objects]
            return next((each.content for each in objects if each.key == page_key(page)), None)

    def close(self) -> None:
        """Keep what was built for the next preview."""
        with self._lock:
            if self._cache and self._held:
                save_cache(OutputPaths(self._folder.resolve()).cache, self._cache)
            if self._temporary:
                shutil.rmtree(self._temporary, ignore_errors=True)
            if self._held:
                self._held.close()
                self._held = None


def _home_cache() -> Path:
    return Path.home() / ".cache" / "colophon"


def _kept_folder(parent: Path, root: Path) -> Path | None:
    """A folder for the inbox ``root`` that only this user can read, as drafts are not public; None if there is none."""
    folder = parent / f"preview-{sha256(str(root).encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return None
    return None if folder.resolve().is_relative_to(root.resolve()) else folder


def _hold(folder: Path) -> "IO[str] | None":
    """A lock of ``folder`` until it is closed; None if another preview has it."""
    file = (folder / ".lock").open("w")
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return None
    return file
