"""A batch of posts whose rows and folders are read together: what others do meanwhile, and the listings it takes."""

import json

import pytest
from msgspec.structs import replace

from colophon.decision.rows import ClinicRow, PostRow, SiteRow
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.row_encoding import DamagedRow, post_key
from colophon.upload.keys import PostRef
from colophon.upload.versions import Folder
from colophon.verbs.clients import PublishClients
from colophon.verbs.intake import IntakeBatch
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import INBOX, TABLE, Cloud
from tests.protocol.harness.explore import at_each_switch, single_faults
from tests.protocol.harness.functions import REAL, real_publish_clients
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.scheduler import Scheduler, Upload, upload_and_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import Message, World
from tests.protocol.listing_scenarios import OTHER, TWO, other
from tests.protocol.scenarios import EN, SITE_AND_CLINIC, Scenario, put


def both(number: int) -> Upload:
    """Edition ``number`` of two posts, in one message."""

    def tell(world: World) -> Message:
        put(EN, contents.edition("en", number))(world)
        other(number)(world)
        return Message("intake", json.dumps({"rings": [{"key": EN}, {"key": OTHER}]}))

    return tell


PAIRS = {
    "new posts, and a withdrawal of the second": Scenario(
        SITE_AND_CLINIC,
        (both(1), put(f"{OTHER}.withdrawal.yaml", contents.withdrawal())),
    ),
    "corrections, and another of the second": Scenario(TWO, (both(2), other(3))),
    "corrections, twice": Scenario(TWO, (both(2), both(3))),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_what_happens_to_a_post_after_it_was_read_is_not_lost(pair: str, account: Cloud, transport: Transport) -> None:
    scheduler = Scheduler(account, transport, PAIRS[pair].before, PAIRS[pair].participants)
    assert at_each_switch(scheduler, "first", ["second"]) > 7
    assert single_faults(scheduler, [("first", "second")], of="first") > 20


class ListedFirst(Index):
    """Reads the folders before the rows."""

    inbox: "Listed"

    def read_posts_together(self, posts: tuple[PostRef, ...]) -> dict[PostRef, tuple[PostRow, ClinicRow, SiteRow]]:  # type: ignore[override]
        self.inbox.listed = Inbox.read_neighbours(self.inbox, [post.folder for post in posts])
        return super().read_posts_together(posts)


class Listed(Inbox):
    listed: dict[str, Folder]

    def read_neighbours(self, prefixes: object, page_size: int = 1000) -> dict[str, Folder]:
        return self.listed


def listed_first(world: World) -> PublishClients:
    clients = real_publish_clients(world)
    index, inbox = ListedFirst(world.cloud.dynamodb, TABLE), Listed(world.cloud.s3, INBOX)
    clients.index, clients.inbox, index.inbox = index, inbox, inbox
    return clients


def test_the_schedules_show_what_happens_when_folders_are_listed_before_the_rows(
    account: Cloud, transport: Transport
) -> None:
    functions, pair = replace(REAL, publish_clients=listed_first), PAIRS["corrections, and another of the second"]
    scheduler = Scheduler(account, transport, pair.before, pair.participants, functions)
    with pytest.raises(Violation, match=r"^I[12]:"):
        at_each_switch(scheduler, "first", ["second"])


def test_a_row_that_cant_be_read_fails_its_own_message_alone(account: Cloud, transport: Transport) -> None:
    account.empty()
    world = World(account, transport, REAL, listing=True)
    upload_and_settle(world, *TWO)
    damaged = post_key(PostRef(contents.CLINIC, "b-side"))
    account.dynamodb.put_item(TableName=TABLE, Item={**damaged, "L#en": {"M": {"row": {"S": "cut"}}}})
    bodies = [put(EN, contents.edition("en", 2))(world).body, other(2)(world).body]
    batch = IntakeBatch(reversed(bodies), real_publish_clients(world))
    with pytest.raises(DamagedRow):
        batch.handle(bodies[1])
    batch.handle(bodies[0])
    row, _, _ = world.index.read_post(PostRef(contents.CLINIC, "a-quiet-room"))
    assert row.pages["en"].token.rev == 2


@pytest.fixture
def inbox(account: Cloud, transport: Transport) -> Inbox:
    account.empty()
    transport.calls.clear()
    return Inbox(account.s3, INBOX)


def upload(account: Cloud, *keys: str) -> None:
    for key in keys:
        account.s3.put_object(Bucket=INBOX, Key=key, Body=b"text")


def test_one_listing_shows_neighbours_as_each_would_be_shown_alone(account: Cloud, inbox: Inbox) -> None:
    posts = [f"posts/willow/{name}/" for name in ("rash", "rash-2", "rash2", "sun")]
    upload(account, *(f"{post}{file}" for post in posts for file in ("en.md", "ko.md", "é.png")))
    upload(account, "posts/willow/rash/en.md", "posts/aspen/sun/en.md", "posts/willow/between/en.md")
    account.s3.delete_object(Bucket=INBOX, Key="posts/willow/rash-2/ko.md")
    found = inbox.read_neighbours(posts)
    assert found == {post: inbox.read_folder(post) for post in posts}
    assert len(found["posts/willow/rash/"].histories) == 3


def test_posts_that_lie_far_apart_are_left_to_be_listed_alone(
    account: Cloud, inbox: Inbox, transport: Transport
) -> None:
    upload(account, *(f"posts/willow/{letter}/en.md" for letter in "abcdefghij"))
    transport.calls.clear()
    near = inbox.read_neighbours([f"posts/willow/{letter}/" for letter in "abcde"], page_size=3)
    assert sorted(near) == [f"posts/willow/{letter}/" for letter in "abcd"]
    assert len(transport.calls) == 2
    transport.calls.clear()
    assert list(inbox.read_neighbours([f"posts/willow/{letter}/" for letter in "aej"], page_size=3)) == [
        "posts/willow/a/"
    ]
    assert len(transport.calls) == 1
