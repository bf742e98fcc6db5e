"""What a republish does to today's posts, and to its own: waits with a full slow lane, one PUT for each page.

The emulation serves its queues in turns with one thread, so a new post waits for a batch of the slow lane at most; in
the cloud each lane has functions of its own.
"""

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from colophon.cli.backlog import Choice
from colophon.cli.republishing import Republisher, republisher
from colophon.cli.target import Target
from colophon.cli.verifying import verifier
from colophon.decision import identity
from colophon.images import recipe
from colophon.local.stack import LocalStack
from colophon.page.paths import key_of
from colophon.stores.bells import Bells
from colophon.upload.keys import PageRef, PostRef
from colophon.upload.ring import Ring
from tests.bench.corpus import SITE, clinic_file, edition
from tests.bench.post import POSTS_A_CLINIC, clinic_of, post_of

_TEMPLATE = Path(__file__).parents[2] / "template.yaml"
_NEW_POSTS = 5
_PATIENCE = 3600.0


def slow_lane_figures(posts: int) -> dict[str, float]:
    """The waits and the counts for a site of ``posts`` posts."""
    of = f"slow_lane.{posts}"
    with LocalStack(_TEMPLATE) as stack:
        bench = _Bench(stack, posts)
        bench.fill()
        alone = bench.wait_of_new(bench.nobody_else)
        beside = bench.wait_of_new(bench.in_slow_lane)
        behind = bench.wait_of_new(bench.in_fast_lane, times=1)
        began = time.perf_counter()
        most = bench.stale_after_a_kill()
        seconds = time.perf_counter() - began
        differences = bench.differences()
    return {
        f"{of}.alone_s": alone,
        f"{of}.beside_s": beside,
        f"{of}.behind_s": behind,
        f"{of}.of_fast_lane": beside / behind,
        f"{of}.stale_s": seconds,
        f"{of}.most_puts": most,
        f"{of}.differences": differences,
    }


class _Bench:
    def __init__(self, stack: LocalStack, posts: int) -> None:
        self._stack, self._posts = stack, posts
        self._s3, self._new = stack.client("s3"), 0
        session = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
        self._target = Target("a stack", stack.inbox_bucket, stack.site_bucket, stack.table, "", session)

    def fill(self) -> None:
        """Upload the site and all its posts, and wait until nothing is left to do."""
        self._put("site.yaml", SITE)
        for number in range(0, self._posts, POSTS_A_CLINIC):
            self._put(f"clinics/{clinic_of(number).key}/clinic.yaml", clinic_file(clinic_of(number)))
        self._quiet()
        for number in range(self._posts):
            self._put(self._page(number).key, edition(post_of(number)))
        self._quiet()
        print(f"{self._posts:,} posts are live", file=sys.stderr)

    def nobody_else(self) -> None:
        """Nothing else waits."""

    def in_slow_lane(self) -> None:
        self._ring("SlowQueueUrl")

    def in_fast_lane(self) -> None:
        self._ring("IntakeQueueUrl")

    def wait_of_new(self, before: Any, times: int = _NEW_POSTS) -> float:
        """The seconds from the upload of a new post to its page, when ``before`` was rung for; the middle one."""
        waits = []
        for _ in range(times):
            before()
            with self._at_work():
                waits.append(self._wait())
            self._quiet()
        return statistics.median(waits)

    def stale_after_a_kill(self) -> int:
        """Have all made anew that other code made, ended once halfway; how often the page with most was put."""
        # Its round is over for today, so that nobody else rings for what is stale.
        self._stack.dispatcher.fire("SweepFunctionEveryMinute")
        self._quiet()
        with _other_code():
            self._run(Choice())
        before = self._revisions()
        halfway = self._posts // 2

        def kill(done: int, _: int) -> None:
            if done > halfway:
                raise KeyboardInterrupt

        stale = Choice(stale=True)
        with self._at_work() as worker:
            try:
                worker.run(worker.backlog(stale, lambda _: None), "", kill)
            except KeyboardInterrupt:
                print("ended halfway, and begun again", file=sys.stderr)
            worker.run(
                worker.backlog(stale, lambda _: None), worker.left_off(stale, datetime.now(UTC)), lambda *_: None
            )
        self._quiet()
        made = [rev - before[key] for key, rev in self._revisions().items()]
        return max(made) if min(made) == 1 else -1

    def differences(self) -> int:
        """How many differences there are between the site and a build."""
        return len(verifier(self._target, recipe).verify(datetime.now(UTC), lambda *_: None).differences)

    def _run(self, choice: Choice) -> None:
        with self._at_work() as worker:
            worker.run(worker.backlog(choice, lambda _: None), "", lambda *_: None)
        self._quiet()

    @contextmanager
    def _at_work(self) -> Iterator[Republisher]:
        self._stack.dispatcher.start()
        try:
            yield republisher(self._target, _PATIENCE)
        finally:
            self._stack.dispatcher.stop()

    def _wait(self) -> float:
        number = self._posts * 2 + self._new
        self._new += 1
        clinic, post = clinic_of(0), post_of(number)
        page = PageRef(PostRef(clinic.key, f"new-{self._new}"), "en")
        began = time.perf_counter()
        self._put(page.key, edition(post).replace(post.clinic.blog, clinic.blog))
        while not self._stands(key_of(page)):
            time.sleep(0.01)
        return time.perf_counter() - began

    def _stands(self, key: str) -> bool:
        found = self._s3.list_objects_v2(Bucket=self._stack.site_bucket, Prefix=key, MaxKeys=1)
        return bool(found.get("Contents"))

    def _ring(self, queue: str) -> None:
        rings = [Ring(self._page(number).post.folder, folder=True, fresh=True) for number in range(self._posts)]
        Bells(self._stack.client("sqs"), self._stack.outputs[queue]).ring(rings)

    def _revisions(self) -> dict[str, int]:
        pages = [key_of(self._page(number)) for number in range(self._posts)]
        heads = ((key, self._s3.head_object(Bucket=self._stack.site_bucket, Key=key)) for key in pages)
        return {key: int(head["Metadata"]["rev"]) for key, head in heads}

    @staticmethod
    def _page(number: int) -> PageRef:
        post = post_of(number)
        return PageRef(PostRef(post.clinic.key, post.name), "en")

    def _put(self, key: str, text: str) -> None:
        self._s3.put_object(Bucket=self._stack.inbox_bucket, Key=key, Body=text.encode())

    def _quiet(self) -> None:
        self._stack.dispatcher.run_until_quiet(_PATIENCE)


@contextmanager
def _other_code() -> Iterator[None]:
    """Other code for the time of the block, by its version."""
    rooms = identity._ROOMS
    identity._ROOMS = rooms[:-1]
    identity.code_version.cache_clear()
    try:
        yield
    finally:
        identity._ROOMS = rooms
        identity.code_version.cache_clear()
