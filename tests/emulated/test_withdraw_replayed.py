"""Withdrawn, and then everything that ever called a function comes again, in a random order: nothing of it is read.

Once for each thing that can be withdrawn, by the command, on the whole stack and as readers see it. Many more orders,
with handlers that end halfway and late writes, in tests/protocol/test_replayed.py.
"""

import copy
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest

from colophon_cli.local_stack import LocalStack
from tests.emulated.counter import Counter, open_counter, said
from tests.emulated.uploads import Clinic, Post, edition, picture

# More of them: COLOPHON_ORDERS=200.
ORDERS = int(os.environ.get("COLOPHON_ORDERS", "4"))
_MOST_STEPS_BETWEEN = 3
_TIMES = 2


class Remembered:
    """Every call of a function of ``stack`` from the moment this is made: queue messages and changes of the table."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack, self._invoke = stack, stack.functions.invoke
        self.calls: list[tuple[str, Any]] = []
        stack.functions.invoke = self._noted  # type: ignore[method-assign]

    def again(self, chance: random.Random) -> None:
        """Make each call again, some twice, in any order, with whatever follows of it in between."""
        calls = [call for call in self.calls for _ in range(chance.randint(1, _TIMES))]
        chance.shuffle(calls)
        for reference, event in calls:
            self._invoke(reference, copy.deepcopy(event))
            for _ in range(chance.randint(0, _MOST_STEPS_BETWEEN)):
                self._stack.dispatcher.step()

    def _noted(self, reference: str, event: Any) -> Any:
        self.calls.append((reference, copy.deepcopy(event)))
        return self._invoke(reference, event)


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with open_counter(tmp_path_factory.mktemp("counter")) as counter:
        counter.desk.settle()
        counter.site_named(counter.desk.site_url)
        yield counter
        assert counter.amiss.found() == []


@pytest.mark.parametrize("seed", range(ORDERS))
def test_nothing_that_comes_again_brings_a_withdrawn_thing_back(counter: Counter, seed: int) -> None:
    chance, stack = random.Random(seed), counter.desk.stack
    invoke, remembered = stack.functions.invoke, Remembered(stack)
    try:
        clinic = Clinic(f"clinic-{seed}")
        counter.desk.put(clinic.key, clinic.record())
        post = counter.post(clinic)
        counter.desk.settle()
        _corrected(counter, post)
        assert counter.desk.show(post.path("en")).status == 200
        what = ("post", "clinic", "edition", "image")[seed % 4]
        _withdraw(counter, post, what)
        stack.dispatcher.stop()
        if chance.random() < 0.5:
            counter.desk.put(
                post.key("en.md"), edition(f"The title of {post.clinic}, sent again", body=said("en", post))
            )
        remembered.again(chance)
        counter.desk.settle()
        assert _readable(counter, post, what) == []
        assert remembered.calls
    finally:
        stack.functions.invoke = invoke  # type: ignore[method-assign]
        stack.dispatcher.start()


def _corrected(counter: Counter, post: Post) -> None:
    """A second version of the text and of the image, so that there are earlier ones to come back."""
    counter.desk.put(post.key("en.md"), edition(f"The title of {post.clinic}, corrected", body=said("en", post)))
    counter.desk.put(post.key("throat.png"), picture(shade=33))
    counter.desk.settle()


def _withdraw(counter: Counter, post: Post, what: str) -> None:
    named = {"clinic": post.clinic, "edition": "/en", "image": "/throat.png"}
    name = named["clinic"] if what == "clinic" else f"{post.clinic}/{post.name}{named.get(what, '')}"
    proof = counter.proof("withdraw", name, "--kind", "gone", "--reason", "other")
    assert {place["verdict"] for place in proof} == {"proven"}


def _readable(counter: Counter, post: Post, what: str) -> list[str]:
    """The objects of the bucket, and the pages as readers get them, in which something of what was withdrawn is."""
    marks = [] if what == "image" else ["and it says it twice", f"title of {post.clinic}", f"/en/{post.clinic}/cough/"]
    marks += [said("ko", post), f"/ko/{post.clinic}/cough/"] if what in ("post", "clinic") else []
    found = []
    for key in counter.desk.objects():
        stored = counter.desk.site_object(key)["Body"].decode("utf-8", "replace")
        shown = (
            ""
            if key.startswith(("images/", "assets/"))
            else counter.desk.show("/" + key.removesuffix("index.html")).text
        )
        found += [key for mark in marks if mark in stored or mark in shown]
    images = counter.desk.objects(post.images_folder()) if what != "edition" else {}
    return found + [key for key in images if counter.desk.show(f"/{key}").status != 410]
