"""What still has room in a post's item, and what is too large for it.

Rows of pages and images leave the last part to withdrawals, and so do claims.
"""

from collections.abc import Mapping
from math import inf
from typing import Any

from msgspec.structs import replace

from colophon.decision.room import MAX_ITEM_BYTES, MAX_SHOWN_BYTES, keep_few_problems
from colophon.decision.rows import ImageRow, PageRow, PostRow, WithdrawalRow
from colophon.stores import row_encoding
from colophon.stores.sizes import attribute_size, item_size
from colophon.upload.limits import MAX_KEYS

# Of the last part, withdrawals that are only reported leave this to the pages and images that they withdraw.
_MAX_REPORTED_BYTES = MAX_ITEM_BYTES - 20_000
# From here on a key of the post may have an item of its own.
CROWDED_BYTES = MAX_ITEM_BYTES - 100_000
# In the JSON of a row that keeps its outcome in part.
_PARTLY = '"problems_id"'
Row = PageRow | ImageRow | WithdrawalRow


def may_have_own_items(item: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether keys of the post that ``item`` is of may have items of their own."""
    partly = (name for name, value in item.items() if "M" in value and _PARTLY in value["M"]["row"]["S"])
    return len(item) > MAX_KEYS or item_size(item) > CROWDED_BYTES or any(partly)


class Room:
    """The room that is left in the item of ``row``, and what one attempt takes of it.

    ``is_full``: DynamoDB has refused the item already, so only what makes it smaller still fits.
    """

    def __init__(self, row: PostRow, *, is_full: bool = False) -> None:
        self._size = inf if is_full else row.size

    def fit(self, attribute: str, known: Row | None, row: Row) -> Row | None:
        """``row`` as it fits into the attribute that holds ``known`` now; None if it must not be stored.

        Where there is little room it keeps none of its problems.
        """
        before = _row_size(attribute, known) if known else 0
        few = _with_few_problems(row)
        bare = _with_few_problems(row, 0)
        is_taken_down = known is not None and row.outcome.state in ("withdrawn", "absent")
        limit = _MAX_REPORTED_BYTES if isinstance(row, WithdrawalRow) else MAX_SHOWN_BYTES
        for candidate, most in ((few, MAX_SHOWN_BYTES), (bare, limit)):
            growth = _row_size(attribute, candidate) - before
            if growth <= 0 or self._size + growth <= most or (is_taken_down and candidate is bare):
                self._size += growth
                return candidate
        return None


def _row_size(attribute: str, row: Row) -> int:
    return attribute_size(attribute, row_encoding.encode_attribute(row))


def _with_few_problems(row: Row, limit: int | None = None) -> Row:
    outcome = keep_few_problems(row.outcome) if limit is None else keep_few_problems(row.outcome, limit)
    return row if outcome is row.outcome else replace(row, outcome=outcome)
