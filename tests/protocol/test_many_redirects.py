"""More earlier addresses, in more languages at once, than one transaction of DynamoDB takes (100 actions)."""

import os

import pytest

from colophon.stores import change
from colophon.upload.limits import MAX_EARLIER_ADDRESSES
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, clean_build
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import at_each_switch, every_order, single_faults
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Scheduler
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.redirect_scenarios import Scenario, post_text, withdraw
from tests.protocol.scenarios import BOTH, SITE, SITE_AND_CLINIC, ko, put, refresh
from tests.protocol.scenarios import PAIRS as OTHERS

WHOLE = bool(os.environ.get("COLOPHON_EVERY_ORDER"))
LANGS = ("en", "ja", "ko")
ALL_LANGUAGES = (put(SITE, contents.site(1, ", ".join(LANGS))), *SITE_AND_CLINIC[1:])


def earlier(lang: str) -> list[str]:
    return [f"{lang}-{number}" for number in range(MAX_EARLIER_ADDRESSES)]


def test_all_addresses_of_all_languages_at_once_lead_to_the_post(account: Cloud, transport: Transport) -> None:
    account.empty()
    world = World(account, transport, REAL)
    restore_or_settle(world, ALL_LANGUAGES)
    for lang in LANGS:
        post_text("b", 1, earlier(lang), lang)(world)
    world.queued.append(refresh(f"posts/{contents.CLINIC}/b/")(world))
    world.run_until_quiet()
    site = world.cloud.site()
    addresses = [f"{lang}/{contents.CLINIC}/{name}/index.html" for lang in LANGS for name in earlier(lang)]
    assert {site[key].metadata["location"].split("/")[3] for key in addresses} == {"b"}
    check_at_rest(world, clean_build(world))


SCENES = {
    "both languages and a correction": OTHERS["both languages and a correction"],
    "both languages requested, and one corrected": Scenario(BOTH, (refresh(force=True), ko(2))),
    "claims of both languages, and their withdrawal": Scenario(
        (*SITE_AND_CLINIC, post_text("b", 1)), (post_text("b", 1, "a", "ko"), withdraw("b"))
    ),
}


@pytest.mark.parametrize("scene", SCENES)
def test_a_record_in_one_transaction_per_language_ends_in_the_site_of_a_clean_build(
    scene: str, account: Cloud, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change, "MAX_ACTIONS", 1)
    scheduler = Scheduler(account, transport, SCENES[scene].before, SCENES[scene].participants)
    assert at_each_switch(scheduler, "first", ["second"]) > 3
    if WHOLE:
        assert at_each_switch(scheduler, "second", ["first"]) > 3
        assert every_order(scheduler) > 3
        assert single_faults(scheduler, [("first", "second")]) > 10


def test_one_fault_at_any_call_of_such_a_record_ends_in_the_site_of_a_clean_build(
    account: Cloud, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change, "MAX_ACTIONS", 1)
    scenario = SCENES["both languages requested, and one corrected"]
    assert (
        single_faults(Scheduler(account, transport, scenario.before, scenario.participants), [("first", "second")]) > 10
    )
