"""What many schedules have before them, made once: uploads one after the other, each settled before the next comes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from tests.protocol.harness.cloud import Saved

if TYPE_CHECKING:
    from tests.protocol.harness.schedules import Upload
    from tests.protocol.harness.world import Message, World


class Beginning(Struct, frozen=True):
    """The account once everything came to rest, and the messages that were answered on the way."""

    saved: Saved
    sent: "tuple[Message, ...]"


def settled(world: "World", uploads: "Sequence[Upload]") -> None:
    """Bring ``world``, of which nothing happened yet, to where ``uploads`` lead."""
    known = world.cloud.begun
    how = (world.functions, world.listing, world.reporting)
    done = max((n for n in range(len(uploads) + 1) if (*how, *uploads[:n]) in known), default=0)
    if done:
        begun = known[(*how, *uploads[:done])]
        world.cloud.restore(begun.saved)
        world.sent += begun.sent
        world.heard = 0
    for place in range(done, len(uploads)):
        world.waiting.append(uploads[place](world))
        world.settle()
        known[(*how, *uploads[: place + 1])] = Beginning(world.cloud.save(), tuple(world.sent))
