"""The proof of ``colophon reinstate`` while requests are still on the way: it never settles for a state that passes."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from colophon.decision.redirects import parse_post_name
from colophon.stores.inbox import Inbox
from colophon.stores.listing_index import ListingIndex
from colophon.upload.keys import PostWithdrawal
from colophon_ops.site_reader import SiteBucket
from colophon_ops.withdraw.clients import WithdrawClients
from colophon_ops.withdraw.footprint import read_footprint
from colophon_ops.withdraw.proof import Check, Phase
from colophon_ops.withdraw.restore import restore_checks
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import INBOX, SITE, TABLE, Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.scheduler import Upload, upload_and_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.redirect_scenarios import CHAIN, MOVED, B, C, post_text, reinstate, withdraw
from tests.protocol.scenarios import delete

# Each order in which waiting messages are handled: the oldest first, the newest first, and four by chance.
ORDERS = ("oldest", "newest", "1", "2", "3", "4")
LONG_CHAIN = (*CHAIN, post_text("d", 1, "c"), delete(B), delete(C))


def reinstate_checks(world: World, post: str) -> list[Check]:
    """The checks of the page in the bucket, of its row, and of the earlier addresses in the bucket."""
    bucket: Any = SiteBucket(world.cloud.s3, SITE)
    inbox, listings = Inbox(world.cloud.s3, INBOX), ListingIndex(world.cloud.dynamodb, TABLE)
    clients = WithdrawClients(world.cloud.s3, INBOX, inbox, world.index, listings, bucket, bucket, None, ())
    target = PostWithdrawal(parse_post_name(f"{contents.CLINIC}/{post}"))
    checks = restore_checks(read_footprint(target, inbox, lambda done, of: None), clients)
    return [check for check in checks if check.phase is not Phase.PUBLIC and check.kind != "public site"]


def prove_once(checks: Sequence[Check], proven: dict[Check, str]) -> None:
    """Read the checks that are not ``proven`` and whose needs are; add those that are as they must be."""
    for check in checks:
        if check not in proven and all(need in proven for need in check.needs):
            found = check.read()
            if found.ok:
                proven[check] = found.text


def handle_next(world: World, order: str, chance: random.Random) -> None:
    last = len(world.queued) - 1
    world.handle({"oldest": 0, "newest": last}.get(order, chance.randint(0, last)))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("before", "post"), [(MOVED, "b"), ((*CHAIN, delete(B)), "c"), (LONG_CHAIN, "d")], ids=["one move", "two", "three"]
)
def test_what_the_proof_accepts_is_how_it_stays(
    before: tuple[Upload, ...], post: str, order: str, account: Cloud, transport: Transport
) -> None:
    account.empty()
    world, chance = World(account, transport, REAL), random.Random(order)
    upload_and_settle(world, *before, withdraw(post))
    world.queued.append(reinstate(post)(world))
    checks = reinstate_checks(world, post)
    proven: dict[Check, str] = {}
    for _ in range(200):
        prove_once(checks, proven)
        if not world.queued:
            break
        handle_next(world, order, chance)
    leads = f"301, leads to /en/{contents.CLINIC}/{post}/"
    found = {check.resource: proven.get(check) for check in checks if check.kind == "moved from"}
    assert found
    assert set(found.values()) == {leads}
