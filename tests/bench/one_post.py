"""What one new post costs on sites of different sizes: AWS calls, bytes read, and the functions' own time."""

import datetime as dt
import statistics
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
    """What the calls of one run came to; ``away`` is the time that the emulated AWS itself took, in seconds."""

    calls: list[str] = field(default_factory=list)
    bytes_read: int = 0
    away: float = 0.0


class Cost(Struct, frozen=True):
    """One new post: its calls, what it read, and the seconds that the functions took without AWS."""

    calls: tuple[str, ...]
    bytes_read: int
    seconds: float


def cost_of_one_post(posts: int, rounds: int) -> list[Cost]:
    """Publish ``rounds`` posts, one after the other, on a site of ``posts``, all its listings included."""
    with emulated_cloud() as account:
        functions = build_site(account, posts)
        return [_publish(functions, posts, round_) for round_ in range(rounds)]


def median_seconds(costs: list[Cost]) -> float:
    """The middle one of the times, without the first, which fills caches."""
    return statistics.median(cost.seconds for cost in costs[1:])


def new_post(posts: int, number: int, posted: dt.date) -> tuple[str, str]:
    """The key and the text of a post that a site of ``posts`` does not have: of a clinic in the middle."""
    clinic, draft = make_post(posts // 2).clinic, make_post(1_000_000 + number)
    new = replace(draft, clinic=clinic, posted=posted, url=f"{clinic.blog}/{230_000_000_000 + number}")
    return PageRef(PostRef(clinic.key, new.name), "en").key, edition(new)


def _publish(functions: Functions, posts: int, round_: int) -> Cost:
    # The newest post of all: every listing that could name it does.
    functions.upload(new_post(posts, round_, DAY_AFTER + dt.timedelta(round_)))
    with _measure_calls(functions) as toll:
        began = time.perf_counter()
        functions.settle()
        seconds = time.perf_counter() - began - toll.away
    return Cost(tuple(toll.calls), toll.bytes_read, seconds)


@contextmanager
def _measure_calls(functions: Functions) -> Iterator[CallMeter]:
    from moto.core.botocore_stubber import BotocoreStubber

    toll, answer = CallMeter(), BotocoreStubber.process_request

    def timed(stubber: Any, request: Any) -> Any:
        began = time.perf_counter()
        answered = answer(stubber, request)
        toll.away += time.perf_counter() - began
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
            yield toll
    finally:
        for client in clients:
            client.meta.events.unregister("before-send", noted)
