"""Random schedules of the real handlers, as many as you like: ``python -m tests.protocol.simulate --count 1000``.

A failure prints its seed and its steps; ``--seed N`` plays that one again.
"""

import argparse
import sys
import time

import botocore.endpoint
from tests.protocol.harness.chance import Chance
from tests.protocol.harness.cloud import cloud
from tests.protocol.harness.eyes import Violation
from tests.protocol.harness.stage import Stage, without_waiting

from colophon.local.lock import replaced


def main() -> int:
    wanted = _arguments()
    seeds = [wanted.seed] if wanted.seed is not None else range(wanted.first, wanted.first + wanted.count)
    failed: list[int] = []
    began = time.monotonic()
    with replaced(botocore.endpoint, "time", without_waiting()), cloud() as account:
        stage = Stage(account.s3, account.dynamodb)
        calls = 0
        for seed in seeds:
            chance = Chance(account, stage, seed, wanted.uploads, wanted.faults, reporting=wanted.reports)
            try:
                chance.play()
            except Violation as violation:
                failed.append(seed)
                print(violation, end="\n\n", flush=True)
            calls += len(stage.calls)
    taken = time.monotonic() - began
    print(f"{len(seeds)} schedules, {calls} calls, {taken:.0f} s: {len(failed)} with a violation {failed[:20]}")
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Random schedules of the real handlers, with crashes and late writes.")
    parser.add_argument("--count", type=int, default=200, help="how many schedules")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seed", type=int, help="play this seed alone")
    parser.add_argument("--uploads", type=int, default=6, help="uploads a schedule")
    parser.add_argument("--faults", type=float, default=0.12, help="the chance of a fault at each call")
    parser.add_argument("--reports", action="store_true", help="the report function listens too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
