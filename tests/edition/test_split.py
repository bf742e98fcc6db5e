"""Front matter that can't be found: why not, in which line, and what to do."""

import pytest

from colophon.edition.split import split_file
from colophon.problem import Refused
from tests.edition.editions import BODY, FRONT

FIELDS = f"{FRONT}---\n{BODY}"


@pytest.mark.parametrize(
    ("text", "line", "what", "fix"),
    [
        (f"---\n---\n{FIELDS}", 2, "line 2 is --- again", "Delete line 2"),
        (f"---\n\n---\n{FIELDS}", 3, "line 3 is --- again", "Delete line 3"),
        (f"---\n# a comment\n---\n{FIELDS}", 3, "empty", "Delete line 3"),
        (f"---\n--- \n\n{FIELDS}", 2, "empty", "Delete line 2"),
        (f"---\n---\n{BODY}", 2, "empty", "Write the fields between"),
        (f"\n---\n{FIELDS}", 1, "empty lines", "Delete the empty lines"),
        (f"\u200b\n \n---\n{FIELDS}", 1, "empty lines", "Delete the empty lines"),
        (f"```yaml\n---\n{FIELDS}", 1, "code fence", "Delete that line"),
        (f"```\n{FIELDS}", 1, "code fence", "Delete that line"),
        (f"~~~markdown\n---\n{FIELDS}", 1, "code fence", "Delete that line"),
        (f"+++\n{FIELDS}", 1, "TOML", "three hyphens"),
        (f"***\n{FIELDS}", 1, "“***”", "three hyphens"),
        (f"----\n{FIELDS}", 1, "“----”", "three hyphens"),
        (f"—\n{FIELDS}", 1, "“—”", "three hyphens"),
        (f"－－－\n{FIELDS}", 1, "“－－－”", "three hyphens"),
        (f"--- # fields\n{FIELDS}", 1, "--- alone", "only three hyphens"),
        (f"---yaml\n{FIELDS}", 1, "--- alone", "only three hyphens"),
        (FIELDS, 1, "before the fields", "three hyphens"),
        ('{"title": "x"}\ntext\n', 1, "JSON", "three hyphens"),
        (BODY, 1, "its first line is not ---", "three hyphens"),
        (f"---\n{FRONT}***\n{BODY}", 11, "never closed", "instead of “***” in line 11"),
        (f"---\n{FRONT}----\n{BODY}", 11, "never closed", "instead of “----” in line 11"),
        (f"---\n{FRONT}...\n{BODY}", 11, "never closed", "instead of “...” in line 11"),
        (f"---\n{FRONT}\u200b---\n{BODY}", 11, "never closed", "invisible characters in line 11"),
        (f"---\n{FRONT} ---\n{BODY}", 11, "never closed", "blanks"),
        (f"---\n{FRONT}", 1, "never closed", "after the last field"),
    ],
)
def test_the_reason_names_what_stands_there(text: str, line: int, what: str, fix: str) -> None:
    with pytest.raises(Refused) as refused:
        split_file(text)
    (problem,) = refused.value.problems
    assert problem.line == line
    assert what in problem.what
    assert fix in problem.fix


@pytest.mark.parametrize("opening", ["---", "--- ", "---\u00a0", "\u200b---", "---\u3000"])
def test_blanks_beside_the_first_line_change_nothing(opening: str) -> None:
    assert split_file(f"{opening}\n{FIELDS}") == split_file(f"---\n{FIELDS}")
