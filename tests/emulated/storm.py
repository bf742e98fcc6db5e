"""A storm over the whole emulated stack: ``python -m tests.emulated.storm --minutes 10 --seed N``.

Clients in threads of their own upload, correct, withdraw, hold, reinstate and delete through the HTTP endpoint. Several
handlers work at once, are killed at any call, get no answer, or are refused. Messages are lost and doubled, and rows
and objects of the site are lost. A reader asks for pages and images all the time. Then the clients stop, everything
comes to rest, and one ``colophon republish --all`` runs.

After it the site must be what the reference model says. At no moment may anything be readable where a withdrawal's
tombstone was put and that withdrawal still stands. Exits with 1 if one of them is not so.
"""

import argparse
import contextlib
import http.client
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, urlsplit

import boto3
from botocore.config import Config
from moto.s3.models import s3_backends

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_emulator.account import ACCOUNT, REGION
from colophon_emulator.lambda_runtime import InvocationFailed
from colophon_emulator.limits import Limits
from colophon_emulator.lock import LOCK
from colophon_ops import dev_file
from tests.command_server import run_command
from tests.emulated.stack_driver import TEMPLATE
from tests.emulated.storm_faults import StormFaults
from tests.emulated.tombstone_journal import TombstoneJournal
from tests.protocol.harness.cloud import stored_object
from tests.protocol.harness.model_differences import Difference, find_differences, versions_in
from tests.protocol.harness.random_inbox import RandomInbox, Step

_HANDLERS = 4
_CLIENTS = 3
# Seconds between the uploads of one client, and between two losses, on average.
_UPLOAD_SECONDS = 0.3
_LOSS_SECONDS = 0.8
# Between two requests of the reader.
_READ_SECONDS = 0.02
# A client waits while more messages and records than these are waiting.
_MOST_WAITING = 400
# What uploads say of days to come is soon, or never within a storm.
SOON = (timedelta(seconds=5), timedelta(seconds=20))
_NEVER = timedelta(days=20)
_SECONDS_TO_REST = 1800.0


@dataclass
class Storm:
    """What happens to ``stack`` in ``seconds``, drawn from ``seed``. ``counts`` says how often what happened.

    ``soon`` is when texts come and holds end, after their upload. Threads and clocks are real: the same seed draws the
    same uploads, and not the same order of everything.
    """

    stack: LocalStack
    site_url: str
    seed: int
    seconds: float
    soon: Sequence[timedelta] = SOON
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.journal = TombstoneJournal(self.stack)
        self._over, self._read_enough = threading.Event(), threading.Event()
        self._readers = ThreadPoolExecutor(1)
        self._numbers = count(2)
        self.faults = StormFaults(self.stack, self.seed, self.counts)

    def run(self) -> None:
        """Let it rage, and come to rest. Raises what a thread raises."""
        self.faults.begin()
        self.stack.dispatcher.start(skip_delays=True)
        self._reading = self._readers.submit(self._read)
        loops: list[Callable[[], None]] = [self._lose, self._sweep]
        loops += [lambda number=number: self._upload(number) for number in range(_CLIENTS)]  # type: ignore[misc]
        with ThreadPoolExecutor(len(loops)) as threads:
            running = [threads.submit(self._until_over, loop) for loop in loops]
            self._over.wait(self.seconds)
            self._over.set()
        for thread in running:
            thread.result()
        self.faults.end()
        self._wait_for_rest()
        self.counts["invocations"] = self.stack.functions.counts.total()
        self.counts["dead letters"] = sum(map(len, self.stack.dispatcher.dead_letters().values()))

    def republish(self, folder: Path) -> None:
        """The command, as an operator types it in ``folder``, once nothing is to come any more."""
        time.sleep(max(self.soon).total_seconds() + 1)
        here = dev_file.DevStack(
            self.stack.endpoint, self.stack.inbox_bucket, self.stack.site_bucket, self.stack.table, self.site_url
        )
        with contextlib.chdir(folder):
            dev_file.write(here)
        unset = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        done = run_command("republish", "--all", "--yes", cwd=folder, env={**unset, "NO_COLOR": "1"})
        assert done.returncode == 0, done.stdout + done.stderr
        self._wait_for_rest()
        self.stop_reading()
        self._reading.result()

    def stop_reading(self) -> None:
        """The reader, who reads from the first upload on, is told to end."""
        self._read_enough.set()
        self._readers.shutdown()

    def find_differences(self) -> list[Difference]:
        """Where the site is not what the model says that readers find now."""
        with LOCK:
            buckets = s3_backends[ACCOUNT]["aws"].buckets
            objects = dict(buckets[self.stack.site_bucket].keys).items()
            site = {key: stored_object(versions[-1]) for key, versions in objects if versions}
            versions = versions_in(buckets[self.stack.inbox_bucket])
        return find_differences(versions, site, datetime.now(UTC))

    def _until_over(self, loop: Callable[[], None]) -> None:
        try:
            loop()
        finally:
            self._over.set()

    def _pauses(self, chance: Random, seconds: float) -> Iterator[None]:
        while not self._over.wait(chance.expovariate(1 / seconds)):
            yield

    def _wait_for_rest(self) -> None:
        end, quiet = time.monotonic() + _SECONDS_TO_REST, 0
        while quiet < 3:
            assert time.monotonic() < end, f"{self.stack.dispatcher.count_waiting()} are still waiting"
            is_busy = self.stack.dispatcher.count_waiting() or self.stack.functions.is_running
            quiet = 0 if is_busy else quiet + 1
            time.sleep(0.1)

    # Clients

    def _upload(self, number: int) -> None:
        chance, s3 = Random(f"{self.seed} client {number}"), self._http_client()
        inbox = RandomInbox(chance, lambda: datetime.now(UTC).replace(microsecond=0), (*self.soon, _NEVER))
        for step in inbox.draw_first_steps() if number == 0 else ():
            self._take(step, s3)
        for _ in self._pauses(chance, _UPLOAD_SECONDS):
            if self.stack.dispatcher.count_waiting() <= _MOST_WAITING:
                self._take(inbox.draw_step(next(self._numbers)), s3)

    def _take(self, step: Step, s3: Any) -> None:
        is_withdrawal, stands = step.key.endswith("withdrawal.yaml"), step.key in self.journal.versions
        if step.content is None:
            s3.delete_object(Bucket=self.stack.inbox_bucket, Key=step.key)
            self.counts["reinstatements" if stands else "other deletions"] += 1
            return
        s3.put_object(Bucket=self.stack.inbox_bucket, Key=step.key, Body=step.content)
        self.counts["uploads"] += 1
        if is_withdrawal:
            self.counts["holds" if b"kind: hold" in step.content else "withdrawals"] += 1

    def _http_client(self) -> Any:
        config = Config(s3={"addressing_style": "path"}, retries={"mode": "standard"})
        session = boto3.session.Session("any", "any", region_name=REGION)
        return session.client("s3", endpoint_url=self.stack.endpoint, config=config)

    # Readers

    def _read(self) -> None:
        """Ask for one page or image after the other, rather for what has a tombstone."""
        chance, connection = Random(f"{self.seed} reader"), self.connect()
        while not self._read_enough.wait(_READ_SECONDS):
            with LOCK:
                keys = [*dict(s3_backends[ACCOUNT]["aws"].buckets[self.stack.site_bucket].keys)]
                covered = [key for key in keys if key in self.journal.covers]
            if keys:
                self.read(connection, chance.choice(covered if covered and chance.random() < 0.8 else keys))

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(urlsplit(self.site_url).netloc, timeout=60)

    def read(self, connection: http.client.HTTPConnection, key: str) -> None:
        """Ask the site for the object at ``key``, and judge the answer."""
        began = self.journal.now
        connection.request("GET", quote(f"/{key.removesuffix('index.html')}"))
        answer = connection.getresponse()
        answer.read()
        self.counts["reads"] += 1
        self.counts["reads of tombstones"] += answer.status in (410, 451)
        if answer.status == 200 and (found := self.journal.check_read(key, began)):
            self.journal.reappeared.append(found)

    # What an operator and AWS do meanwhile

    def _sweep(self) -> None:
        """The minute's schedule runs by itself; in between too, as the storm's days are short."""
        for _ in self._pauses(Random(f"{self.seed} sweep"), 10.0):
            with contextlib.suppress(InvocationFailed):
                self.stack.dispatcher.fire("SweepFunctionEveryMinute")

    def _lose(self) -> None:
        chance = Random(f"{self.seed} losses")
        for _ in self._pauses(chance, _LOSS_SECONDS):
            self.faults.lose_something(chance)


@contextlib.contextmanager
def open_storm(seed: int, seconds: float, soon: Sequence[timedelta] = SOON) -> Iterator[Storm]:
    """An empty stack, its site served without a cache, and the storm that is to come over it."""
    limits = Limits(at_once=_HANDLERS, seed=seed)
    with (
        LocalStack(TEMPLATE, serve_s3=True, limits=limits) as stack,
        serve_site(stack, 0, cached=False) as server,
    ):
        storm = Storm(stack, server.url, seed, seconds, soon)
        with storm.journal.keep():
            try:
                yield storm
            finally:
                storm.stop_reading()
                stack.dispatcher.stop()


def main() -> int:
    options = _arguments()
    with tempfile.TemporaryDirectory() as folder, open_storm(options.seed, options.minutes * 60) as storm:
        storm.run()
        storm.republish(Path(folder))
        differences, reappeared = storm.find_differences(), storm.journal.reappeared
    for difference in differences:
        print("differs:", *difference)
    for each in reappeared:
        print(f"readable: {each.key} was {each.where} while {each.withdrawal} stands")
    counts = {**dict(sorted(storm.counts.items())), "differences": len(differences), "readable again": len(reappeared)}
    print(f"seed {options.seed}, {options.minutes:g} minutes:", json.dumps(counts))
    return 1 if differences or reappeared else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Uploads, crashes and losses in real threads on the emulated stack.")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long the clients upload")
    parser.add_argument("--seed", type=int, default=1, help="what is drawn")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
