"""A look of the site's own: whoever meets it, no page links to a sheet that is not there."""

from collections.abc import Mapping
from typing import cast

import pytest
from msgspec.structs import replace

from colophon.decision.rows import SiteRow
from colophon.page.objects import SiteObject
from colophon.stores.index import Index
from colophon.stores.site import Site
from colophon.verbs.clients import PublishDoors
from tests.protocol.harness import texts
from tests.protocol.harness.cloud import TABLE, Cloud
from tests.protocol.harness.explore import every_order, single_faults
from tests.protocol.harness.eyes import Eyes, Violation
from tests.protocol.harness.functions import REAL, real_doors, site_of
from tests.protocol.harness.rest import check_replay, check_rest, clean_build
from tests.protocol.harness.schedules import Theatre, Upload
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import World
from tests.protocol.scenarios import LIVE, SITE, Scene, delete, en, put

STYLE = "site.css"
LIGHT, DARK = b"h1 { color: #111 }\n", b"h1 { color: #eee }\n"
HIDING = b".notice { display: none }\n"
WORN = (*LIVE, put(STYLE, LIGHT))

SCENES: Mapping[str, Scene] = {
    "a look and another": Scene(LIVE, (put(STYLE, LIGHT), put(STYLE, DARK))),
    "a look and a correction": Scene(LIVE, (put(STYLE, LIGHT), en(2))),
    "a look and its end": Scene(WORN, (put(STYLE, DARK), delete(STYLE))),
    "a look and settings": Scene(WORN, (put(STYLE, DARK), put(SITE, texts.site(2)))),
}
STORIES: Mapping[str, tuple[Upload, ...]] = {
    "it comes, changes, is refused, and goes": (
        *(*WORN, put(STYLE, DARK), put(STYLE, HIDING), put(STYLE, LIGHT)),
        delete(STYLE),
    ),
    "it comes first, and its site goes and comes back": (
        *(put(STYLE, LIGHT), *LIVE, delete(SITE), put(STYLE, DARK)),
        put(SITE, texts.site(2)),
    ),
}


@pytest.mark.parametrize("scene", SCENES)
def test_every_order_and_every_fault_ends_in_the_site_of_a_clean_build(
    scene: str, account: Cloud, stage: Stage
) -> None:
    theatre = Theatre(account, stage, SCENES[scene].before, SCENES[scene].parts)
    assert every_order(theatre) > 3
    assert single_faults(theatre, [("first", "second")], thorough=False) > 10


@pytest.mark.parametrize("story", STORIES)
def test_at_rest_every_page_wears_what_counts_and_replays_write_nothing(
    story: str, account: Cloud, stage: Stage
) -> None:
    account.empty()
    world, eyes = World(account, stage, REAL), Eyes(account)
    for upload in STORIES[story]:
        world.waiting.append(upload(world))
        world.settle()
        eyes.look()
        check_rest(world, clean := clean_build(world))
    check_replay(world)
    check_rest(world, clean)


class _PutsLate(Site):
    """Keeps a site's own sheet until it is asked for it."""

    due: list[SiteObject]

    def put_once(self, new: SiteObject) -> None:
        if new.key.startswith("assets/site."):
            self.due.append(new)
        else:
            super().put_once(new)


class _RecordsFirst(Index):
    puts: _PutsLate

    def record_site(self, row: SiteRow) -> None:
        super().record_site(row)
        while self.puts.due:
            Site.put_once(self.puts, self.puts.due.pop())


def record_before_put(world: World) -> PublishDoors:
    doors = real_doors(world)
    site = cast(_PutsLate, site_of(world, _PutsLate))
    doors.site, doors.index = site, _RecordsFirst(world.cloud.dynamodb, TABLE)
    site.due, doors.index.puts = [], site
    return doors


def test_the_schedules_show_what_happens_when_the_row_is_recorded_before_the_sheet(
    account: Cloud, stage: Stage
) -> None:
    scene = SCENES["a look and a correction"]
    theatre = Theatre(account, stage, scene.before, scene.parts, replace(REAL, doors=record_before_put))
    with pytest.raises(Violation, match=r"^I4: .* leads to assets/site\."):
        every_order(theatre)


def test_a_new_look_costs_six_calls_and_the_same_again_three_reads(account: Cloud, stage: Stage) -> None:
    account.empty()
    world = World(account, stage, REAL)
    for upload in LIVE:
        world.waiting.append(upload(world))
    world.settle()
    for content, calls in (
        (LIGHT, ["GetItem", "ListObjectVersions", "GetObject", "GetObject", "PutObject", "PutItem"]),
        (LIGHT, ["GetItem", "ListObjectVersions", "HeadObject"]),
    ):
        answer = world.work(put(STYLE, content)(world))
        stage.calls.clear()
        answer()
        assert [call.operation for call in stage.calls] == calls
