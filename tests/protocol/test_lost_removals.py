"""A language or all settings are removed, and no reader of the stream is ever told: the next day's scan tells them."""

import pytest

from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.losses import sweep_next_day
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.scenarios import BOTH, SITE, delete, put

REMOVALS = {"a language": put(SITE, contents.site(2, "ko")), "all settings": delete(SITE)}


@pytest.mark.parametrize("what", REMOVALS)
def test_the_scan_has_the_listings_of_removed_languages_taken_down(
    what: str, account: Cloud, transport: Transport
) -> None:
    account.empty()
    world = World(account, transport, REAL, listing=True, searching=True)
    restore_or_settle(world, BOTH)
    # The first scan names every group of listings, those of the next six days only what is behind.
    sweep_next_day(world)
    world.queued.append(REMOVALS[what](world))
    while message := next((each for each in world.queued if each.to == "intake"), None):
        world.queued.remove(message)
        world.handler_for(message)()
        world.deliver_stream()
    world.queued.clear()
    assert not world.cloud.site()["en/index.html"].status
    sweep_next_day(world)
    assert world.cloud.site()["en/index.html"].status == "404"
    check_at_rest(world, clean_build(world))
    check_replay(world)
