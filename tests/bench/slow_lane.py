"""What a full slow lane does to today's posts: how long a new one waits for its page with and without it.

The emulation serves its queues in turns with one thread, so a new post waits for a batch of the slow lane at most; in
the cloud each lane has functions of its own.
"""

import statistics
import time

from colophon.page.paths import page_key
from colophon.stores.queues import MessageQueue
from colophon.upload.keys import PageRef, PostRef
from colophon.upload.messages import RefreshRequest
from colophon_cli.local_stack import LocalStack
from colophon_emulator.event_sources import list_messages
from colophon_emulator.lock import LOCK
from tests.bench.corpus import edition
from tests.bench.post import make_clinic, make_post
from tests.bench.stack_site import TEMPLATE, StackSite
from tests.earlier_code import earlier_code

_NEW_POSTS = 5
# So many posts are live, and are asked for again and again: more than are answered while a person waits.
_LIVE = 300


def measure_slow_lane(messages: int) -> dict[str, float]:
    """The waits beside and behind ``messages`` messages."""
    of = f"slow_lane.{messages}"
    with LocalStack(TEMPLATE, large_run=True) as stack:
        site = StackSite(stack, min(messages, _LIVE))
        with earlier_code():
            site.fill()
        waits = _WaitMeter(site, messages)
        alone = statistics.median(waits.measure_new_posts("") for _ in range(_NEW_POSTS))
        beside = statistics.median(waits.measure_new_posts("SlowQueueUrl") for _ in range(_NEW_POSTS))
        behind = waits.measure_new_posts("IntakeQueueUrl")
    return {
        f"{of}.alone_s": alone,
        f"{of}.beside_s": beside,
        f"{of}.behind_s": behind,
        f"{of}.of_fast_lane": beside / behind,
    }


class _WaitMeter:
    def __init__(self, site: StackSite, messages: int) -> None:
        self._site, self._messages, self._new = site, messages, 0
        self._s3, self._sqs = site.stack.client("s3"), site.stack.client("sqs")

    def measure_new_posts(self, full: str) -> float:
        """The seconds from the upload of a new post to its page while the queue ``full`` (an output of the stack) is
        full before it; empty: while nobody else is there."""
        stack = self._site.stack
        if full:
            self._fill(stack.outputs[full])
        with self._site.run_workers():
            seconds = self._wait()
        if full:
            # SQS's own PurgeQueue may be called once a minute.
            with LOCK:
                list_messages(stack.outputs[full].rpartition("/")[2]).clear()
        self._site.wait_until_quiet()
        return seconds

    def _fill(self, queue: str) -> None:
        posts = [self._site.page(number % self._site.posts).post for number in range(self._messages)]
        MessageQueue(self._sqs, queue).enqueue(
            [RefreshRequest(post.folder, is_folder=True, force=True) for post in posts]
        )

    def _wait(self) -> float:
        number = self._site.posts * 2 + self._new
        self._new += 1
        clinic, post = make_clinic(0), make_post(number)
        page = PageRef(PostRef(clinic.key, f"new-{self._new}"), "en")
        began = time.perf_counter()
        self._site.put(page.key, edition(post).replace(post.clinic.blog, clinic.blog))
        while not self._is_published(page_key(page)):
            time.sleep(0.01)
        return time.perf_counter() - began

    def _is_published(self, key: str) -> bool:
        found = self._s3.list_objects_v2(Bucket=self._site.stack.site_bucket, Prefix=key, MaxKeys=1)
        return bool(found.get("Contents"))
