"""What ``colophon dev`` says of messages that wait. Which have failed: ``tests/emulator/test_queues.py``."""

import time
from pathlib import Path

import pytest

from colophon_cli import local_run
from colophon_cli.local_run import LocalRun
from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE


def test_a_message_that_only_waits_is_not_reported_as_failed(
    empty_driver: StackDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_run, "_IDLE_SECONDS", 0.2)
    # Test events of its own buckets come first.
    empty_driver.settle()
    stack = empty_driver.stack
    run = LocalRun(stack, tmp_path)
    # No function runs for now, as on a machine that is busy: the message waits, and has not failed.
    empty_driver.put("site.yaml", SITE)
    time.sleep(0.3)
    assert (run.count_returned(), stack.dispatcher.count_waiting()) == (0, 1)
    empty_driver.settle()
    assert run.count_returned() == 0


def test_messages_that_wait_are_counted_until_nothing_happens_any_more(
    empty_driver: StackDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_run, "_IDLE_SECONDS", 0.2)
    empty_driver.settle()
    run = LocalRun(empty_driver.stack, tmp_path)
    assert run.count_unprocessed() == 0
    empty_driver.put("site.yaml", SITE + "\n")
    assert run.count_unprocessed() == 1
    # Such as one that is delayed on purpose: it is no news every few seconds.
    time.sleep(0.3)
    assert run.count_unprocessed() == 0
    empty_driver.settle()
