"""Requests for folders: one for each post or clinic, page by page, and what a batch of messages makes of them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.queues import MessageQueue
from colophon.stores.site import Site
from colophon.upload.messages import RefreshRequest, UnreadableMessageError, encode_message, parse_messages
from colophon.verbs.clients import AssetWriter, PublishClients
from colophon.verbs.intake import IntakeBatch, fan_out
from colophon.verbs.publish import PublishRequest


class _Account:
    """S3 with ``keys``, a thousand to a page or fewer; DynamoDB with notes of claimed addresses; and SQS."""

    def __init__(self, *keys: str, claimed: tuple[str, ...] = (), size: int = 3) -> None:
        self.keys, self.claimed, self.size = sorted(keys), claimed, size
        self.sent: list[RefreshRequest] = []
        self.meta = self.events = self
        self.failing: set[str] = set()

    def register(self, *_: object) -> None:
        """Nothing."""

    def list_objects_v2(self, **asked: Any) -> dict[str, Any]:
        """One page of keys."""
        found = [key for key in self.keys if key.startswith(asked["Prefix"]) and key > asked["StartAfter"]]
        page = [{"Key": key} for key in found[: self.size]]
        return {"Contents": page, "IsTruncated": len(found) > self.size}

    def query(self, **asked: Any) -> dict[str, Any]:
        """The claimed addresses."""
        pk = asked["ExpressionAttributeValues"][":pk"]["S"]
        return {"Items": [{"pk": {"S": pk}, "sk": {"S": name}} for name in self.claimed if pk.startswith("claimed#")]}

    def get_item(self, **asked: Any) -> dict[str, Any]:
        """No rows."""
        if asked["Key"]["sk"]["S"] in self.failing:
            raise OSError(asked["Key"]["sk"]["S"])
        return {}

    def put_item(self, **_: Any) -> dict[str, Any]:
        """Nothing is kept."""
        return {}

    def list_object_versions(self, **_: Any) -> dict[str, Any]:
        """No versions."""
        return {"VersionOrder": []}

    def send_message_batch(self, **asked: Any) -> dict[str, Any]:
        """Takes every message."""
        self.sent += [request for entry in asked["Entries"] for request in parse_messages(entry["MessageBody"])]
        return {}

    def clients(self) -> PublishClients:
        """What the verbs work through."""
        client: Any = self
        queue, site = MessageQueue(client, "queue"), Site(client, "site")
        now = datetime(2026, 3, 10, tzinfo=UTC)
        return PublishClients(
            Inbox(client, "inbox"), Index(client, "index"), site, lambda: now, queue, queue, AssetWriter(site)
        )


def fanned_out(account: _Account, request: RefreshRequest) -> list[RefreshRequest]:
    """All requests that follow from ``request``, those for the rest of a listing answered too."""
    pending, found = [request], []
    for _ in range(50):
        if not pending:
            return found
        account.sent.clear()
        one = pending.pop()
        fan_out(one, account.clients())
        pending += [each for each in account.sent if each.after]
        found += [each for each in account.sent if not each.after]
    raise AssertionError("it has no end")


POSTS = tuple(f"posts/a/{name}/{file}" for name in ("p1", "p2", "p3", "p4") for file in ("en.md", "ko.md", "x.jpg"))


@pytest.mark.parametrize("size", [1, 3, 5, 1000])
def test_every_post_of_a_folder_is_requested_however_many_pages_its_listing_has(size: int) -> None:
    request = RefreshRequest("posts/", is_folder=True, force=True, with_images=True)
    found = fanned_out(_Account(*POSTS, "posts/b/q/en.md", size=size), request)
    expected = [f"posts/a/{name}/" for name in ("p1", "p2", "p3", "p4")]
    assert list(dict.fromkeys(each.key for each in found)) == [*expected, "posts/b/q/"]
    assert all(each.is_folder and each.force and each.with_images for each in found)


def test_the_addresses_of_a_clinic_that_others_claim_are_requested_once_and_with_it() -> None:
    account = _Account(*POSTS, claimed=("gone", "p1"), size=5)
    keys = [each.key for each in fanned_out(account, RefreshRequest("posts/a/", is_folder=True))]
    assert keys.count("posts/a/gone/") == 1
    assert set(keys) == {*(f"posts/a/{name}/" for name in ("p1", "p2", "p3", "p4")), "posts/a/gone/"}


def test_every_clinic_is_requested_by_its_record() -> None:
    account = _Account("clinics/a/clinic.yaml", "clinics/a/withdrawal.yaml", "clinics/b/clinic.yaml", size=1)
    found = fanned_out(account, RefreshRequest("clinics/", is_folder=True))
    assert sorted({each.key for each in found}) == ["clinics/a/clinic.yaml", "clinics/b/clinic.yaml"]


def test_a_forced_request_for_every_clinic_forces_each() -> None:
    account = _Account("clinics/a/clinic.yaml", "clinics/b/withdrawal.yaml")
    found = fanned_out(account, RefreshRequest("clinics/", is_folder=True, force=True))
    assert found == [RefreshRequest(f"clinics/{name}/clinic.yaml", force=True) for name in "ab"]


def test_a_folder_that_only_newer_code_knows_fails_its_message() -> None:
    with pytest.raises(UnreadableMessageError):
        fan_out(RefreshRequest("galleries/", is_folder=True), _Account().clients())


def test_what_several_messages_ask_of_one_post_is_done_for_all_of_them() -> None:
    asked = [
        PublishRequest(langs=frozenset({"en"})),
        PublishRequest(langs=frozenset({"ko"}), force=True),
        PublishRequest(all_languages=True, images=True),
        PublishRequest(rebuild_files=True),
    ]
    together = asked[0] | asked[1] | asked[2] | asked[3]
    assert together == PublishRequest(frozenset({"en", "ko"}), True, True, True, True)
    assert asked[3] | asked[2] | asked[1] | asked[0] == together


def test_a_message_fails_with_its_request_and_no_other_does() -> None:
    account = _Account()
    account.failing = {"stray-2.txt"}
    bodies = [encode_message(RefreshRequest(f"stray-{number}.txt")) for number in (1, 2, 3)]
    batch = IntakeBatch([*bodies, bodies[1], "not a message"], account.clients())
    batch.handle(bodies[0])
    for _ in range(2):
        with pytest.raises(OSError, match="stray-2"):
            batch.handle(bodies[1])
    batch.handle(bodies[2])
    with pytest.raises(UnreadableMessageError):
        batch.handle("not a message")


def test_an_image_is_handed_on_with_all_that_the_batch_asks_of_images() -> None:
    account = _Account()
    images = [RefreshRequest("posts/a/p1/x.jpg"), RefreshRequest("posts/a/p1/y.jpg", force=True)]
    bodies = [encode_message(image) for image in images]
    batch = IntakeBatch(bodies, account.clients())
    for body in bodies:
        batch.handle(body)
    assert account.sent == images
    assert json.loads(bodies[0])
