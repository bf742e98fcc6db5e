"""An emulated account for one verb: a few uploads, a few items, and a note of every call."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from botocore.exceptions import ClientError

from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.queues import MessageQueue
from colophon.stores.site import Site
from colophon.upload.keys import PostRef
from colophon.verbs.clients import AssetWriter, PublishClients

NOW = datetime(2026, 3, 10, tzinfo=UTC)
POST = PostRef("a", "b")


class Account:
    """Empty buckets and an empty table, but for these uploads and items; ``calls`` are the operations.

    Items are found by their partition key or, where several share one, by their sort key.
    Any object of the site is there, unless its key is among ``lost``.
    """

    def __init__(self, uploads: dict[str, bytes], items: dict[str, dict[str, Any]] | None = None) -> None:
        self.uploads, self.items = uploads, items or {}
        self.lost: set[str] = set()
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
        match operation:
            case "transact_get_items":
                found = [self._find(get["Get"]["Key"]) for get in asked["TransactItems"]]
                return {"Responses": [{"Item": item} if item else {} for item in found]}
            case "list_object_versions":
                versions = [
                    {"Key": key, "VersionId": f"v of {key}", "ETag": '"e"', "Size": len(content), "LastModified": NOW}
                    for key, content in sorted(self.uploads.items())
                    if key.startswith(asked.get("Prefix", "")) and key > asked.get("KeyMarker", "")
                ]
                return {"Versions": versions, "VersionOrder": [False] * len(versions)}
            case "get_item":
                item = self._find(asked["Key"])
                return {"Item": item} if item else {}
            case "batch_get_item":
                ((table, wanted),) = asked["RequestItems"].items()
                return {"Responses": {table: [item for key in wanted["Keys"] if (item := self._find(key))]}}
            case "get_object":
                return {"Body": BytesIO(self.uploads[asked["Key"]])}
            case "head_object":
                if asked["Key"] in self.lost:
                    answer = {"Error": {"Code": "404"}, "ResponseMetadata": {"HTTPStatusCode": 404}}
                    raise ClientError(answer, "HeadObject")  # type: ignore[arg-type]
                return {"ETag": '"there"', "Metadata": {}}
            case "put_object":
                return {"ETag": '"put"'}
        return {}

    def _find(self, key: dict[str, Any]) -> dict[str, Any]:
        return self.items.get(key["sk"]["S"]) or self.items.get(key["pk"]["S"], {})

    def asked_of(self, operation: str) -> list[dict[str, Any]]:
        """What was asked of ``operation``."""
        return [asked for call, asked in zip(self.calls, self.requests, strict=True) if call == operation]


def clients(account: Account) -> PublishClients:
    """What the verbs work through."""
    client: Any = account
    queue, site = MessageQueue(client, "queue"), Site(client, "site")
    inbox, index = Inbox(client, "inbox"), Index(client, "index")
    return PublishClients(inbox, index, site, lambda: NOW, queue, queue, AssetWriter(site))
