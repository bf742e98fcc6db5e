"""The updates of a post's item: its own rows, and the claims of other posts to its address."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from colophon.decision.earlier_address import ClaimWrite
from colophon.stores import row_encoding
from colophon.stores.change import PostChange
from colophon.stores.item_trace import trace_to_store
from colophon.stores.unknown_fields import UnknownFields
from colophon.trace import TRACE, Trace, get_trace, trace_attribute
from colophon.upload.keys import PostRef


def make_post_update(post: PostRef, change: PostChange, unknown: UnknownFields) -> dict[str, Any]:
    """The update of the item of ``post`` with the rows of ``change``, each with ``n`` + 1, if its ``n`` is current."""
    key = row_encoding.post_key(post)
    names, values, sets, conditions = {"#n": "n"}, {}, [], []
    for number, (name, row) in enumerate(change.rows_by_attribute().items()):
        names[f"#p{number}"] = name
        values[f":p{number}"] = _encode(unknown, key, name, replace(row, n=row.n + 1))
        sets.append(f"#p{number} = :p{number}")
        if row.n:
            values[f":n{number}"] = {"N": str(row.n)}
            conditions.append(f"#p{number}.#n = :n{number}")
        else:
            conditions.append(f"attribute_not_exists(#p{number})")
    if not any(row.n for row in change.rows_by_attribute().values()):
        del names["#n"]
    removes: list[str] = []
    _trace_update(trace_to_store(get_trace(), change.rows_by_attribute()), names, values, sets, removes)
    return {
        "Key": key,
        "UpdateExpression": _update_text(sets, removes),
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }


def make_claim_update(
    post: PostRef, address: PostRef, claims: Mapping[str, ClaimWrite], unknown: UnknownFields
) -> dict[str, Any]:
    """The update of the item of ``address`` for the claims of ``post``, by language.

    A new claim is written only if no other was made since the item was read, so that it is one of at most
    ``MAX_CLAIMS``; a changed one only if it is still there. The end of a claim has no condition: nothing may keep
    it.
    """
    names, values, sets, removes, conditions = {}, {}, [], [], []
    key = row_encoding.post_key(address)
    for number, (lang, write) in enumerate(claims.items()):
        claim, made = f"#c{number}", f"#m{number}"
        names[claim] = row_encoding.claim_attribute(lang, post)
        values[f":c{number}"] = _encode(unknown, key, names[claim], write.claim)
        sets.append(f"{claim} = :c{number}")
        if write.made_before is not None:
            names[made] = row_encoding.CLAIMS_MADE_PREFIX + lang
            values[f":m{number}"] = {"N": str(write.made_before + 1)}
            sets.append(f"{made} = :m{number}")
            conditions.append(f"{made} = :b{number}" if write.made_before else f"attribute_not_exists({made})")
            values |= {f":b{number}": {"N": str(write.made_before)}} if write.made_before else {}
        elif write.claim.targets:
            conditions.append(f"attribute_exists({claim})")
        for place, claimant in enumerate(write.removed):
            names[f"#r{number}x{place}"] = f"{row_encoding.CLAIM_PREFIX}{lang}#{claimant}"
            removes.append(f"#r{number}x{place}")
    _trace_update(get_trace(), names, values, sets, removes)
    update = {
        "Key": key,
        "UpdateExpression": _update_text(sets, removes),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }
    return {**update, "ConditionExpression": " AND ".join(conditions)} if conditions else update


def _encode(unknown: UnknownFields, key: dict[str, Any], attribute: str, row: Any) -> dict[str, Any]:
    """A row as one attribute of its item, with what code of a later version wrote into it."""
    return {"M": unknown.keep(key, row_encoding.encode_row(row), attribute)}


def _trace_update(
    trace: Trace, names: dict[str, str], values: dict[str, Any], sets: list[str], removes: list[str]
) -> None:
    """Let an update replace the trace that the item has: the stream shows the item whole, an old trace with it."""
    names["#t"] = TRACE
    if attribute := trace_attribute(trace):
        values[":t"] = attribute[TRACE]
        sets.append("#t = :t")
    else:
        removes.append("#t")


def _update_text(sets: list[str], removes: list[str]) -> str:
    return "SET " + ", ".join(sets) + (" REMOVE " + ", ".join(removes) if removes else "")
