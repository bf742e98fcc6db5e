"""Text that Markdown takes and no page shows is told with its line."""

import pytest

from colophon.edition.body import read_body

LEFT_OUT = "leaves it out"
TABLE = "| Day | Dose |\n|---|---|\n"


def told_in(body: str, words: str) -> list[int | None]:
    return [problem.line for problem in read_body(body, 0).problems if words in problem.what]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("[Notice]: closed\n\nText", [0]),
        ("Text\n\n[공지]: 휴진입니다.", [2]),
        ("Text\n\n- [Notice]: closed", [2]),
        ("Text\n\n[Notice]:\nclosed", [2]),
        ("Text\n\n[※ 주의]: 임신중금지", [2]),
        ("See [a][1].\n\n[1]: https://a.kr/b\n[2]: https://a.kr/c", [3]),
    ],
)
def test_a_line_that_markdown_takes_for_the_address_of_a_link_is_told(body: str, lines: list[int]) -> None:
    assert told_in(body, LEFT_OUT) == lines


@pytest.mark.parametrize(
    "body",
    [
        "See [a][1] and [b].\n\n[1]: https://a.kr/b\n[B]: https://a.kr/c",
        "[//]: # (words)\n\nText\n\n[comment]: <> (words)",
        "[Notice]: closed on Monday",
        "Text\n[Notice]: closed",
        "Text\n[**Notice**]: closed",
        "\\[Notice]: closed",
        "```\n[Notice]: closed\n```",
        "Text[^1]\n\n[^1]: note",
    ],
)
def test_a_line_that_is_shown_or_used_is_not_told(body: str) -> None:
    assert told_in(body, LEFT_OUT) == []


@pytest.mark.parametrize(
    ("row", "lost"),
    [
        ("| 1 | 2 | 3 mg |", "3 mg"),
        ("1 | 2 | 3 mg", "3 mg"),
        ("| 1 | 2 | 3 | mg |", "3 mg"),
        ("| 1 | `a|b` |", "b`"),
        ("| 1 \\| 2 | 3 | 4 |", "4"),
    ],
)
def test_cells_beyond_the_columns_are_told(row: str, lost: str) -> None:
    for before in ("", "> ", "Text\n\n"):
        lines = [before + line if before == "> " else line for line in (TABLE + row).split("\n")]
        body = "\n".join(lines) if before == "> " else before + TABLE + row
        assert told_in(body, f"leaves “{lost}” out") == [body.count("\n")]


@pytest.mark.parametrize("row", ["| 1 | 2 | |", "| 1 | 2", "| 1 |", "1 | 2", "| 1 \\| 2 | 3 |", "| | |"])
def test_cells_within_the_columns_are_not_told(row: str) -> None:
    assert told_in(TABLE + row, "out.") == []
    assert told_in(TABLE + row, "becomes a row") == []


def test_a_line_that_a_table_takes_is_told() -> None:
    assert told_in(TABLE + "| 1 | 2 |\nRest on both days.", "“Rest on both days.” becomes a row") == [3]
    assert told_in(TABLE + "| 1 | 2 |\n\nRest on both days.", "becomes a row") == []
    assert told_in("| Day |\n|---|\n1", "becomes a row") == []
