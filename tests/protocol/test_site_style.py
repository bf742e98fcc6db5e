"""The site's own style sheet: in no order of handlers does a page link to a missing sheet."""

from collections.abc import Mapping
from typing import cast

import pytest
from msgspec.structs import replace

from colophon.decision.rows import SiteRow
from colophon.decision.sweep import DueChanges
from colophon.page.objects import SiteObject
from colophon.stores.index import Index
from colophon.stores.site import Site
from colophon.verbs.clients import PublishClients
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import TABLE, Cloud
from tests.protocol.harness.explore import every_order, single_faults
from tests.protocol.harness.functions import REAL, real_publish_clients, site_of
from tests.protocol.harness.invariants import InvariantChecker, Violation
from tests.protocol.harness.scheduler import Scheduler, Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.scenarios import LIVE, SITE, Scenario, delete, en, put

STYLE = "site.css"
LIGHT, DARK = b"h1 { color: #111 }\n", b"h1 { color: #eee }\n"
HIDING = b".notice { display: none }\n"
STYLED = (*LIVE, put(STYLE, LIGHT))

SCENES: Mapping[str, Scenario] = {
    "a style and another": Scenario(LIVE, (put(STYLE, LIGHT), put(STYLE, DARK))),
    "a style and a correction": Scenario(LIVE, (put(STYLE, LIGHT), en(2))),
    "a style and its end": Scenario(STYLED, (put(STYLE, DARK), delete(STYLE))),
    "a style and settings": Scenario(STYLED, (put(STYLE, DARK), put(SITE, contents.site(2)))),
}
STORIES: Mapping[str, tuple[Upload, ...]] = {
    "it comes, changes, is refused, and goes": (
        *(*STYLED, put(STYLE, DARK), put(STYLE, HIDING), put(STYLE, LIGHT)),
        delete(STYLE),
    ),
    "it comes first, and its site goes and comes back": (
        *(put(STYLE, LIGHT), *LIVE, delete(SITE), put(STYLE, DARK)),
        put(SITE, contents.site(2)),
    ),
}


@pytest.mark.parametrize("scene", SCENES)
def test_every_order_and_every_fault_ends_in_the_site_of_a_clean_build(
    scene: str, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, SCENES[scene].before, SCENES[scene].participants)
    assert every_order(scheduler) > 3
    assert single_faults(scheduler, [("first", "second")], thorough=False) > 10


@pytest.mark.parametrize("story", STORIES)
def test_at_rest_every_page_wears_what_counts_and_replays_write_nothing(
    story: str, account: Cloud, transport: Transport
) -> None:
    account.empty()
    world, checker = World(account, transport, REAL), InvariantChecker(account)
    for upload in STORIES[story]:
        world.queued.append(upload(world))
        world.run_until_quiet()
        checker.check()
        check_at_rest(world, clean := clean_build(world))
    check_replay(world)
    check_at_rest(world, clean)


class _LatePuts(Site):
    """Keeps a site's own sheet until it is asked for it."""

    due: list[SiteObject]

    def put_if_absent(self, new: SiteObject) -> None:
        if new.key.startswith("assets/site."):
            self.due.append(new)
        else:
            super().put_if_absent(new)


class _RecordsFirst(Index):
    puts: _LatePuts

    def record_site(self, row: SiteRow, changes: DueChanges) -> None:
        super().record_site(row, changes)
        while self.puts.due:
            Site.put_if_absent(self.puts, self.puts.due.pop())


def record_before_put(world: World) -> PublishClients:
    clients = real_publish_clients(world)
    site = cast(_LatePuts, site_of(world, _LatePuts))
    clients.site, clients.index = site, _RecordsFirst(world.cloud.dynamodb, TABLE)
    site.due, clients.index.puts = [], site
    return clients


def test_the_schedules_show_what_happens_when_the_row_is_recorded_before_the_sheet(
    account: Cloud, transport: Transport
) -> None:
    scenario = SCENES["a style and a correction"]
    scheduler = Scheduler(
        account, transport, scenario.before, scenario.participants, replace(REAL, publish_clients=record_before_put)
    )
    with pytest.raises(Violation, match=r"^I4: .* leads to assets/site\."):
        every_order(scheduler)


def test_a_new_style_costs_six_calls_and_the_same_again_three_reads(account: Cloud, transport: Transport) -> None:
    account.empty()
    world = World(account, transport, REAL)
    for upload in LIVE:
        world.queued.append(upload(world))
    world.run_until_quiet()
    for content, calls in (
        (LIGHT, ["GetItem", "ListObjectVersions", "GetObject", "GetObject", "PutObject", "PutItem"]),
        (LIGHT, ["GetItem", "ListObjectVersions", "HeadObject"]),
    ):
        answer = world.handler_for(put(STYLE, content)(world))
        transport.calls.clear()
        answer()
        assert [call.operation for call in transport.calls] == calls
