"""Schedules of the real handlers, as many as you like: ``python -m tests.protocol.simulate --count 1000``.

Random uploads, handlers and faults by seed. Of a failure it prints the seed and its steps, then the shortest schedule
found that violates the same invariant, and writes that to build/schedules/. ``--play FILE`` plays it alone, the same
byte for byte. Odd seeds play with the listings, too. After them ``--replays`` stories are played in which something is
withdrawn and all that came before comes again. ``--scenes`` plays instead: every order of every pair of handlers, every
fault at every call in both orders, and ``--count`` random orders with faults of each scene.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.protocol.harness.cloud import Cloud, emulated_cloud
from tests.protocol.harness.explore import every_order, random_order, single_faults
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.player import play
from tests.protocol.harness.random_schedule import RandomSchedule
from tests.protocol.harness.reduction import find_violation, save_shortest
from tests.protocol.harness.replay import Replay
from tests.protocol.harness.schedule import read_schedule
from tests.protocol.harness.scheduler import Scheduler
from tests.protocol.harness.transport import Transport, without_sleep
from tests.protocol.listing_scenarios import PAIRS as LISTED
from tests.protocol.redirect_scenarios import PAIRS as REDIRECTED
from tests.protocol.scenarios import LONG, PAIRS, Scenario


def main() -> int:
    options = _arguments()
    with without_sleep(), emulated_cloud() as account:
        transport = Transport(account.s3, account.dynamodb)
        if options.play:
            return _play(options.play, account, transport)
        if options.scenes:
            failed = _scenarios(options, account, transport)
        else:
            failed = _seeds(options, account, transport) + _replays(options, account, transport)
    return 1 if failed else 0


def _play(path: Path, account: Cloud, transport: Transport) -> int:
    """One schedule alone, and whether it was played as it was when it was written."""
    written = read_schedule(path)
    played = play(written, account, transport)
    print("\n  ".join([played.violation or "no violation", *map(str, played.steps)]))
    is_same = played == written
    print(f"transcript {played.transcript}: {'the same as' if is_same else 'not as'} it was written")
    return 0 if is_same else 1


def _seeds(options: argparse.Namespace, account: Cloud, transport: Transport) -> int:
    seeds = [options.seed] if options.seed is not None else range(options.first, options.first + options.count)
    failed: list[int] = []
    began, calls = time.monotonic(), 0
    for seed in seeds:
        listing = bool(seed % 2)
        schedule = RandomSchedule(
            account, transport, seed, options.uploads, options.faults, reporting=options.reports, listing=listing
        )
        if not _passes_or_shrinks(f"random-{seed}", schedule):
            failed.append(seed)
        calls += len(transport.calls)
    taken = time.monotonic() - began
    print(f"{len(seeds)} schedules, {calls} calls, {taken:.0f} s: {len(failed)} with a violation {failed[:20]}")
    return len(failed)


def _replays(options: argparse.Namespace, account: Cloud, transport: Transport) -> int:
    """Stories of their own seeds, from the first one on; none where one schedule alone is wanted."""
    seeds = range(0 if options.seed is not None else options.replays)
    began = time.monotonic()
    failed = [seed for seed in seeds if not _passes_or_shrinks(f"replay-{seed}", Replay(account, transport, seed))]
    print(f"{len(seeds)} replays, {time.monotonic() - began:.0f} s: {len(failed)} with a violation {failed[:20]}")
    return len(failed)


def _scenarios(options: argparse.Namespace, account: Cloud, transport: Transport) -> int:
    failed = 0
    for name, scenario in (*PAIRS.items(), *LONG.items(), *REDIRECTED.items(), *LISTED.items()):
        listing = name in LISTED
        began, scheduler = (
            time.monotonic(),
            Scheduler(account, transport, scenario.before, scenario.participants, listing=listing),
        )
        held = _passes(lambda scenario=scenario, scheduler=scheduler: _run(scenario, scheduler, options))
        failed += not held
        print(f"{scheduler.runs:6} schedules, {time.monotonic() - began:4.0f} s: {name}", flush=True)
    return failed


def _run(scenario: Scenario, scheduler: Scheduler, options: argparse.Namespace) -> None:
    names = [participant.name for participant in scenario.participants]
    if len(names) == 2:
        every_order(scheduler, reduced=not options.whole)
    single_faults(scheduler, [names, names[::-1]], thorough=True)
    for seed in range(options.first, options.first + options.count):
        random_order(scheduler, Random(seed), options.faults)


def _passes_or_shrinks(name: str, story: RandomSchedule | Replay) -> bool:
    """Whether it holds; if not, what is left of it is printed and written."""
    if violation := find_violation(story):
        print(f"seed {story.seed}: {violation}", flush=True)
        print(save_shortest(name, story.schedule(violation), story.cloud, story.transport), end="\n\n", flush=True)
    return not violation


def _passes(run: Callable[[], object]) -> bool:
    try:
        run()
    except Violation as violation:
        print(violation, end="\n\n", flush=True)
        return False
    return True


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Schedules of the real handlers, with crashes and late writes.")
    parser.add_argument("--count", type=int, default=200, help="how many schedules (of each scene)")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seed", type=int, help="play this seed alone")
    parser.add_argument("--play", type=Path, metavar="FILE", help="play the schedule of this file alone")
    parser.add_argument("--replays", type=int, default=200, help="how many stories of a withdrawal, all played again")
    parser.add_argument("--uploads", type=int, default=6, help="uploads a schedule")
    parser.add_argument("--faults", type=float, default=0.12, help="the chance of a fault at each call")
    parser.add_argument("--reports", action="store_true", help="the report function listens too")
    parser.add_argument("--scenes", action="store_true", help="the scenes, thoroughly")
    parser.add_argument("--whole", action="store_true", help="with --scenes: also orders that come to the same")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
