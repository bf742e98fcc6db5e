"""A failing seed leads to a short schedule that shows the same alone, the same byte for byte."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.player import play
from tests.protocol.harness.random_schedule import RandomSchedule
from tests.protocol.harness.reduction import find_violation, invariant_of, reduce, save_shortest
from tests.protocol.harness.replay import Replay
from tests.protocol.harness.schedule import Put, Schedule, Setting, Step, read_schedule
from tests.protocol.harness.transport import Transport
from tests.rotating_seeds import seeds_of_the_day

ROOT = Path(__file__).parents[2]
BUG = "deletion instead of a tombstone"
SEEDS = 40
# How many times shorter the shortest schedule is at least.
TIMES = 4


@pytest.fixture(scope="module")
def found(account: Cloud, transport: Transport) -> Schedule:
    """What the first seed draws at which the bug shows."""
    for seed in range(SEEDS):
        seeded = RandomSchedule(account, transport, seed, variant=BUG)
        if violation := find_violation(seeded):
            return seeded.schedule(violation)
    raise AssertionError(f"{BUG}: {SEEDS} schedules do not show it")


def test_a_planted_bug_shows_in_a_short_schedule_that_plays_the_same_in_a_fresh_process(
    found: Schedule, account: Cloud, transport: Transport, tmp_path: Path
) -> None:
    said = save_shortest("planted", found, account, transport, tmp_path)
    shortest = read_schedule(tmp_path / "planted.json")
    assert len(shortest.steps) * TIMES <= len(found.steps), said
    assert invariant_of(shortest.violation) == invariant_of(found.violation)
    assert play(shortest, account, transport) == shortest
    # Sets and dictionaries of strings have another order there.
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "shared"), "PYTHONHASHSEED": "7"}
    line = [sys.executable, "-m", "tests.protocol.simulate", "--play", str(tmp_path / "planted.json")]
    apart = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert apart.returncode == 0, apart.stdout + apart.stderr
    assert apart.stdout.startswith(shortest.violation)
    assert f"transcript {shortest.transcript}: the same as it was written" in apart.stdout


def test_without_the_bug_the_short_schedule_shows_nothing(
    found: Schedule, account: Cloud, transport: Transport
) -> None:
    without = Schedule(replace(found.setting, variant="real"), found.steps)
    assert play(without, account, transport).violation == ""


@pytest.mark.parametrize("seed", seeds_of_the_day(1, of=200))
def test_two_plays_are_the_same_byte_for_byte(seed: int, account: Cloud, transport: Transport) -> None:
    seeded = RandomSchedule(account, transport, seed, listing=bool(seed % 2), reporting=bool(seed % 3))
    violation = find_violation(seeded)
    drawn = seeded.schedule(violation)
    assert len(drawn.steps) > 20
    assert play(drawn, account, transport) == drawn


def test_a_replay_is_a_schedule_too(account: Cloud, transport: Transport) -> None:
    (seed,) = seeds_of_the_day(1, of=200)
    seeded = Replay(account, transport, seed)
    drawn = seeded.schedule(find_violation(seeded))
    assert play(drawn, account, transport) == drawn


def test_a_reduction_ends_after_so_many_plays_and_keeps_what_fails() -> None:
    plays: list[Schedule] = []

    def fails_with_both(schedule: Schedule) -> Schedule:
        plays.append(schedule)
        keys = {step.key for step in schedule.steps if isinstance(step, Put)}
        return Schedule(schedule.setting, schedule.steps, "I2: both" if {"3", "17"} <= keys else "")

    steps: tuple[Step, ...] = tuple(Put(str(number)) for number in range(40))
    found = Schedule(Setting(), steps, "I2: at first")
    assert reduce(found, fails_with_both).steps == (Put("3"), Put("17"))
    plays.clear()
    assert len(reduce(found, fails_with_both, most=10).steps) > 2
    assert len(plays) == 10


def test_another_violation_is_not_taken_for_the_same() -> None:
    def fails_otherwise(schedule: Schedule) -> Schedule:
        return Schedule(schedule.setting, schedule.steps, "I2: all" if len(schedule.steps) == 5 else "I4: fewer")

    found = Schedule(Setting(), tuple(Put(str(number)) for number in range(5)), "I2: at first")
    assert reduce(found, fails_otherwise).steps == found.steps
