"""A failing seed leads to a short schedule that shows the same alone, the same byte for byte."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.deployed_functions import DeployedFunctions
from tests.protocol.harness.function_player import play_functions
from tests.protocol.harness.function_schedule import FunctionSchedule
from tests.protocol.harness.player import play
from tests.protocol.harness.random_schedule import RandomSchedule
from tests.protocol.harness.reduction import (
    MOST_PLAYS,
    Play,
    SeededSchedule,
    find_violation,
    invariant_of,
    reduce,
    save_shortest,
)
from tests.protocol.harness.replay import Replay
from tests.protocol.harness.schedule import FunctionSetting, Put, Rest, Schedule, Setting, Step, Upload, read_schedule
from tests.protocol.harness.transport import Transport
from tests.rotating_seeds import seeds_of_the_day

ROOT = Path(__file__).parents[2]
BUG = "deletion instead of a tombstone"
SEEDS = 40
# From the first of these rollouts on that shows the bug. So few plays make most of its reduction.
ROLLOUTS, PLAYS = range(6, SEEDS), 16
# How many times shorter the shortest schedule is at least.
TIMES = 4


@pytest.fixture(scope="module")
def found(account: Cloud, transport: Transport) -> Schedule:
    """What the first seed draws at which the bug shows."""
    return find(RandomSchedule(account, transport, seed, variant=BUG) for seed in range(SEEDS))


def find(seeded: Iterable[SeededSchedule]) -> Schedule:
    """What the first of ``seeded`` draws that violates anything."""
    for one in seeded:
        if violation := find_violation(one):
            return one.schedule(violation)
    raise AssertionError(f"{BUG}: {SEEDS} schedules do not show it")


@pytest.fixture
def play_alone(account: Cloud, transport: Transport) -> Play:
    return partial(play, cloud=account, transport=transport)


def test_a_planted_bug_shows_in_a_short_schedule_that_plays_the_same_in_a_fresh_process(
    found: Schedule, play_alone: Play, tmp_path: Path
) -> None:
    check_reduction(found, play_alone, tmp_path)


def test_a_bug_that_shows_in_a_rollout_of_the_functions_is_reduced_too(
    deployed: DeployedFunctions, tmp_path: Path
) -> None:
    play_alone: Play = partial(play_functions, deployed=deployed)
    found = find(FunctionSchedule(deployed, seed, rollout=True, uploads=2, variant=BUG) for seed in ROLLOUTS)
    shortest = check_reduction(found, play_alone, tmp_path, PLAYS)
    assert play_alone(without_bug(shortest)).violation == ""


def check_reduction(found: Schedule, play_alone: Play, folder: Path, most: int = MOST_PLAYS) -> Schedule:
    """Reduce ``found``, and play the shortest once more here and in a fresh process."""
    said = save_shortest("planted", found, play_alone, folder, most)
    shortest = read_schedule(folder / "planted.json")
    assert len(shortest.steps) * TIMES <= len(found.steps), said
    assert invariant_of(shortest.violation) == invariant_of(found.violation)
    assert play_alone(shortest) == shortest
    # Sets and dictionaries of strings have another order there.
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "shared"), "PYTHONHASHSEED": "7"}
    line = [sys.executable, "-m", "tests.protocol.simulate", "--play", str(folder / "planted.json")]
    apart = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert apart.returncode == 0, apart.stdout + apart.stderr
    assert apart.stdout.startswith(shortest.violation)
    assert f"transcript {shortest.transcript}: the same as it was written" in apart.stdout
    return shortest


def without_bug(schedule: Schedule) -> Schedule:
    return Schedule(replace(schedule.setting, variant="real"), schedule.steps)


def test_without_the_bug_the_short_schedule_shows_nothing(found: Schedule, play_alone: Play) -> None:
    assert play_alone(without_bug(found)).violation == ""


@pytest.mark.parametrize("seed", seeds_of_the_day(1, of=200))
def test_two_plays_are_the_same_byte_for_byte(seed: int, account: Cloud, transport: Transport) -> None:
    seeded = RandomSchedule(account, transport, seed, listing=bool(seed % 2), reporting=bool(seed % 3))
    violation = find_violation(seeded)
    drawn = seeded.schedule(violation)
    assert len(drawn.steps) > 20
    assert play(drawn, account, transport) == drawn


def test_two_plays_of_a_rollout_of_the_functions_are_the_same_byte_for_byte(deployed: DeployedFunctions) -> None:
    (seed,) = seeds_of_the_day(1, of=200)
    seeded = FunctionSchedule(deployed, seed, rollout=True, uploads=2)
    drawn = seeded.schedule(find_violation(seeded))
    assert play_functions(drawn, deployed) == drawn


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


def test_of_several_uploads_at_once_those_are_kept_that_it_takes() -> None:
    def fails_with_one(schedule: Schedule) -> Schedule:
        keys = {change.key for step in schedule.steps if isinstance(step, Upload) for change in step.changes}
        return Schedule(schedule.setting, schedule.steps, "I2: it is there" if "2" in keys else "")

    found = Schedule(FunctionSetting(), (Upload((Put("1"), Put("2")), ((1,), (0,))), Rest()), "I2: at first")
    assert reduce(found, fails_with_one).steps == (Upload((Put("2"),)),)


def test_another_violation_is_not_taken_for_the_same() -> None:
    def fails_otherwise(schedule: Schedule) -> Schedule:
        return Schedule(schedule.setting, schedule.steps, "I2: all" if len(schedule.steps) == 5 else "I4: fewer")

    found = Schedule(Setting(), tuple(Put(str(number)) for number in range(5)), "I2: at first")
    assert reduce(found, fails_otherwise).steps == found.steps


@contextmanager
def heard_interrupts() -> Iterator[None]:
    """Programs that are started meanwhile hear an interrupt, though a shell started the tests in its background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_interrupt_of_the_whole_matrix_leaves_what_was_played_and_no_process(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'shared'}:{ROOT}"}
    line = [sys.executable, "-m", "tests.protocol.simulate", "--whole-matrix", "--processes", "1"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with (
        heard_interrupts(),
        subprocess.Popen(line, cwd=tmp_path, env=environment, start_new_session=True, **streams) as whole,
    ):
        try:
            assert whole.stdout is not None
            assert whole.stdout.readline().startswith("at least 10,000 schedules")
            # As a terminal does: every process of the group hears it.
            os.killpg(whole.pid, signal.SIGINT)
            out, errors = whole.communicate(timeout=60)
        finally:
            # Else the test would wait for it at the end of this block.
            if whole.poll() is None:
                os.killpg(whole.pid, signal.SIGKILL)
    assert (whole.returncode, errors) == (130, "")
    assert out.startswith("interrupted: what follows is what was played until then\n")
    assert json.loads((tmp_path / "build/simulate.json").read_text())["violations"] == []
    with pytest.raises(ProcessLookupError):
        os.killpg(whole.pid, 0)
