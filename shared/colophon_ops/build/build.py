"""Build the whole site from a folder, or what changed of it since the last build."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.rows import Outcome
from colophon.page.paths import FRONT_KEY
from colophon.problem import Problem, Refused
from colophon.stores.inbox_folder import InboxFolder
from colophon.upload.file_names import is_utf8
from colophon_ops.build.again import update_site
from colophon_ops.build.cache import (
    Cache,
    CacheBody,
    NoCache,
    OutcomeLine,
    Totals,
    WrittenFile,
    load_cache,
    remove_cache,
    save_cache,
)
from colophon_ops.build.code_identity import build_identity
from colophon_ops.build.found_changes import FoundChanges, find_changes, with_site
from colophon_ops.build.output import OutputPaths, empty_folder, move_changes, put_in_place, replace_site
from colophon_ops.build.recorder import Recorder
from colophon_ops.build.rows import build_site_row
from colophon_ops.build.stamps import ChoosePost, digest, every_post, stamp_inbox
from colophon_ops.build.tasks import BuildSettings
from colophon_ops.build.whole import choose_posts, make_site, plan_by_clinic
from colophon_ops.build.workers import start_workers
from colophon_ops.duplicates import Duplicate
from colophon_ops.inbox_path import check_inbox

OnStep = Callable[[int, int], None]


class BuildReport(Struct, frozen=True):
    """The result of a build. ``to_mend`` is the number of uploads with something to fix, ``differing`` that of
    translations that differ from their originals.

    ``outcomes`` is the file beside ``out`` that has the outcome of every upload.
    ``unnamed`` are the outcomes of files whose names are not UTF-8: no key of outcomes.json says which they are.
    ``duplicates`` are what stands in two folders, as in JSON; outcomes.json does not tell it, as a report of the cloud
    does not. ``posts`` is the number of posts that were built, None if that is all; ``reason`` says why, if there was
    an earlier build that could have been continued.
    """

    out: Path
    outcomes: Path
    states: Counter[str]
    to_mend: int
    differing: int
    files: int
    seconds: float
    unnamed: tuple[Outcome, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    posts: int | None = None
    reason: str = ""


def build(
    inbox: Path,
    out: Path,
    *,
    now: datetime,
    jobs: int = 0,
    on_step: OnStep = lambda *_: None,
    cached: bool = True,
    by_bytes: bool = False,
) -> BuildReport:
    """Build the inbox folder ``inbox`` as of ``now``: the site in the folder ``out``, and the outcomes beside it.

    ``jobs`` is the number of processes, 0 for one per core. ``on_step`` gets the number of posts done and the total;
    it is first called when all processes have work. The earlier site stays in ``out`` until the new one is complete.
    Only what changed since the last build is made again, unless ``cached`` is False; the result is the same.
    ``by_bytes``: files of the site are compared with what that build wrote by their content, not by size and time.
    Raises Misused if ``inbox`` is no inbox, or if ``out`` can't be replaced or holds anything but an earlier build;
    Refused if there is an earlier build and the inbox has no valid site.yaml.
    """
    root = check_inbox(inbox)
    with replace_site(out, root) as paths:
        builder = Builder(root, paths, now, jobs, on_step)
        report = builder.build_again(by_bytes=by_bytes) if cached else builder.build_whole("")
    return replace(report, out=out, outcomes=out.with_name(paths.outcomes.name))


class Builder:
    """One build of the inbox ``root`` to ``paths``, whose ``new_site`` is empty.

    ``is_chosen`` chooses the posts that are built, by their folders. ``cache`` is what the next build continues.
    """

    def __init__(
        self,
        root: Path,
        paths: OutputPaths,
        now: datetime,
        jobs: int = 0,
        on_step: OnStep = lambda *_: None,
        is_chosen: ChoosePost = every_post,
    ) -> None:
        self._root, self._paths, self._now, self._jobs, self._on_step = root, paths, now, jobs, on_step
        self._is_chosen = is_chosen
        self.cache: Cache | None = None
        self._recorder: Recorder | None = None
        self._began = time.monotonic()
        # Before anything is listed or read, so that what changes meanwhile is newer.
        self._looked_at = time.time_ns()
        self._has_site = (paths.out / FRONT_KEY).exists()

    def build_again(self, *, by_bytes: bool = False) -> BuildReport:
        """Build what changed since the last build; or everything, if there is nothing to continue."""
        paths = self._paths
        try:
            if not self._has_site:
                raise NoCache
            cache = load_cache(paths.cache, build_identity(), self._root)
        except NoCache as none:
            return self._build_recorded(none)
        stamps = stamp_inbox(self._root, self._is_chosen)
        found = find_changes(cache, self._root, stamps, self._now)
        report = self.continue_build(cache, with_site(found, cache, paths.out, paths.outcomes, by_bytes=by_bytes))
        if self.cache is not cache:
            self.save()
        return report

    def continue_build(self, cache: Cache, found: FoundChanges) -> BuildReport:
        """Build what ``found`` says has changed since the build of ``cache``. Saves no cache, unless all was built."""
        if found.is_partial:
            self._looked_at = cache.index.looked_at
        try:
            return self._keep(cache, found) if found.is_nothing else self._update(cache, found)
        except NoCache as none:
            return self._build_recorded(none)

    def save(self) -> None:
        """Save the cache for a later process."""
        if self.cache:
            save_cache(self._paths.cache, self.cache)

    def outcome_lines(self) -> list[OutcomeLine]:
        """The outcomes of all uploads after this build, without those whose names are not UTF-8."""
        body = self._recorder.body if self._recorder else self.cache.body if self.cache else CacheBody()
        return [line for lines in body.lines.values() for line in lines if is_utf8(line.key)]

    def _build_recorded(self, reason: NoCache) -> BuildReport:
        report = self.build_whole(str(reason), is_recorded=True)
        self.save()
        return report

    def _keep(self, cache: Cache, found: FoundChanges) -> BuildReport:
        index = cache.index
        self.cache = cache
        if found.posts != index.posts or found.shared_files != index.shared_files:
            # Only their times changed: the next build need not read them.
            assert found.shared_files is not None
            new_index = replace(index, looked_at=self._looked_at, posts=found.posts, shared_files=found.shared_files)
            self.cache = cache.with_index(new_index)
        return self._report(index.totals, len(index.written), 0)

    def _update(self, cache: Cache, found: FoundChanges) -> BuildReport:
        self._check_settings()
        paths = self._paths
        settings = BuildSettings(self._root, self._now, paths.new_site, paths.out, is_recorded=True)
        update = update_site(settings, cache, found, self._jobs, self._on_step)
        recorder = self._recorder = update.recorder
        needs_outcomes = update.has_new_outcomes or found.outcomes_changed
        move_changes(paths, update.changes, recorder.lines() if needs_outcomes else None)
        totals = recorder.totals()
        self._remember(recorder, totals)
        return self._report(totals, len(recorder.written), update.posts, recorder)

    def build_whole(self, reason: str, *, is_recorded: bool = False) -> BuildReport:
        """Build everything, and exchange the earlier site for it."""
        paths = self._paths
        if self._has_site:
            self._check_settings()
        empty_folder(paths.new_site)
        earlier = paths.out if self._has_site else None
        settings = BuildSettings(self._root, self._now, paths.new_site, earlier, is_recorded)
        recorder = self._recorder = Recorder()
        with start_workers(self._jobs) as workers:
            plans = choose_posts(plan_by_clinic(self._root), self._is_chosen)
            for result in make_site(settings, plans, workers, self._on_step):
                recorder.add(result)
        recorder.add_posts()
        put_in_place(paths, recorder.lines())
        totals = recorder.totals()
        if is_recorded and FRONT_KEY in recorder.written:
            self._remember(recorder, totals)
        else:
            remove_cache(paths.cache)
        return replace(self._report(totals, len(recorder.written), None, recorder), reason=reason)

    def _remember(self, recorder: Recorder, totals: Totals) -> None:
        outcomes = self._paths.outcomes
        found, content = outcomes.stat(), outcomes.read_bytes()
        written = WrittenFile(digest(content), found.st_size, found.st_mtime_ns)
        self.cache = recorder.make_cache(self._root, self._looked_at, written, totals)

    def _report(self, totals: Totals, files: int, posts: int | None, recorder: Recorder | None = None) -> BuildReport:
        return BuildReport(
            self._paths.out,
            self._paths.outcomes,
            Counter(totals.states),
            totals.to_mend,
            totals.differing,
            files,
            time.monotonic() - self._began,
            tuple(recorder.unnamed) if recorder else (),
            tuple(msgspec.convert(duplicate, Duplicate) for duplicate in totals.duplicates),
            posts,
        )

    def _check_settings(self) -> None:
        """Raises Refused if there are no valid settings. As in the cloud, the earlier site then stays."""
        if build_site_row(InboxFolder(self._root), self._now).settings is None:
            what = f"{self._root} has no valid site.yaml, so no page can be built. {self._paths.out} was not changed."
            raise Refused((Problem(what, f"Run colophon check {self._root} to see what to fix."),))
