"""Reports are written again in batches that the function can handle within its time."""

from typing import Any

from colophon.decision.rows import ImageRow, Outcome
from colophon.stores import row_encoding
from colophon.upload.keys import PostRef
from colophon_ops.reports import _batches


def _item(name: str, files: int) -> dict[str, Any]:
    post = PostRef("sorae", name)
    rows = {
        f"I#{number}.png": row_encoding.encode_attribute(
            ImageRow(Outcome(f"{post.folder}{number}.png", "live", version="v"))
        )
        for number in range(files)
    }
    return {**row_encoding.post_key(post), **rows}


def test_a_batch_has_a_bounded_number_of_reports_and_divides_no_item() -> None:
    items = [_item("a", 60), _item("b", 60), _item("c", 30), {"pk": {"S": "due#1"}, "sk": {"S": "x"}}, _item("d", 300)]
    assert [[item["pk"]["S"] for item in batch] for batch in _batches(items)] == [
        ["post#sorae/a"],
        ["post#sorae/b", "post#sorae/c"],
        ["post#sorae/d"],
    ]


def test_a_damaged_item_is_left_to_the_function() -> None:
    damaged = {"pk": {"S": "post#sorae/a"}, "sk": {"S": "post"}, "L#en": {"M": {"row": {"S": "{"}}}}
    assert list(_batches([damaged])) == [[damaged]]
