"""Which stack a command talks to, and what it says when there is none."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def _no_account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def _left_behind(tmp_path: Path) -> None:
    where = dict.fromkeys(("inbox_bucket", "site_bucket", "table", "site_url"), "x")
    (tmp_path / "build").mkdir()
    (tmp_path / "build/dev.json").write_text(json.dumps({"endpoint": "http://127.0.0.1:9", **where}))


def test_a_dev_that_no_longer_runs_is_unavailable(run: Run, inbox: Path, tmp_path: Path) -> None:
    _left_behind(tmp_path)
    for words in (("upload", inbox), ("status",)):
        answer = run(*words)
        assert answer.exit_code == 3
        assert "colophon dev at http://127.0.0.1:9" in answer.stderr.splitlines()[0]


def test_a_named_stack_is_never_the_dev_that_runs_here(run: Run, tmp_path: Path) -> None:
    _left_behind(tmp_path)
    answer = run("status", "--stack", "production")
    assert answer.exit_code == 2
    assert "AWS_REGION" in answer.stderr


def test_without_region_or_credentials_it_says_what_to_set(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "AWS_REGION" in run("status").stderr
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    answer = run("status")
    assert answer.exit_code == 2
    assert "AWS_PROFILE" in answer.stderr


def test_a_file_that_is_no_dev_json_is_a_misuse(run: Run, tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build/dev.json").write_text("{}")
    assert run("status").exit_code == 2
