"""More earlier addresses, in more languages at once, than one transaction of DynamoDB takes (100 actions)."""

import os
from collections.abc import Iterator

import pytest

from colophon.stores import change
from colophon.upload.limits import EARLIER_ADDRESSES
from tests.protocol.harness import texts
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import at_each_cut, every_order, single_faults
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.rest import check_replay, check_rest, clean_build
from tests.protocol.harness.schedules import Theatre, Upload
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import World
from tests.protocol.moved_scenes import Scene, order, text
from tests.protocol.scenarios import BOTH, HOUSE, SITE, ko, put, rung
from tests.protocol.scenarios import PAIRS as OTHERS

WHOLE = bool(os.environ.get("COLOPHON_EVERY_ORDER"))
LANGS = ("en", "ja", "ko")
ALL_LANGUAGES = (put(SITE, texts.site(1, ", ".join(LANGS))), *HOUSE[1:])


@pytest.fixture
def world(account: Cloud, stage: Stage) -> Iterator[World]:
    account.empty()
    world = World(account, stage, REAL)
    yield world
    check_rest(world, clean_build(world))
    check_replay(world)


def do(world: World, *uploads: Upload) -> None:
    for upload in uploads:
        world.waiting.append(upload(world))
        world.settle()


def earlier(lang: str, era: str) -> list[str]:
    return [f"{era}-{lang.lower()}-{number}" for number in range(EARLIER_ADDRESSES)]


def led_to_b(world: World, era: str) -> int:
    site = world.cloud.site()
    addresses = [f"{lang}/{texts.CLINIC}/{name}/index.html" for lang in LANGS for name in earlier(lang, era)]
    found = [site[key].metadata.get("location", "") for key in addresses if key in site]
    return sum(location.split("/")[3] == "b" for location in found if location)


def test_all_addresses_of_all_languages_lead_to_the_post_and_give_way_to_others(world: World) -> None:
    do(world, *ALL_LANGUAGES)
    for era in ("first", "second"):
        for lang in LANGS:
            text("b", 1 + (era == "second"), earlier(lang, era), lang)(world)
        do(world, rung(f"posts/{texts.CLINIC}/b/"))
        assert led_to_b(world, era) == EARLIER_ADDRESSES * len(LANGS)
    assert led_to_b(world, "first") == 0


SCENES = {
    "both languages and a correction": OTHERS["both languages and a correction"],
    "both languages rung for, and one corrected": Scene(BOTH, (rung(fresh=True), ko(2))),
    "claims of both languages, and their withdrawal": Scene(
        (*HOUSE, text("b", 1)), (text("b", 1, "a", "ko"), order("b"))
    ),
}


@pytest.mark.parametrize("scene", SCENES)
def test_a_record_in_one_transaction_per_language_ends_in_the_site_of_a_clean_build(
    scene: str, account: Cloud, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change, "MOST_ACTIONS", 1)
    theatre = Theatre(account, stage, SCENES[scene].before, SCENES[scene].parts)
    assert at_each_cut(theatre, "first", ["second"]) > 3
    if WHOLE:
        assert at_each_cut(theatre, "second", ["first"]) > 3
        assert every_order(theatre) > 3
        assert single_faults(theatre, [("first", "second")]) > 10


def test_one_fault_at_any_call_of_such_a_record_ends_in_the_site_of_a_clean_build(
    account: Cloud, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change, "MOST_ACTIONS", 1)
    scene = SCENES["both languages rung for, and one corrected"]
    assert single_faults(Theatre(account, stage, scene.before, scene.parts), [("first", "second")]) > 10
