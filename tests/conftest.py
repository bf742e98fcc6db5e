"""The order of a run with several workers: slow tests first in each share, quick ones to fill up and to steal."""

import gc
import os
from collections.abc import Generator, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.consistent_reads import take_found, watch_reads
from tests.protocol.harness.tally import PLAYED
from tests.rotating_seeds import DAY

HERE = Path(__file__).parent
# Folders whose tests take from a tenth of a second to many seconds each. The browser and the site that it shows are
# expensive to set up, so its folder stays with one worker until another one has nothing else to do.
SLOW = ("browser", "built", "emulated", "protocol", "cli", "hostile", "template", "emulator")
KEPT_TOGETHER = ("browser",)
# Workers share the processors: how long one example takes says nothing. Tests of time set limits of their own.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


def pytest_configure() -> None:
    # moto and botocore make many short-lived objects: collecting less often saves a tenth of the suite's time.
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop() -> Generator[None, bool, bool]:
    with watch_reads():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """A test fails if the product read the table without ConsistentRead in it."""
    yield
    assert not (reads := take_found()), f"may be old: {reads}"


def pytest_collection_finish() -> None:
    """The tests themselves live as long as the run."""
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        items[:] = deal(items, workers)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker says how many schedules of the protocol it has played."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["schedules"] = PLAYED.schedules


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    PLAYED.schedules += getattr(node, "workeroutput", {}).get("schedules", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if PLAYED.schedules:
        terminalreporter.write_line(f"{PLAYED.schedules:,} schedules of the protocol were played.")
    terminalreporter.write_line(f"Seeds of the day {DAY}: COLOPHON_DAY={DAY} plays them again.")


def deal(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """``items`` in an order in which each worker's first share (see xdist's WorkStealingScheduling: equal in number,
    one after the other) begins with as many slow tests as any other's. Modules stay whole."""
    slow = [item for item in items if _folder(item) in SLOW]
    quick = [item for item in items if _folder(item) not in SLOW]
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for unit in sorted(_units(slow), key=len, reverse=True):
        min(shares, key=len).extend(unit)
    ordered: list[pytest.Item] = []
    for number, share in enumerate(shares):
        share.sort(key=lambda item: SLOW.index(_folder(item)))
        size = (len(items) - len(ordered)) // (workers - number)
        fill = max(0, size - len(share))
        ordered += [*share, *quick[:fill]]
        quick = quick[fill:]
    return ordered + quick


def _units(items: list[pytest.Item]) -> Iterator[list[pytest.Item]]:
    """What one worker begins with as a whole: a module, or a folder that is kept together."""
    for _, unit in groupby(items, lambda item: _folder(item) if _folder(item) in KEPT_TOGETHER else str(item.path)):
        yield list(unit)


def _folder(item: pytest.Item) -> str:
    """The folder below tests/; empty for a file that lies directly in it."""
    parts = item.path.relative_to(HERE).parts
    return parts[0] if len(parts) > 1 else ""
