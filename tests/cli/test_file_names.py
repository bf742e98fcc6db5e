"""Files with names that S3 can't take, or that can't be read: refused one by one, and everything else is done."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, shell

POST = "posts/mulmarugyeol/hives-in-the-evening"
PHOTO = f"{POST}/\\xbb\\xe7\\xc1\\xf8.jpg"


@pytest.fixture
def odd_inbox(inbox: Path) -> Path:
    """The inbox as a zip file from Korean Windows leaves it on Linux, and with other files that are no uploads."""
    for raw in (b"\xbb\xe7\xc1\xf8.jpg", b"\xff.png", "가.jpg".encode(), b"line\nbreak.jpg", b"n" * 255):
        Path(inbox / POST / os.fsdecode(raw)).write_bytes(b"x")
    folder = inbox / os.fsdecode(b"posts/\xb0\xa1/notes")
    folder.mkdir(parents=True)
    (folder / "en.md").write_text("x")
    os.mkfifo(inbox / POST / "ja.md")
    return inbox


def _states(text: str) -> dict[str, str]:
    outcomes: list[dict[str, Any]] = json.loads(text)
    return {outcome["key"]: outcome["state"] for outcome in outcomes}


REFUSED = {PHOTO, f"{POST}/\\xff.png", "posts/\\xb0\\xa1/notes/en.md", f"{POST}/ja.md"}


def test_check_names_each_of_them_and_judges_everything_else(run: Run, odd_inbox: Path, inbox: Path) -> None:
    answer = run("check", odd_inbox)
    assert answer.exit_code == 1
    assert f"inbox/{PHOTO}  error" in answer.stdout
    assert "The name of the file “\\xbb\\xe7\\xc1\\xf8.jpg” is not UTF-8." in answer.stdout
    assert "Rename the file to “사진.jpg”" in answer.stdout
    states = _states(run("check", odd_inbox, "--json").stdout)
    assert {key for key in REFUSED if states[key] == "refused"} == REFUSED
    assert states[f"{POST}/en.md"] == states[f"{POST}/ko.md"] == "live"


@pytest.mark.parametrize("part", [b"\xbb\xe7\xc1\xf8.jpg", b"ja.md"])
def test_check_takes_such_a_file_as_its_argument(run: Run, odd_inbox: Path, part: bytes) -> None:
    answer = run("check", odd_inbox / POST / os.fsdecode(part))
    assert answer.exit_code == 1
    assert "1 upload: 1 refused" in answer.stdout.splitlines()


def test_json_output_is_valid_utf8(odd_inbox: Path, tmp_path: Path) -> None:
    answer = shell("check", odd_inbox, "--json", cwd=tmp_path)
    assert answer.returncode == 1, answer.stderr
    files = {outcome["file"] for outcome in json.loads(answer.stdout)}
    assert str(odd_inbox / PHOTO) in files, "a byte is escaped, not replaced by a question mark"


def test_build_names_them_makes_the_rest_and_ends_with_1(run: Run, odd_inbox: Path, tmp_path: Path) -> None:
    answer = run("build", odd_inbox, "--out", tmp_path / "site")
    assert answer.exit_code == 1
    assert "Rename the file to “사진.jpg”" in answer.stderr
    assert (tmp_path / "site/en/mulmarugyeol/hives-in-the-evening/index.html").exists()


def test_build_in_several_processes_does_the_same(odd_inbox: Path, tmp_path: Path) -> None:
    answer = shell("build", odd_inbox, "--out", tmp_path / "site", "--jobs", "2", cwd=tmp_path)
    assert (answer.returncode, "Traceback" in answer.stderr) == (1, False)
    assert "is not UTF-8" in answer.stderr
