"""What the parts of a build made, as the cache keeps it: a post, and the listings of a clinic."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, Outcome, SiteRow
from colophon.listings.kind import Listing, ListingGroup, ListingRow
from colophon.listings.kinds import kind_of
from colophon.listings.search_index import SearchedRow
from colophon.page.names import ClinicName
from colophon.page.objects import SiteObject
from colophon.upload.keys import PageWithdrawal, PostWithdrawal, parse_key
from colophon_ops.build.cache import ListingFile, OutcomeLine
from colophon_ops.build.posts import BuildResult, Claimant, UnresolvedWithdrawal
from colophon_ops.build.site import ClinicListings
from colophon_ops.build.stamps import KnownFile, digest
from colophon_ops.duplicates import TextMark
from colophon_ops.outcomes import encode_outcome, has_differences, needs_fixing

T = TypeVar("T")
# The metadata by which the edge answers. Every other header follows from the key.
_ANSWER_NAMES = ("status", "kind", "location", "link")


class PostRecord(Struct, frozen=True, array_like=True):
    """What later steps of a build need of one post. ``unresolved`` are keys."""

    entries: tuple[EntryRow, ...] = ()
    claimants: tuple[Claimant, ...] = ()
    unresolved: tuple[str, ...] = ()

    def unresolved_withdrawals(self) -> list[UnresolvedWithdrawal]:
        names = map(parse_key, self.unresolved)
        return [name for name in names if isinstance(name, PostWithdrawal | PageWithdrawal)]


class ClinicRecord(Struct, frozen=True, array_like=True):
    """A clinic's listings in each language, without their objects; ``rows`` are those of each, encoded.

    ``searched`` is what the search finds, encoded, and ``searched_digests`` are its digests, both by language. They are
    apart because those of all clinics take most of the memory of a build.
    """

    listings: tuple[ClinicListings, ...]
    rows: tuple[tuple[tuple[ListingGroup, Raw], ...], ...]
    searched: dict[str, Raw]
    searched_digests: dict[str, str]

    def decode_listings(self) -> list[ClinicListings]:
        """The listings with their rows, and without what the search finds."""
        return [
            replace(listings, rows={group: _decode_row(group, row) for group, row in rows})
            for listings, rows in zip(self.listings, self.rows, strict=True)
        ]

    def decode_searched(self, lang: str) -> Iterator[SearchedRow]:
        return _share_texts(_searched_decoder.decode(self.searched[lang])) if lang in self.searched else iter(())


_encoder = msgspec.msgpack.Encoder()
_row_encoder = msgspec.msgpack.Encoder(enc_hook=lambda model: model.model_dump(mode="json"), order="deterministic")
_post_decoder = msgspec.msgpack.Decoder(PostRecord)
_clinic_decoder = msgspec.msgpack.Decoder(ClinicRecord)
_searched_decoder = msgspec.msgpack.Decoder(tuple[SearchedRow, ...])


def decode_post(record: bytes | Raw) -> PostRecord:
    return _post_decoder.decode(record)


def decode_clinic(record: bytes | Raw) -> ClinicRecord:
    return _clinic_decoder.decode(record)


def encode_clinic(made: Iterable[ClinicListings]) -> bytes:
    """The record of what is ``made`` of one clinic."""
    every = tuple(made)
    record = ClinicRecord(
        tuple(replace(one, objects=(), rows={}, searched=()) for one in every),
        tuple(
            tuple((group, Raw(msgspec.msgpack.encode(row))) for group, row in listings.rows.items())
            for listings in every
        ),
        {listings.lang: Raw(_encoder.encode(listings.searched)) for listings in every},
        {listings.lang: _digest_searched(listings.searched) for listings in every},
    )
    return msgspec.msgpack.encode(record)


def _digest_searched(rows: Iterable[SearchedRow]) -> str:
    """The digest of what a search shows of ``rows``: without their identities, which other fields change, too."""
    return digest(b"".join(sorted(_encoder.encode((row.clinic, row.post, row.entry)) for row in rows)))


def _share_texts(rows: Iterable[SearchedRow]) -> Iterator[SearchedRow]:
    """``rows`` with equal names and tags in memory once. The posts of a clinic have many."""
    names: dict[tuple[ClinicName, ...], tuple[ClinicName, ...]] = {}
    tags: dict[str, str] = {}
    for row in rows:
        if (entry := row.entry) is None:
            yield row
            continue
        shared = replace(
            entry,
            lang=row.lang,
            clinic=row.clinic,
            post=row.post,
            posted=row.posted,
            names=names.setdefault(entry.names, entry.names),
            tags=tuple(tags.setdefault(tag, tag) for tag in entry.tags),
        )
        yield replace(row, entry=shared)


def _decode_row(group: ListingGroup, row: Raw) -> ListingRow:
    row_type: type[ListingRow] = kind_of(group).row_type
    return msgspec.msgpack.decode(row, type=row_type)


class ListingMaker:
    """Makes those listings whose fingerprint is another than at the last build. The site has the others.

    A fingerprint stands for all that a listing is made from, if versions are told apart by their content.
    """

    def __init__(self, known: Mapping[str, ListingFile]) -> None:
        self._known = known
        self.files: dict[str, ListingFile] = {}

    def make(self, listing: Listing) -> SiteObject | None:
        """The object of ``listing``; None if the site has it, or if there is nothing to show."""
        known = self._known.get(listing.key)
        if known and known.fp == listing.fp:
            self.files[listing.key] = known
            return None
        made = listing.make(1)
        is_shown = made.metadata.get("kind") != "absent"
        self.files[listing.key] = ListingFile(listing.fp, is_shown)
        return made if is_shown else None


class MadePost(Struct, frozen=True, array_like=True):
    """A post as a task made it: its uploads, the keys of its files, its outcomes, and its encoded record.

    ``claims``: the record has claimants or withdrawals, of which the redirects are made.
    """

    files: dict[str, KnownFile]
    keys: tuple[str, ...]
    lines: tuple[OutcomeLine, ...]
    marks: tuple[TextMark, ...]
    record: bytes
    claims: bool


def encode_posts(made: Mapping[str, MadePost]) -> bytes:
    """Posts by folder, in a fifth of the memory. They are sent to another process, too."""
    return _encoder.encode(made)


def decode_posts(made: bytes) -> dict[str, MadePost]:
    return msgspec.msgpack.decode(made, type=dict[str, MadePost])


def split_by_post(results: Iterable[BuildResult]) -> dict[str, PostRecord]:
    """The records of the posts that ``results`` are of, by folder. Every part of a result names its post."""
    every = list(results)
    entries = group_by_folder(
        (one for each in every for one in each.entries), lambda one: f"posts/{one.clinic}/{one.post}/"
    )
    claimants = group_by_folder((one for each in every for one in each.claimants), lambda one: one.page.key)
    unresolved = group_by_folder((one.key for each in every for one in each.unresolved), str)
    return {
        folder: PostRecord(
            tuple(entries.get(folder, ())), tuple(claimants.get(folder, ())), tuple(unresolved.get(folder, ()))
        )
        for folder in {*entries, *claimants, *unresolved}
    }


def group_by_folder(found: Iterable[T], key_of: Callable[[T], str]) -> dict[str, list[T]]:
    """``found`` by the post folder of the key that ``key_of`` gives."""
    by_folder: dict[str, list[T]] = defaultdict(list)
    for each in found:
        by_folder[folder_of(key_of(each))].append(each)
    return by_folder


def encode_post(record: PostRecord) -> bytes:
    return _encoder.encode(record)


def digest_searched(records: Iterable[ClinicRecord]) -> dict[str, str]:
    """By language, the digest of all that its search is made from."""
    by_lang: dict[str, list[str]] = defaultdict(list)
    for record in records:
        for lang, found in record.searched_digests.items():
            by_lang[lang].append(found)
    return {lang: digest("".join(sorted(found)).encode()) for lang, found in by_lang.items()}


def row_digest(row: ClinicRow | SiteRow) -> str:
    """The digest of all that was decided about a clinic or the site."""
    return digest(_row_encoder.encode(row))


def line_of(outcome: Outcome) -> OutcomeLine:
    """A line of outcomes.json."""
    text = encode_outcome(outcome)
    return OutcomeLine(outcome.key, text, outcome.state, needs_fixing(outcome), has_differences(outcome))


def folder_of(key: str) -> str:
    """The folder of the post that ``key`` is in; "" if it is in none."""
    parts = key.split("/", 3)
    return "/".join(parts[:3]) + "/" if len(parts) == 4 and parts[0] == "posts" else ""


def folder_of_object(made: SiteObject) -> str:
    """The post folder of a page or an image: its first cache tag names the post, for the purge of a withdrawal."""
    tag = made.metadata["cache-tag"].partition(",")[0]
    return f"posts/{tag.removeprefix('p:')}/"


def answer_of(made: SiteObject) -> Mapping[str, str] | None:
    """How the edge answers with ``made``; None for an ordinary file."""
    answer = {name: made.metadata[name] for name in _ANSWER_NAMES if name in made.metadata}
    return answer or None
