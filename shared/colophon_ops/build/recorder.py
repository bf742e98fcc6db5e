"""Gathers what a build made: the lines of outcomes.json, the report, and the cache of the next build."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from colophon.decision.rows import Outcome
from colophon.upload.file_names import is_utf8
from colophon_ops.build.cache import Cache, CacheBody, CacheIndex, KnownPost, OutcomeLine, Totals, WrittenFile
from colophon_ops.build.code_identity import build_identity
from colophon_ops.build.moments import Validity
from colophon_ops.build.records import decode_posts, folder_of, line_of
from colophon_ops.build.stamps import KnownFile, Stamp, stamp_folder
from colophon_ops.build.tasks import TaskResult
from colophon_ops.duplicates import Duplicate, TextMark, find_duplicates
from colophon_ops.outcomes import present_outcomes

# The owner of the outcomes that were decided after all posts.
MOVED = "moved"


@dataclass(slots=True)
class Recorder:
    """``body``, ``posts`` and ``written`` of the next cache as they grow.

    ``loose_lines`` and ``loose_marks`` are of what no cache can hold. ``unnamed`` are the outcomes of names that are
    not UTF-8. ``shared_digests`` are those of the files that belong to no post.
    """

    body: CacheBody = field(default_factory=CacheBody)
    posts: dict[str, KnownPost] = field(default_factory=dict)
    written: dict[str, WrittenFile] = field(default_factory=dict)
    validity: Validity = field(default_factory=Validity)
    shared_digests: dict[str, str] = field(default_factory=dict)
    unrecorded: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unnamed: list[Outcome] = field(default_factory=list)
    loose_lines: list[OutcomeLine] = field(default_factory=list)
    loose_marks: list[TextMark] = field(default_factory=list)
    _encoded_posts: list[tuple[bytes, Validity]] = field(default_factory=list)

    def add(self, result: TaskResult) -> None:
        """Add what a task of this build made. Its posts are encoded until ``add_posts``."""
        self.written |= result.written
        self.unrecorded |= result.unrecorded
        self.loose_marks += result.marks
        self.body.copies |= result.copies
        self.body.searched = result.searched or self.body.searched
        if result.posts:
            self._encoded_posts.append((result.posts, result.validity))
        self._add_outcomes(result.outcomes, MOVED if result.is_moved else None)
        for clinic, listings in result.listings.items():
            self.body.listing_files[clinic] = listings.files
            if clinic:
                self.body.clinic_records[clinic] = listings.record
        if result.is_moved:
            self.body.moved_keys = tuple(result.written)
        if result.unposted:
            self.body.asset_keys = tuple(result.written)
            self.body.site, self.body.clinics = result.unposted.site, result.unposted.clinics
            self.shared_digests = dict(result.unposted.files)
        if result.is_moved or result.unposted:
            self.validity = self.validity.shared_with(result.validity)

    def add_posts(self) -> None:
        """Decode the posts of all results so far. To be called once the other processes have ended."""
        body = self.body
        while self._encoded_posts:
            encoded, validity = self._encoded_posts.pop()
            for folder, made in decode_posts(encoded).items():
                self.posts[folder] = KnownPost(made.files, made.keys, validity)
                body.records[folder] = made.record
                body.lines[folder] = (*made.lines, *body.lines.get(folder, ()))
                body.marks[folder] = tuple((mark.key, mark.url, mark.digest) for mark in made.marks)
                if made.claims:
                    body.claiming.add(folder)

    def _add_outcomes(self, outcomes: Iterable[Outcome], owner: str | None) -> None:
        for outcome in present_outcomes(outcomes):
            folder = owner or folder_of(outcome.key)
            if not is_utf8(outcome.key):
                self.unnamed.append(outcome)
                self.unrecorded.setdefault(folder, ())
            self.body.lines[folder] = (*self.body.lines.get(folder, ()), line_of(outcome))

    def lines(self) -> Iterator[str]:
        """The outcomes of all uploads, encoded and in the order of their keys."""
        lines = sorted((line.key, line.text) for lines in self.body.lines.values() for line in lines)
        return (text for _, text in lines)

    def totals(self) -> Totals:
        """What the report says of all uploads."""
        every = [line for lines in self.body.lines.values() for line in lines]
        states = Counter(line.state for line in every)
        duplicates = [duplicate.as_json() for duplicate in self.find_duplicates()]
        to_mend, differing = (sum(line.needs_fixing for line in every), sum(line.has_differences for line in every))
        return Totals(dict(states), to_mend, differing, duplicates)

    def find_duplicates(self) -> tuple[Duplicate, ...]:
        """What stands in two folders."""
        marks = [TextMark(*mark) for marks in self.body.marks.values() for mark in marks]
        return find_duplicates([*marks, *self.loose_marks])

    def make_cache(self, root: Path, looked_at: int, outcomes: WrittenFile, totals: Totals) -> Cache:
        """The cache of this build of ``root``, which began at ``looked_at``, in nanoseconds.

        What can't be recorded is left out, and so made again by every build.
        """
        self._record_strays(root)
        for folder in self.body.lines.keys() - self.posts.keys() - {"", MOVED}:
            self.unrecorded.setdefault(folder, ())
            del self.body.lines[folder]
        shared = _known_files(stamp_folder(root, ""), self.shared_digests)
        if not all(map(is_utf8, self.unrecorded)) or self.unrecorded.keys() & {"", MOVED} or shared is None:
            shared = None
            self.body.lines.pop("", None)
            self.body.lines.pop(MOVED, None)
        self._drop_copies()
        return Cache(
            CacheIndex(
                build_identity(),
                str(root),
                looked_at,
                shared,
                self.validity,
                self.posts,
                {folder: keys for folder, keys in self.unrecorded.items() if is_utf8(folder)},
                self.written,
                outcomes,
                totals,
            ),
            self.body,
        )

    def _record_strays(self, root: Path) -> None:
        """Folders like those of posts, in which nothing belongs to a post: their files are decided by their names."""
        for folder in self.body.lines.keys() - self.posts.keys() - self.unrecorded.keys() - {"", MOVED}:
            if files := _known_files(stamp_folder(root, folder), {}):
                self.posts[folder] = KnownPost(files, (), Validity())

    def _drop_copies(self) -> None:
        """Drop copies of uploads that are gone."""
        if self.body.copies:
            digests = {file.digest for post in self.posts.values() for file in post.files.values()}
            self.body.copies = {upload: copy for upload, copy in self.body.copies.items() if upload in digests}


def _known_files(stamps: dict[str, Stamp | None], digests: dict[str, str]) -> dict[str, KnownFile] | None:
    """None if there is a link, or a name that is not UTF-8."""
    if not all(map(is_utf8, stamps)) or None in stamps.values():
        return None
    return {key: KnownFile(stamp, digests.get(key, "")) for key, stamp in stamps.items() if stamp}
