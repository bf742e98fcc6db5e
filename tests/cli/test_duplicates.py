"""The same original, or the same text, in two folders: told by the commands that see the whole inbox."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run

FIRST, COPY = "posts/mulmarugyeol/hives-in-the-evening", "posts/mulmarugyeol/hives-again"


@pytest.fixture
def doubled(inbox: Path) -> Path:
    """An inbox with a post that was put into two folders, at the mobile address the second time."""
    shutil.copytree(inbox / FIRST, inbox / COPY)
    for file in (inbox / COPY).glob("*.md"):
        text = re.sub(r"url: https://(www\.)?", "url: https://www.", file.read_text(), count=1)
        file.write_text(f"{text}\nOne more line.\n")
    return inbox


def test_check_warns_at_each_file_and_names_all_of_them(run: Run, doubled: Path) -> None:
    answer = run("check", doubled)
    assert answer.exit_code == 0, answer.stdout
    assert f"{COPY}/ has the same source.url." in answer.stdout
    assert f"{FIRST}/ has the same source.url." in answer.stdout
    assert "These folders have the same source.url (https://" in answer.stdout
    outcomes = {each["key"]: each for each in json.loads(run("check", doubled, "--json").stdout)}
    assert "source.url" in {problem["field"] for problem in outcomes[f"{FIRST}/en.md"]["problems"]}


def test_build_warns_and_its_outcomes_are_those_of_the_cloud(run: Run, doubled: Path, tmp_path: Path) -> None:
    answer = run("build", doubled, "--out", tmp_path / "site", "--json")
    (found,) = json.loads(answer.stdout)["duplicates"]
    assert found["field"] == "source.url"
    assert f"{COPY}/en.md" in found["keys"]
    assert answer.exit_code == 0
    assert "These folders have the same source.url" in answer.stderr
    outcomes = next(tmp_path.rglob("*outcomes.json")).read_text()
    assert "has the same source.url" not in outcomes, "publish sees one post at a time"


def test_an_inbox_without_duplicates_is_not_warned_of(run: Run, inbox: Path, tmp_path: Path) -> None:
    assert "These folders" not in run("check", inbox).stdout
    assert run("build", inbox, "--out", tmp_path / "site").stderr == ""
