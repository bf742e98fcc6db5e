"""One emulated account for the whole run: clients are built once, and its state is set back before each schedule."""

import copy
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from moto import mock_aws
from msgspec import Struct

from colophon_emulator.lock import patch
from colophon_emulator.moto_s3 import patch_version_listing
from colophon_emulator.moto_speed import (
    cache_dates,
    cache_routes,
    copy_only_written_items,
    query_one_partition,
    serialize_values_by_type,
)

INBOX, SITE, TABLE = "the-inbox", "the-site", "the-index"
_ACCOUNT = "123456789012"
_REGION = "us-east-1"


class Standing(Struct, frozen=True):
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
class Saved:
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
    # How many items one answer to a Query holds at most (None: all), so that others can write between two of them.
    sliced: int | None = None
    # Where schedules began, by what came before them.
    begun: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def empty(self) -> None:
        """Forget everything in the buckets and the table."""
        self.restore(Saved({INBOX: {}, SITE: {}}, defaultdict(dict), 0))

    def name_version(self, key: str) -> str:
        """Give the newest version of an inbox key an id that is the same in every run."""
        self.versions += 1
        self.bucket(INBOX).keys[key]._version_id = f"version-{self.versions}"
        return f"version-{self.versions}"

    def slice_queries(self, params: dict[str, Any], **_: Any) -> None:
        """What the client asks before each Query."""
        if self.sliced:
            params["Limit"] = min(self.sliced, params.get("Limit", self.sliced))

    def save(self) -> Saved:
        buckets = {name: {key: list(versions) for key, versions in self._keys(name)} for name in (INBOX, SITE)}
        return Saved(buckets, copy.deepcopy(self.table.items), self.versions)

    def restore(self, saved: Saved) -> None:
        for name, keys in saved.buckets.items():
            store = self.bucket(name).keys
            dict.clear(store)
            for key, versions in keys.items():
                dict.__setitem__(store, key, list(versions))
        table = self.table
        table.items = copy.deepcopy(saved.items)
        table.stream_shard.items = []
        self.versions = saved.versions

    def stands(self, key: str) -> Standing | None:
        """The object at ``key`` of the site, if there is one."""
        found = self.bucket(SITE).keys.get(key)
        return _standing(found) if found else None

    def site(self) -> dict[str, Standing]:
        return {key: _standing(versions[-1]) for key, versions in self._keys(SITE)}

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

        return dynamodb_backends[_ACCOUNT][_REGION].tables[TABLE]

    def bucket(self, name: str) -> Any:
        from moto.s3.models import s3_backends

        return s3_backends[_ACCOUNT]["aws"].get_bucket(name)

    def _keys(self, bucket: str) -> Iterator[tuple[str, list[Any]]]:
        yield from ((key, versions) for key, versions in dict(self.bucket(bucket).keys).items() if versions)


@contextmanager
def cloud() -> Iterator[Cloud]:
    """An account with the two buckets and the table, for the time of the block."""
    from moto.s3.models import FakeKey

    with ExitStack() as parts:
        parts.enter_context(mock_aws(config={"core": {"reset_boto3_session": True}}))
        parts.enter_context(patch_version_listing())
        shortcuts = (cache_routes, cache_dates, copy_only_written_items, query_one_partition, serialize_values_by_type)
        for shortcut in shortcuts:
            parts.enter_context(shortcut())
        # A saved state still needs what was overwritten since.
        parts.enter_context(patch(FakeKey, "dispose", lambda *_, **__: None))
        made = Cloud(_client("s3"), _client("dynamodb"))
        made.dynamodb.meta.events.register("provide-client-params.dynamodb.Query", made.slice_queries)
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


def _client(service: str) -> Any:
    # As the functions' own clients, but unchunked, so that a request that was kept can be sent later; and nobody here
    # asks for a signature or for a list of what runs, which are a fifth of a request's time.
    config = Config(
        signature_version=UNSIGNED,
        user_agent="schedules",
        request_checksum_calculation="when_required",
        ignore_configured_endpoint_urls=True,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    client = boto3.session.Session("any", "any", region_name=_REGION).client(service, config=config)
    client.meta.events.register("request-created", partial(_signed, service))
    return client


def _signed(service: str, request: Any, **_: Any) -> None:
    scope = f"any/20260601/{_REGION}/{service}/aws4_request"
    request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=any"


def _standing(found: Any) -> Standing:
    """Read once: what is put later is another object."""
    if not hasattr(found, "standing"):
        found.standing = _read(found)
    made: Standing = found.standing
    return made


def _read(found: Any) -> Standing:
    metadata = {str(name).lower(): str(value) for name, value in found.metadata.items()}
    own = {n.removeprefix("x-amz-meta-"): v for n, v in metadata.items() if n.startswith("x-amz-meta-")}
    served = (metadata.get("content-type", ""), metadata.get("cache-control", ""))
    return Standing(found.value, own, served, found.etag)


def _version_name(version: Any) -> str:
    from moto.s3.models import FakeDeleteMarker

    return f"({version.version_id})" if isinstance(version, FakeDeleteMarker) else str(version.version_id)
