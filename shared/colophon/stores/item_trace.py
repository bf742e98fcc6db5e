"""The trace of an item's last change: what its rows do not say themselves, in as few bytes as that takes.

DynamoDB bills each KB that is begun, and twice as much in a transaction. So a post's item does not name an upload that
one of its new rows names anyway; the reader of the stream takes the id from there.
"""

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any, TypeAlias

from msgspec import MsgspecError, Struct

from colophon.decision.rows import ImageRow, PageRow, WithdrawalRow
from colophon.stores.row_encoding import IMAGE_PREFIX, PAGE_PREFIX, WITHDRAWAL_PREFIX, decoder_of
from colophon.stores.sizes import WRITE_UNIT, item_size
from colophon.trace import MAX_IDS, Trace, merge_traces, read_attribute, trace_attribute

_ROW_PREFIXES = (PAGE_PREFIX, IMAGE_PREFIX, WITHDRAWAL_PREFIX)
PostRowPart: TypeAlias = PageRow | ImageRow | WithdrawalRow


class _Outcome(Struct, frozen=True):
    version: str = ""


class _Row(Struct, frozen=True):
    """What is read of a row of a post."""

    outcome: _Outcome = _Outcome()


def trace_to_store(trace: Trace, rows: Mapping[str, PostRowPart]) -> Trace:
    """What the item of a post must say of ``trace`` beside ``rows``, those that change with it, by attribute."""
    named = {row.outcome.version for row in rows.values() if not row.n}
    return Trace(tuple(each for each in trace.ids if each not in named), needed_since(trace, rows))


def needed_since(trace: Trace, rows: Mapping[str, PostRowPart]) -> float:
    """``since`` of ``trace``; 0 if all ``rows`` are of pages that are published for the first time.

    Only purges are measured from that moment, and a first publication purges nothing.
    """
    return 0.0 if all(map(_is_first_page, rows.values())) else trace.since


def trace_that_fits(trace: Trace, item: Mapping[str, Any]) -> dict[str, Any]:
    """The attribute for an item that is put whole, and that is ``item`` without it.

    It has the ids that fit into the KB that the item begins anyway, but at least the first.
    """
    size, shortest = item_size(item), trace_attribute(trace, 1)
    paid = ceil((size + item_size(shortest)) / WRITE_UNIT) * WRITE_UNIT
    attributes = (trace_attribute(trace, most) for most in range(MAX_IDS, 1, -1))
    return next((each for each in attributes if size + item_size(each) <= paid), shortest)


def read_trace(before: Mapping[str, Any], after: Mapping[str, Any]) -> Trace:
    """The uploads that a change of an item from ``before`` to ``after`` follows from."""
    return merge_traces((Trace(tuple(_new_versions(before, after))), read_attribute(after)))


def _new_versions(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """The versions that the rows of a post answer for which ``before`` does not have."""
    for name, value in after.items():
        if name.startswith(_ROW_PREFIXES) and name not in before and (version := _version_in(value)):
            yield version


def _version_in(value: Any) -> str:
    """The version in a stored row; empty if it cannot be read. Who reads the row itself says what is wrong with it."""
    try:
        row: _Row = decoder_of(_Row).decode(value["M"]["row"]["S"])
    except (MsgspecError, KeyError, TypeError, ValueError):
        return ""
    return row.outcome.version


def _is_first_page(row: PostRowPart) -> bool:
    """Whether ``row`` is of a page that was never there. Without a row it may have been, as after a loss of the table.

    An image does not count: a correction that waited for it replaces a page.
    """
    return isinstance(row, PageRow) and not row.n and row.token.rev <= 1
