"""What a report says of numbers that changed since the version before, when no correction says it."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from colophon.stores.inbox import report_key
from colophon.stores.row_encoding import decode_post, post_key
from colophon.stores.stream import RowChange
from colophon.upload.keys import PageRef, parse_key
from colophon.verbs.report import report
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import INBOX, TABLE, Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import EN, KO, SITE_AND_CLINIC, WITHDRAWAL_EN, delete, put, refresh

DOSE, OTHER_DOSE = "Take 12 drops for 5 days.", "Take 20 drops for 6 days."
CORRECTED = 'corrections:\n  - at: "2026-05-01"\n    note: The doses were wrong.\n'
REPORT_CALLS = ["HeadObject", "GetItem", "PutObject"]
EDITS = "Since the version before, 2 numbers changed (12 → 20, 5 days → 6 days), and no correction says so."


def text(body: str = DOSE, fields: str = "", lang: str = "en", title: str = "Drops") -> bytes:
    """An edition; an original if it is in Korean."""
    head, _ = contents.edition(lang, 1).split(b"\n---\n", 1)
    lines = head.replace(f"Text {lang} 1".encode(), title.encode()) + f"\n{fields}".encode().rstrip(b"\n")
    return lines + f"\n---\n\n{body}\n".encode()


FIRST, SECOND = put(EN, text()), put(EN, text(OTHER_DOSE))
SCHEDULED = put(EN, text("Take 30 drops for 7 days.", 'publish_at: "2030-01-01T09:00:00+09:00"'))
# The uploads after the first one, and what the report on the last of them says of numbers.
CASES: dict[str, tuple[tuple[Upload, ...], str]] = {
    "a first version": ((), ""),
    "other numbers": ((SECOND,), EDITS),
    "other numbers and a correction": ((put(EN, text(OTHER_DOSE, CORRECTED)),), ""),
    "a correction that comes later": ((SECOND, put(EN, text(OTHER_DOSE, CORRECTED))), ""),
    "other words": ((put(EN, text(DOSE.replace("Take", "Use"))),), ""),
    "another tag": ((put(EN, text(fields="tags: [colds]")),), ""),
    "other numbers, then other words": ((SECOND, put(EN, text(OTHER_DOSE.replace("Take", "Use")))), ""),
    "a refused version in between": ((put(EN, contents.refused(2)), SECOND), EDITS),
    "a refused version after it": ((SECOND, put(EN, contents.refused(2))), ""),
    "a version that is scheduled after it": ((SECOND, SCHEDULED), ""),
    "made again by a refresh": ((SECOND, refresh(force=True)), EDITS),
    "the same bytes again, and made again": ((SECOND, SECOND, refresh(force=True)), EDITS),
    "an empty line more after it": ((SECOND, put(EN, text(f"{OTHER_DOSE}\n"))), EDITS),
    "withdrawn after it": ((SECOND, put(WITHDRAWAL_EN, contents.withdrawal())), ""),
    "withdrawn in between": (
        (put(WITHDRAWAL_EN, contents.withdrawal()), SECOND, delete(WITHDRAWAL_EN)),
        "",
    ),
    "deleted in between": ((delete(EN), SECOND), ""),
    "another number in the title": (
        (put(EN, text(title="Drops in 3 steps")), put(EN, text(title="Drops in 4 steps"))),
        "Since the version before, 1 number changed (3 → 4), and no correction says so.",
    ),
    "another number in the excerpt": (
        (put(EN, text(fields="excerpt: In 3 steps.")), put(EN, text(fields="excerpt: In 4 steps."))),
        "Since the version before, 1 number changed (3 → 4), and no correction says so.",
    ),
    "a paragraph with a number more": ((put(EN, text(f"{DOSE}\n\nCall the clinic after 3 hours of fever.")),), ""),
    "a number more": (
        (put(EN, text("Take 12 drops for 5 days, or 7 pills.")),),
        "Since the version before, 1 number changed (7 added), and no correction says so.",
    ),
    "a number less": (
        (put(EN, text("Take 12 drops for days.")),),
        "Since the version before, 1 number changed (5 days removed), and no correction says so.",
    ),
    "very many numbers": (
        tuple(put(EN, text("\n\n".join(f"In room {n + step}1 they wait." for n in range(5)))) for step in (10, 20)),
        "Since the version before, 5 numbers changed (101 → 201, 111 → 211, 121 → 221 and 2 more), "
        "and no correction says so.",
    ),
    "a very long text": ((put(EN, text(OTHER_DOSE + "\n\nMore." * 12_000)),), ""),
}


@pytest.fixture
def world(account: Cloud, transport: Transport) -> World:
    account.empty()
    return World(account, transport, REAL, reporting=True)


def play(world: World, uploads: Sequence[Upload]) -> None:
    restore_or_settle(world, (*SITE_AND_CLINIC, *uploads))


def read_report(world: World, key: str = EN) -> dict[str, Any]:
    return json.loads(world.inbox.read_report(key))


def edits_in(said: dict[str, Any]) -> str:
    return "".join(hint["what"] for hint in said.get("hints", ()) if hint["field"] == "corrections")


@pytest.mark.parametrize(("uploads", "expected"), CASES.values(), ids=CASES)
def test_a_report_says_which_numbers_changed(uploads: tuple[Upload, ...], expected: str, world: World) -> None:
    play(world, (FIRST, *uploads))
    assert edits_in(read_report(world)) == expected
    check_at_rest(world, clean_build(world))
    check_replay(world)


def test_it_says_how_to_tell_readers_and_is_no_problem(world: World) -> None:
    play(world, (FIRST, SECOND))
    read = read_report(world)
    (hint,) = [hint for hint in read["hints"] if hint["field"] == "corrections"]
    assert "add corrections: [{at, note}]" in hint["fix"]
    assert read["state"] == "live"
    assert [problem["field"] for problem in read["problems"]] == ["source.archive_url"]


def test_an_original_is_compared_with_its_own_version_before(world: World) -> None:
    original = partial(text, lang="ko", title="물약")
    play(
        world,
        (
            put(KO, original("하루 12방울씩 5일 동안 드세요.")),
            FIRST,
            put(KO, original("하루 20방울씩 5일 동안 드세요.")),
        ),
    )
    assert edits_in(read_report(world, KO)).startswith("Since the version before, 1 number changed (12")
    # Its translation differs from it now, which is a warning; its own text is as it was.
    assert edits_in(read_report(world)) == ""


def test_a_record_that_comes_again_writes_the_same_report(world: World) -> None:
    play(world, (FIRST, SECOND))
    before = world.cloud.bucket(INBOX).keys[report_key(EN)].value
    records = [message for message in world.handled if message.to == "report"]
    assert records
    for message in (*reversed(records), *records):
        world.handler_for(message)()
        assert world.cloud.bucket(INBOX).keys[report_key(EN)].value == before


def calls_of_report(world: World, upload: Upload) -> list[list[str]]:
    """The operations of each record of the stream that led to a report on the English edition."""
    world.queued.append(upload(world))
    made = []
    while world.queued:
        message = world.queued.pop(0)
        world.handled.append(message)
        handle = world.handler_for(message)
        world.transport.calls.clear()
        if handle() and message.to == "report":
            made.append([call.operation for call in world.transport.calls])
        world.deliver_stream()
    return made


@pytest.mark.parametrize(
    ("upload", "expected"),
    [
        (put(EN, text(OTHER_DOSE, CORRECTED)), REPORT_CALLS),
        (put(EN, text(fields="tags: [colds]")), REPORT_CALLS),
        (put(EN, contents.refused(2)), REPORT_CALLS),
        (SECOND, [*REPORT_CALLS[:2], "GetObject", "GetObject", "PutObject"]),
    ],
    ids=["corrected", "another tag", "refused", "other numbers"],
)
def test_only_a_text_that_replaced_another_is_read(upload: Upload, expected: list[str], world: World) -> None:
    play(world, (FIRST,))
    assert calls_of_report(world, upload) == [expected]


def test_a_first_report_reads_nothing(world: World) -> None:
    play(world, ())
    assert calls_of_report(world, FIRST) == [["PutObject"]]


def test_a_version_that_is_gone_is_not_compared(world: World) -> None:
    """It was erased for good between the change and its report."""
    play(world, (FIRST,))
    (old,) = world.inbox.read_folder(EN).history_of(EN).versions
    world.handler_for(SECOND(world))()
    world.deliver_stream()
    world.cloud.s3.delete_object(Bucket=INBOX, Key=EN, VersionId=old.id)
    world.run_until_quiet()
    assert read_report(world)["version"] != old.id
    assert edits_in(read_report(world)) == ""


def test_the_report_is_about_one_version_each(world: World) -> None:
    """Two versions that are decided about at once: readers never saw the first."""
    play(world, (FIRST,))
    messages: list[Message] = [put(EN, text("Take 13 drops for 5 days."))(world), SECOND(world)]
    world.queued += messages
    world.run_until_quiet()
    assert edits_in(read_report(world)) == EDITS


def test_it_stays_when_other_code_has_other_digests_of_the_same_text(world: World) -> None:
    play(world, (FIRST, SECOND))
    post = parse_key(EN)
    assert isinstance(post, PageRef)
    key = post_key(post.post)
    item = world.cloud.dynamodb.get_item(TableName=TABLE, Key=key)["Item"]
    row = decode_post(post.post, item).pages["en"]
    assert row.provenance
    digest = row.provenance.fields["body"]
    changed = json.loads(json.dumps(item).replace(digest, "0" * len(digest)))
    world.cloud.dynamodb.put_item(TableName=TABLE, Item=changed)
    world.queued.append(refresh(force=True)(world))
    world.run_until_quiet()
    item = world.cloud.dynamodb.get_item(TableName=TABLE, Key=key)["Item"]
    assert digest in json.dumps(item)
    assert decode_post(post.post, item).pages["en"].replaced_version == row.replaced_version != ""


def test_a_report_that_was_lost_is_written_again_with_it(world: World) -> None:
    """As a repair has it written: by a record that says that the item is new."""
    play(world, (FIRST, SECOND))
    reports = world.cloud.bucket(INBOX).keys
    before = reports[report_key(EN)].value
    world.cloud.s3.delete_object(Bucket=INBOX, Key=report_key(EN))
    (change,) = [RowChange(pk, sk, {}, item) for (pk, sk), item in world.cloud.items().items() if pk[:5] == "post#"]
    assert report(change, world.inbox, world.index) == [EN]
    assert reports[report_key(EN)].value == before
