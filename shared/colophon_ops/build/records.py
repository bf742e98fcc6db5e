"""What the parts of a build made, as the cache keeps it: a post, and the listings of a clinic."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, Outcome, SiteRow
from colophon.listings.kind import Listing, ListingGroup, ListingRow
from colophon.listings.kinds import kind_of
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
    """A clinic's listings in each language, without their objects; ``rows`` are those of each, encoded."""

    listings: tuple[ClinicListings, ...]
    rows: tuple[tuple[tuple[ListingGroup, Raw], ...], ...]

    def with_rows(self) -> list[ClinicListings]:
        return [
            replace(listings, rows={group: _decode_row(group, row) for group, row in rows})
            for listings, rows in zip(self.listings, self.rows, strict=True)
        ]


_encoder = msgspec.msgpack.Encoder()
_row_encoder = msgspec.msgpack.Encoder(enc_hook=lambda model: model.model_dump(mode="json"), order="deterministic")
_post_decoder = msgspec.msgpack.Decoder(PostRecord)
_clinic_decoder = msgspec.msgpack.Decoder(ClinicRecord)


def decode_post(record: bytes | Raw) -> PostRecord:
    return _post_decoder.decode(record)


def decode_clinic(record: bytes | Raw) -> list[ClinicListings]:
    return _clinic_decoder.decode(record).with_rows()


def encode_clinic(made: Iterable[ClinicListings]) -> bytes:
    """The record of what is ``made`` of one clinic."""
    every = tuple(made)
    rows = tuple(
        tuple((group, Raw(msgspec.msgpack.encode(row))) for group, row in listings.rows.items()) for listings in every
    )
    return msgspec.msgpack.encode(ClinicRecord(tuple(replace(one, objects=(), rows={}) for one in every), rows))


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


class MadePost(Struct, frozen=True):
    """A post as a task made it: its uploads, the keys of its files, its outcomes, and its encoded record.

    ``claims``: the record has claimants or withdrawals, of which the redirects are made.
    """

    files: dict[str, KnownFile]
    keys: tuple[str, ...]
    lines: tuple[OutcomeLine, ...]
    marks: tuple[TextMark, ...]
    record: bytes
    claims: bool


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


def digest_searched(made: Iterable[ClinicListings]) -> dict[str, str]:
    """By language, the digest of the entries that its search is made from, without their identities."""
    by_lang: dict[str, list[bytes]] = defaultdict(list)
    for listings in made:
        by_lang[listings.lang] += (_encoder.encode((row.clinic, row.post, row.entry)) for row in listings.searched)
    return {lang: digest(b"".join(sorted(entries))) for lang, entries in by_lang.items()}


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
