"""A folder with more files than a post's item has places for, a key with very many versions, and an item that is full.

Whatever is in the folder, a withdrawal is recorded, listed and purged, and what was live before stays until then.
"""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from colophon.decision import room
from colophon.decision.room import MAX_ITEM_BYTES, MAX_SHOWN_BYTES
from colophon.decision.rows import ImageRow, Outcome
from colophon.listings.kinds.search import SEARCH
from colophon.stores import item_size, row_encoding
from colophon.stores.sizes import attribute_size
from colophon.stores.sizes import item_size as item_size_of
from colophon.upload import versions
from colophon.upload.keys import ImageRef, PostRef
from colophon.upload.messages import RefreshRequest, encode_message
from colophon.verbs.clients import PublishClients
from colophon.verbs.report import outcomes_in_item
from colophon_ops.answers import all_outcomes, await_answers, outcomes_in_row_of
from colophon_ops.verify import inbox as verified_inbox
from colophon_ops.verify.inbox import AnsweredInbox
from colophon_ops.verify.recorded import read_recorded_state
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import INBOX, TABLE, Cloud
from tests.protocol.harness.explore import at_each_switch, single_faults
from tests.protocol.harness.functions import REAL, Functions, real_publish_clients
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Participant, Scheduler, Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import Message, World
from tests.protocol.redirect_scenarios import post_text
from tests.protocol.scenarios import CLINIC, EN, KO, PICTURE, SITE, SITE_AND_CLINIC, WITHDRAWAL, delete, put

POST = PostRef(contents.CLINIC, "a-quiet-room")
PLACES = 4
# The contents of a key that are read, here.
READ = 4
NOTHING = tuple(f"a{letter}" for letter in "abcdefghij")
LATER = f"posts/{POST.clinic}/c-later/en.md"
# The emulator refuses an item of more bytes than that.
REFUSED_BYTES = 405_000


def image(number: int) -> Upload:
    return put(f"{contents.POST}image-{number:03}.png", contents.drawing(1))


IMAGES = tuple(image(number) for number in range(PLACES + 4))
LAST = f"image-{PLACES + 3:03}.png"
ILLUSTRATED = (*SITE_AND_CLINIC, IMAGES[0], put(EN, contents.edition("en", 1, "image-000.png")))


@pytest.fixture
def few_places(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (room, item_size):
        monkeypatch.setattr(module, "MAX_KEYS", PLACES)


@pytest.fixture
def world(account: Cloud, transport: Transport) -> World:
    account.empty()
    return World(account, transport, REAL, listing=True, reporting=True)


def upload(world: World, *uploads: Upload) -> None:
    for one in uploads:
        world.queued.append(one(world))
        world.run_until_quiet()


def outcomes(world: World) -> dict[str, dict[str, Any]]:
    """The reports, by the names of the files of the post."""
    bucket = world.cloud.bucket(INBOX).keys
    reports = (json.loads(bucket[key].value) for key in bucket if key.startswith("reports/"))
    return {report["key"].removeprefix(contents.POST): report for report in reports}


def states(world: World) -> Counter[str]:
    return Counter(outcome["state"] for name, outcome in outcomes(world).items() if name.startswith("image"))


def check(world: World) -> None:
    check_at_rest(world, clean_build(world))
    check_replay(world)


@pytest.mark.usefixtures("few_places")
def test_the_files_beyond_the_places_wait_and_are_told_so(world: World) -> None:
    restore_or_settle(world, ILLUSTRATED)
    upload(world, *IMAGES[1:])
    assert states(world) == {"live": PLACES - 1, "waiting": 5}
    (problem,) = outcomes(world)[LAST]["problems"]
    assert "Remove files" in problem["fix"]
    rows = [name for name in world.cloud.items()["post#" + str(POST), "post"] if "#" in name]
    assert len(rows) == PLACES
    check(world)
    reported = {outcome["key"]: outcome["state"] for outcome in outcomes(world).values()}
    of_folder = {outcome.key: outcome.state for outcome in outcomes_in_row_of(world.index, EN)}
    assert of_folder == {key: state for key, state in reported.items() if key.startswith(contents.POST)}
    assert {outcome.key: outcome.state for outcome in all_outcomes(world.index)} == reported
    assert {key: found.state for key, found in read_recorded_state(world.index).outcomes.items()} == reported
    newest = {key: world.inbox.newest_version(key) for key in of_folder}
    asked = {key: version.id for key, version in newest.items() if version}
    assert await_answers(asked, world.index, 0, 0, lambda _: None).keys() == of_folder.keys()


def test_files_that_took_the_last_place_together_are_both_right_to_be_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two handlers that read the row at the same moment each find the last place free."""
    restore_or_settle(world, ILLUSTRATED)
    for module in (room, item_size):
        monkeypatch.setattr(module, "MAX_KEYS", PLACES + 1)
    upload(world, *IMAGES[1 : PLACES - 1], put(KO, contents.edition("ko", 1)))
    for module in (room, item_size):
        monkeypatch.setattr(module, "MAX_KEYS", PLACES)
    upload(world, IMAGES[PLACES])
    assert outcomes(world)["ko.md"]["state"] == "live"
    clean = clean_build(world, AnsweredInbox(world.inbox, world.index, lambda: None))
    # No message about the search is read here.
    assert {key for key in clean.objects if not SEARCH.group_of_key(key)} <= world.cloud.site().keys()
    assert clean.outcomes[KO]["state"] == "live"


@pytest.mark.usefixtures("few_places")
def test_sweep_finds_a_file_that_waits_unanswered_once(world: World) -> None:
    restore_or_settle(world, ILLUSTRATED)
    upload(world, *IMAGES[1:PLACES])
    IMAGES[PLACES](world)
    world.sweep()
    world.run_until_quiet()
    assert outcomes(world)[f"image-{PLACES:03}.png"]["state"] == "waiting"
    world.now += timedelta(days=2)
    world.sweep()
    assert not [message for message in world.queued if f"image-{PLACES:03}.png" in message.body]
    world.run_until_quiet()


@pytest.mark.usefixtures("few_places")
def test_a_deletion_gives_its_place_to_a_file_that_waits(world: World) -> None:
    restore_or_settle(world, ILLUSTRATED)
    upload(world, *IMAGES[1:], delete(f"{contents.POST}image-001.png"), delete(f"{contents.POST}{LAST}"))
    assert states(world) == {"live": PLACES - 1, "waiting": 3, "absent": 2}
    assert outcomes(world)[f"image-{PLACES - 1:03}.png"]["state"] == "live"
    check(world)


@pytest.mark.usefixtures("few_places")
def test_a_text_waits_too_and_one_that_is_answered_is_corrected(world: World) -> None:
    restore_or_settle(world, ILLUSTRATED)
    upload(world, *IMAGES[1:PLACES], put(KO, contents.edition("ko", 1)), put(EN, contents.edition("en", 2)))
    found = outcomes(world)
    assert (found["ko.md"]["state"], found["en.md"]["state"]) == ("waiting", "live")
    # A build goes by name, and gives the last image no place instead: here the first to come has it.
    assert "Text en 2" in world.cloud.site()[contents.PAGES["en"]].content.decode()
    check_replay(world)
    upload(world, delete(f"{contents.POST}image-001.png"), delete(f"{contents.POST}image-002.png"))
    assert outcomes(world)["ko.md"]["state"] == "live"
    check(world)


@pytest.mark.usefixtures("few_places")
def test_a_text_that_shows_an_image_without_a_place_says_so(world: World) -> None:
    restore_or_settle(world, ILLUSTRATED)
    upload(world, *IMAGES[1:], put(EN, contents.edition("en", 2, LAST)))
    (problem,) = outcomes(world)["en.md"]["problems"]
    assert LAST in problem["what"]
    assert "Remove files" in problem["fix"]
    # The version before stays; a build from a bucket reads it, too.
    assert "Text en 1" in world.cloud.site()[contents.PAGES["en"]].content.decode()
    check(world)


@pytest.mark.usefixtures("few_places")
def test_a_withdrawal_beyond_the_places_takes_everything_down(world: World) -> None:
    restore_or_settle(world, ILLUSTRATED)
    upload(world, *IMAGES[1:])
    world.purged.clear()
    upload(world, put(WITHDRAWAL, contents.withdrawal()))
    assert outcomes(world)["withdrawal.yaml"]["state"] == "live"
    assert states(world) == {"withdrawn": PLACES - 1, "waiting": 5}
    assert_taken_down(world)
    check(world)


@pytest.mark.usefixtures("few_places")
def test_a_forced_refresh_takes_down_what_is_withdrawn_although_others_have_its_place(world: World) -> None:
    restore_or_settle(world, ILLUSTRATED)
    upload(world, *IMAGES[1:])
    put(WITHDRAWAL, contents.withdrawal())(world)
    world.cloud.dynamodb.delete_item(TableName=TABLE, Key=row_encoding.post_key(POST))
    # Since the table was lost, other files came first.
    others = [ImageRef(POST, f"image-{number:03}.png") for number in range(4, 4 + PLACES)]
    store_images(world, [(image.name, ImageRow(Outcome(image.key, "refused", version="v"), 1)) for image in others])
    forced = RefreshRequest(contents.POST, is_folder=True, with_images=True, force=True)
    upload(world, lambda _: Message("intake", encode_message(forced)))
    assert outcomes(world)["en.md"]["state"] == outcomes(world)["image-000.png"]["state"] == "waiting"
    # Its entries in listings are of the lost rows, too; the pages and images are not read any more.
    site = world.cloud.site()
    shown = [key for key, stored in site.items() if key.startswith("images/") and not stored.status]
    assert (shown, site[contents.PAGES["en"]].status) == ([], "410")


def test_a_place_that_becomes_free_is_never_lost(
    account: Cloud, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MAX_KEYS", 1)
    freed = _as_image_message(delete(f"{contents.POST}image-000.png"), 0)
    participants = (Participant("first", freed, early=True), Participant("second", _as_image_message(IMAGES[1], 1)))
    scheduler = Scheduler(account, transport, (*SITE_AND_CLINIC, IMAGES[0]), participants)
    assert at_each_switch(scheduler, "second", ["first"]) > 3
    assert single_faults(scheduler, [("second", "first")], of="second") > 5


def test_an_answer_that_is_late_does_not_say_that_a_file_waits_which_has_a_place(
    account: Cloud, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler sees no place for a new version, and is overtaken by a deletion and by another handler of the image."""
    monkeypatch.setattr(room, "MAX_KEYS", 1)
    participants = (
        Participant(
            "late", _as_image_message(put(f"{contents.POST}image-001.png", contents.drawing(2)), 1), early=True
        ),
        Participant("frees", _as_image_message(delete(f"{contents.POST}image-000.png"), 0)),
        Participant(
            "takes", lambda _: Message("images", encode_message(RefreshRequest(f"{contents.POST}image-001.png")))
        ),
    )
    scheduler = Scheduler(account, transport, (*SITE_AND_CLINIC, *IMAGES[:2]), participants, reporting=True)
    assert at_each_switch(scheduler, "late", ["frees", "takes"]) > 5


def _as_image_message(upload: Upload, number: int) -> Upload:
    def hand_on(world: World) -> Message:
        upload(world)
        return image_message(number)

    return hand_on


def image_message(number: int) -> Message:
    return Message("images", encode_message(RefreshRequest(f"{contents.POST}image-{number:03}.png")))


def assert_taken_down(world: World) -> None:
    """No page, no image and no listing shows anything of the post, and its cache tag was purged."""
    site = world.cloud.site()
    shown = [
        key
        for key, stored in site.items()
        if str(POST) in key and not stored.status and (key in contents.PAGES.values() or key.startswith("images/"))
    ]
    assert shown == []
    mentions = [key for key, stored in site.items() if not stored.status and b"Text en" in stored.content]
    assert mentions == []


def flood(world: World, key: str, uploads: Sequence[bytes]) -> Message:
    """Very many versions of one key, of whose notifications only the last comes."""
    messages = [world.put(key, content) for content in uploads]
    return messages[-1]


def reads(world: World) -> Counter[str]:
    return Counter(call.key for call in world.transport.calls if call.operation == "GetObject")


def test_many_refused_versions_cost_few_reads_and_hinder_no_withdrawal(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "MAX_CONTENTS", READ)
    restore_or_settle(world, (*SITE_AND_CLINIC, put(EN, contents.edition("en", 1))))
    body = world.cloud.site()[contents.PAGES["en"]].content
    message = flood(world, EN, [f"refused {number}".encode() for number in range(10 * READ)])
    world.transport.calls.clear()
    upload(world, lambda _: message)
    assert outcomes(world)["en.md"]["state"] == "refused"
    assert world.cloud.site()[contents.PAGES["en"]].content == body
    assert reads(world)[EN] == READ
    world.transport.calls.clear()
    world.purged.clear()
    upload(world, put(WITHDRAWAL, contents.withdrawal()))
    assert outcomes(world)["withdrawal.yaml"]["state"] == "live"
    assert reads(world) == {WITHDRAWAL: 1}
    assert f"p:{POST}" in world.purged
    assert_taken_down(world)
    check(world)
    upload(world, delete(WITHDRAWAL))
    # It comes back as it was. A clean build, which has no rows, can't know the version below the flood.
    assert b"Text en 1" in world.cloud.site()[contents.PAGES["en"]].content
    check_replay(world)


@pytest.mark.parametrize("key", [EN, PICTURE, CLINIC, SITE])
def test_a_flooded_key_keeps_what_the_index_says(key: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (versions, verified_inbox):
        monkeypatch.setattr(module, "MAX_CONTENTS", READ)
    picture = put(PICTURE, contents.drawing(1))
    restore_or_settle(world, (*SITE_AND_CLINIC, picture, put(EN, contents.edition("en", 1, "room.png"))))
    message = flood(world, key, [f"refused {number}".encode() for number in range(2 * READ)])
    upload(world, lambda _: message)
    assert outcomes(world)[key.removeprefix(contents.POST)]["state"] == "refused"
    assert outcomes(world)["en.md"]["url"]
    check_at_rest(world, clean_build(world, AnsweredInbox(world.inbox, world.index, lambda: None)))
    check_replay(world)


def fill(world: World, size: int) -> None:
    """Rows of images that were answered long ago, until the post's item has ``size`` bytes."""
    key = row_encoding.post_key(POST)
    item = world.cloud.items().get(("post#" + str(POST), "post"), key)
    missing, rows, number = size - item_size_of(item), [], 0
    while missing > 0:
        name = f"old-{number:03}.png"
        row = ImageRow(Outcome(ImageRef(POST, name).key, "absent", version="v" * min(40_000, max(1, missing - 190))), 1)
        rows.append((name, row))
        missing -= attribute_size(f"I#{name}", row_encoding.encode_attribute(row))
        number += 1
    store_images(world, rows)


def store_images(world: World, rows: Sequence[tuple[str, ImageRow]]) -> None:
    """Put rows of images, by name, into the post's item as if they had been recorded."""
    names = {f"I#{name}": row_encoding.encode_attribute(row) for name, row in rows}
    world.cloud.dynamodb.update_item(
        TableName=TABLE,
        Key=row_encoding.post_key(POST),
        UpdateExpression="SET " + ", ".join(f"#{n} = :{n}" for n in range(len(names))),
        ExpressionAttributeNames={f"#{n}": name for n, name in enumerate(names)},
        ExpressionAttributeValues={f":{n}": value for n, value in enumerate(names.values())},
    )


def stored_size(world: World) -> int:
    return item_size_of(world.cloud.items()["post#" + str(POST), "post"])


@pytest.fixture
def alarms() -> list[str]:
    return []


@pytest.fixture
def alarmed(account: Cloud, transport: Transport, alarms: list[str]) -> World:
    """A world whose alarms are kept."""

    def clients(world: World) -> PublishClients:
        made = real_publish_clients(world)
        made.alarm = alarms.append
        return made

    account.empty()
    functions = Functions(clients, REAL.listing_clients)
    return World(account, transport, functions, listing=True, reporting=True)


@pytest.mark.parametrize("size", [MAX_SHOWN_BYTES, MAX_ITEM_BYTES + 2000])
def test_an_item_that_is_full_takes_no_new_file_but_every_withdrawal(
    size: int, alarmed: World, alarms: list[str]
) -> None:
    world = alarmed
    upload(world, *ILLUSTRATED)
    fill(world, size)
    upload(world, image(700), put(KO, contents.edition("ko", 1)), put(EN, contents.refused(2)))
    found = outcomes(world)
    assert [found[name]["state"] for name in ("image-700.png", "ko.md")] == ["waiting", "waiting"]
    assert "full" in found["ko.md"]["problems"][0]["what"]
    assert found["en.md"]["state"] in ("refused", "waiting")
    assert {f"{contents.POST}image-700.png", KO} <= set(alarms)
    assert len(alarms) == len(set(alarms))
    assert "Text en 1" in world.cloud.site()[contents.PAGES["en"]].content.decode()
    check_replay(world)
    world.purged.clear()
    upload(world, put(WITHDRAWAL, contents.withdrawal()))
    assert outcomes(world)["withdrawal.yaml"]["state"] == "live"
    assert outcomes(world)["en.md"]["state"] == "withdrawn"
    assert f"p:{POST}" in world.purged
    assert_taken_down(world)
    assert stored_size(world) < MAX_ITEM_BYTES + 2000
    check_replay(world)


def test_a_claim_to_a_post_whose_item_is_full_waits_until_it_is_smaller(alarmed: World, alarms: list[str]) -> None:
    world = alarmed
    upload(world, *ILLUSTRATED, post_text("early", 1, [POST.post]))
    fill(world, MAX_SHOWN_BYTES + 1_000)
    upload(world, post_text("c-later", 1, [POST.post]), post_text("early", 2, [POST.post]))
    assert claimants(world) == ["early"]
    (warning,) = [problem for problem in outcomes(world)[LATER]["problems"] if problem["field"] == "moved_from"]
    assert f"The record of {POST.folder} is full" in warning["what"]
    assert (stored_size(world) < MAX_ITEM_BYTES - 35_000, alarms) == (True, [])
    check_replay(world)
    world.purged.clear()
    upload(world, put(WITHDRAWAL, contents.withdrawal()))
    assert world.index.read_post(POST)[0].withdrawals["withdrawal.yaml"].outcome.state == "live"
    assert outcomes(world)["withdrawal.yaml"]["state"] == "live"
    assert outcomes(world)["en.md"]["state"] == "withdrawn"
    assert f"p:{POST}" in world.purged
    assert world.cloud.site()[contents.PAGES["en"]].metadata["kind"] == "gone"
    assert alarms == []
    empty(world)
    assert claimants(world) == ["c-later", "early"]
    assert "is full" not in str(outcomes(world)[LATER]["problems"])
    check_replay(world)


def claimants(world: World) -> list[str]:
    """The posts whose claims are in the post's item."""
    claims = world.index.read_post(POST)[0].claims.get("en", {})
    return sorted(post.partition("/")[2] for post, claim in claims.items() if claim.targets)


def empty(world: World) -> None:
    """Take out what ``fill`` put into the post's item."""
    item = world.cloud.items()["post#" + str(POST), "post"]
    names = {f"#{number}": name for number, name in enumerate(name for name in item if name.startswith("I#old-"))}
    world.cloud.dynamodb.update_item(
        TableName=TABLE,
        Key=row_encoding.post_key(POST),
        UpdateExpression="REMOVE " + ", ".join(names),
        ExpressionAttributeNames=names,
    )
    world.deliver_stream()
    world.run_until_quiet()


def test_withdrawals_that_name_nothing_do_not_fill_what_is_kept_for_others(alarmed: World, alarms: list[str]) -> None:
    world = alarmed
    upload(world, *ILLUSTRATED)
    fill(world, MAX_ITEM_BYTES - 21_000)
    nothing = [put(f"{contents.POST}{name}.md.withdrawal.yaml", b"kind: gone\n") for name in NOTHING]
    upload(world, *nothing)
    assert {outcomes(world)[f"{name}.md.withdrawal.yaml"]["state"] for name in NOTHING} == {"waiting"}
    assert stored_size(world) <= MAX_ITEM_BYTES - 20_000
    upload(world, put(WITHDRAWAL, contents.withdrawal()))
    assert outcomes(world)["withdrawal.yaml"]["state"] == "live"
    assert_taken_down(world)
    check_replay(world)


def test_a_report_has_all_problems_and_the_row_a_few(world: World) -> None:
    restore_or_settle(world, (*SITE_AND_CLINIC, put(EN, contents.edition("en", 1))))
    upload(world, put(EN, many_problems(2)))
    report = outcomes(world)["en.md"]
    assert (report["state"], len(report["problems"])) == ("refused", 41)
    row = world.index.read_post(POST)[0].pages["en"]
    assert 0 < len(row.outcome.problems) <= room.MAX_ROW_PROBLEMS
    item = world.cloud.items()["post#" + str(POST), "post"]
    assert EN not in outcomes_in_item("post#" + str(POST), item), "no report is made of some of the problems"
    check(world)
    upload(world, put(EN, contents.edition("en", 3)))
    assert outcomes(world)["en.md"]["state"] == "live"
    check(world)
    assert [row.outcome for row in world.index.read_own_rows(EN)] == [None]


def many_problems(number: int) -> bytes:
    fields = "".join(f"colour_of_a_wall_in_the_waiting_room_{field}: none\n" for field in range(40))
    return f"---\ntitle: Text en {number}\n{fields}---\n\nWords.\n".encode()


@pytest.mark.parametrize(("new", "left"), [(image(700), 300), (put(KO, many_problems(1)), 1600)])
def test_an_item_that_dynamodb_refuses_is_not_tried_for_ever(
    new: Upload, left: int, alarmed: World, alarms: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last resort: others have written meanwhile, or the size was reckoned wrong."""
    world = alarmed
    upload(world, *ILLUSTRATED)
    fill(world, REFUSED_BYTES - left)
    for name in ("MAX_SHOWN_BYTES", "_MAX_REPORTED_BYTES"):
        monkeypatch.setattr(item_size, name, 10 * REFUSED_BYTES)
    upload(world, new)
    assert [outcomes(world)[key.removeprefix(contents.POST)]["state"] for key in alarms] == ["waiting"]
    if left > 1000:
        # The emulator adds what is new to the item's size before it takes away what was there.
        upload(world, put(WITHDRAWAL, contents.withdrawal()))
        assert outcomes(world)["withdrawal.yaml"]["state"] == "live"
        assert outcomes(world)["en.md"]["state"] == "withdrawn"
        assert_taken_down(world)
        check_replay(world)
