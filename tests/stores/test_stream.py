"""Records of the table's stream: the change in each, and what is left of one whose items can't be read."""

from typing import Any

import pytest

from colophon.decision.rows import ClinicRow, Outcome, PageRow, PostRow, SiteRow
from colophon.decision.stray import StrayRow
from colophon.stores.row_encoding import encode_attribute, encode_row
from colophon.stores.stream import RowChange, decode_upload_row, parse_changes, without_unreadable
from colophon.upload.keys import PostRef

POST = PostRef("a", "b")
PAGE = PageRow(Outcome("posts/a/b/en.md", "live", version="v"), n=3)
STRAY = StrayRow("notes.txt", 2, "v")
BROKEN = {"row": {"S": "{"}}


def record(**stream: Any) -> dict[str, Any]:
    return {"dynamodb": {"Keys": {"pk": {"S": "site"}, "sk": {"S": "site"}}, **stream}}


def test_a_change_has_the_item_before_and_after_and_nothing_where_there_was_none() -> None:
    old, new = {"n": {"N": "1"}}, {"n": {"N": "2"}}
    records = [record(NewImage=new), record(OldImage=old, NewImage=new), record(OldImage=old)]
    assert list(parse_changes({"Records": records})) == [
        RowChange("site", "site", {}, new),
        RowChange("site", "site", old, new),
        RowChange("site", "site", old, {}),
    ]


@pytest.mark.parametrize(
    ("pk", "sk", "item", "row"),
    [
        ("post#a/b", "post", {"L#en": encode_attribute(PAGE)}, PostRow(POST, {"en": PAGE})),
        ("clinic#a", "clinic", encode_row(ClinicRow("a", 4, fp="fp")), ClinicRow("a", 4, fp="fp")),
        ("site", "site", encode_row(SiteRow(5, "fp")), SiteRow(5, "fp")),
        ("stray", "notes.txt", encode_row(STRAY), STRAY),
        ("stray", "notes.txt", {}, None),
        ("entries#en/a", "2026/03/01#b", BROKEN, None),
        ("posts", "a", BROKEN, None),
    ],
)
def test_rows_of_uploads_are_decoded_and_no_other_item(pk: str, sk: str, item: dict[str, Any], row: object) -> None:
    found = decode_upload_row(RowChange(pk, sk, {}, item), item)
    size = found.size if isinstance(found, PostRow) else 0
    assert found == (PostRow(row.post, row.pages, size=size) if isinstance(row, PostRow) else row)


@pytest.mark.parametrize("pk", ["clinic#a", "site", "stray"])
def test_an_item_that_cannot_be_read_counts_as_none_and_the_other_stays(pk: str) -> None:
    """A report or a listing then follows from what can be read, and the stream goes on."""
    good = encode_row({"clinic#a": ClinicRow("a", 1), "site": SiteRow(1), "stray": STRAY}[pk])
    for before, after, kept in (
        (good, good, (good, good)),
        (BROKEN, good, ({}, good)),
        (good, BROKEN, (good, {})),
        (BROKEN, BROKEN, ({}, {})),
    ):
        found = without_unreadable(RowChange(pk, "a", before, after))
        assert (found.before, found.after) == kept
