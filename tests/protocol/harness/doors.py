"""The handlers of functions/*/app.py in a schedule, each called with the events that AWS would call it with.

The clients are those that ``colophon.wiring`` makes, of the emulated account and with every call a step. Queues,
streams and what becomes of an answer are the emulator's (event_sources, stream_source): a message that is acknowledged
is gone, one that failed comes again up to the queue's maxReceiveCount, and then is a dead letter.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf
from typing import Any

from botocore.config import Config
from moto.moto_api._internal import mock_random
from msgspec import Struct
from msgspec.structs import replace

from colophon.stores import decoder
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import MessageQueue, PurgeQueue
from colophon.verbs.sweep import SweepClients, SweepQueues, scan_whole_inbox
from colophon.verbs.tasks import run_in_order
from colophon.wiring import aws, log, pages, turns, upkeep
from colophon_emulator.clock import ManualClock, set_service_times
from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.event_sources import EventSource, QueueSource, list_messages
from colophon_emulator.invalidations import Invalidations
from colophon_emulator.lambda_runtime import Functions, InvocationFailed
from colophon_emulator.limits import Limits
from colophon_emulator.lock import patch
from colophon_emulator.schedules import Schedules
from colophon_emulator.stream_source import StreamSource
from tests.protocol.harness.cloud import INBOX, TABLE, Cloud, make_client
from tests.protocol.harness.door_events import CREATED, DELETED, s3_notification, s3_record, stream_record
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.stack_resources import DISTRIBUTION, read_stack
from tests.protocol.harness.transport import Crash, Transport
from tests.protocol.harness.world import NOW, World, cached_copier

_MAPPING = "AWS::Lambda::EventSourceMapping"
_QUEUE = "AWS::SQS::Queue"
SWEEP = "SweepFunction"


class Delivery(Struct, frozen=True):
    """One call of a handler. ``answer`` is what it returned; ``error`` what it raised instead, or a Crash."""

    function: str
    event: Mapping[str, Any]
    answer: Any = None
    error: BaseException | None = None

    @property
    def records(self) -> list[dict[str, Any]]:
        """The messages of a queue, or the records of a stream; none for a schedule."""
        return list(self.event.get("Records", ()))


def identify(record: Mapping[str, Any]) -> str:
    """What an answer calls a record by."""
    return str(record["messageId"] if "messageId" in record else record["dynamodb"]["SequenceNumber"])


class ScheduledFunctions(Functions):
    """The functions of one schedule. A crash ends the process that it happens in: the next call has a new one."""

    def __init__(self, deployment: Deployment) -> None:
        super().__init__(deployment)
        self.deliveries: list[Delivery] = []
        # What a call of a handler runs within.
        self.around: Callable[[], AbstractContextManager[None]] = nullcontext
        self.listeners: list[Callable[[Delivery], object]] = []

    def invoke(self, reference: str, event: Mapping[str, Any]) -> Any:
        function = self.find_id(reference)
        try:
            with self.around():
                answer = super().invoke(reference, event)
        except Crash as crash:
            self.force_cold_start(function)
            self._note(Delivery(function, event, error=crash))
            raise InvocationFailed(f"{function} crashed") from crash
        except InvocationFailed as failed:
            self._note(Delivery(function, event, error=failed.__cause__))
            raise
        self._note(Delivery(function, event, answer))
        return answer

    def _note(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        for listener in self.listeners:
            listener(delivery)


@dataclass
class Doors:
    """The stack's resources, which all schedules share, and the functions and queues of one of them.

    Made by ``make_doors``.
    """

    cloud: Cloud
    transport: Transport
    deployment: Deployment
    invalidations: Invalidations
    sqs: Any
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW.timestamp()))
    # Where schedules began, by what came before them.
    saved_starts: dict[object, Any] = field(default_factory=dict)
    functions: ScheduledFunctions = field(init=False)
    sources: dict[str, EventSource] = field(init=False)

    def begin(
        self, seed: int = 0, batch_sizes: Mapping[str, int] | None = None, shards: int = 4, attempts: int = 0
    ) -> None:
        """Let a schedule begin with empty queues and new processes.

        ``batch_sizes`` are how many messages a mapping gets at most, by its logical id: Lambda may always bring fewer
        than the template allows. After ``attempts`` a message is a dead letter; 0: after as many as the template says.
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
        """The time of all clocks: of AWS and of every function."""
        return datetime.fromtimestamp(self.clock(), UTC)

    def put(self, key: str, content: bytes) -> Mapping[str, Any]:
        """Upload, and hand back the record of S3's event; nothing is sent yet."""
        self.cloud.s3.put_object(Bucket=INBOX, Key=key, Body=content)
        return self._record(CREATED, key)

    def delete(self, key: str) -> Mapping[str, Any]:
        """As ``put``, of the event of a delete marker."""
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
        """Have sweep called, as its schedule does once a minute."""
        self._schedules.invocations[SWEEP].send(event)

    def waiting(self) -> list[str]:
        """The sources that have a batch for a function now."""
        return [name for name, source in self.sources.items() if source.count_due()]

    def run_until_quiet(self, *names: str) -> None:
        """Have every batch handled, one after the other, with no fault; of the sources ``names``, if there are any."""
        sources = [source for name, source in self.sources.items() if not names or name in names]
        for _ in range(2000):
            works = (source.take(skip_delays=False) for source in sources)
            if work := next((work for work in works if work), None):
                work()
            elif not self.wait(*names):
                return
        raise AssertionError(f"it never comes to rest: {self.waiting()}")

    def wait(self, *names: str) -> bool:
        """Let time pass until there is a batch for a function, of the sources ``names`` if there are any.

        False if nothing is due at any time.
        """
        sources = [source for name, source in self.sources.items() if not names or name in names]
        due = min(source.next_due() for source in sources)
        if due < inf:
            self.clock.advance(max(0.0, due - self.clock()))
        return due < inf

    def dead_letters(self) -> dict[str, list[str]]:
        """The bodies in each queue that no function reads, without empty ones."""
        unread = (name for name in self.queue_names() if name.endswith(("-dead", "-failed")))
        found = {name: [message.body for message in list_messages(name)] for name in unread}
        return {name: bodies for name, bodies in found.items() if bodies}

    def redrive(self) -> None:
        """Send every dead letter to its source queue again, and after a failure note of a stream refresh everything.

        That is what ``colophon redrive`` does.
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
        """How many messages or records the template lets each mapping bring at most."""
        mappings = self.deployment.of_type(_MAPPING)
        return {mapping.logical_id: mapping.properties["BatchSize"] for mapping in mappings}

    def queue_names(self) -> list[str]:
        """Every queue, those for dead letters included."""
        return [queue.attributes["QueueName"] for queue in self.deployment.of_type(_QUEUE)]

    def replace_messages(self, queue: str, messages: list[Any]) -> None:
        """Let a queue hold ``messages``, as ``list_messages`` has them, and nothing else."""
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


def make_doors(cloud: Cloud, transport: Transport) -> Doors:
    """The doors of the functions in ``cloud``. They have to be opened."""
    sqs = make_client("sqs")
    return Doors(cloud, transport, read_stack(sqs), Invalidations([DISTRIBUTION]), sqs)


@contextmanager
def open_doors(doors: Doors) -> Iterator[None]:
    """Within the block, the clients that are wired are those of ``doors``."""
    with ExitStack() as stack:
        stack.enter_context(doors.invalidations.patch_cloudfront())
        stack.enter_context(set_service_times(lambda: doors.clock()))
        stack.enter_context(patch(aws, "Session", lambda: _StepSession(doors.transport)))
        for module in (pages, upkeep, log):
            stack.enter_context(patch(module, "now", lambda: doors.now))
        # What threads do at once comes in order here: each call is a step, and all can be replayed.
        for module in (pages, upkeep, turns):
            stack.enter_context(patch(module, "ThreadRunner", lambda _: run_in_order))
        # The process that decodes images has tests of its own.
        stack.enter_context(patch(decoder, "Decoder", lambda _: cached_copier))
        yield


def world_of(doors: Doors) -> World:
    """The world of the same account as ``doors``, for what must hold at rest."""
    world = World(doors.cloud, doors.transport, REAL, reporting=True, listing=True, searching=True)
    world.now = doors.now
    return world


class _StepSession:
    """In place of botocore's session: its clients are of the emulated account, and their calls are steps."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create_client(self, service: str, config: Config) -> Any:
        client = make_client(service, config)
        self._transport.attach(client)
        return client
