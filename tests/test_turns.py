"""Threads that take turns: they compute one at a time, and wait for AWS together."""

import time
from collections.abc import Iterator
from functools import partial
from threading import Barrier
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.session import Session

from colophon.stores.inbox import Inbox
from colophon.wiring.turns import Turns


class Service:
    """A client whose answer comes when three have asked; ``meta`` is no call."""

    def __init__(self) -> None:
        self.meta = "events"
        self._together = Barrier(3, timeout=10)

    def ask(self, number: int, *, key: str) -> str:
        self._together.wait()
        return f"{key}{number}"


def test_posts_wait_together_and_compute_alone() -> None:
    turns, computing = Turns(3), list[int]()
    client: Any = turns.give_way(Service())

    def compute(number: int) -> None:
        computing.append(number)
        # Any other thread that may compute now does.
        time.sleep(0.01)
        assert computing == [number]
        computing.remove(number)

    def task(number: int) -> str:
        compute(number)
        answer = str(client.ask(number, key="a"))
        compute(number)
        return answer

    assert turns([partial(task, number) for number in range(3)]) == ["a0", "a1", "a2"]
    assert client.meta == "events"


class EmptyListing:
    """What S3 answers for a folder without files, as botocore reads it."""

    def stream(self) -> Iterator[bytes]:
        yield b"<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>"


def test_folders_of_several_posts_are_listed_together() -> None:
    together = Barrier(3, timeout=5)
    s3 = Session().create_client("s3", "eu-west-1", aws_access_key_id="invented", aws_secret_access_key="invented")

    def answer(request: Any, **_: object) -> AWSResponse:
        together.wait()
        return AWSResponse(request.url, 200, {}, EmptyListing())

    s3.meta.events.register("before-send.s3.ListObjectVersions", answer)
    turns = Turns(3)
    inbox = Inbox(turns.give_way(s3), "inbox")
    folders = turns([partial(inbox.read_folder, f"posts/sorae/{name}/") for name in ("cough", "fever", "rash")])
    assert [folder.histories for folder in folders] == [{}, {}, {}]


def test_a_thread_has_its_turn_back_after_a_call_that_failed() -> None:
    turns = Turns(2)

    def fail() -> str:
        try:
            turns.wait(lambda: 1 / 0)
        except ZeroDivisionError:
            return "failed"
        return "done"

    assert turns([fail, fail]) == ["failed", "failed"]
    assert turns([lambda: "next"]) == ["next"]


def test_a_call_outside_of_any_task_is_made_at_once() -> None:
    assert Turns(1).wait(lambda: "answer") == "answer"
