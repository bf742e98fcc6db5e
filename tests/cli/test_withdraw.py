"""``colophon withdraw`` and ``reinstate`` without a stack: what they refuse before AWS is asked anything."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

ORDER = ("--kind", "gone", "--reason", "clinic-request")


@pytest.mark.parametrize(
    "what", ["", "Sorae", "profile", "sorae/cough/notes.docx", "sorae/cough/en/x", "site.yaml", "a/b/c/d/e"]
)
def test_what_names_nothing_is_misused(what: str, run: Run) -> None:
    assert run("withdraw", what, *ORDER).exit_code == 2


def test_all_that_is_wrong_with_an_order_is_told_at_once_and_nothing_is_written(run: Run) -> None:
    answer = run("withdraw", "sorae", "--kind", "away", "--reason", "whim", "--until", "tomorrow")
    assert answer.exit_code == 1
    assert all(option in answer.stderr for option in ("--kind", "--reason", "--until"))
    assert "Nothing was written." in answer.stderr


def test_without_a_stack_that_answers_it_is_unavailable(run: Run, tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    where = dict.fromkeys(("inbox_bucket", "site_bucket", "table", "site_url"), "x")
    (tmp_path / "build/dev.json").write_text(json.dumps({"endpoint": "http://127.0.0.1:9", **where}))
    for words_ in (("withdraw", "sorae", *ORDER), ("reinstate", "sorae")):
        assert run(*words_).exit_code == 3
