"""Token, look, record: whoever decides reads the rows first, the inbox after them, and writes on the rows' condition.

If the inbox were read first, an answer that is older than the row could be recorded over a newer one.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.queues import MessageQueue
from colophon.stores.site import Site
from colophon.upload.keys import ImageRef, PostRef
from colophon.upload.messages import RefreshRequest
from colophon.verbs.clients import AssetWriter, PublishClients
from colophon.verbs.clinic_and_site import update_clinic, update_site
from colophon.verbs.image import refresh_image
from colophon.verbs.publish import PublishRequest, publish
from colophon.verbs.stray import update_stray
from tests.decision.in_memory import Drawings

NOW = datetime(2026, 3, 10, tzinfo=UTC)
POST = PostRef("a", "b")
ROWS = ("get_item", "transact_get_items")
WRITES = ("put_item", "update_item", "transact_write_items")


class _Account:
    """Empty buckets and an empty table, but for one object with these bytes; ``calls`` are the operations."""

    def __init__(self, key: str, content: bytes) -> None:
        self.key, self.content = key, content
        self.calls: list[str] = []
        self.requests: list[dict[str, Any]] = []
        self.meta = self.events = self

    def register(self, *_: object) -> None:
        """Nothing."""

    def __getattr__(self, operation: str) -> Any:
        def call(**asked: Any) -> dict[str, Any]:
            self.calls.append(operation)
            self.requests.append(asked)
            return self._answer(operation, asked)

        return call

    def _answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        entry = {"Key": self.key, "VersionId": "v1", "ETag": '"e"', "Size": len(self.content), "LastModified": NOW}
        match operation:
            case "transact_get_items":
                return {"Responses": [{} for _ in asked["TransactItems"]]}
            case "list_object_versions":
                is_asked = self.key.startswith(asked["Prefix"])
                return {"Versions": [entry] * is_asked, "VersionOrder": [False] * is_asked}
            case "get_object":
                return {"Body": self}
            case "head_object":
                return {"ETag": '"there"', "Metadata": {}}
            case "put_object":
                return {"ETag": '"put"'}
        return {}

    def read(self) -> bytes:
        """The object's bytes."""
        return self.content


def clients(account: _Account) -> PublishClients:
    """What the verbs work through."""
    client: Any = account
    queue, site = MessageQueue(client, "queue"), Site(client, "site")
    inbox, index = Inbox(client, "inbox"), Index(client, "index")
    return PublishClients(inbox, index, site, lambda: NOW, queue, queue, AssetWriter(site))


SITE = b"url: https://archive.example\nname: {en: Archive}\nlanguages: [en]\noriginal_language: ko\n"
CASES: dict[str, tuple[str, bytes, Callable[[PublishClients], object]]] = {
    "the site": ("site.yaml", SITE, update_site),
    "a clinic": ("clinics/a/clinic.yaml", b"names: [\n", lambda to: update_clinic("a", to)),
    "a post": ("posts/a/b/en.md", b"---\n---\n", lambda to: publish(POST, PublishRequest(frozenset({"en"})), to)),
    "an image": (
        "posts/a/b/x.jpg",
        b"drawing",
        lambda to: refresh_image(RefreshRequest("posts/a/b/x.jpg"), ImageRef(POST, "x.jpg"), Drawings(), to),
    ),
    "a stray": ("stray.txt", b"words", lambda to: update_stray("stray.txt", to)),
}


@pytest.mark.parametrize("case", CASES)
def test_the_rows_are_read_before_the_inbox_and_written_on_condition_that_they_are_the_same(case: str) -> None:
    key, content, answer = CASES[case]
    account = _Account(key, content)
    answer(clients(account))
    rows = [at for at, call in enumerate(account.calls) if call in ROWS]
    look = account.calls.index("list_object_versions")
    writes = [at for at, call in enumerate(account.calls) if call in WRITES]
    assert rows[0] < look < writes[0]
    # Nothing that the decision was made from was read again in between.
    assert not [at for at in rows if look < at < writes[0]]
    request = account.requests[writes[0]]
    first = next(iter(request["TransactItems"][0].values())) if "TransactItems" in request else request
    assert "attribute_not_exists" in first["ConditionExpression"]
