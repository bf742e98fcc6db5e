"""Schedules of the real handlers, as many as you like: ``python -m tests.protocol.simulate --count 1000``.

Random uploads, handlers and faults by seed; a failure prints its seed and its steps, and ``--seed N`` plays it again.
Odd seeds play with the listings, too. After them ``--replays`` stories are played in which something is withdrawn and
all that came before comes again. ``--scenes`` plays instead: every order of every pair of handlers, every fault at
every call in both orders, and ``--count`` random orders with faults of each scene.
"""

import argparse
import sys
import time
from collections.abc import Callable
from random import Random

import botocore.endpoint

from colophon_emulator.lock import patch
from tests.protocol.harness.chance import Chance
from tests.protocol.harness.cloud import Cloud, cloud
from tests.protocol.harness.explore import drawn, every_order, single_faults
from tests.protocol.harness.eyes import Violation
from tests.protocol.harness.replayed import Replayed
from tests.protocol.harness.schedules import Theatre
from tests.protocol.harness.stage import Stage, without_waiting
from tests.protocol.listing_scenes import PAIRS as LISTED
from tests.protocol.scenarios import LONG, PAIRS, Scene


def main() -> int:
    wanted = _arguments()
    with patch(botocore.endpoint, "time", without_waiting()), cloud() as account:
        stage = Stage(account.s3, account.dynamodb)
        if wanted.scenes:
            failed = _scenes(wanted, account, stage)
        else:
            failed = _seeds(wanted, account, stage) + _replays(wanted, account, stage)
    return 1 if failed else 0


def _seeds(wanted: argparse.Namespace, account: Cloud, stage: Stage) -> int:
    seeds = [wanted.seed] if wanted.seed is not None else range(wanted.first, wanted.first + wanted.count)
    failed: list[int] = []
    began, calls = time.monotonic(), 0
    for seed in seeds:
        listing = bool(seed % 2)
        chance = Chance(account, stage, seed, wanted.uploads, wanted.faults, reporting=wanted.reports, listing=listing)
        if not _holds(chance.play):
            failed.append(seed)
        calls += len(stage.calls)
    taken = time.monotonic() - began
    print(f"{len(seeds)} schedules, {calls} calls, {taken:.0f} s: {len(failed)} with a violation {failed[:20]}")
    return len(failed)


def _replays(wanted: argparse.Namespace, account: Cloud, stage: Stage) -> int:
    """Stories of their own seeds, from the first one on; none where one schedule alone is wanted."""
    seeds = range(0 if wanted.seed is not None else wanted.replays)
    began = time.monotonic()
    failed = [seed for seed in seeds if not _holds(Replayed(account, stage, seed).play)]
    print(f"{len(seeds)} replays, {time.monotonic() - began:.0f} s: {len(failed)} with a violation {failed[:20]}")
    return len(failed)


def _scenes(wanted: argparse.Namespace, account: Cloud, stage: Stage) -> int:
    failed = 0
    for name, scene in (*PAIRS.items(), *LONG.items(), *LISTED.items()):
        listing = name in LISTED
        began, theatre = time.monotonic(), Theatre(account, stage, scene.before, scene.parts, listing=listing)
        held = _holds(lambda scene=scene, theatre=theatre: _play(scene, theatre, wanted))
        failed += not held
        print(f"{theatre.played:6} schedules, {time.monotonic() - began:4.0f} s: {name}", flush=True)
    return failed


def _play(scene: Scene, theatre: Theatre, wanted: argparse.Namespace) -> None:
    names = [part.name for part in scene.parts]
    if len(names) == 2:
        every_order(theatre, reduced=not wanted.whole)
    single_faults(theatre, [names, names[::-1]], thorough=True)
    for seed in range(wanted.first, wanted.first + wanted.count):
        drawn(theatre, Random(seed), wanted.faults)


def _holds(play: Callable[[], object]) -> bool:
    try:
        play()
    except Violation as violation:
        print(violation, end="\n\n", flush=True)
        return False
    return True


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Schedules of the real handlers, with crashes and late writes.")
    parser.add_argument("--count", type=int, default=200, help="how many schedules (of each scene)")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seed", type=int, help="play this seed alone")
    parser.add_argument("--replays", type=int, default=200, help="how many stories of a withdrawal, all played again")
    parser.add_argument("--uploads", type=int, default=6, help="uploads a schedule")
    parser.add_argument("--faults", type=float, default=0.12, help="the chance of a fault at each call")
    parser.add_argument("--reports", action="store_true", help="the report function listens too")
    parser.add_argument("--scenes", action="store_true", help="the scenes, thoroughly")
    parser.add_argument("--whole", action="store_true", help="with --scenes: also orders that come to the same")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
