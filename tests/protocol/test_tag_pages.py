"""Pages of tags: they follow every change of a post, are never forgotten, and links to them lead somewhere."""

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from colophon.listings.kinds import tags
from colophon.listings.kinds.tags import TAGS
from colophon.listings.periods import ListingLimits
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import at_each_switch, single_faults
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.invariants import InvariantChecker, Violation
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Scheduler, Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.listing_scenarios import (
    CLINIC_REINSTATEMENT,
    CLINIC_WITHDRAWAL,
    FEBRUARY,
    MARCH,
    OTHER,
    REINSTATEMENT,
    WITHDRAWAL,
    as_listing_record,
)
from tests.protocol.scenarios import CLINIC, EN, SITE, SITE_AND_CLINIC, WITHDRAWAL_CLINIC, Scenario, delete, put

FOLDER = f"en/{contents.CLINIC}/tags/"
FEW = replace(REAL, limits=ListingLimits(posts=3))
# What a new post leads to: its year, a message about the tags of its clinic, and the row that they are recorded in.
MESSAGE, ROW = ("entries#", "years#", "listings"), ("entries#", "years#", "listings", "tags#")


def first(number: int, *names: str) -> Upload:
    return put(EN, contents.edition("en", number, tags=names))


def other(number: int, *names: str, posted: str = MARCH) -> Upload:
    return put(OTHER, contents.edition("en", number, post="b", posted=posted, tags=names))


def further(letter: str, posted: str = MARCH) -> Upload:
    key = f"posts/{contents.CLINIC}/{letter}-side/en.md"
    return put(key, contents.edition("en", 1, post=letter, posted=posted, tags=["Sleep"]))


ONE = (*SITE_AND_CLINIC, first(1, "Sleep"))
TWO = (*ONE, other(1, "sleep", "Warm Water"))
FULL_MONTH = tuple(further(letter) for letter in "cdefghijk")
STORIES: Mapping[str, tuple[Upload, ...]] = {
    "a tag comes, goes and comes back": (first(2, "Sleep", "잠"), first(3, "Sleep"), first(4, "Sleep", "잠")),
    "a post is withdrawn and reinstated": (WITHDRAWAL, REINSTATEMENT),
    "the last post with a tag is deleted": (delete(OTHER), delete(EN)),
    "the clinic is withdrawn and reinstated": (CLINIC_WITHDRAWAL, CLINIC_REINSTATEMENT),
    "the clinic is renamed, and the site": (put(CLINIC, contents.clinic(2)), put(SITE, contents.site(2))),
    "the site leaves out the language, and has it again": (
        put(SITE, contents.site(2, "ko")),
        put(SITE, contents.site(3)),
    ),
    "a month fills, and the next one begins": (*FULL_MONTH, further("l", "2026-04-01")),
    "a day is corrected": (other(2, "Warm Water", posted=FEBRUARY), other(3, "Warm Water", posted="2025-12-30")),
}


def new_world(account: Cloud, transport: Transport) -> World:
    account.empty()
    return World(account, transport, REAL, listing=True)


def live_tags(world: World) -> set[str]:
    """The slugs of the tags that readers find a page of."""
    live = {key for key, stored in world.cloud.site().items() if key.startswith(FOLDER) and not stored.status}
    return {key.removeprefix(FOLDER).removesuffix("/index.html") for key in live}


@pytest.mark.parametrize("story", STORIES)
def test_every_story_ends_as_a_clean_build_and_links_lead_somewhere_after_every_message(
    story: str, account: Cloud, transport: Transport
) -> None:
    world = new_world(account, transport)
    restore_or_settle(world, TWO)
    checker = InvariantChecker(account)
    for upload in STORIES[story]:
        world.queued.append(upload(world))
        while world.queued:
            world.handle(0)
            checker.check()
        check_at_rest(world, clean_build(world))
    check_replay(world)
    check_at_rest(world, clean_build(world))


@pytest.mark.parametrize("story", ["a post is withdrawn and reinstated", "a day is corrected"])
def test_a_year_that_is_listed_by_months_ends_as_a_clean_build(
    story: str, account: Cloud, transport: Transport
) -> None:
    account.empty()
    world = World(account, transport, FEW, listing=True)
    restore_or_settle(world, (*TWO, further("c", FEBRUARY), further("d", "2026-01-02")))
    check_at_rest(world, clean_build(world))
    for upload in STORIES[story]:
        world.queued.append(upload(world))
        world.run_until_quiet()
        check_at_rest(world, clean_build(world))
    check_replay(world)


def test_a_withdrawn_clinic_has_the_tombstone_of_its_withdrawal_at_every_tag(
    account: Cloud, transport: Transport
) -> None:
    world = new_world(account, transport)
    restore_or_settle(world, (*TWO, other(2, "Sleep")))
    tags = {f"{FOLDER}{slug}/index.html" for slug in ("sleep", "warm-water")}
    statuses = []
    for kind in ("legal", "withdrawn"):
        world.queued.append(put(WITHDRAWAL_CLINIC, contents.withdrawal(kind))(world))
        world.run_until_quiet()
        check_at_rest(world, clean_build(world))
        statuses.append({world.cloud.site()[key].status for key in tags})
    world.queued.append(CLINIC_REINSTATEMENT(world))
    world.run_until_quiet()
    check_at_rest(world, clean_build(world))
    statuses.append({world.cloud.site()[key].status for key in tags})
    assert statuses == [{"451"}, {"410"}, {"", "404"}]
    check_replay(world)


@pytest.mark.parametrize(
    ("uploads", "posts"), [(TWO, 2), ((*TWO, *FULL_MONTH), 11), ((*TWO, *FULL_MONTH, further("l", "2025-04-01")), 12)]
)
def test_tags_that_differ_in_case_have_one_page_with_every_post_however_many_a_month_has(
    uploads: tuple[Upload, ...], posts: int, account: Cloud, transport: Transport
) -> None:
    world = new_world(account, transport)
    restore_or_settle(world, uploads)
    assert live_tags(world) == {"sleep", "warm-water"}
    assert f"Posts: {posts}".encode() in world.cloud.site()[f"{FOLDER}sleep/index.html"].content


PAIRS: Mapping[str, Scenario] = {
    "a tag's first post, and its withdrawal": Scenario(
        ONE,
        (
            as_listing_record(other(1, "Water"), "tags#", ROW),
            as_listing_record(put(f"{OTHER}.withdrawal.yaml", contents.withdrawal()), "entries#"),
        ),
    ),
    "a second post, and the first one's withdrawal": Scenario(
        ONE, (as_listing_record(other(1, "Sleep"), "listings", MESSAGE), as_listing_record(WITHDRAWAL, "entries#"))
    ),
    "the only post's withdrawal, and its end": Scenario(
        ONE,
        (
            as_listing_record(WITHDRAWAL, "tags#", ("entries#", "years#", "tags#")),
            as_listing_record(REINSTATEMENT, "entries#"),
        ),
    ),
}
FORGOTTEN = "a tag's first post, and its withdrawal"


@pytest.mark.parametrize("pair", PAIRS)
def test_a_handler_that_comes_between_any_two_calls_of_another_leaves_a_clean_site(
    pair: str, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, PAIRS[pair].before, PAIRS[pair].participants, listing=True)
    assert at_each_switch(scheduler, "first", ["second"]) > 3


def test_one_fault_at_any_call_leaves_a_clean_site(account: Cloud, transport: Transport) -> None:
    pair = PAIRS[FORGOTTEN]
    scheduler = Scheduler(account, transport, pair.before, pair.participants, listing=True)
    assert single_faults(scheduler, [("first", "second")], of="first") > 5


def test_a_page_that_is_put_before_its_row_names_it_is_found(
    account: Cloud, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without that rule a crash leaves a page that no row names, and it shows the post after its withdrawal."""
    monkeypatch.setattr(tags, "_is_named", lambda slug, row: True)
    monkeypatch.setattr(tags, "_is_recorded", lambda state, slug, row: True)
    pair = Scenario(
        ONE,
        (
            as_listing_record(other(1, "Water"), "listings", MESSAGE),
            as_listing_record(put(f"{OTHER}.withdrawal.yaml", contents.withdrawal()), "entries#"),
        ),
    )
    scheduler = Scheduler(account, transport, pair.before, pair.participants, listing=True)
    with pytest.raises(Violation, match=r"tags/water/index\.html stands, and nothing in the inbox makes it"):
        single_faults(scheduler, [("first", "second")], of="first")


def test_tombstones_are_forgotten_once_very_many_tags_are_known(
    account: Cloud, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tags, "MAX_KNOWN", 2)
    world = new_world(account, transport)
    restore_or_settle(world, ONE)
    for number, name in enumerate(("Water", "Walking", "Water"), 1):
        world.queued.append(other(number, name)(world))
        world.run_until_quiet()
        check_at_rest(world, clean_build(world))
    group = TAGS.group("en", contents.CLINIC)
    known = REAL.listing_clients(world).index.read_snapshot(group).row.known
    assert known.keys() <= {"sleep", "water", "walking"}
    assert {slug for slug, state in known.items() if state.is_live} == {"sleep", "water"} == live_tags(world)
