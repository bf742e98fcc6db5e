"""Dead letters: messages that no function can read are kept in a queue of their own, and hold up nothing else."""

from collections.abc import Iterator

import pytest

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_emulator.clock import ManualClock
from tests.emulated.stack_driver import TEMPLATE, StackDriver
from tests.emulated.uploads import SITE, Clinic, edition


@pytest.fixture
def unwatched() -> Iterator[StackDriver]:
    """A stack in which something may go amiss."""
    with LocalStack(TEMPLATE, clock=ManualClock()) as stack, serve_site(stack, 0) as server:
        yield StackDriver(stack, server.url)


def test_an_unreadable_message_becomes_a_dead_letter_and_its_neighbours_are_handled(unwatched: StackDriver) -> None:
    clinic = Clinic("sorae")
    post = clinic.post()
    unwatched.put("site.yaml", SITE)
    unwatched.send_message({"who": "nobody knows"})
    unwatched.put(clinic.key, clinic.record())
    unwatched.put(post.key("en.md"), edition())
    unwatched.settle()
    assert unwatched.state(post.key("en.md")) == "live"
    assert unwatched.stack.dispatcher.dead_letters() == {"IntakeDeadQueue": ['{"who": "nobody knows"}']}
    assert unwatched.stack.denials == ()
