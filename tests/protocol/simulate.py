"""Schedules of the real handlers, as many as you like: ``python -m tests.protocol.simulate --count 1000``.

Random uploads, handlers, faults, losses and clocks by seed. Of a failure it prints the seed and its steps, then the
shortest schedule found that violates the same invariant, and writes that to ``build/schedules``. ``--play FILE`` plays
it alone, the same byte for byte. Odd seeds play with the listings, too. Then come ``--replays`` schedules in which
something is withdrawn and all earlier messages are delivered once more. ``--scenes`` plays instead: every order of
every pair of handlers (of those that have tens of thousands only with ``--whole``; else the orders with at most two
switches from one to the other before the end), every fault at every call in both orders, and ``--count`` random orders
with faults of each scene.
``--functions`` plays the handlers of functions/*/app.py with the events of AWS, to their dead letters and back.
``--inboxes`` plays random lives of an inbox without faults, and compares what readers find with the reference model.

``--whole-matrix`` plays the scenes, the replays, the functions, the inboxes, 200 seeds and as many more as it takes to
at least 10,000 schedules, on all processors, and writes ``build/simulate.json``. It fails if a kind of fault never
struck a call at which AWS could give it, or if an invariant was never checked. Interrupted (Ctrl-C), it ends at once,
writes what the complete pieces have shown, and exits with 130.
"""

import argparse
import atexit
import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from random import Random

from msgspec import Struct

from tests.protocol.function_scenarios import SCENARIOS as FUNCTION_SCENARIOS
from tests.protocol.harness.cloud import Cloud, emulated_cloud
from tests.protocol.harness.deployed_functions import DeployedFunctions, deploy_functions, wire_functions
from tests.protocol.harness.explore import every_order, random_order, single_faults, with_two_switches
from tests.protocol.harness.function_faults import FunctionFaults
from tests.protocol.harness.function_player import play_functions
from tests.protocol.harness.function_schedule import FunctionSchedule
from tests.protocol.harness.inbox_schedule import InboxSchedule
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.matrix import as_json, shortcomings, summary
from tests.protocol.harness.player import play as play_schedule
from tests.protocol.harness.random_schedule import RandomSchedule
from tests.protocol.harness.reduction import run_or_reduce
from tests.protocol.harness.replay import Replay
from tests.protocol.harness.schedule import FunctionSetting, Schedule, read_schedule
from tests.protocol.harness.scheduler import Scheduler
from tests.protocol.harness.tally import PLAYED, Tally
from tests.protocol.harness.transport import Transport, without_sleep
from tests.protocol.listing_scenarios import PAIRS as LISTED
from tests.protocol.redirect_scenarios import PAIRS as REDIRECTED
from tests.protocol.scenarios import LONG, PAIRS, Scenario

RESULT = Path("build/simulate.json")
_SCHEDULES, _LEAST_SEEDS = 10_000, 200
_SEEDS_A_PIECE, _REPLAYS_A_PIECE, _ORDERS_A_SCENE = 25, 10, 20
# Schedules of the functions' own handlers, and what the names of their single batches begin with.
_FUNCTION_SEEDS, _FUNCTION_SEEDS_A_PIECE, _BATCH = 400, 20, "one batch: "
_INBOXES, _INBOXES_A_PIECE = 200, 20
# The exit code of a command that Ctrl-C ended: 128 and the signal's number.
_INTERRUPTED = 128 + signal.SIGINT
# What is open until the process ends.
_OPEN = ExitStack()
_SCENES = {**PAIRS, **LONG, **REDIRECTED, **LISTED}
# Their handlers make so many calls that there are tens of thousands of orders.
_OF_MANY_ORDERS = frozenset([*LISTED, "image's withdrawal and its end"])


class Options(Struct, frozen=True):
    """How schedules are played."""

    uploads: int = 6
    faults: float = 0.12
    reports: bool = False
    whole: bool = False


class Piece(Struct, frozen=True):
    """A part of all that is played: so many from the ``first`` on. ``what``: seeds, replays, or the name of a scene."""

    what: str
    first: int
    count: int

    def __str__(self) -> str:
        return f"{self.what} {self.first} to {self.first + self.count - 1}" if self.what in _KINDS else self.what


class Played(Struct, frozen=True):
    """What one piece played, and the violations with their steps."""

    tally: Tally
    violations: tuple[str, ...]
    seconds: float


def main() -> int:
    arguments = _arguments()
    if arguments.play:
        return _play_file(arguments.play)
    options = Options(arguments.uploads, arguments.faults, arguments.reports, arguments.whole)
    began, tally, violations, is_interrupted = time.monotonic(), Tally(), list[str](), False
    try:
        if arguments.whole_matrix:
            _play_whole_matrix(arguments.processes, options, tally, violations)
        else:
            for piece in _pieces(arguments):
                _add(piece, play(piece, options), tally, violations)
    except KeyboardInterrupt:
        is_interrupted = True
        print("interrupted: what follows is what was played until then")
    finally:
        result = as_json(tally, [each.splitlines()[0] for each in violations], time.monotonic() - began)
        if arguments.whole_matrix:
            RESULT.parent.mkdir(exist_ok=True)
            RESULT.write_text(json.dumps(result, indent=1) + "\n")
            print(*summary(result), sep="\n")
    if is_interrupted:
        return _INTERRUPTED
    return 1 if violations or (arguments.whole_matrix and shortcomings(tally)) else 0


def _play_file(path: Path) -> int:
    """One schedule alone, and whether it was played as it was when it was written."""
    written = read_schedule(path)
    played = _play_alone(written)
    print("\n  ".join([played.violation or "no violation", *map(str, played.steps)]))
    is_same = played == written
    print(f"transcript {played.transcript}: {'the same as' if is_same else 'not as'} it was written")
    return 0 if is_same else 1


def _play_alone(schedule: Schedule) -> Schedule:
    if isinstance(schedule.setting, FunctionSetting):
        with wire_functions(deployed := _deployed_functions()):
            return play_functions(schedule, deployed)
    return play_schedule(schedule, *_opened())


def _play_whole_matrix(processes: int, options: Options, tally: Tally, violations: list[str]) -> None:
    """The longest first: what is left to the end can be shared by all processors."""
    scenes = [Piece(name, 1, _ORDERS_A_SCENE) for name in _SCENES]
    replays = [Piece("replays", first, _REPLAYS_A_PIECE) for first in range(0, 200, _REPLAYS_A_PIECE)]
    handlers = [Piece(f"{_BATCH}{name}", 1, 1) for name in FUNCTION_SCENARIOS]
    handlers += [
        Piece("functions", first, _FUNCTION_SEEDS_A_PIECE)
        for first in range(0, _FUNCTION_SEEDS, _FUNCTION_SEEDS_A_PIECE)
    ]
    inboxes = [Piece("inboxes", first, _INBOXES_A_PIECE) for first in range(0, _INBOXES, _INBOXES_A_PIECE)]
    seeds = [Piece("seeds", first, _SEEDS_A_PIECE) for first in range(1, _LEAST_SEEDS, _SEEDS_A_PIECE)]
    with _processors(processes) as pool:
        print(f"at least {_SCHEDULES:,} schedules with {processes} processes; Ctrl-C ends early", flush=True)
        _play_all([*handlers, *scenes, *replays, *inboxes, *seeds], pool, options, tally, violations)
        first = 1 + _LEAST_SEEDS
        while tally.schedules < _SCHEDULES:
            missing = max(1, (_SCHEDULES - tally.schedules) // _SEEDS_A_PIECE + 1)
            firsts = range(first, first + missing * _SEEDS_A_PIECE, _SEEDS_A_PIECE)
            _play_all([Piece("seeds", each, _SEEDS_A_PIECE) for each in firsts], pool, options, tally, violations)
            first = firsts[-1] + _SEEDS_A_PIECE


@contextmanager
def _processors(count: int) -> Generator[ProcessPoolExecutor]:
    """Processes that play pieces. Only this one hears an interrupt: it ends them in the middle of their pieces."""
    with ProcessPoolExecutor(count, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)) as pool:
        try:
            # The first piece is handed out when a process is there to hear no interrupt.
            pool.submit(int).result()
            yield pool
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            for child in multiprocessing.active_children():
                child.terminate()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _play_all(
    pieces: Iterable[Piece], pool: ProcessPoolExecutor, options: Options, tally: Tally, violations: list[str]
) -> None:
    futures: dict[Future[Played], Piece] = {pool.submit(play, piece, options): piece for piece in pieces}
    for future in as_completed(futures):
        _add(futures[future], future.result(), tally, violations)


def _add(piece: Piece, played: Played, tally: Tally, violations: list[str]) -> None:
    tally.add(played.tally)
    violations += played.violations
    print(*played.violations, sep="\n\n", end="\n\n" if played.violations else "")
    schedules, steps = played.tally.schedules, played.tally.steps
    print(
        f"{schedules:6,} schedules, {steps:8,} steps, {played.seconds:4.0f} s, {tally.schedules:6,} in all: {piece}",
        flush=True,
    )


def play(piece: Piece, options: Options) -> Played:
    """Play one piece in this process."""
    account, transport = _opened()
    PLAYED.clear()
    began = time.monotonic()
    kind = _KINDS.get(piece.what) or (_function_scenario if piece.what.startswith(_BATCH) else _scene)
    plays = kind(piece, options, account, transport)
    violations = tuple(found for one in plays if (found := _violation(one)))
    tally = Tally()
    tally.add(PLAYED)
    return Played(tally, violations, time.monotonic() - began)


@cache
def _opened() -> tuple[Cloud, Transport]:
    """The account and the transport of this process, for as long as it lives."""
    atexit.register(_OPEN.close)
    _OPEN.enter_context(without_sleep())
    account = _OPEN.enter_context(emulated_cloud())
    return account, Transport(account.s3, account.dynamodb)


def _seeds(piece: Piece, options: Options, account: Cloud, transport: Transport) -> Iterator[Callable[[], object]]:
    for seed in range(piece.first, piece.first + piece.count):
        reports = options.reports or seed % 4 == 0
        schedule = RandomSchedule(
            account, transport, seed, options.uploads, options.faults, reporting=reports, listing=bool(seed % 2)
        )
        yield partial(run_or_reduce, f"random-{seed}", schedule, _play_alone)


def _replays(piece: Piece, _: Options, account: Cloud, transport: Transport) -> Iterator[Callable[[], object]]:
    """Withdrawals after which everything is replayed. Their seeds are their own."""
    for seed in range(piece.first, piece.first + piece.count):
        yield partial(run_or_reduce, f"replay-{seed}", Replay(account, transport, seed), _play_alone)


def _inboxes(piece: Piece, _: Options, account: Cloud, transport: Transport) -> Iterator[Callable[[], object]]:
    """Random lives of an inbox. Their seeds are those of tests/protocol/test_reference_model.py."""
    for seed in range(piece.first, piece.first + piece.count):
        yield partial(run_or_reduce, f"inbox-{seed}", InboxSchedule(account, transport, seed), _play_alone)


def _scene(piece: Piece, options: Options, account: Cloud, transport: Transport) -> Iterator[Callable[[], object]]:
    scenario: Scenario = _SCENES[piece.what]
    scheduler = Scheduler(account, transport, scenario.before, scenario.participants, listing=piece.what in LISTED)

    def run() -> None:
        names = [participant.name for participant in scenario.participants]
        if len(names) == 2 and (options.whole or piece.what not in _OF_MANY_ORDERS):
            every_order(scheduler, reduced=not options.whole)
        elif len(names) == 2:
            with_two_switches(scheduler, *names)
        single_faults(scheduler, [names, names[::-1]], thorough=True)
        for seed in range(piece.first, piece.first + piece.count):
            random_order(scheduler, Random(seed), options.faults)

    yield run


@cache
def _deployed_functions() -> DeployedFunctions:
    """The handlers of this process."""
    return deploy_functions(*_opened())


def _functions(piece: Piece, options: Options, *_: object) -> Iterator[Callable[[], object]]:
    """Schedules of the functions' own handlers, every fourth while another version is rolled out."""
    with wire_functions(deployed := _deployed_functions()):
        for seed in range(piece.first, piece.first + piece.count):
            schedule = FunctionSchedule(deployed, seed, seed % 4 == 0, options.uploads, options.faults)
            yield partial(run_or_reduce, f"functions-{seed}", schedule, partial(play_functions, deployed=deployed))


def _function_scenario(piece: Piece, *_: object) -> Iterator[Callable[[], object]]:
    """Every fault at every call of one batch, to its end."""
    with wire_functions(deployed := _deployed_functions()):
        yield FunctionFaults(deployed, FUNCTION_SCENARIOS[piece.what.removeprefix(_BATCH)], counts_waste=True).run_all


_KINDS = {"seeds": _seeds, "replays": _replays, "functions": _functions, "inboxes": _inboxes}


def _violation(run: Callable[[], object]) -> str:
    """What ``run`` violates, with its steps; empty if nothing."""
    try:
        run()
    except Violation as violation:
        return str(violation)
    return ""


def _pieces(arguments: argparse.Namespace) -> list[Piece]:
    if arguments.scenes:
        return [Piece(name, arguments.first, arguments.count) for name in _SCENES]
    kind = "functions" if arguments.functions else "inboxes" if arguments.inboxes else "seeds"
    if arguments.seed is not None:
        return [Piece(kind, arguments.seed, 1)]
    if kind != "seeds":
        return [Piece(kind, arguments.first, arguments.count)]
    firsts = range(arguments.first, arguments.first + arguments.count, _SEEDS_A_PIECE)
    end = arguments.first + arguments.count
    seeds = [Piece("seeds", first, min(_SEEDS_A_PIECE, end - first)) for first in firsts]
    return [*seeds, *([Piece("replays", 0, arguments.replays)] if arguments.replays else [])]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Schedules of the real handlers, with faults, losses and late writes.")
    parser.add_argument("--count", type=int, default=200, help="how many schedules (of each scene)")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seed", type=int, help="play this seed alone")
    parser.add_argument("--play", type=Path, metavar="FILE", help="play the schedule of this file alone")
    parser.add_argument(
        "--replays", type=int, default=200, help="how many schedules of a withdrawal and a replay of everything"
    )
    parser.add_argument("--uploads", type=int, default=6, help="uploads a schedule")
    parser.add_argument("--faults", type=float, default=0.12, help="the chance of a fault at each call")
    parser.add_argument("--reports", action="store_true", help="the report function listens too, with every seed")
    parser.add_argument("--scenes", action="store_true", help="the scenes, thoroughly")
    parser.add_argument("--functions", action="store_true", help="the functions' own handlers, with real events")
    parser.add_argument("--inboxes", action="store_true", help="random lives of an inbox, without faults")
    parser.add_argument("--whole", action="store_true", help="with --scenes: also orders that come to the same")
    parser.add_argument("--whole-matrix", action="store_true", help=f"all of it, {_SCHEDULES:,} schedules at least")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="with --whole-matrix: at once")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
