"""Build what changed since the last build, and nothing else.

The unit is a post: all that its decisions read lies in its folder, but for the rows of its clinic and of the site. A
clinic's listings are decided from the entries of all its posts, the shared listings from those of all clinics, and made
where their fingerprint is another. Redirects are decided again each time, from the posts that claim an address.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict, replace

from colophon.decision.listing_rows import EntryRow
from colophon.listings.kinds.search import SEARCH
from colophon.page.paths import card_folder
from colophon.upload.keys import PostRef
from colophon_ops.build.cache import Cache, CacheBody, KnownCopy, KnownPost, ListingFile, NoCache, WrittenFile
from colophon_ops.build.changes import Changes
from colophon_ops.build.found_changes import FoundChanges
from colophon_ops.build.plan import BuildPlan, make_plan
from colophon_ops.build.recorder import MOVED, Recorder
from colophon_ops.build.records import decode_post, folder_of, row_digest
from colophon_ops.build.rows import build_site_row
from colophon_ops.build.tasks import (
    BuildSettings,
    Task,
    TaskResult,
    make_cards,
    make_clinic_listings,
    make_shared_listings,
    run_task,
)
from colophon_ops.build.whole import jobs_for, make_assets, make_moves, make_unposted, run_tasks, split_posts
from colophon_ops.build.workers import start_workers


class Update(Struct, frozen=True):
    """What a build made of what had changed: the whole site as ``recorder`` has it, and what to move into its folder.

    ``has_new_outcomes``: outcomes.json is another. ``posts`` is the number of posts that were built.
    """

    recorder: Recorder
    changes: Changes
    has_new_outcomes: bool
    posts: int


def update_site(
    settings: BuildSettings, cache: Cache, found: FoundChanges, jobs: int, on_step: Callable[[int, int], None]
) -> Update:
    """Write to the settings' output folder what is new since the build of ``cache``, by what ``found`` says.

    Raises NoCache if the whole site must be built.
    """
    return _SiteUpdate(settings, cache, found).run(jobs, on_step)


class _SiteUpdate:
    def __init__(self, settings: BuildSettings, cache: Cache, found: FoundChanges) -> None:
        self._settings, self._found, self._index, self._before = settings, found, cache.index, cache.body
        self._source = settings.open_inbox()
        self._site = build_site_row(self._source, settings.now)
        if row_digest(self._site) != self._before.site:
            raise NoCache("site.yaml or site.css has changed")
        self._recorder = Recorder(_copy_body(cache.body), dict(found.posts))
        # Keys whose files are no longer those of the last build, unless this one writes them.
        self._dropped: set[str] = {*self._before.asset_keys, *self._before.moved_keys}
        self._dropped.update(key for keys in self._index.unrecorded.values() for key in keys)
        # By clinic: of posts that no cache can hold.
        self._loose_entries: dict[str, list[EntryRow]] = defaultdict(list)
        self._pending = TaskResult()

    def run(self, jobs: int, on_step: Callable[[int, int], None]) -> Update:
        before, body = self._before, self._recorder.body
        self._build_unposted()
        new_rows = frozenset(name for name, _ in before.clinics.items() ^ body.clinics.items())
        clinics = set(new_rows)
        changed = [*self._found.changed, *self._posts_to_repair(clinics)]
        for folder in (*changed, *self._found.gone):
            self._forget_post(folder)
        posts = self._build_posts(changed, jobs, on_step)
        clinics.update(_clinic_of(folder) for folder in (*changed, *self._found.gone))
        self._build_listings(clinics, new_rows)
        # The cache has no outcomes of what it can't hold.
        is_complete = not self._index.unrecorded and self._index.shared_files is not None
        return Update(self._recorder, self._collect_files(), body.lines != before.lines or not is_complete, posts)

    def _build_unposted(self) -> None:
        found, recorder = self._found, self._recorder
        recorder.body.lines.pop(MOVED, None)
        if found.shared_files is None:
            recorder.body.lines.pop("", None)
            plan = make_plan(sorted(found.stamps[""]))
            recorder.add(make_unposted(self._settings, plan, self._source, self._site))
        else:
            recorder.validity = self._index.validity
            recorder.shared_digests = {key: file.digest for key, file in found.shared_files.items()}
            recorder.written |= make_assets(self._settings, self._source, self._site, self._settings.now)
            recorder.body.asset_keys = tuple(recorder.written)

    def _posts_to_repair(self, clinics: set[str]) -> list[str]:
        """Unchanged posts of changed ``clinics``, or whose files in the site were changed."""
        damaged, posts = self._found.damaged, self._found.posts
        return [
            folder
            for folder, post in posts.items()
            if _clinic_of(folder) in clinics or (damaged and not damaged.isdisjoint(post.keys))
        ]

    def _forget_post(self, folder: str) -> None:
        body = self._recorder.body
        if known := self._index.posts.get(folder):
            self._dropped.update(known.keys)
        self._recorder.posts.pop(folder, None)
        for by_folder in (body.records, body.lines, body.marks):
            by_folder.pop(folder, None)
        body.claiming.discard(folder)

    def _build_posts(self, folders: list[str], jobs: int, on_step: Callable[[int, int], None]) -> int:
        """Returns the number of posts."""
        plan = _join_plans(make_plan(sorted(self._found.stamps[folder])) for folder in folders)
        tasks = list(self._tasks(plan))
        run = partial(run_task, self._settings, self._site, frozenset())
        with start_workers(jobs_for([plan], jobs)) as workers:
            for result, _ in run_tasks(run, tasks, workers, on_step):
                self._recorder.add(result)
                for entry in result.entries:
                    if f"posts/{entry.clinic}/{entry.post}/" in result.unrecorded:
                        self._loose_entries[entry.clinic].append(entry)
                if result.unrecorded:
                    # These are among the redirects' posts by now, the others are read from their records.
                    self._pending.claimants += [
                        one for one in result.claimants if one.page.post.folder in result.unrecorded
                    ]
                    self._pending.unresolved += [
                        one for one in result.unresolved if folder_of(one.key) in result.unrecorded
                    ]
        self._recorder.add_posts()
        return len(plan.posts)

    def _tasks(self, plan: BuildPlan) -> Iterator[Task]:
        by_clinic: dict[str, list[PostRef]] = defaultdict(list)
        for post in plan.posts:
            by_clinic[post.clinic].append(post)
        for clinic, posts in by_clinic.items():
            for part, size in split_posts(posts, plan):
                known = [self._index.posts[post.folder] for post in part if post.folder in self._index.posts]
                copies, copied = self._copies_of(known), self._files_of(known)
                yield Task(clinic, part, size, whole=False, copies=copies, copied=copied)
        if plan.strays:
            yield Task("", (), len(plan.strays), whole=False, strays=plan.strays)

    def _copies_of(self, posts: Iterable[KnownPost]) -> dict[str, KnownCopy]:
        copies = self._before.copies
        return {
            file.digest: copies[file.digest] for post in posts for file in post.files.values() if file.digest in copies
        }

    def _files_of(self, posts: Iterable[KnownPost]) -> dict[str, Path]:
        """The files of images in the site, by digest."""
        assert self._settings.earlier
        keys = (key for post in posts for key in post.keys if key.startswith("images/") and key in self._index.written)
        return {self._index.written[key].digest: self._settings.earlier / key for key in keys}

    def _build_listings(self, clinics: set[str], new_rows: frozenset[str]) -> None:
        """Make the listings of ``clinics``, of those with changed files, the redirects, and the shared listings.

        ``new_rows`` are the clinics whose record changed: only they have new cards.
        """
        body, damaged = self._recorder.body, self._found.damaged
        for clinic in self._before.listing_files.keys() - body.clinics.keys() - {""}:
            self._drop_listings(clinic)
            clinics.add(clinic)
        repaired = {
            clinic for clinic, files in self._before.listing_files.items() if damaged and not damaged.isdisjoint(files)
        }
        redrawn = {clinic for clinic in body.clinics if damaged and self._has_damaged_card(clinic)} | new_rows
        folders = tuple(map(card_folder, redrawn))
        self._dropped.update(key for key in self._index.written if key.startswith(folders))
        relisted = sorted(clinic for clinic in body.clinics if clinic in clinics | repaired | redrawn)
        entries = self._entries_of(relisted)
        for clinic in relisted:
            known = self._drop_listings(clinic)
            self._recorder.add(make_clinic_listings(self._settings, self._site, clinic, entries.get(clinic, ()), known))
        self._recorder.add(make_cards(self._settings, self._site, sorted(redrawn)))
        self._build_moves()
        if relisted or clinics or "" in repaired:
            known = self._drop_listings("")
            before = self._searched_before()
            self._recorder.add(
                make_shared_listings(self._settings, self._site, body.clinic_records.values(), known, before)
            )

    def _searched_before(self) -> dict[str, str]:
        """What the search of each language was made from, of those whose files are as they were."""
        groups = (SEARCH.group_of_key(key) for key in self._found.damaged)
        damaged = {group.lang for group in groups if group}
        return {lang: searched for lang, searched in self._before.searched.items() if lang not in damaged}

    def _has_damaged_card(self, clinic: str) -> bool:
        return any(key.startswith(card_folder(clinic)) for key in self._found.damaged)

    def _drop_listings(self, clinic: str) -> dict[str, ListingFile]:
        """Forget the listings of ``clinic``. Returns those whose files are as the last build wrote them."""
        body = self._recorder.body
        files = body.listing_files.pop(clinic, {})
        body.clinic_records.pop(clinic, None)
        self._dropped.update(files)
        return {key: file for key, file in files.items() if key not in self._found.damaged}

    def _entries_of(self, clinics: Iterable[str]) -> Mapping[str, list[EntryRow]]:
        entries = {clinic: list(self._loose_entries.get(clinic, ())) for clinic in clinics}
        for folder, record in self._recorder.body.records.items():
            if (clinic := _clinic_of(folder)) in entries:
                entries[clinic] += decode_post(record).entries
        return entries

    def _build_moves(self) -> None:
        body = self._recorder.body
        for folder in sorted(body.claiming):
            record = decode_post(body.records[folder])
            self._pending.claimants += record.claimants
            self._pending.unresolved += record.unresolved_withdrawals()
        self._recorder.add(make_moves(self._settings, self._source, self._site, self._pending))
        # What stood there before the redirect was overwritten by it.
        if freed := set(self._before.moved_keys) - set(body.moved_keys) - self._recorder.written.keys():
            posts = (key for folder in self._found.posts for key in self._index.posts[folder].keys)
            if not freed.isdisjoint(posts):
                raise NoCache("a post no longer moved to another address")

    def _collect_files(self) -> Changes:
        """Complete the recorder's files with those that are as before. Returns what to do with the site's folder."""
        before, recorder, damaged = self._index.written, self._recorder, self._found.damaged
        written = recorder.written
        put = [key for key, file in written.items() if key in damaged or not _is_same(before.get(key), file)]
        kept = {key: replace(before[key], answer=written[key].answer) for key in written.keys() - set(put)}
        unchanged = {key: file for key, file in before.items() if key not in self._dropped}
        shown = (key for files in recorder.body.listing_files.values() for key, file in files.items() if file.is_shown)
        listed = {key: before[key] for key in shown if key in before}
        recorder.written = {**unchanged, **listed, **written, **kept}
        if unrepaired := (damaged & recorder.written.keys()) - written.keys():
            raise NoCache(f"{min(unrepaired)} in the site was changed")
        removed = before.keys() - recorder.written.keys()
        return Changes(self._found.foreign, tuple(put), tuple(removed))


def _is_same(before: WrittenFile | None, now: WrittenFile) -> bool:
    return before is not None and before.digest == now.digest


def _clinic_of(folder: str) -> str:
    return folder.split("/", 2)[1]


def _copy_body(body: CacheBody) -> CacheBody:
    """A body to change: of an update that fails, the cache must not keep a part."""
    fields = {name: value.copy() if hasattr(value, "copy") else value for name, value in asdict(body).items()}
    return CacheBody(**fields)


def _join_plans(plans: Iterable[BuildPlan]) -> BuildPlan:
    posts: list[PostRef] = []
    strays: list[str] = []
    images: Counter[PostRef] = Counter()
    for plan in plans:
        posts += plan.posts
        strays += plan.strays
        images.update(plan.images)
    return BuildPlan(tuple(posts), (), tuple(strays), images)
