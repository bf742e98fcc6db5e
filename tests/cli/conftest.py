"""Small inboxes and a command line for every test, plain and as wide as its words."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from colophon_cli.app import app
from tests.small_inbox import small_inbox

ROOT = Path(__file__).parent.parent.parent

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_ENDPOINT_URL", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run() -> Run:
    """The command line in this process: exit code and output as a shell would see them."""

    def command(*words: str | Path) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], prog_name="colophon")

    return command


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Two clinics with three posts: live, with an image and ※ lines, withdrawn."""
    return small_inbox(tmp_path / "inbox")


def shell(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    program = [sys.executable, "-c", "from colophon_cli import main; main()", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "shared")}
    return subprocess.run(program, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
