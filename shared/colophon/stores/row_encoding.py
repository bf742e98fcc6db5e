"""How rows are stored as items of the table. README.md beside this file lists the items.

A row's ``n`` is a number, because writes are conditional on it; the rest of the row is JSON in the attribute ``row``.
Rows of a post are map attributes of one item, named by a prefix and a language, image or file. This module holds the
primary keys of all items but those of listings (``listing_keys``).
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from threading import Lock
from typing import Any, TypeVar
from zlib import crc32

from msgspec import MsgspecError, Raw, Struct, field
from msgspec.json import Decoder, Encoder
from msgspec.structs import replace
from pydantic import BaseModel, ValidationError

from colophon.decision.claim import Claim
from colophon.decision.earlier_address import WaitNote
from colophon.decision.history import PublishedVersion
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, ImageRow, PageRow, PostRow, SiteRow, WithdrawalRow
from colophon.decision.sweep import DueKey
from colophon.problem import Misconfigured
from colophon.stores import listing_keys
from colophon.stores.sizes import item_size
from colophon.trace import TRACE
from colophon.upload.keys import PageRef, PostRef
from colophon.withdrawal import UNREADABLE_WITHDRAWAL, Withdrawal

PAGE_PREFIX, IMAGE_PREFIX, WITHDRAWAL_PREFIX = "L#", "I#", "W#"
# Followed by the language, "#", and the post that claims the address.
CLAIM_PREFIX = "M#"
# Followed by the language.
CLAIMS_MADE_PREFIX = "C#"
HISTORY_PREFIX = "history#"
CLAIMED_PREFIX = "claimed#"
WAITS_PREFIX = "waits#"
# What the map attributes of a post's item hold, by the prefixes of their names.
POST_ATTRIBUTES: dict[str, type] = {
    PAGE_PREFIX: PageRow,
    IMAGE_PREFIX: ImageRow,
    WITHDRAWAL_PREFIX: WithdrawalRow,
    CLAIM_PREFIX: Claim,
}
# What decoding raises for an item that this code did not write.
# Held while a decoder is made.
_MAKING = Lock()
_DECODE_ERRORS = (MsgspecError, ValueError, KeyError, TypeError)
_DUE_PARTITIONS = 4
# As text, moments sort by time. No key begins with a character after the last one.
_INSTANT_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"
_AFTER_KEYS = "\U0010ffff"
T = TypeVar("T")


class DamagedRow(Misconfigured):
    """The item at ``pk`` and ``sk`` cannot be decoded: it was changed by hand or cut, or newer code wrote it.

    The code that reads it stops. Taken for an empty row, it would let ``n`` and ``rev`` start again from 1. Its content
    can be rebuilt from the inbox, except for a page's history. Fields that only newer code knows do no harm: this is
    about a value that it writes in a field of today, such as a state.
    """

    def __init__(self, pk: str, sk: str) -> None:
        fix = "delete that item of the table, then run colophon republish --all, which rebuilds it from the inbox."
        if pk.startswith(HISTORY_PREFIX):
            fix = "delete that item of the table: the record of one published version is lost."
        newer = "If a newer version of Colophon ran here, deploy that again, then run colophon redrive."
        super().__init__(f"The index's item with pk “{pk}” and sk “{sk}” can't be read. {newer} Else {fix}")


class ScanCursor(Struct, frozen=True, omit_defaults=True):
    """How far a scan has come: ``after`` is the last key that it has handled (empty: the scan has ended).

    ``code_version`` is that of the code that scans. ``previous_started_at`` is when the scan before began, None if that
    is unknown; ``all_listings_at`` when the last one began that enqueued every group of listings.
    """

    n: int = 0
    after: str = ""
    started_at: datetime | None = field(default=None, name="began")
    code_version: str = field(default="", name="code")
    previous_started_at: datetime | None = field(default=None, name="previous")
    all_listings_at: datetime | None = field(default=None, name="all_listings")


def make_key(pk: str, sk: str) -> dict[str, Any]:
    """The primary key of an item, as DynamoDB's API takes it."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def split_key(key: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    """``pk`` and ``sk`` of a primary key."""
    return key["pk"]["S"], key["sk"]["S"]


def post_key(post: PostRef) -> dict[str, Any]:
    return make_key(f"post#{post}", "post")


# The attribute of a clinic's item that names months at which an object is.
MONTHS = "months"


def clinic_key(clinic: str) -> dict[str, Any]:
    return make_key(f"clinic#{clinic}", "clinic")


def site_key() -> dict[str, Any]:
    return make_key("site", "site")


def stray_key(name: str) -> dict[str, Any]:
    """The primary key of the row of the stray key ``name``."""
    return make_key("stray", name)


def scan_cursor_key() -> dict[str, Any]:
    """The primary key of the cursor of the daily inbox scan."""
    return make_key("round", "round")


def stray_scan_key() -> dict[str, Any]:
    return make_key("strays", "strays")


def command_cursor_key(name: str) -> dict[str, Any]:
    """The primary key of the cursor of the operator's command called ``name``."""
    return make_key("course", name)


def claimed_key(post: PostRef) -> dict[str, Any]:
    """The primary key of the item that notes that another post claims, or claimed, the address of ``post``."""
    return make_key(f"{CLAIMED_PREFIX}{post.clinic}", post.post)


def wait_key(note: WaitNote) -> dict[str, Any]:
    """The primary key of the item of ``note``, which has no other attributes."""
    if note.post:
        return make_key(
            room_waits_partition(PageRef(PostRef(note.clinic, note.post), note.claimant.lang)), str(note.claimant.post)
        )
    return make_key(f"{WAITS_PREFIX}{note.clinic}", note.claimant.key)


def room_waits_partition(address: PageRef) -> str:
    """The partition of the notes of posts that wait for room at ``address``, in the order of their names."""
    return f"{WAITS_PREFIX}{address.post}#{address.lang}"


def claim_attribute(lang: str, claimant: PostRef) -> str:
    """The attribute, in the item of the post whose address is claimed, that holds the claim of ``claimant``."""
    return f"{CLAIM_PREFIX}{lang}#{claimant}"


def history_location(page: PageRef) -> tuple[str, str]:
    """The partition of the history of a page's post, and the prefix of the page's sort keys in it."""
    return f"{HISTORY_PREFIX}{page.post}", f"{page.lang}#"


def history_key(page: PageRef, rev: int) -> dict[str, Any]:
    """The key of the row of one version in a page's history."""
    pk, prefix = history_location(page)
    return make_key(pk, f"{prefix}{rev:09}")


def due_partitions() -> Iterator[str]:
    """The partition keys of all due keys."""
    return (f"due#{number}" for number in range(_DUE_PARTITIONS))


def due_item_key(due: DueKey) -> dict[str, Any]:
    """The primary key of the item of ``due``, which has no other attributes."""
    partition = crc32(due.key.encode()) % _DUE_PARTITIONS
    moment = due.at.astimezone(UTC).strftime(_INSTANT_FORMAT)
    return make_key(f"due#{partition}", f"{moment} {due.key}")


def parse_due_item(item: dict[str, Any]) -> DueKey:
    """The key in ``item``, and the moment at which it is due. Raises DamagedRow."""
    moment, _, key = item["sk"]["S"].partition(" ")
    try:
        return DueKey(datetime.strptime(moment, _INSTANT_FORMAT).replace(tzinfo=UTC), key)
    except ValueError as error:
        raise DamagedRow(*split_key(item)) from error


def last_due_sort_key(now: datetime) -> str:
    """A sort key after those of all keys that are due at ``now``."""
    return f"{now.astimezone(UTC).strftime(_INSTANT_FORMAT)} {_AFTER_KEYS}"


def encode_row(value: Any) -> dict[str, Any]:
    """The attributes that store ``value``: ``row`` and, if it has one, ``n``."""
    if not hasattr(value, "n"):
        return {"row": {"S": _encode_json(value)}}
    return {"n": {"N": str(value.n)}, "row": {"S": _encode_json(replace(value, n=0))}}


def encode_attribute(value: Any) -> dict[str, Any]:
    """``value``, a row of a post or a claim, as one map attribute."""
    return {"M": encode_row(value)}


def encode_entry(entry: EntryRow) -> dict[str, Any]:
    """The item of an entry."""
    return {**listing_keys.entry_key(entry), **encode_row(entry)}


def encode_history(post: PostRef, version: PublishedVersion) -> dict[str, Any]:
    """The item of one published version. A page's items sort by ``rev``."""
    return {**history_key(PageRef(post, version.lang), version.rev), **encode_row(version)}


def decode_row(kind: type[T], item: dict[str, Any]) -> T:
    """The row of ``kind`` that ``item`` holds. Raises DamagedRow."""
    try:
        return _decode(kind, item)
    except _DECODE_ERRORS as error:
        raise DamagedRow(*split_key({"pk": {"S": "?"}, "sk": {"S": "?"}, **item})) from error


def decode_post(post: PostRef, item: dict[str, Any]) -> PostRow:
    """The row of ``post`` that ``item`` (empty: there is none) holds. Raises DamagedRow."""
    rows_by_prefix: dict[str, dict[str, Any]] = {PAGE_PREFIX: {}, IMAGE_PREFIX: {}, WITHDRAWAL_PREFIX: {}}
    try:
        for name, value in item.items():
            if name[:2] in rows_by_prefix:
                rows_by_prefix[name[:2]][name[2:]] = _decode(POST_ATTRIBUTES[name[:2]], value["M"])
        return PostRow(
            post,
            rows_by_prefix[PAGE_PREFIX],
            rows_by_prefix[IMAGE_PREFIX],
            rows_by_prefix[WITHDRAWAL_PREFIX],
            _decode_claims(item),
            _decode_claims_made(item),
            # No decision depends on what the last change followed from. MAX_ITEM_BYTES leaves room for it.
            item_size({name: value for name, value in item.items() if name != TRACE}),
        )
    except _DECODE_ERRORS as error:
        raise DamagedRow(*split_key(post_key(post))) from error


def decode_clinic(clinic: str, item: dict[str, Any]) -> ClinicRow:
    """The row of ``clinic`` that ``item`` (empty: there is none) holds. Raises DamagedRow."""
    if not item:
        return ClinicRow(clinic)
    months = item.get(MONTHS, {}).get("SS", ())
    return replace(decode_row(ClinicRow, item), months=frozenset(months))


def decode_site(item: dict[str, Any]) -> SiteRow:
    """The site's row that ``item`` (empty: there is none) holds. Raises DamagedRow."""
    return decode_row(SiteRow, item) if item else SiteRow()


def is_same_entry(item: dict[str, Any], entry: EntryRow) -> bool:
    """Whether ``item`` (empty: there is none) decodes to ``entry``, whichever version of the code encoded it."""
    try:
        return bool(item) and decode_row(EntryRow, item) == entry
    except DamagedRow:
        return False


def _decode(kind: type[T], attributes: dict[str, Any]) -> T:
    row: Any = decoder_of(kind).decode(attributes["row"]["S"])  # type: ignore[arg-type]
    found: T = replace(row, n=int(attributes["n"]["N"])) if "n" in attributes else row
    return found


def _decode_claims(item: dict[str, Any]) -> dict[str, dict[str, Claim]]:
    """The claims in a post's item, by language and then by the post that claims."""
    claims: dict[str, dict[str, Claim]] = {}
    for name, value in item.items():
        if name.startswith(CLAIM_PREFIX):
            _, lang, claimant = name.split("#")
            claims.setdefault(lang, {})[claimant] = _decode(Claim, value["M"])
    return claims


def _decode_claims_made(item: dict[str, Any]) -> dict[str, int]:
    prefix = CLAIMS_MADE_PREFIX
    return {name.removeprefix(prefix): int(value["N"]) for name, value in item.items() if name.startswith(prefix)}


@lru_cache
def decoder_of(kind: Any) -> Decoder[Any]:
    """The decoder of rows of ``kind``, and the only place that makes one.

    msgspec describes a class when the first decoder for it is made. A second thread that needs the class before this is
    done reads half a description, and the process crashes. So one decoder is made at a time.
    """
    with _MAKING:
        return Decoder(kind, dec_hook=_decode_model)


def _decode_model(kind: type[BaseModel], stored: object) -> BaseModel:
    """The file that a row holds, as far as this code knows its fields. A withdrawal of a kind that it does not know
    withdraws all the same."""
    try:
        return kind.model_validate(stored, extra="ignore")
    except ValidationError:
        if kind is Withdrawal:
            return UNREADABLE_WITHDRAWAL
        raise


def _encode_json(value: Any) -> str:
    """JSON without fields that have their defaults (``omit_defaults``): most of a row's fields have."""
    return _ENCODER.encode(value).decode()


def _encode_model(model: BaseModel) -> Raw:
    return Raw(model.model_dump_json(exclude_defaults=True).encode())


_ENCODER = Encoder(enc_hook=_encode_model)
