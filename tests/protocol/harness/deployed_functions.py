"""The handlers of functions/*/app.py in a schedule, each called with the events that AWS would call it with.

``colophon.wiring`` makes the clients; they use the emulated account, and every call is a step. The emulator's queues
and streams (event_sources, stream_source) act on the answers: an acknowledged message is deleted; a failed one is
delivered up to the queue's maxReceiveCount and then becomes a dead letter.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf
from typing import Any

from botocore.config import Config
from moto.moto_api._internal import mock_random
from msgspec.structs import replace

from colophon.stores import decoder
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import MessageQueue, PurgeQueue
from colophon.verbs.sweep import SweepClients, SweepQueues, scan_whole_inbox
from colophon.verbs.tasks import run_in_order
from colophon.wiring import aws, log, pages, turns, upkeep
from colophon_emulator import stream_source
from colophon_emulator.clock import ManualClock, set_service_times
from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.event_sources import EventSource, QueueSource, list_messages
from colophon_emulator.invalidations import Invalidations
from colophon_emulator.limits import Limits
from colophon_emulator.lock import patch
from colophon_emulator.schedules import Schedules
from colophon_emulator.stream_source import StreamSource
from tests.protocol.harness.cloud import INBOX, TABLE, Cloud, make_client
from tests.protocol.harness.deliveries import ScheduledFunctions
from tests.protocol.harness.function_events import CREATED, DELETED, s3_notification, s3_record, stream_record
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.stack_resources import DISTRIBUTION, read_stack
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import NOW, World, cached_copier

_MAPPING = "AWS::Lambda::EventSourceMapping"
_QUEUE = "AWS::SQS::Queue"
SWEEP = "SweepFunction"


@dataclass
class DeployedFunctions:
    """The stack's resources, which all schedules share, and the functions and queues of one schedule.

    Made by ``deploy_functions``.
    """

    cloud: Cloud
    transport: Transport
    deployment: Deployment
    invalidations: Invalidations
    sqs: Any
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW.timestamp()))
    # The states that schedules began with, by what had prepared them.
    saved_starts: dict[object, Any] = field(default_factory=dict)
    functions: ScheduledFunctions = field(init=False)
    sources: dict[str, EventSource] = field(init=False)

    def begin(
        self, seed: int = 0, batch_sizes: Mapping[str, int] | None = None, shards: int = 4, attempts: int = 0
    ) -> None:
        """Begin a schedule with empty queues and new processes.

        ``batch_sizes`` limits the messages of a batch, by the mapping's logical id: Lambda may always deliver fewer
        than the template allows. After ``attempts`` a message becomes a dead letter; 0: the template's number.
        """
        mock_random.seed(seed)
        self.clock = ManualClock(NOW.timestamp())
        for queue in self.deployment.of_type(_QUEUE):
            self._empty(queue, attempts)
        self.invalidations.accepted.clear()
        self.functions = ScheduledFunctions(self.deployment)
        limits = Limits(shards=shards, seed=seed)
        self.sources = {
            mapping.logical_id: self._make_source(
                _change_mapping(mapping, (batch_sizes or {}).get(mapping.logical_id, 0), attempts), limits
            )
            for mapping in self.deployment.of_type(_MAPPING)
        }
        self._schedules = Schedules(self.deployment, self.functions, self.clock)
        self.sources |= {f"async {name}": each for name, each in self._schedules.invocations.items()}

    @property
    def now(self) -> datetime:
        """The one time that AWS and every function see."""
        return datetime.fromtimestamp(self.clock(), UTC)

    def put(self, key: str, content: bytes) -> Mapping[str, Any]:
        """Upload, and return the record of S3's event, which is not sent yet."""
        self.cloud.s3.put_object(Bucket=INBOX, Key=key, Body=content)
        return self._record(CREATED, key)

    def delete(self, key: str) -> Mapping[str, Any]:
        """Delete, and return the record of the delete marker's event, which is not sent yet."""
        self.cloud.s3.delete_object(Bucket=INBOX, Key=key)
        return self._record(DELETED, key)

    def notify(self, *records: Mapping[str, Any]) -> None:
        """Send the records of S3's events to the intake queue, in one message."""
        self.send("intake", s3_notification(*records))

    def _record(self, event: str, key: str) -> Mapping[str, Any]:
        return s3_record(event, key, self.cloud.name_version(key), self.cloud.versions, self.now)

    def send(self, queue: str, *bodies: str) -> None:
        """Put messages into a queue, as S3 or an operator does."""
        for body in bodies:
            self.sqs.send_message(QueueUrl=self._url(queue), MessageBody=body)

    def send_schedule_event(self, event: Mapping[str, Any]) -> None:
        """Invoke sweep, as its schedule does once a minute."""
        self._schedules.invocations[SWEEP].send(event)

    def waiting(self) -> list[str]:
        """The names of the sources that have a batch for a function now."""
        return [name for name, source in self.sources.items() if source.count_due()]

    def run_until_quiet(self, *names: str) -> None:
        """Handle every batch of the sources ``names`` (of all, if none is named), one at a time and without faults."""
        sources = [source for name, source in self.sources.items() if not names or name in names]
        for _ in range(2000):
            works = (source.take(skip_delays=False) for source in sources)
            if work := next((work for work in works if work), None):
                work()
            elif not self.wait(*names):
                return
        raise AssertionError(f"batches are still waiting: {self.waiting()}")

    def wait(self, *names: str) -> bool:
        """Advance the clock until one of the sources ``names`` (of all, if none is named) has a batch.

        False if none will ever have one.
        """
        sources = [source for name, source in self.sources.items() if not names or name in names]
        due = min(source.next_due() for source in sources)
        if due < inf:
            self.clock.advance(max(0.0, due - self.clock()))
        return due < inf

    def dead_letters(self) -> dict[str, list[str]]:
        """The bodies in each queue that no function reads. Empty queues are left out."""
        unread = (name for name in self.queue_names() if name.endswith(("-dead", "-failed")))
        found = {name: [message.body for message in list_messages(name)] for name in unread}
        return {name: bodies for name, bodies in found.items() if bodies}

    def redrive(self) -> None:
        """Send every dead letter to its source queue, and refresh everything if a stream's records failed.

        ``colophon redrive`` does the same.
        """
        letters = self.dead_letters()
        for name, bodies in letters.items():
            self.replace_messages(name, [])
            if name.endswith("-dead"):
                self.send(name.removesuffix("-dead"), *bodies)
        if any(name.endswith("-failed") for name in letters):
            self._refresh_everything()

    def _refresh_everything(self) -> None:
        queues = (MessageQueue(self.sqs, self._url(name)) for name in ("intake", "listing"))
        purges = PurgeQueue(self.sqs, self._url("purge"))
        inbox, index = Inbox(self.cloud.s3, INBOX), Index(self.cloud.dynamodb, TABLE)
        listing_index = ListingIndex(self.cloud.dynamodb, TABLE)
        clients = SweepClients(inbox, index, listing_index, SweepQueues(*queues, purges), lambda: self.now)
        scan_whole_inbox(clients, self.now, NOW)
        records = [stream_record(number, item) for number, item in enumerate(self.cloud.items().values(), 1)]
        self.functions.invoke("ReportFunction", {"Records": records})

    def batch_sizes(self) -> dict[str, int]:
        """The batch size of each mapping in the template."""
        mappings = self.deployment.of_type(_MAPPING)
        return {mapping.logical_id: mapping.properties["BatchSize"] for mapping in mappings}

    def queue_names(self) -> list[str]:
        """The names of all queues, with those for dead letters."""
        return [queue.attributes["QueueName"] for queue in self.deployment.of_type(_QUEUE)]

    def replace_messages(self, queue: str, messages: list[Any]) -> None:
        """Replace what a queue holds by ``messages``, in the form that ``list_messages`` returns."""
        found = self._moto_queue(queue)
        found._messages = messages
        found._pending_messages = set()
        found.deleted_messages = set()

    def _empty(self, queue: Resource, attempts: int) -> None:
        name = queue.attributes["QueueName"]
        self.replace_messages(name, [])
        if "RedrivePolicy" in queue.properties:
            most = attempts or queue.properties["RedrivePolicy"]["maxReceiveCount"]
            self._moto_queue(name).redrive_policy["maxReceiveCount"] = most

    @staticmethod
    def _moto_queue(name: str) -> Any:
        from moto.sqs.models import sqs_backends

        return sqs_backends["123456789012"]["us-east-1"].queues[name]

    def _url(self, queue: str) -> str:
        return next(one.ref for one in self.deployment.of_type(_QUEUE) if one.attributes["QueueName"] == queue)

    def _make_source(self, mapping: Resource, limits: Limits) -> EventSource:
        by_arn = {one.attributes["Arn"]: one for one in self.deployment.resources.values()}
        source_arn = mapping.properties["EventSourceArn"]
        poller = lambda _: self.sqs  # noqa: E731
        if source_arn in by_arn:
            return QueueSource(mapping, by_arn[source_arn], self.functions, poller, self.clock)
        failed = by_arn[mapping.properties["DestinationConfig"]["OnFailure"]["Destination"]]
        (table,) = self.deployment.of_type("AWS::DynamoDB::Table")
        return StreamSource(mapping, table, failed, self.functions, poller, limits, self.clock)


def _change_mapping(mapping: Resource, batch_size: int, attempts: int) -> Resource:
    """``mapping`` with another batch size and number of attempts, if they are not 0."""
    properties = dict(mapping.properties)
    if batch_size:
        properties["BatchSize"] = min(batch_size, properties["BatchSize"])
    if attempts and "MaximumRetryAttempts" in properties:
        properties["MaximumRetryAttempts"] = attempts - 1
    return replace(mapping, properties=properties)


def deploy_functions(cloud: Cloud, transport: Transport) -> DeployedFunctions:
    """The functions of the stack in ``cloud``. ``wire_functions`` gives them their clients."""
    sqs = make_client("sqs")
    return DeployedFunctions(cloud, transport, read_stack(sqs), Invalidations([DISTRIBUTION]), sqs)


@contextmanager
def wire_functions(deployed: DeployedFunctions) -> Iterator[None]:
    """Within the block, handlers use the clients and the clock of ``deployed``."""
    with ExitStack() as stack:
        stack.enter_context(deployed.invalidations.patch_cloudfront())
        stack.enter_context(set_service_times(lambda: deployed.clock()))
        stack.enter_context(patch(aws, "Session", lambda: _StepSession(deployed.transport)))
        for module in (pages, upkeep, log):
            stack.enter_context(patch(module, "now", lambda: deployed.now))
        # The ids of messages about records that a stream gave up are the same in each play.
        stack.enter_context(patch(stream_source, "uuid", mock_random))
        # Threads run in order here: each call is a step, and a schedule can be replayed.
        for module in (pages, upkeep, turns):
            stack.enter_context(patch(module, "ThreadRunner", lambda _: run_in_order))
        # The process that decodes images is tested in tests/stores/test_decoder.py.
        stack.enter_context(patch(decoder, "Decoder", lambda _: cached_copier))
        yield


def world_of(deployed: DeployedFunctions) -> World:
    """The same account as a ``World``, for the checks at rest."""
    world = World(deployed.cloud, deployed.transport, REAL, reporting=True, listing=True, searching=True)
    world.now = deployed.now
    return world


class _StepSession:
    """Replaces botocore's session: clients use the emulated account, and their calls are steps."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create_client(self, service: str, config: Config) -> Any:
        client = make_client(service, config)
        self._transport.attach(client)
        return client
