"""What many schedules have before them, made once: uploads one after the other, each settled before the next comes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from tests.protocol.harness.cloud import SavedState

if TYPE_CHECKING:
    from tests.protocol.harness.scheduler import Upload
    from tests.protocol.harness.world import Message, World


class SavedStart(Struct, frozen=True):
    """The account once everything came to rest, and the messages that were answered on the way."""

    saved: SavedState
    sent: "tuple[Message, ...]"


def restore_or_settle(world: "World", uploads: "Sequence[Upload]") -> None:
    """Bring ``world``, of which nothing happened yet, to where ``uploads`` lead."""
    known = world.cloud.saved_starts
    how = (world.functions, world.listing, world.reporting, world.searching)
    done = max((n for n in range(len(uploads) + 1) if (*how, *uploads[:n]) in known), default=0)
    if done:
        start = known[(*how, *uploads[:done])]
        world.cloud.restore(start.saved)
        world.handled += start.sent
        world.records_delivered = 0
    for position in range(done, len(uploads)):
        world.queued.append(uploads[position](world))
        world.run_until_quiet()
        known[(*how, *uploads[: position + 1])] = SavedStart(world.cloud.save(), tuple(world.handled))
