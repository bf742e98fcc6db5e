"""What nobody uploaded and no doorbell says goes to the dead-letter queue, for us to look at, and holds up nothing."""

from collections.abc import Iterator

import pytest

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_emulator.clock import ManualClock
from tests.emulated.desk import TEMPLATE, Desk
from tests.emulated.uploads import SITE, Clinic, edition


@pytest.fixture
def unwatched() -> Iterator[Desk]:
    """A stack in which something may go amiss."""
    with LocalStack(TEMPLATE, clock=ManualClock()) as stack, serve_site(stack, 0) as server:
        yield Desk(stack, server.url)


def test_a_message_that_is_no_doorbell_is_given_up_on_and_those_beside_it_are_answered(unwatched: Desk) -> None:
    clinic = Clinic("sorae")
    post = clinic.post()
    unwatched.put("site.yaml", SITE)
    unwatched.ring({"who": "nobody knows"})
    unwatched.put(clinic.key, clinic.record())
    unwatched.put(post.key("en.md"), edition())
    unwatched.settle()
    assert unwatched.state(post.key("en.md")) == "live"
    assert unwatched.stack.dispatcher.dead_letters() == {"IntakeDeadQueue": ['{"who": "nobody knows"}']}
    assert unwatched.stack.denials == ()
