"""What a million new posts cost at list price: ten of one clinic and month come together, and every call is counted.

The prices are those of ``colophon_ops.republish``. The uploads themselves are not counted. Two things are taken, not
counted: that each call takes a function 20 ms, one after the other, and that a batch is one invocation of publish and
one of its stream's readers each.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from colophon_ops.republish import CALL, GET, MESSAGE, PUT, READ, SECOND, WRITE
from tests.bench.one_post import DAY_AFTER, new_post
from tests.bench.one_site import Functions, build_site
from tests.protocol.harness.cloud import Cloud, emulated_cloud

_BATCH, _MILLION = 10, 1_000_000
_PRICED_AS_PUT = frozenset({"PutObject", "ListObjectVersions", "ListObjectsV2", "CopyObject"})
# Memory of publish, the largest of the three functions that work, in GB; of each batch all three are invoked.
_MEMORY, _SECONDS_A_CALL, _FUNCTIONS = 1.0, 0.02, 3


@dataclass
class Bill:
    """What calls cost, in dollars, by the service that is paid; and how many there were."""

    cloud: Cloud
    dollars: Counter[str] = field(default_factory=Counter)
    calls: int = 0

    def record_request(self, params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        """Before a call: what it asks."""
        context["bill"] = params

    def record_response(self, model: Any, parsed: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        """After a call: what it cost."""
        self.calls += 1
        if model.service_model.service_name == "s3":
            self.dollars["s3"] += PUT if model.name in _PRICED_AS_PUT else GET
        else:
            self.dollars["dynamodb"] += self._units(model.name, context["bill"], parsed)

    def _units(self, operation: str, asked: Mapping[str, Any], parsed: Mapping[str, Any]) -> float:
        """DynamoDB's rules: 4 KB a read unit, half of one where consistency is not asked for; 1 KB a write unit; twice
        as much in a transaction; at least one for each item (Developer Guide, "On-demand capacity mode")."""
        if operation == "TransactGetItems":
            return sum(2 * READ * _reads(answer.get("Item", {})) for answer in parsed["Responses"])
        if operation == "TransactWriteItems":
            return sum(2 * WRITE * self._writes(next(iter(item.values()))) for item in asked["TransactItems"])
        if operation in ("PutItem", "UpdateItem", "DeleteItem"):
            return WRITE * self._writes(asked)
        share = 1.0 if asked.get("ConsistentRead") else 0.5
        if operation == "GetItem":
            return share * READ * _reads(parsed.get("Item", {}))
        if operation == "Query":
            return share * READ * max(1, math.ceil(sum(map(_size, parsed["Items"])) / 4096))
        raise NotImplementedError(f"What {operation} costs is not known here.")

    def _writes(self, asked: Mapping[str, Any]) -> int:
        key = asked.get("Item") or asked["Key"]
        stands = self.cloud.items().get((key["pk"]["S"], key["sk"]["S"]), {})
        return max(1, math.ceil(_size(stands) / 1024))


def measure_price(posts: int) -> dict[str, float]:
    """Dollars for a million posts that come ten at a time to a site of ``posts``, in all and by service."""
    with emulated_cloud() as account:
        functions = build_site(account, posts)
        # The first batch of a month makes its listings; the second finds them.
        _upload(functions, posts, 0)
        functions.settle()
        _upload(functions, posts, 1)
        with _bill_calls(account) as bill:
            functions.settle()
    seconds = bill.calls * _SECONDS_A_CALL
    bill.dollars["lambda"] = _FUNCTIONS * CALL + seconds * _MEMORY * SECOND
    # A message is received and deleted ten at a time.
    bill.dollars["sqs"] = 2 * MESSAGE
    by_service = {service: dollars / _BATCH * _MILLION for service, dollars in bill.dollars.items()}
    return {
        "price.million_posts": sum(by_service.values()),
        **{f"price.million_posts.{service}": dollars for service, dollars in by_service.items()},
        "price.calls_a_post": bill.calls / _BATCH,
    }


def _upload(functions: Functions, posts: int, batch: int) -> None:
    for number in range(_BATCH * batch, _BATCH * (batch + 1)):
        functions.upload(new_post(posts, number, DAY_AFTER))


@contextmanager
def _bill_calls(account: Cloud) -> Iterator[Bill]:
    bill = Bill(account)
    for client in (account.s3, account.dynamodb):
        client.meta.events.register("provide-client-params", bill.record_request)
        client.meta.events.register("after-call", bill.record_response)
    try:
        yield bill
    finally:
        for client in (account.s3, account.dynamodb):
            client.meta.events.unregister("provide-client-params", bill.record_request)
            client.meta.events.unregister("after-call", bill.record_response)


def _reads(item: Mapping[str, Any]) -> int:
    return max(1, math.ceil(_size(item) / 4096))


def _size(item: Mapping[str, Any]) -> int:
    """The bytes of an item: of its attributes' names and values, in maps too (Developer Guide, "Item sizes")."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, held),) = value.items()
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _value_size(inner) for name, inner in held.items())
    return len(str(held).encode())
