"""How rows are written in the table: counters and tokens as DynamoDB values for conditions, the rest as JSON."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar
from zlib import crc32

from msgspec import MsgspecError, Raw, Struct, field
from msgspec.json import Decoder, Encoder
from msgspec.structs import replace
from pydantic import BaseModel

from colophon.decision.claim import Claim
from colophon.decision.history import PublishedVersion
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, ImageRow, PageRow, PostRow, SiteRow, WithdrawalRow
from colophon.decision.sweep import DueKey
from colophon.problem import Misconfigured
from colophon.stores import listing_keys
from colophon.upload.keys import PageRef, PostRef


class DamagedRow(Misconfigured):
    """The item at ``pk`` and ``sk`` was written by somebody else, or cut. All that it held comes from the inbox again,
    but for a page's history.

    Whoever meets one stops: to take it for an empty row would count from 1 again beside others that did not.
    """

    def __init__(self, pk: str, sk: str) -> None:
        mend = "Delete that item of the table, then run colophon republish --all, which makes it anew from the inbox."
        if pk.startswith("history#"):
            mend = "Delete that item of the table: what it told of one published version is lost."
        super().__init__(f"The index's item with pk “{pk}” and sk “{sk}” can't be read. {mend}")


class ScanCursor(Struct, frozen=True, omit_defaults=True):
    """``after`` is the last key looked at (empty: the round is over), ``began`` when the round did.

    ``code`` is the identity of the code that goes.
    """

    n: int = 0
    after: str = ""
    started_at: datetime | None = field(default=None, name="began")
    code_version: str = field(default="", name="code")


_PARTITIONS = 4
# Moments as text in their order; no key begins with a character after it.
_INSTANT_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"
_AFTER_KEYS = "\U0010ffff"


def due_partitions() -> Iterator[str]:
    """The partition keys of all there is."""
    return (f"due#{number}" for number in range(_PARTITIONS))


def due_item_key(due: DueKey) -> dict[str, Any]:
    """The primary key of ``due``, which is all of its item."""
    partition = crc32(due.key.encode()) % _PARTITIONS
    moment = due.at.astimezone(UTC).strftime(_INSTANT_FORMAT)
    return {"pk": {"S": f"due#{partition}"}, "sk": {"S": f"{moment} {due.key}"}}


def parse_due_item(item: dict[str, Any]) -> DueKey:
    """What an item says."""
    moment, _, key = item["sk"]["S"].partition(" ")
    return DueKey(datetime.strptime(moment, _INSTANT_FORMAT).replace(tzinfo=UTC), key)


def last_due_sort_key(now: datetime) -> str:
    """The sort key after everything that is due at ``now``."""
    return f"{now.astimezone(UTC).strftime(_INSTANT_FORMAT)} {_AFTER_KEYS}"


T = TypeVar("T")

PAGE_PREFIX, IMAGE_PREFIX, WITHDRAWAL_PREFIX = "L#", "I#", "W#"
# A claim to one of the post's addresses: its language, "#", the post that claims it.
CLAIM_PREFIX = "M#"
HISTORY_PREFIX = "history#"
# The addresses of a clinic's posts that other posts claim, or claimed.
CLAIMED_PREFIX = "claimed#"
# What reading raises where somebody else wrote.
_DECODE_ERRORS = (MsgspecError, ValueError, KeyError, TypeError)
_ATTRIBUTE_TYPES: dict[str, type] = {PAGE_PREFIX: PageRow, IMAGE_PREFIX: ImageRow, WITHDRAWAL_PREFIX: WithdrawalRow}


def post_key(post: PostRef) -> dict[str, Any]:
    """The primary key of a post's item."""
    return make_key(f"post#{post}", "post")


def clinic_key(clinic: str) -> dict[str, Any]:
    """The primary key of a clinic's item."""
    return make_key(f"clinic#{clinic}", "clinic")


def site_key() -> dict[str, Any]:
    """The primary key of the site's item."""
    return make_key("site", "site")


def scan_cursor_key() -> dict[str, Any]:
    """The primary key of the item that says how far the round of the inbox has come."""
    return make_key("round", "round")


def command_cursor_key(name: str) -> dict[str, Any]:
    """The primary key of the item that says how far an operator's command has come."""
    return make_key("course", name)


def stray_key(name: str) -> dict[str, Any]:
    """The primary key of a stray key's item."""
    return make_key("stray", name)


def history_location(page: PageRef) -> tuple[str, str]:
    """The partition of a post's history, and what the sort keys of one page's begin with."""
    return f"{HISTORY_PREFIX}{page.post}", f"{page.lang}#"


def split_key(key: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    """The partition and the sort key that a primary key is made of."""
    return key["pk"]["S"], key["sk"]["S"]


def make_key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def encode_entry(entry: EntryRow) -> tuple[dict[str, Any], dict[str, Any]]:
    """An entry as it is put, among its clinic's and among its language's."""
    stored = encode_row(entry)
    return {**listing_keys.entry_key(entry), **stored}, {**listing_keys.recent_entry_key(entry), **stored}


def is_same_entry(item: dict[str, Any], entry: EntryRow) -> bool:
    """Whether ``item`` (empty where there is none) says what ``entry`` does, however earlier code wrote it down."""
    try:
        return bool(item) and decode_row(EntryRow, item) == entry
    except DamagedRow:
        return False


def encode_history(post: PostRef, version: PublishedVersion) -> dict[str, Any]:
    """One published version as it is put; in the order of their keys a page's versions are in the order of theirs."""
    pk, prefix = history_location(PageRef(post, version.lang))
    return {**make_key(pk, f"{prefix}{version.rev:09}"), **encode_row(version)}


def encode_attribute(value: Any) -> dict[str, Any]:
    """``value`` (one of the parts or rows) as one DynamoDB map attribute."""
    return {"M": encode_row(value)}


def encode_row(value: Any) -> dict[str, Any]:
    """``value`` as the attributes of an item: ``n``, on which writes are conditional, and the rest as JSON."""
    if not hasattr(value, "n"):
        return {"row": {"S": _encode_json(value)}}
    return {"n": {"N": str(value.n)}, "row": {"S": _encode_json(replace(value, n=0))}}


def decode_row(kind: type[T], item: dict[str, Any]) -> T:
    """The row of ``kind`` that ``item`` holds. Raises Damaged."""
    try:
        return _decode(kind, item)
    except _DECODE_ERRORS as error:
        raise DamagedRow(*split_key({"pk": {"S": "?"}, "sk": {"S": "?"}, **item})) from error


def decode_post(post: PostRef, item: dict[str, Any]) -> PostRow:
    """The row of ``post`` that ``item`` (empty where there is none) holds. Raises Damaged."""
    rows_by_prefix: dict[str, dict[str, Any]] = {PAGE_PREFIX: {}, IMAGE_PREFIX: {}, WITHDRAWAL_PREFIX: {}}
    try:
        for name, value in item.items():
            if name[:2] in rows_by_prefix:
                rows_by_prefix[name[:2]][name[2:]] = _decode(_ATTRIBUTE_TYPES[name[:2]], value["M"])
        return PostRow(
            post,
            rows_by_prefix[PAGE_PREFIX],
            rows_by_prefix[IMAGE_PREFIX],
            rows_by_prefix[WITHDRAWAL_PREFIX],
            _decode_claims(item),
        )
    except _DECODE_ERRORS as error:
        raise DamagedRow(*split_key(post_key(post))) from error


def _decode(kind: type[T], attributes: dict[str, Any]) -> T:
    row: Any = _decoder(kind).decode(attributes["row"]["S"])  # type: ignore[arg-type]
    found: T = replace(row, n=int(attributes["n"]["N"])) if "n" in attributes else row
    return found


def claimed_key(post: PostRef) -> dict[str, Any]:
    """The primary key of the item that says that the address of ``post`` is claimed, or was."""
    return make_key(f"{CLAIMED_PREFIX}{post.clinic}", post.post)


def claim_attribute(lang: str, claimant: PostRef) -> str:
    """The attribute of a post's item that holds the claim of ``claimant`` to its address in ``lang``."""
    return f"{CLAIM_PREFIX}{lang}#{claimant}"


def _decode_claims(item: dict[str, Any]) -> dict[str, dict[str, Claim]]:
    claims: dict[str, dict[str, Claim]] = {}
    for name, value in item.items():
        if name.startswith(CLAIM_PREFIX):
            _, lang, claimant = name.split("#")
            claims.setdefault(lang, {})[claimant] = _decode(Claim, value["M"])
    return claims


def decode_clinic(clinic: str, item: dict[str, Any]) -> ClinicRow:
    """The row of ``clinic`` that ``item`` (empty where there is none) holds."""
    return decode_row(ClinicRow, item) if item else ClinicRow(clinic)


def decode_site(item: dict[str, Any]) -> SiteRow:
    """The site's row that ``item`` (empty where there is none) holds."""
    return decode_row(SiteRow, item) if item else SiteRow()


def _encode_json(value: Any) -> str:
    """What is kept says ``omit_defaults``: most of a row is as it was at first."""
    return _ENCODER.encode(value).decode()


def _encode_model(model: BaseModel) -> Raw:
    return Raw(model.model_dump_json(exclude_defaults=True).encode())


_ENCODER = Encoder(enc_hook=_encode_model)


@lru_cache
def _decoder(kind: Any) -> Decoder[Any]:
    return Decoder(kind, dec_hook=_decode_model)


def _decode_model(kind: type[BaseModel], stored: object) -> BaseModel:
    return kind.model_validate(stored)
