"""``colophon verify`` and its repair over the account of a schedule, with stand-ins for SQS, the CDN and the report
function."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from msgspec.structs import replace

from colophon.stores.inbox import Inbox
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import PurgeQueue
from colophon.stores.site import Site
from colophon.stores.stream import parse_change
from colophon.verbs.clients import AssetWriter
from colophon.verbs.report import report
from colophon_emulator.lock import patch
from colophon_ops import reports
from colophon_ops.site_reader import PublicSite, SiteHead
from colophon_ops.slow_lane import SlowLane
from colophon_ops.target import Target
from colophon_ops.verify.compare import Verifier, VerifyResult
from colophon_ops.verify.live import Edge, LiveSite
from colophon_ops.verify.repair import Repair
from tests.protocol.harness.cloud import INBOX, SITE, TABLE, Cloud
from tests.protocol.harness.functions import REAL, Functions, real_listing_clients, real_publish_clients, site_of
from tests.protocol.harness.world import Message, World, cached_copier

_TARGET = Target("the schedules' world", INBOX, SITE, TABLE, "https://reader.example", {})
_QUEUES = {"slow": "intake", "images": "images", "listings": "listings"}


class WorldTarget:
    """The stack as commands see it, with the world's own client."""

    def __init__(self, cloud: Cloud) -> None:
        self._s3 = cloud.s3

    def client(self, service: str) -> Any:
        assert service == "s3"
        return self._s3

    def function_name(self, logical_id: str) -> str:
        return logical_id

    def __getattr__(self, name: str) -> Any:
        return getattr(_TARGET, name)


class CachingCdn:
    """The CDN: what it keeps in ``cached``, and for any other key what the bucket has now."""

    def __init__(self, live: LiveSite) -> None:
        self._live = live
        self.cached: dict[str, SiteHead] = {}

    def head(self, key: str) -> SiteHead:
        return self.cached.get(key) or self._live.head(key)


class WorldSqs:
    """SQS's calls that the slow lane makes. The question how many messages wait has them answered first."""

    def __init__(self, world: World, cdn: CachingCdn) -> None:
        self._world, self._cdn = world, cdn

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self._world.queued += [Message(_QUEUES[QueueUrl], entry["MessageBody"]) for entry in Entries]
        return {}

    def send_message(self, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803
        assert QueueUrl == "purges"
        tags = set(json.loads(MessageBody)["tags"])
        for key in [*self._cdn.cached]:
            stored = self._world.cloud.find(key)
            if stored and tags & {*stored.metadata["cache-tag"].split(",")}:
                del self._cdn.cached[key]

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: list[str]) -> dict[str, Any]:  # noqa: N803
        self._world.run_until_quiet()
        return {"Attributes": dict.fromkeys(AttributeNames, "0")}


class ReportFunction:
    """Lambda's call of the report function, with the records that it is given."""

    def __init__(self, world: World) -> None:
        self._world = world

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        assert FunctionName == "ReportFunction"
        for record in json.loads(Payload)["Records"]:
            report(parse_change(record), self._world.inbox, self._world.index)
        return {"Payload": _Empty()}


class _Empty:
    def read(self) -> bytes:
        return b""


def with_assets() -> Functions:
    """The real functions, which here put assets that are missing, as publish does in its process's first call."""

    def publish_clients(world: World) -> Any:
        clients = real_publish_clients(world)
        clients.assets = AssetWriter(site_of(world))
        return clients

    def listing_clients(world: World) -> Any:
        return replace(real_listing_clients(world), assets=AssetWriter(Site(world.cloud.s3, SITE)))

    return replace(REAL, publish_clients=publish_clients, listing_clients=listing_clients)


class VerifiedWorld:
    """A world with the verifier and the repair of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        live = LiveSite(world.cloud.s3, SITE)
        self.cdn = CachingCdn(live)
        edge = Edge(cast(PublicSite, self.cdn), live)
        self._target = cast(Target, WorldTarget(world.cloud))
        listings = ListingIndex(world.cloud.dynamodb, TABLE)
        self._verifier = Verifier(
            self._target, cast(Inbox, world.inbox), world.index, listings, live, edge, cached_copier
        )

    def verify(self) -> VerifyResult:
        return self._verifier.verify(self.world.now, lambda *_: None)

    def repair(self, found: VerifyResult) -> None:
        sqs = WorldSqs(self.world, self.cdn)
        lane = SlowLane(sqs, "slow", ("images",), "listings", 1.0)
        repair = Repair(self._target, self.world.index, lane, PurgeQueue(cast(Any, sqs), "purges"))
        with patch(reports, "make_client", lambda *_: ReportFunction(self.world)), _without_pauses():
            repair.run(found.differences, lambda *_: None)


@contextmanager
def _without_pauses() -> Iterator[None]:
    from colophon_ops import slow_lane

    with patch(slow_lane, "_FIRST_PAUSE", 0.0):
        yield
