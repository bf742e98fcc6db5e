"""What one new post costs on sites of different sizes: AWS calls, bytes read, and the functions' own time and steps.

How the cost grows with the site is told by what does not depend on the machine's other work: the calls, the bytes, the
steps (calls of functions in Python and C), and of the processor time the least of some rounds.
"""

import datetime as dt
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from colophon.upload.keys import PageRef, PostRef
from colophon_emulator.lock import patch
from tests.bench.corpus import edition
from tests.bench.one_site import Functions, build_site
from tests.bench.post import DAYS, FIRST_DAY, make_post
from tests.protocol.harness.cloud import emulated_cloud

# No post of the corpus is as new.
DAY_AFTER = FIRST_DAY + dt.timedelta(DAYS)


@dataclass
class CallMeter:
    """What the calls of one run came to; ``away`` is the processor time of the emulated AWS itself, in seconds."""

    calls: list[str] = field(default_factory=list)
    bytes_read: int = 0
    away: float = 0.0
    steps: int = 0

    def count_step(self, _frame: object, event: str, _argument: object) -> None:
        """A function for ``sys.setprofile``."""
        if event in ("call", "c_call"):
            self.steps += 1


class Cost(Struct, frozen=True):
    """One new post: its calls, what it read, and what the functions took without AWS.

    ``seconds`` are of the processor; ``steps`` is 0 where the seconds count, as counting takes time.
    """

    calls: tuple[str, ...]
    bytes_read: int
    seconds: float
    steps: int = 0


def cost_of_one_post(posts: int, rounds: int) -> Cost:
    """Publish some posts, one after the other, on a site of ``posts``, all its listings included.

    The first fills caches. Of the ``rounds`` after it the least seconds count; the last post counts steps.
    """
    with emulated_cloud() as account:
        functions = build_site(account, posts)
        timed = [_publish(functions, posts, number) for number in range(rounds + 1)]
        counted = _publish(functions, posts, rounds + 1, counts_steps=True)
    return replace(counted, seconds=min(cost.seconds for cost in timed[1:]))


def new_post(posts: int, number: int, posted: dt.date, *, has_tags: bool = True) -> tuple[str, str]:
    """The key and the text of a post that a site of ``posts`` does not have: of a clinic in the middle."""
    clinic, draft = make_post(posts // 2).clinic, make_post(1_000_000 + number)
    new = replace(draft, clinic=clinic, posted=posted, url=f"{clinic.blog}/{230_000_000_000 + number}")
    new = new if has_tags else replace(new, tags=())
    return PageRef(PostRef(clinic.key, new.name), "en").key, edition(new)


def _publish(functions: Functions, posts: int, number: int, *, counts_steps: bool = False) -> Cost:
    # The newest post of all: every listing that could name it does.
    functions.upload(new_post(posts, number, DAY_AFTER + dt.timedelta(number)))
    with _measure_calls(functions, counts_steps) as toll:
        began = time.process_time()
        functions.settle()
        seconds = time.process_time() - began - toll.away
    return Cost(tuple(toll.calls), toll.bytes_read, seconds, toll.steps)


@contextmanager
def _measure_calls(functions: Functions, counts_steps: bool) -> Iterator[CallMeter]:
    from moto.core.botocore_stubber import BotocoreStubber

    toll, answer = CallMeter(), BotocoreStubber.process_request
    count = toll.count_step if counts_steps else None

    def timed(stubber: Any, request: Any) -> Any:
        sys.setprofile(None)
        began = time.process_time()
        answered = answer(stubber, request)
        toll.away += time.process_time() - began
        sys.setprofile(count)
        body = answered[2] if answered else b""
        toll.bytes_read += len(body.encode() if isinstance(body, str) else body)
        return answered

    def noted(event_name: str, **_: Any) -> None:
        toll.calls.append(event_name.rpartition(".")[2])

    clients = (functions.cloud.s3, functions.cloud.dynamodb)
    for client in clients:
        client.meta.events.register_first("before-send", noted)
    try:
        with patch(BotocoreStubber, "process_request", timed):
            sys.setprofile(count)
            yield toll
    finally:
        sys.setprofile(None)
        for client in clients:
            client.meta.events.unregister("before-send", noted)
