"""``colophon schema``."""

import json

import pytest

from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("edition", "source"),
        ("clinic", "channels"),
        ("glossary", "terms"),
        ("site", "time_zone"),
        ("withdrawal", "until"),
    ],
)
def test_each_kind_of_file_has_a_schema(run: Run, kind: str, field: str) -> None:
    answer = run("schema", kind)
    assert answer.exit_code == 0
    assert field in json.loads(answer.stdout)["properties"]


def test_without_a_kind_there_are_all_of_them(run: Run) -> None:
    assert set(json.loads(run("schema").stdout)) == {"edition", "clinic", "glossary", "site", "withdrawal"}


def test_another_kind_is_a_misuse(run: Run) -> None:
    assert run("schema", "post").exit_code == 2
