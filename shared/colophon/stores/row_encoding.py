"""How rows are written in the table: counters and tokens as DynamoDB values for conditions, the rest as JSON."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar
from zlib import crc32

from msgspec import MsgspecError, Raw, Struct
from msgspec.json import Decoder, Encoder
from msgspec.structs import replace
from pydantic import BaseModel

from colophon.decision.claim import Claim
from colophon.decision.history import Published
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, ImagePart, OrderPart, PagePart, PostRow, SiteRow
from colophon.decision.sweep import Due
from colophon.problem import Misconfigured
from colophon.stores import listing_keys
from colophon.upload.keys import PageRef, PostRef


class Damaged(Misconfigured):
    """The item at ``pk`` and ``sk`` was written by somebody else, or cut. All that it held comes from the inbox again,
    but for a page's history.

    Whoever meets one stops: to take it for an empty row would count from 1 again beside others that did not.
    """

    def __init__(self, pk: str, sk: str) -> None:
        mend = "Delete that item of the table, then run colophon republish --all, which makes it anew from the inbox."
        if pk.startswith("history#"):
            mend = "Delete that item of the table: what it told of one published version is lost."
        super().__init__(f"The index's item with pk “{pk}” and sk “{sk}” can't be read. {mend}")


class RoundRow(Struct, frozen=True, omit_defaults=True):
    """``after`` is the last key looked at (empty: the round is over), ``began`` when the round did.

    ``code`` is the identity of the code that goes.
    """

    n: int = 0
    after: str = ""
    began: datetime | None = None
    code: str = ""


_PARTS = 4
# Moments as text in their order; no key begins with a character after it.
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
_AFTER_KEYS = "\U0010ffff"


def parts() -> Iterator[str]:
    """The partition keys of all there is."""
    return (f"due#{part}" for part in range(_PARTS))


def key_of(due: Due) -> dict[str, Any]:
    """The primary key of ``due``, which is all of its item."""
    part = crc32(due.key.encode()) % _PARTS
    moment = due.at.astimezone(UTC).strftime(_MOMENT)
    return {"pk": {"S": f"due#{part}"}, "sk": {"S": f"{moment} {due.key}"}}


def due_of(item: dict[str, Any]) -> Due:
    """What an item says."""
    moment, _, key = item["sk"]["S"].partition(" ")
    return Due(datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC), key)


def last(now: datetime) -> str:
    """The sort key after everything that is due at ``now``."""
    return f"{now.astimezone(UTC).strftime(_MOMENT)} {_AFTER_KEYS}"


T = TypeVar("T")

PAGE, IMAGE, ORDER = "L#", "I#", "W#"
# A claim to one of the post's addresses: its language, "#", the post that claims it.
CLAIM = "M#"
HISTORY = "history#"
# The addresses of a clinic's posts that other posts claim, or claimed.
CLAIMED = "claimed#"
# What reading raises where somebody else wrote.
_UNREADABLE = (MsgspecError, ValueError, KeyError, TypeError)
_KINDS: dict[str, type] = {PAGE: PagePart, IMAGE: ImagePart, ORDER: OrderPart}


def post_key(post: PostRef) -> dict[str, Any]:
    """The primary key of a post's item."""
    return key(f"post#{post}", "post")


def clinic_key(clinic: str) -> dict[str, Any]:
    """The primary key of a clinic's item."""
    return key(f"clinic#{clinic}", "clinic")


def site_key() -> dict[str, Any]:
    """The primary key of the site's item."""
    return key("site", "site")


def round_key() -> dict[str, Any]:
    """The primary key of the item that says how far the round of the inbox has come."""
    return key("round", "round")


def course_key(name: str) -> dict[str, Any]:
    """The primary key of the item that says how far an operator's command has come."""
    return key("course", name)


def stray_key(name: str) -> dict[str, Any]:
    """The primary key of a stray key's item."""
    return key("stray", name)


def history_place(page: PageRef) -> tuple[str, str]:
    """The partition of a post's history, and what the sort keys of one page's begin with."""
    return f"{HISTORY}{page.post}", f"{page.lang}#"


def place(key: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    """The partition and the sort key that a primary key is made of."""
    return key["pk"]["S"], key["sk"]["S"]


def key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def entry_items(entry: EntryRow) -> tuple[dict[str, Any], dict[str, Any]]:
    """An entry as it is put, among its clinic's and among its language's."""
    stored = fields(entry)
    return {**listing_keys.entry(entry), **stored}, {**listing_keys.recent_entry(entry), **stored}


def is_entry(item: dict[str, Any], entry: EntryRow) -> bool:
    """Whether ``item`` (empty where there is none) says what ``entry`` does, however earlier code wrote it down."""
    try:
        return bool(item) and read(EntryRow, item) == entry
    except Damaged:
        return False


def history_item(post: PostRef, version: Published) -> dict[str, Any]:
    """One published version as it is put; in the order of their keys a page's versions are in the order of theirs."""
    pk, prefix = history_place(PageRef(post, version.lang))
    return {**key(pk, f"{prefix}{version.rev:09}"), **fields(version)}


def written(value: Any) -> dict[str, Any]:
    """``value`` (one of the parts or rows) as one DynamoDB map attribute."""
    return {"M": fields(value)}


def fields(value: Any) -> dict[str, Any]:
    """``value`` as the attributes of an item: ``n``, on which writes are conditional, and the rest as JSON."""
    if not hasattr(value, "n"):
        return {"row": {"S": _as_json(value)}}
    return {"n": {"N": str(value.n)}, "row": {"S": _as_json(replace(value, n=0))}}


def read(kind: type[T], item: dict[str, Any]) -> T:
    """The row of ``kind`` that ``item`` holds. Raises Damaged."""
    try:
        return _read(kind, item)
    except _UNREADABLE as error:
        raise Damaged(*place({"pk": {"S": "?"}, "sk": {"S": "?"}, **item})) from error


def read_post(post: PostRef, item: dict[str, Any]) -> PostRow:
    """The row of ``post`` that ``item`` (empty where there is none) holds. Raises Damaged."""
    parts: dict[str, dict[str, Any]] = {PAGE: {}, IMAGE: {}, ORDER: {}}
    try:
        for name, value in item.items():
            if name[:2] in parts:
                parts[name[:2]][name[2:]] = _read(_KINDS[name[:2]], value["M"])
        return PostRow(post, parts[PAGE], parts[IMAGE], parts[ORDER], _claims(item))
    except _UNREADABLE as error:
        raise Damaged(*place(post_key(post))) from error


def _read(kind: type[T], attributes: dict[str, Any]) -> T:
    row: Any = _decoder(kind).decode(attributes["row"]["S"])  # type: ignore[arg-type]
    found: T = replace(row, n=int(attributes["n"]["N"])) if "n" in attributes else row
    return found


def claimed_key(post: PostRef) -> dict[str, Any]:
    """The primary key of the item that says that the address of ``post`` is claimed, or was."""
    return key(f"{CLAIMED}{post.clinic}", post.post)


def claim_name(lang: str, claimant: PostRef) -> str:
    """The attribute of a post's item that holds the claim of ``claimant`` to its address in ``lang``."""
    return f"{CLAIM}{lang}#{claimant}"


def _claims(item: dict[str, Any]) -> dict[str, dict[str, Claim]]:
    claims: dict[str, dict[str, Claim]] = {}
    for name, value in item.items():
        if name.startswith(CLAIM):
            _, lang, claimant = name.split("#")
            claims.setdefault(lang, {})[claimant] = _read(Claim, value["M"])
    return claims


def read_clinic(clinic: str, item: dict[str, Any]) -> ClinicRow:
    """The row of ``clinic`` that ``item`` (empty where there is none) holds."""
    return read(ClinicRow, item) if item else ClinicRow(clinic)


def read_site(item: dict[str, Any]) -> SiteRow:
    """The site's row that ``item`` (empty where there is none) holds."""
    return read(SiteRow, item) if item else SiteRow()


def _as_json(value: Any) -> str:
    """What is kept says ``omit_defaults``: most of a row is as it was at first."""
    return _ENCODER.encode(value).decode()


def _written_model(model: BaseModel) -> Raw:
    return Raw(model.model_dump_json(exclude_defaults=True).encode())


_ENCODER = Encoder(enc_hook=_written_model)


@lru_cache
def _decoder(kind: Any) -> Decoder[Any]:
    return Decoder(kind, dec_hook=_read_model)


def _read_model(kind: type[BaseModel], written: object) -> BaseModel:
    return kind.model_validate(written)
