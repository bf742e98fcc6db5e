"""One emulated account for the whole run: clients are built once, and its state is set back before each schedule."""

import copy
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from moto import mock_aws
from moto.moto_api._internal import mock_random
from msgspec import Struct

from colophon_emulator.clock import ManualClock, set_service_times
from colophon_emulator.engine import patch_transaction_size
from colophon_emulator.lock import patch
from colophon_emulator.moto_s3 import patch_version_listing
from colophon_emulator.moto_speed import ALWAYS
from tests.protocol.harness.request_checks import validate_parameters
from tests.protocol.harness.tally import PLAYED
from tests.protocol.harness.transport import answer_once

INBOX, SITE, TABLE = "the-inbox", "the-site", "the-index"
SERVICE_TIME = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
ACCOUNT = "123456789012"
_REGION = "us-east-1"


class StoredObject(Struct, frozen=True):
    """One object of the site as it stands."""

    content: bytes
    metadata: dict[str, str]
    served: tuple[str, str]
    etag: str = ""

    @property
    def status(self) -> str:
        """What a tombstone answers; empty for a body."""
        return self.metadata.get("status", "")


@dataclass
class SavedState:
    """The state of the buckets and the table at one moment."""

    buckets: dict[str, dict[str, list[Any]]]
    items: Any
    versions: int


@dataclass
class Cloud:
    """The account: two clients to work with, and a plain sight of what stands, which costs no call."""

    s3: Any
    dynamodb: Any
    versions: int = field(default=0)
    # How many items one answer to a Query, or versions or keys to a listing of S3, holds at most (None: all), so that
    # others can write between two of them.
    items_per_query: int | None = None
    keys_per_list: int | None = None
    # Where schedules began, by what came before them.
    saved_starts: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def empty(self) -> None:
        """Forget everything in the buckets and the table. Ids that moto draws from here on are always the same."""
        mock_random.seed(0)
        self.restore(SavedState({INBOX: {}, SITE: {}}, defaultdict(dict), 0))

    def name_version(self, key: str) -> str:
        """Give the newest version of an inbox key an id that is the same in every run, as long as those of S3."""
        self.versions += 1
        version = f"version-{self.versions:024}"
        self.bucket(INBOX).keys[key]._version_id = version
        return version

    def limit_queries(self, params: dict[str, Any], **_: Any) -> None:
        """What the client asks before each Query."""
        if self.items_per_query:
            params["Limit"] = min(self.items_per_query, params.get("Limit", self.items_per_query))

    def limit_lists(self, params: dict[str, Any], **_: Any) -> None:
        """What the client asks before each listing of S3."""
        if self.keys_per_list:
            params["MaxKeys"] = min(self.keys_per_list, params.get("MaxKeys", self.keys_per_list))

    def count_cuts(self, parsed: dict[str, Any], event_name: str, **_: Any) -> None:
        """What the client tells of each answer."""
        if parsed.get("IsTruncated") or parsed.get("LastEvaluatedKey"):
            PLAYED.faults["cut", event_name.rpartition(".")[2]] += 1

    def save(self) -> SavedState:
        buckets = {name: {key: list(versions) for key, versions in self._keys(name)} for name in (INBOX, SITE)}
        return SavedState(buckets, copy.deepcopy(self.table.items), self.versions)

    def restore(self, saved: SavedState) -> None:
        for name, keys in saved.buckets.items():
            store = self.bucket(name).keys
            dict.clear(store)
            for key, versions in keys.items():
                dict.__setitem__(store, key, list(versions))
        table = self.table
        table.items = copy.deepcopy(saved.items)
        table.stream_shard.items = []
        self.versions = saved.versions

    def find(self, key: str) -> StoredObject | None:
        """The object at ``key`` of the site, if there is one."""
        found = self.bucket(SITE).keys.get(key)
        return stored_object(found) if found else None

    def site(self) -> dict[str, StoredObject]:
        return {key: stored_object(versions[-1]) for key, versions in self._keys(SITE)}

    def inbox(self) -> dict[str, tuple[str, ...]]:
        """The version ids of every key, newest first, a delete marker's between brackets."""
        return {key: tuple(_version_name(v) for v in reversed(versions)) for key, versions in self._keys(INBOX)}

    def items(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Every item of the index, by its two keys."""
        found = (item.to_json()["Attributes"] for by_sort in self.table.items.values() for item in by_sort.values())
        return {(item["pk"]["S"], item["sk"]["S"]): item for item in found}

    def stream(self) -> list[dict[str, Any]]:
        """Every record of the table's stream since the state was last set back."""
        return [record.to_json() for record in self.table.stream_shard.items]

    @property
    def table(self) -> Any:
        from moto.dynamodb.models import dynamodb_backends

        return dynamodb_backends[ACCOUNT][_REGION].tables[TABLE]

    def bucket(self, name: str) -> Any:
        from moto.s3.models import s3_backends

        return s3_backends[ACCOUNT]["aws"].get_bucket(name)

    def _keys(self, bucket: str) -> Iterator[tuple[str, list[Any]]]:
        yield from ((key, versions) for key, versions in dict(self.bucket(bucket).keys).items() if versions)


@contextmanager
def emulated_cloud() -> Iterator[Cloud]:
    """An account with the two buckets and the table, for the time of the block."""
    from moto.s3.models import FakeKey

    with ExitStack() as stack:
        stack.enter_context(mock_aws(config={"core": {"reset_boto3_session": True}}))
        stack.enter_context(patch_version_listing())
        stack.enter_context(patch_transaction_size())
        stack.enter_context(answer_once())
        for speed_up in ALWAYS:
            stack.enter_context(speed_up())
        # The same times in every run: they are in rows, as the age of what was uploaded.
        stack.enter_context(set_service_times(ManualClock(SERVICE_TIME.timestamp())))
        # A saved state still needs what was overwritten since.
        stack.enter_context(patch(FakeKey, "dispose", lambda *_, **__: None))
        made = Cloud(make_client("s3"), make_client("dynamodb"))
        made.dynamodb.meta.events.register("provide-client-params.dynamodb.Query", made.limit_queries)
        made.dynamodb.meta.events.register("after-call.dynamodb.Query", made.count_cuts)
        for listing in ("ListObjectVersions", "ListObjectsV2"):
            made.s3.meta.events.register(f"provide-client-params.s3.{listing}", made.limit_lists)
            made.s3.meta.events.register(f"after-call.s3.{listing}", made.count_cuts)
        for name in (INBOX, SITE):
            made.s3.create_bucket(Bucket=name)
        made.s3.put_bucket_versioning(Bucket=INBOX, VersioningConfiguration={"Status": "Enabled"})
        made.dynamodb.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        yield made


def make_client(service: str, given: Config | None = None) -> Any:
    """A client of the account that sends plain requests; ``given`` is the configuration of a function's own."""
    # As the functions' own clients, but unchunked, so that a kept request can be sent later; and without signature
    # and user agent, which take a fifth of a request's time.
    plain = Config(
        signature_version=UNSIGNED,
        user_agent="schedules",
        request_checksum_calculation="when_required",
        ignore_configured_endpoint_urls=True,
        # See request_checks.
        parameter_validation=False,
    )
    config = (given or Config(retries={"mode": "standard", "total_max_attempts": 3})).merge(plain)
    client = _session().create_client(service, region_name=_REGION, config=config)
    client.meta.events.register("request-created", partial(_signed, service))
    client.meta.events.register("provide-client-params", validate_parameters)
    return client


@cache
def _session() -> Any:
    """One for all clients: each new session reads the descriptions of the services again."""
    session = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    session.set_credentials("any", "any")
    return session


def _signed(service: str, request: Any, **_: Any) -> None:
    scope = f"any/20260601/{_REGION}/{service}/aws4_request"
    request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=any"


def stored_object(found: Any) -> StoredObject:
    """Read once: what is put later is another object."""
    if not hasattr(found, "standing"):
        found.standing = _parse_stored_object(found)
    made: StoredObject = found.standing
    return made


def _parse_stored_object(found: Any) -> StoredObject:
    metadata = {str(name).lower(): str(value) for name, value in found.metadata.items()}
    own = {n.removeprefix("x-amz-meta-"): v for n, v in metadata.items() if n.startswith("x-amz-meta-")}
    served = (metadata.get("content-type", ""), metadata.get("cache-control", ""))
    return StoredObject(found.value, own, served, found.etag)


def _version_name(version: Any) -> str:
    from moto.s3.models import FakeDeleteMarker

    return f"({version.version_id})" if isinstance(version, FakeDeleteMarker) else str(version.version_id)
