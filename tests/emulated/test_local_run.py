"""What ``colophon dev`` says of messages that wait: only of those that failed."""

import time
from pathlib import Path

import pytest

from colophon_cli import local_run
from colophon_cli.local_run import LocalRun
from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE


def test_a_message_that_has_just_arrived_is_not_reported_as_failed(
    empty_driver: StackDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_run, "_IDLE_SECONDS", 0.2)
    # Test events of its own buckets come first.
    empty_driver.settle()
    run = LocalRun(empty_driver.stack, tmp_path)
    for _ in range(3):
        time.sleep(0.15)
        assert run.count_returned() == 0
    # No function runs here: the message waits as a failed one does.
    empty_driver.put("site.yaml", SITE)
    assert run.count_returned() == 0
    time.sleep(0.3)
    assert run.count_returned() > 0
    empty_driver.settle()
    assert run.count_returned() == 0
