"""A row of the index that nobody can read."""

from colophon.problem import Misconfigured


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
