"""Withdrawn, and then everything that ever called a function comes again, in a random order: nothing of it is read.

By the command, on the whole stack and as readers see it. Many more orders,
with handlers that end halfway and late writes, in tests/protocol/test_replay.py.
"""

import copy
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest

from colophon_cli.local_stack import LocalStack
from tests.emulated.cli_driver import CliDriver, open_cli, sentence
from tests.emulated.uploads import Clinic, Post, edition, picture
from tests.rotating_seeds import seeds_of_the_day

# Two of the four things that can be withdrawn, the other two on the next day. More: COLOPHON_ORDERS=200.
_MANY = os.environ.get("COLOPHON_ORDERS")
SEEDS = range(int(_MANY)) if _MANY else seeds_of_the_day(2, of=200)
_MOST_STEPS_BETWEEN = 3
_TIMES = 2


class RecordedCalls:
    """Every call of a function of ``stack`` from the moment this is made: queue messages and changes of the table."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack, self._invoke = stack, stack.functions.invoke
        self.calls: list[tuple[str, Any]] = []
        stack.functions.invoke = self._record  # type: ignore[method-assign]

    def replay(self, chance: random.Random) -> None:
        """Make each call again, some twice, in any order, with whatever follows of it in between."""
        calls = [call for call in self.calls for _ in range(chance.randint(1, _TIMES))]
        chance.shuffle(calls)
        for reference, event in calls:
            self._invoke(reference, copy.deepcopy(event))
            for _ in range(chance.randint(0, _MOST_STEPS_BETWEEN)):
                self._stack.dispatcher.step()

    def _record(self, reference: str, event: Any) -> Any:
        self.calls.append((reference, copy.deepcopy(event)))
        return self._invoke(reference, event)


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CliDriver]:
    with open_cli(tmp_path_factory.mktemp("counter")) as cli:
        cli.driver.settle()
        cli.use_site_url(cli.driver.site_url)
        yield cli
        assert cli.failures.found() == []


@pytest.mark.parametrize("seed", SEEDS)
def test_no_repeated_message_restores_withdrawn_content(cli: CliDriver, seed: int) -> None:
    chance, stack = random.Random(seed), cli.driver.stack
    invoke, remembered = stack.functions.invoke, RecordedCalls(stack)
    try:
        clinic = Clinic(f"clinic-{seed}")
        cli.driver.put(clinic.key, clinic.record())
        post = cli.post(clinic)
        cli.driver.settle()
        _correct(cli, post)
        assert cli.driver.fetch(post.path("en")).status == 200
        what = ("post", "clinic", "edition", "image")[seed % 4]
        _withdraw(cli, post, what)
        stack.dispatcher.stop()
        if chance.random() < 0.5:
            cli.driver.put(
                post.key("en.md"), edition(f"The title of {post.clinic}, sent again", body=sentence("en", post))
            )
        remembered.replay(chance)
        cli.driver.settle()
        assert _readable(cli, post, what) == []
        assert remembered.calls
    finally:
        stack.functions.invoke = invoke  # type: ignore[method-assign]
        stack.dispatcher.start()


def _correct(cli: CliDriver, post: Post) -> None:
    """A second version of the text and of the image, so that there are earlier ones to come back."""
    cli.driver.put(post.key("en.md"), edition(f"The title of {post.clinic}, corrected", body=sentence("en", post)))
    cli.driver.put(post.key("throat.png"), picture(shade=33))
    cli.driver.settle()


def _withdraw(cli: CliDriver, post: Post, what: str) -> None:
    named = {"clinic": post.clinic, "edition": "/en", "image": "/throat.png"}
    name = named["clinic"] if what == "clinic" else f"{post.clinic}/{post.name}{named.get(what, '')}"
    proof = cli.proof("withdraw", name, "--kind", "gone", "--reason", "other")
    assert {place["verdict"] for place in proof} == {"proven"}


def _readable(cli: CliDriver, post: Post, what: str) -> list[str]:
    """The objects of the bucket, and the pages as readers get them, in which something of what was withdrawn is."""
    marks = (
        [] if what == "image" else [f"of {post.clinic} says so", f"title of {post.clinic}", f"/en/{post.clinic}/cough/"]
    )
    marks += [sentence("ko", post), f"/ko/{post.clinic}/cough/"] if what in ("post", "clinic") else []
    found = []
    for key in cli.driver.objects():
        stored = cli.driver.site_object(key)["Body"].decode("utf-8", "replace")
        shown = (
            ""
            if key.startswith(("images/", "assets/"))
            else cli.driver.fetch("/" + key.removesuffix("index.html")).body.decode("utf-8", "replace")
        )
        found += [key for mark in marks if mark in stored or mark in shown]
    images = cli.driver.objects(post.images_folder()) if what != "edition" else {}
    return found + [key for key in images if cli.driver.fetch(f"/{key}").status != 410]
