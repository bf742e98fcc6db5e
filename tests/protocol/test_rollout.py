"""Two code versions at once, and back again: neither makes the other's pages again, and no row loses what it holds."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from msgspec.structs import replace

from colophon.decision import image as decided_image
from colophon.images import copy
from colophon.problem import Misconfigured, Problem
from colophon.upload.messages import RefreshRequest, encode_message
from colophon.verbs import image
from colophon_emulator.lock import patch
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import Cloud, StoredObject
from tests.protocol.harness.explore import at_each_switch
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.scheduler import Upload, upload_and_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.versions import (
    NEW,
    OLD,
    TwoVersionScheduler,
    TwoVersionWorld,
    deploy_and_republish,
    two_versions,
    with_field,
)
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import (
    BOTH,
    CLINIC,
    EN,
    ILLUSTRATED,
    LIVE,
    PAIRS,
    PICTURE,
    SITE,
    WITHDRAWAL,
    Scenario,
    en,
    ko,
    put,
    refresh_picture,
)
from tests.rotating_seeds import share_of_the_day

# Every pair and story in each order; else a share that changes daily.
WHOLE = bool(os.environ.get("COLOPHON_EVERY_ORDER"))
VERSIONS = ((OLD, NEW), (NEW, OLD))
PLAYED = [(pair, *versions) for pair in PAIRS for versions in VERSIONS]
# What streams in while the new version is rolled out.
STORIES = {
    "a correction of each language": Scenario(BOTH, (en(2), ko(2))),
    "a correction and a withdrawal": Scenario(BOTH, (en(2), put(WITHDRAWAL, contents.withdrawal()))),
    "a refused correction of an illustrated text, and its original": Scenario(
        ILLUSTRATED, (put(EN, contents.refused(2)), ko(1))
    ),
}
TOLD = [(story, *versions) for story in STORIES for versions in VERSIONS]


@pytest.mark.parametrize(("pair", "first", "second"), PLAYED if WHOLE else share_of_the_day(PLAYED, 6))
def test_two_versions_that_meet_on_a_page_put_it_as_often_as_one(
    pair: str, first: str, second: str, account: Cloud, transport: Transport
) -> None:
    """One handler of each version, in every order at each switch. What they leave is the same but for the code."""
    with two_versions(account):
        alone, both = (
            TwoVersionScheduler(
                account,
                transport,
                PAIRS[pair].before,
                PAIRS[pair].participants,
                versions={"first": first, "second": version},
            )
            for version in (first, second)
        )
        at_each_switch(alone, "first", ["second"])
        at_each_switch(both, "first", ["second"])
    assert max(both.revisions) <= max(alone.revisions)


@pytest.mark.parametrize(("story", "first", "second"), TOLD if WHOLE else share_of_the_day(TOLD, 6))
def test_after_a_rollout_or_a_rollback_a_republish_makes_the_site_of_that_version(
    story: str, first: str, second: str, account: Cloud, transport: Transport
) -> None:
    """The old version made what stands. Each version handles one upload, in every order at each switch. Then either is
    deployed alone."""
    with two_versions(account, derives=True):
        scheduler = TwoVersionScheduler(
            account,
            transport,
            STORIES[story].before,
            STORIES[story].participants,
            listing=True,
            versions={"first": first, "second": second},
            ends=(OLD, NEW),
        )
        assert at_each_switch(scheduler, "first", ["second"]) > 3


def test_a_republish_puts_each_object_once_where_other_code_finds_the_same(
    account: Cloud, transport: Transport
) -> None:
    account.empty()
    world = TwoVersionWorld(account, transport, REAL, listing=True)
    world.choose = lambda: OLD
    with two_versions(account):
        upload_and_settle(world, *BOTH)
        deploy_and_republish(world, NEW, most=1)


@pytest.fixture
def rolled_back(account: Cloud, transport: Transport) -> Iterator[TwoVersionWorld]:
    """The new version published uploads with a field that only it knows; now the old one runs again."""
    account.empty()
    world = TwoVersionWorld(account, transport, REAL, listing=True)
    with two_versions(account):
        upload_and_settle(world, *LIVE)
        world.choose = lambda: NEW
        for key, content in (
            (SITE, contents.site(2)),
            (CLINIC, contents.clinic(2)),
            (EN, contents.edition("en", 2)),
        ):
            upload_and_settle(world, put(key, with_field(content)))
        assert b"Text en 2" in page(world)
        world.choose = lambda: OLD
        yield world
        deploy_and_republish(world, OLD)


def page(world: TwoVersionWorld) -> bytes:
    return world.cloud.site()[contents.PAGES["en"]].content


def test_after_a_rollback_no_setting_or_record_that_is_in_use_is_taken_back(rolled_back: TwoVersionWorld) -> None:
    upload_and_settle(rolled_back, en(3), put("site.css", b"p { color: #123 }"))
    site, clinic = rolled_back.index.read_site(), rolled_back.index.read_clinic(contents.CLINIC)[0]
    assert site.settings is not None
    assert site.settings.name["en"] == "Shelf 2"
    assert clinic.record is not None
    assert clinic.record.names["en"] == "Clinic 2"
    assert b"Text en 3" in page(rolled_back)


def test_after_a_rollback_a_page_that_this_code_would_take_back_stays_and_its_message_fails(
    rolled_back: TwoVersionWorld,
) -> None:
    shown = page(rolled_back)
    with pytest.raises(Misconfigured, match="was published by another version of Colophon"):
        upload_and_settle(rolled_back, put(CLINIC, contents.clinic(3)))
    assert page(rolled_back) == shown
    rolled_back.queued.clear()


@pytest.mark.parametrize(
    "upload",
    [
        put(WITHDRAWAL, contents.withdrawal()),
        put(CLINIC, contents.clinic(3, "suspended")),
        put(f"clinics/{contents.CLINIC}/withdrawal.yaml", contents.withdrawal()),
        en(3),
    ],
    ids=["withdrawn", "clinic suspended", "clinic withdrawn", "corrected"],
)
def test_after_a_rollback_a_page_is_withdrawn_and_corrected_as_any_other(
    upload: Upload, rolled_back: TwoVersionWorld
) -> None:
    upload_and_settle(rolled_back, upload)
    assert b"Text en 2" not in page(rolled_back)


def test_a_republish_judges_a_record_again_that_only_other_code_accepts(account: Cloud, transport: Transport) -> None:
    account.empty()
    world = TwoVersionWorld(account, transport, REAL, listing=True)
    with two_versions(account):
        upload_and_settle(world, *LIVE)
        world.choose = lambda: NEW
        upload_and_settle(world, put(CLINIC, with_field(contents.clinic(2))))
        assert b"Clinic 2" in page(world)
        deploy_and_republish(world, OLD)
        assert b"Clinic 1" in page(world)


@contextmanager
def recipe(version: str) -> Iterator[None]:
    """Within the block, images are made by another recipe."""
    with ExitStack() as stack:
        for module in (copy, decided_image, image):
            stack.enter_context(patch(module, "RECIPE_VERSION", version))
        yield


@pytest.mark.parametrize("withdrawn_by", [copy.RECIPE_VERSION, "next"])
def test_images_are_made_again_by_a_republish_alone_and_a_withdrawal_ends_the_files_of_both_recipes(
    withdrawn_by: str, world: World
) -> None:
    upload_and_settle(world, *ILLUSTRATED)
    before = images(world)
    with recipe("next"):
        upload_and_settle(world, lambda _: Message("images", encode_message(RefreshRequest(PICTURE))))
        assert images(world) == before
        upload_and_settle(world, refresh_picture())
    made = images(world)
    assert set(before) < set(made)
    assert not any(stored.status for stored in made.values())
    upload_and_settle(world, lambda _: Message("images", encode_message(RefreshRequest(PICTURE))))
    assert images(world) == made
    with recipe(withdrawn_by):
        upload_and_settle(world, put(WITHDRAWAL, contents.withdrawal()))
    assert {key for key, stored in images(world).items() if stored.status != "410"} == set()
    # A forced request that the other version repeats is a republish, which writes.
    world.handled.clear()


def images(world: World) -> dict[str, StoredObject]:
    return {key: stored for key, stored in world.cloud.site().items() if key.startswith("images/")}


def test_a_republish_words_the_report_of_a_stray_again(world: World) -> None:
    stray = f"{contents.POST}notes.txt"
    upload_and_settle(world, put(stray, b"a stray"))
    row = world.index.read_stray(stray)
    assert row.outcome is not None
    other_words = replace(row.outcome, problems=(Problem("It is a stray.", "Remove it."),))
    world.index.record_stray(replace(row, outcome=other_words))
    for force, outcome in ((False, other_words), (True, row.outcome)):
        upload_and_settle(
            world, lambda _, force=force: Message("intake", encode_message(RefreshRequest(stray, force=force)))
        )
        assert world.index.read_stray(stray).outcome == outcome
