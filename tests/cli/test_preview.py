"""``colophon preview`` and ``colophon check --watch``, kept running while files change."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, shell

PATIENCE = 40.0
TEXT = "posts/mulmarugyeol/hives-in-the-evening/en.md"
PAGE = "/en/mulmarugyeol/hives-in-the-evening/"


class _Running:
    """A command in a process of its own, and what it has printed."""

    def __init__(self, log: Path, process: "subprocess.Popen[bytes]") -> None:
        self._log, self.process = log, process

    def printed(self) -> str:
        return self._log.read_text("utf-8")

    def wait(self, come: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not come():
            assert time.monotonic() < end, self.printed()
            time.sleep(0.02)


@contextmanager
def _running(place: Path, *words: str) -> Iterator[_Running]:
    program = [sys.executable, "-c", "from colophon_cli import main; main()", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "shared"), "HOME": str(place / "home")}
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(program, cwd=place, env=environment, stdout=log, stderr=log)
        try:
            yield _Running(place / "log", process)
        finally:
            process.kill()
            process.wait()


def _read(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_saved_file_is_shown_and_ctrl_c_ends_it(inbox: Path, tmp_path: Path) -> None:
    port = _free_port()
    url = f"http://127.0.0.1:{port}{PAGE}"
    with _running(tmp_path, "preview", str(inbox / TEXT), "--port", str(port)) as command:
        command.wait(lambda: "Watching" in command.printed())
        assert url in command.printed(), "the page of the post that was named"
        assert _read(url)[0] == 200
        text = inbox / TEXT
        text.write_text(text.read_text().replace("That is all right.", "That is quite all right."))
        command.wait(lambda: "quite all right" in _read(url)[1])
        text.write_text("no front matter")
        command.wait(lambda: "no front matter" in _read(url)[1])
        command.process.send_signal(signal.SIGINT)
        assert command.process.wait(PATIENCE) == 0
        assert command.printed().endswith("Stopped.\n")
        assert "Built 1 post in" in command.printed()


def test_a_port_that_is_taken_is_named(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = shell("preview", inbox / TEXT, "--port", str(port), cwd=tmp_path)
    assert answer.returncode == 2
    assert f"Port {port} is taken" in answer.stderr


def test_posts_of_two_inboxes_have_a_preview_each(inbox: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "site.yaml").write_text("")
    answer = shell("preview", inbox, other, cwd=tmp_path)
    assert answer.returncode == 2
    assert "two inboxes" in answer.stderr


def test_check_watches_and_checks_again(inbox: Path, tmp_path: Path) -> None:
    with _running(tmp_path, "check", str(inbox), "--watch") as command:
        command.wait(lambda: "Watching" in command.printed())
        assert "13 uploads: " in command.printed()
        # As colophon check says of a post that is withdrawn.
        assert "withdrawal.yaml withdraws it (gone)." in command.printed()
        assert "to fix." not in command.printed()
        text = inbox / TEXT
        sound = text.read_text()
        text.write_text(sound.replace("title:", "titel:"))
        command.wait(lambda: "1 to fix." in command.printed())
        assert f"inbox/{TEXT}:" in command.printed()
        text.write_text(sound)
        command.wait(lambda: command.printed().count("13 uploads: ") == 3)
        assert command.printed().count("1 to fix.") == 1
        command.process.send_signal(signal.SIGINT)
        assert command.process.wait(PATIENCE) == 0
        assert command.printed().endswith("Stopped.\n")
