"""``build/dev.json``: the record of a running emulator is not lost while it runs."""

import socket
from pathlib import Path

import pytest

from colophon_ops import dev_file
from colophon_ops.errors import Misused


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _stack(endpoint: str) -> dev_file.DevStack:
    return dev_file.DevStack(endpoint, "inbox", "site", "table", "http://127.0.0.1:1")


def test_a_second_one_does_not_start_beside_one_that_runs() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        running = _stack(f"http://127.0.0.1:{server.getsockname()[1]}")
        dev_file.write(running)
        with pytest.raises(Misused, match="already running here"):
            dev_file.clear()
        assert dev_file.read() == running
    dev_file.clear()
    assert dev_file.read() is None


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9", "http://a:99999", "http://[::1", "", "nonsense"])
def test_what_a_killed_one_left_is_removed(endpoint: str) -> None:
    dev_file.write(_stack(endpoint))
    dev_file.clear()
    assert not dev_file.PATH.exists()


def test_an_unreadable_record_is_removed() -> None:
    dev_file.write(_stack(""))
    dev_file.PATH.write_text("{")
    dev_file.clear()
    assert not dev_file.PATH.exists()


def test_one_that_ends_removes_its_own_record_only() -> None:
    dev_file.write(_stack("http://127.0.0.1:2"))
    dev_file.remove(_stack("http://127.0.0.1:1"))
    assert dev_file.read() == _stack("http://127.0.0.1:2")
    dev_file.remove(_stack("http://127.0.0.1:2"))
    assert dev_file.read() is None
