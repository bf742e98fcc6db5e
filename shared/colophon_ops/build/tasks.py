"""The work of a build that can be done in any process: some posts, a clinic's listings, the shared listings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import Outcome, SiteRow
from colophon.listings.kinds.search import SEARCH
from colophon.page.objects import SiteObject
from colophon.settings import decoder_environment
from colophon.stores.decoder import Decoder
from colophon.stores.inbox_folder import InboxFolder
from colophon.upload.file_names import is_utf8
from colophon.upload.keys import PostRef
from colophon_ops.build.cache import KnownCopy, ListingFile, WrittenFile
from colophon_ops.build.copies import KnownCopies
from colophon_ops.build.digesting_inbox import DigestingInbox
from colophon_ops.build.moments import TracedMoment, Validity
from colophon_ops.build.posts import BuildResult, Claimant, UnresolvedWithdrawal, build_posts
from colophon_ops.build.records import (
    ListingMaker,
    MadePost,
    PostRecord,
    answer_of,
    decode_clinic,
    digest_searched,
    encode_clinic,
    encode_post,
    encode_posts,
    folder_of,
    folder_of_object,
    group_by_folder,
    line_of,
    split_by_post,
)
from colophon_ops.build.rows import build_card_objects, build_clinic_row, decide_stray_outcome
from colophon_ops.build.site import (
    build_clinic_listings,
    build_search,
    build_shared_listings,
    languages_of,
)
from colophon_ops.build.stamps import digest
from colophon_ops.build.tree import write_object
from colophon_ops.duplicates import TextMark
from colophon_ops.outcomes import present_outcomes


class BuildSettings(Struct, frozen=True):
    """What every process gets: the inbox, the moment to build for, and the output folder (None: write nothing).

    ``earlier`` is the folder of the site that the new one replaces, if any. ``is_recorded``: the results have what a
    cache needs. ``is_draft``: see ``PostSnapshot``.
    """

    inbox: Path
    now: datetime
    out: Path | None = None
    earlier: Path | None = None
    is_recorded: bool = False
    is_draft: bool = False

    def open_inbox(self) -> InboxFolder:
        return DigestingInbox(self.inbox) if self.is_recorded else InboxFolder(self.inbox)


class Task(Struct, frozen=True):
    """Some posts of one clinic, of ``size`` together; or ``strays``.

    ``whole``: these are all posts of the clinic, so the task makes the clinic's listings, too. ``copies`` of images are
    those of the last build, by the digest of the upload; ``copied`` are their files by digest.
    """

    clinic: str
    posts: Sequence[PostRef]
    size: int
    whole: bool
    strays: Sequence[str] = ()
    copies: Mapping[str, KnownCopy] = {}
    copied: Mapping[str, Path] = {}


class MadeListings(Struct, frozen=True):
    """What the shared listings need of a clinic's, encoded: it is sent to another process. Fingerprints by key."""

    record: bytes
    files: dict[str, ListingFile]


class Unposted(Struct, frozen=True):
    """The digests of files that belong to no post, and of the rows of the site and of the clinics."""

    files: Mapping[str, str]
    site: str
    clinics: dict[str, str]


@dataclass(slots=True)
class TaskResult:
    """What one task made: files written, outcomes, and what moves and listings are made from later.

    ``listings`` are by clinic. Of a recorded build, ``posts`` have the outcomes that are not in ``outcomes``; they are
    encoded (``encode_posts``), as most are kept until the build ends. All of it holds for the moments of ``validity``.
    ``is_moved``: these are the redirects. ``unrecorded`` are the folders of posts that no cache can hold, with the keys
    of their files. ``unposted`` is set if these are the uploads that belong to no post.
    """

    written: dict[str, WrittenFile] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    entries: list[EntryRow] = field(default_factory=list)
    listings: dict[str, MadeListings] = field(default_factory=dict)
    claimants: list[Claimant] = field(default_factory=list)
    unresolved: list[UnresolvedWithdrawal] = field(default_factory=list)
    marks: list[TextMark] = field(default_factory=list)
    posts: bytes = b""
    copies: dict[str, KnownCopy] = field(default_factory=dict)
    searched: dict[str, str] = field(default_factory=dict)
    validity: Validity = field(default_factory=Validity)
    is_moved: bool = False
    unrecorded: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unposted: Unposted | None = None

    def add(self, other: "TaskResult") -> None:
        """Add what is needed of ``other`` once all tasks are done."""
        self.listings |= other.listings
        self.claimants += other.claimants
        self.unresolved += other.unresolved


def run_task(settings: BuildSettings, site: SiteRow, clinics: frozenset[str], task: Task) -> TaskResult:
    """Build the posts of ``task``; and the clinic's listings, if they are all of one of ``clinics``."""
    source, moment = settings.open_inbox(), TracedMoment.trace(settings.now)
    copies = KnownCopies(decoder(), task.copies, task.copied)
    result = TaskResult(outcomes=[decide_stray_outcome(key, source) for key in task.strays])
    results: list[BuildResult] = []
    keys: dict[str, list[str]] = defaultdict(list)
    copier = copies if settings.is_recorded else decoder()
    for built in build_posts(task.posts, source, site, moment, copier, is_draft=settings.is_draft):
        result.outcomes.extend(built.outcomes)
        result.entries.extend(built.entries)
        result.claimants.extend(built.claimants)
        result.unresolved.extend(built.unresolved)
        result.marks.extend(built.marks)
        result.written |= write_objects(settings, built.objects)
        if settings.is_recorded:
            results.append(replace(built, objects=()))
            for each in built.objects:
                keys[folder_of_object(each)].append(each.key)
    if isinstance(source, DigestingInbox):
        result.validity, result.copies = moment.validity, copies.made
        _record_posts(result, task.posts, split_by_post(results), source, keys)
    if task.whole and task.clinic in clinics:
        listings = make_clinic_listings(settings, site, task.clinic, result.entries)
        result.written |= listings.written
        result.listings = listings.listings
        result.entries = []
    return result


def _record_posts(
    result: TaskResult,
    posts: Iterable[PostRef],
    records: Mapping[str, PostRecord],
    source: DigestingInbox,
    keys: Mapping[str, list[str]],
) -> None:
    """Move outcomes and marks into the record of each of ``posts``, except of those that no cache can hold."""
    files = group_by_folder(source.known.items(), lambda file: file[0])
    outcomes = group_by_folder(present_outcomes(result.outcomes), lambda outcome: outcome.key)
    marks = group_by_folder(result.marks, lambda mark: mark.key)
    odd = (key for key in (*source.links, *source.known) if key in source.links or not is_utf8(key))
    result.unrecorded = {folder: tuple(keys.get(folder, ())) for folder in map(folder_of, odd)}
    made: dict[str, MadePost] = {}
    for folder in (post.folder for post in posts):
        if folder not in result.unrecorded:
            record = records.get(folder, PostRecord())
            made[folder] = MadePost(
                dict(files.get(folder, ())),
                tuple(keys.get(folder, ())),
                tuple(map(line_of, outcomes.get(folder, ()))),
                tuple(marks.get(folder, ())),
                encode_post(record),
                bool(record.claimants or record.unresolved),
            )
    result.outcomes = [outcome for outcome in result.outcomes if folder_of(outcome.key) not in made]
    result.marks = [mark for mark in result.marks if folder_of(mark.key) not in made]
    result.posts = encode_posts(made)


@cache
def decoder() -> Decoder:
    """One per process."""
    return Decoder(decoder_environment())


def make_clinic_listings(
    settings: BuildSettings,
    site: SiteRow,
    clinic: str,
    entries: Iterable[EntryRow],
    known: Mapping[str, ListingFile] | None = None,
) -> TaskResult:
    """Make a clinic's listings, but write none that has the same fingerprint in ``known``."""
    result, maker = TaskResult(), ListingMaker(known or {})
    row = build_clinic_row(clinic, settings.open_inbox(), site, settings.now)
    listings = []
    for made in build_clinic_listings(row, site, entries, make=maker.make):
        result.written |= write_objects(settings, made.objects)
        listings.append(replace(made, objects=()))
    result.listings[clinic] = MadeListings(encode_clinic(listings), maker.files)
    return result


def make_cards(settings: BuildSettings, site: SiteRow, clinics: Iterable[str]) -> TaskResult:
    """Draw the cards of ``clinics``."""
    source, result = settings.open_inbox(), TaskResult()
    for clinic in clinics:
        row = build_clinic_row(clinic, source, site, settings.now)
        result.written |= write_objects(settings, build_card_objects(row, site))
    return result


def make_shared_listings(
    settings: BuildSettings,
    site: SiteRow,
    records: Iterable[bytes],
    known: Mapping[str, ListingFile] | None = None,
    searched_before: Mapping[str, str] | None = None,
) -> TaskResult:
    """Make the listings that belong to no single clinic, from the records of all. They are those of the clinic "".

    A search that is made from the same as before stays as ``known``: to decide about it takes all posts of a language.
    """
    maker, clinics = ListingMaker(known or {}), list(map(decode_clinic, records))
    searched = digest_searched(clinics) if settings.is_recorded else {}
    same = {lang for lang, found in searched.items() if (searched_before or {}).get(lang) == found}
    for key, file in (known or {}).items():
        if (group := SEARCH.group_of_key(key)) and group.lang in same:
            maker.files[key] = file
    objects = build_shared_listings(
        site, (made for record in clinics for made in record.decode_listings()), make=maker.make
    )
    written = write_objects(settings, objects)
    for lang in languages_of(site):
        if lang not in same:
            found = (row for record in clinics for row in record.decode_searched(lang))
            written |= write_objects(settings, build_search(lang, site, found, make=maker.make))
    return TaskResult(written, listings={"": MadeListings(b"", maker.files)}, searched=searched)


def write_objects(settings: BuildSettings, objects: Iterable[SiteObject]) -> dict[str, WrittenFile]:
    """Write ``objects`` to the output folder, if any; by key, with digests if the build is recorded."""
    written = {}
    for each in objects:
        modified = write_object(settings.out, each.key, each.content, settings.earlier) if settings.out else 0
        found = digest(each.content) if settings.is_recorded else ""
        written[each.key] = WrittenFile(found, len(each.content), modified, answer_of(each))
    return written
