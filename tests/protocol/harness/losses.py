"""What AWS, or an operator, loses in the middle of a schedule, and what an operator then does about it."""

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from msgspec.structs import replace

from colophon.listings.kind import ListingGroup
from colophon.upload.messages import RefreshRequest, encode_message
from colophon.verbs.listings import enqueue_listings
from colophon_emulator.lock import patch
from colophon_ops import republish
from colophon_ops.backlog import Selection
from colophon_ops.republish import Republisher
from colophon_ops.slow_lane import SlowLane
from tests.protocol.harness.at_rest import CleanBuild, check_at_rest
from tests.protocol.harness.cloud import SITE, Cloud
from tests.protocol.harness.invariants import InvariantChecker, Violation
from tests.protocol.harness.tally import PLAYED
from tests.protocol.harness.world import Message, World

_DAY = timedelta(days=1)


@dataclass
class Losses:
    """Loses one thing, tells ``checker`` what it was, and says so in words."""

    cloud: Cloud
    checker: InvariantChecker
    backup: Any = None

    def keep_backup(self) -> None:
        """Remember the table as it is."""
        self.backup = copy.deepcopy(self.cloud.table.items)

    def restore_table(self) -> str:
        """The table is as it was when it was remembered. Nothing of that is on its stream."""
        before = self.cloud.items()
        self.cloud.table.items = copy.deepcopy(self.backup)
        after = self.cloud.items()
        changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        self.checker.lose_rows({pk for pk, _ in changed})
        return f"the table is restored: {len(changed)} rows are older or gone"

    def lose_row(self, random: Random) -> str:
        """One row is gone."""
        pk, sk = random.choice(sorted(self.cloud.items()))
        for by_sort_key in self.cloud.table.items.values():
            for key, item in list(by_sort_key.items()):
                if item.to_json()["Attributes"].items() >= {"pk": {"S": pk}, "sk": {"S": sk}}.items():
                    del by_sort_key[key]
        self.checker.lose_rows({pk})
        return f"the row {pk} {sk} is lost"

    def lose_object(self, random: Random) -> str:
        """One object of the site is gone."""
        key = random.choice(sorted(lossy_objects(self.cloud)))
        dict.pop(self.cloud.bucket(SITE).keys, key)
        self.checker.lose_object(key)
        return f"the object {key} is lost"


def lossy_objects(cloud: Cloud) -> set[str]:
    """The keys of the site's objects, without those that stand there from the beginning."""
    return {key for key in cloud.site() if not key.startswith("assets/")}


class _OperatorsLane:
    """The slow lane of a schedule: what an operator's command asks for is answered at once, one by one."""

    def __init__(self, world: World) -> None:
        self._world = world

    def send(self, requests: Sequence[RefreshRequest], on_wait: Callable[[int], None]) -> None:
        self._world.queued += [Message("intake", encode_message(request)) for request in requests]

    def send_listings(self, groups: Iterable[ListingGroup]) -> None:
        if self._world.listing:
            enqueue_listings((replace(group, force=True) for group in groups), self._world.queue("listings"))

    def drain(self, on_wait: Callable[[int], None]) -> None:
        self._world.run_until_quiet()


def republish_all(world: World) -> None:
    """``colophon republish --all``, until nothing waits."""
    world.is_refreshed = True
    republisher = Republisher(world.inbox, world.index, cast(SlowLane, _OperatorsLane(world)))
    # The command notes when it began.
    with patch(republish, "datetime", SimpleNamespace(now=lambda _: world.now)):
        republisher.run(republisher.backlog(Selection(), lambda _: None), "", lambda *_: None)


def check_republish(world: World, clean: CleanBuild) -> None:
    """Where nothing is lost, nobody sees that all was republished (I9): the site is that of the ``clean`` build."""
    PLAYED.invariants["I9"] += 1
    republish_all(world)
    try:
        check_at_rest(world, clean)
    except Violation as violation:
        raise Violation(f"I9: a republish is seen: {violation}") from None


def sweep_next_day(world: World) -> None:
    """The next day's scan of the inbox, until nothing waits."""
    world.now += _DAY
    world.sweep()
    world.run_until_quiet()
