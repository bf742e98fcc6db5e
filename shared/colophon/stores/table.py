"""The DynamoDB table: the few kinds of reads, all strongly consistent, and of conditional writes."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from colophon.problem import Unavailable

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# DynamoDB API reference, "BatchGetItem".
_ITEMS_PER_READ = 100
_MAX_ATTEMPTS = 4
# Each further page of a query is so many times longer: a thousand removed entries take four pages, not fifty.
_PAGE_GROWTH = 4
# Instead of a row's ``n``: whatever is stored is replaced.
ANY_N = -1
Attributes = dict[str, Any]


class Conflict(Exception):
    """A conditional write was refused: the row or object has changed since it was read.

    Take a new snapshot and decide again. Never write the old content with a new token.
    """


class ItemTooLarge(Exception):
    """DynamoDB refused a write because the item would be larger than it stores (400 kB)."""


class ExtraWrites(Struct, frozen=True):
    """Further actions in the same transaction as a conditional write. ``puts`` and ``deletes`` have no condition.

    ``updates`` are of other items: expressions as DynamoDB's API takes them, perhaps with a condition. ``unchanged``
    are the keys of items whose ``n`` must still be the given one (0: there is no such item). ``counted`` are attributes
    to set in other items, whose ``n`` is counted up with them, so that a writer that read it before has a Conflict.
    """

    puts: tuple[Attributes, ...] = ()
    deletes: tuple[Attributes, ...] = ()
    updates: tuple[Attributes, ...] = ()
    unchanged: tuple[tuple[Attributes, int], ...] = ()
    counted: tuple[tuple[Attributes, Attributes], ...] = ()


NO_EXTRA_WRITES = ExtraWrites()


class Table:
    """The table ``name``. A key is ``{"pk": {"S": ...}, "sk": {"S": ...}}``."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def read_item(self, key: Attributes) -> Attributes:
        """One item's attributes as they are now; empty if there is none."""
        return self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item", {})

    def read_snapshot(self, keys: Sequence[Attributes]) -> list[Attributes]:
        """Several items read at one moment (a Query is no snapshot). Raises Unavailable if writes keep interfering."""
        gets: list[Any] = [{"Get": {"TableName": self._name, "Key": key}} for key in keys]
        for attempt in range(_MAX_ATTEMPTS):
            try:
                answers = self._client.transact_get_items(TransactItems=gets)["Responses"]
                return [dict(answer.get("Item", {})) for answer in answers]
            except ClientError as error:
                # A write to one of the items cancels the read (DynamoDB developer guide, "Transaction conflicts").
                if error.response["Error"]["Code"] != "TransactionCanceledException":
                    raise
                time.sleep(0.05 * 2**attempt)
        raise Unavailable("the index could not be read at one moment: too many writes at the same time")

    def try_read_snapshot(self, keys: Sequence[Attributes]) -> list[Attributes] | None:
        """The same for items that can also be read in smaller numbers: None if DynamoDB refuses, tried once."""
        gets: list[Any] = [{"Get": {"TableName": self._name, "Key": key}} for key in keys]
        try:
            answers = self._client.transact_get_items(TransactItems=gets)["Responses"]
        except ClientError:
            return None
        return [dict(answer.get("Item", {})) for answer in answers]

    def read_items(self, keys: Sequence[Attributes]) -> Iterator[Attributes]:
        """Those of the items that exist, in no order, not all read at the same moment: a hundred in one call.

        Raises Unavailable if DynamoDB returns too few.
        """
        for start in range(0, len(keys), _ITEMS_PER_READ):
            yield from self._read_hundred(keys[start : start + _ITEMS_PER_READ])

    def _read_hundred(self, keys: Sequence[Attributes]) -> Iterator[Attributes]:
        remaining: Any = {self._name: {"Keys": list(keys), "ConsistentRead": True}} if keys else {}
        for attempt in range(_MAX_ATTEMPTS):
            if not remaining:
                return
            answer = self._client.batch_get_item(RequestItems=remaining)
            yield from answer["Responses"].get(self._name, [])
            remaining = answer.get("UnprocessedKeys")
            time.sleep(0.05 * 2**attempt if remaining else 0)
        if remaining:
            raise Unavailable("the index returned only some of the rows: too many reads at the same time")

    def query_up_to(self, pk: str, last: str) -> Iterator[Attributes]:
        """The items of ``pk`` whose ``sk`` is ``last`` or before, in order."""
        asked: Any = {
            "TableName": self._name,
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :pk AND sk <= :last",
            "ExpressionAttributeValues": {":pk": {"S": pk}, ":last": {"S": last}},
        }
        for page in self._client.get_paginator("query").paginate(**asked):
            yield from page.get("Items", [])

    def query_page(self, pk: str, prefix: str, after: str, limit: int) -> tuple[list[Attributes], str]:
        """At most ``limit`` items of ``pk`` whose ``sk`` begins with ``prefix`` and sorts after ``after``, in order.

        Also where to go on: the last ``sk`` if there may be more, else empty.
        """
        condition, values = "pk = :pk", {":pk": {"S": pk}}
        if prefix:
            condition, values = f"{condition} AND begins_with(sk, :prefix)", {**values, ":prefix": {"S": prefix}}
        asked: dict[str, Any] = {
            "TableName": self._name,
            "ConsistentRead": True,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "Limit": limit,
        }
        if after:
            asked["ExclusiveStartKey"] = {"pk": {"S": pk}, "sk": {"S": after}}
        answer = self._client.query(**asked)
        last = answer.get("LastEvaluatedKey")
        return list(answer.get("Items", [])), last["sk"]["S"] if last else ""

    def query(self, pk: str, prefix: str = "", page: int | None = None) -> Iterator[Attributes]:
        """The items of ``pk`` whose ``sk`` begins with ``prefix``, in order.

        With ``page``, in reverse order: the first request reads so many items, each further one more than the last.
        """
        asked: dict[str, Any] = {
            "TableName": self._name,
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)" if prefix else "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": pk}, **({":prefix": {"S": prefix}} if prefix else {})},
        }
        if page:
            asked |= {"Limit": page, "ScanIndexForward": False}
        while True:
            answer = self._client.query(**asked)
            yield from answer.get("Items", [])
            if not answer.get("LastEvaluatedKey"):
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
            if page:
                asked["Limit"] *= _PAGE_GROWTH

    def scan(self) -> Iterator[Attributes]:
        """Every item. Only for operators' commands."""
        for page in self._client.get_paginator("scan").paginate(TableName=self._name, ConsistentRead=True):
            yield from page.get("Items", [])

    def put(self, key: Attributes, attributes: Mapping[str, Any], n: int, extra: ExtraWrites = NO_EXTRA_WRITES) -> None:
        """Put an item, with ``extra``, if the ``n`` of the stored one is ``n`` (0: there is none). Raises Conflict.

        With ANY_N there is no condition.
        """
        request = {"TableName": self._name, "Item": {**key, **attributes}, **_is_current(n)}
        try:
            if extra == NO_EXTRA_WRITES:
                self._client.put_item(**request)
            else:
                self._write([{"Put": request}, *self._extra_actions(extra)])
        except ClientError as error:
            raise as_conflict(error) from error

    def update(self, update: Mapping[str, Any], extra: ExtraWrites = NO_EXTRA_WRITES) -> None:
        """Make one conditional update, with ``extra`` in the same transaction. Raises Conflict."""
        request = {"TableName": self._name, **update}
        try:
            if extra == NO_EXTRA_WRITES:
                self._client.update_item(**request)
            else:
                self._write([{"Update": request}, *self._extra_actions(extra)])
        except ClientError as error:
            raise as_conflict(error) from error

    def put_all(self, items: Sequence[Attributes]) -> None:
        """Put ``items`` without a condition, all or none. Raises Conflict if another write interferes."""
        try:
            self._write(self._extra_actions(ExtraWrites(tuple(items))))
        except ClientError as error:
            raise as_conflict(error) from error

    def _write(self, actions: list[Any]) -> None:
        self._client.transact_write_items(TransactItems=actions)

    def _extra_actions(self, extra: ExtraWrites) -> list[Any]:
        puts = [{"Put": {"TableName": self._name, "Item": put}} for put in extra.puts]
        deletes = [{"Delete": {"TableName": self._name, "Key": key}} for key in extra.deletes]
        updates = [{"Update": {"TableName": self._name, **update}} for update in extra.updates]
        checks = [
            {"ConditionCheck": {"TableName": self._name, "Key": key, **_is_current(n)}} for key, n in extra.unchanged
        ]
        counted = [
            {"Update": {"TableName": self._name, "Key": key, **_counted_expression(attributes)}}
            for key, attributes in extra.counted
        ]
        return [*puts, *deletes, *updates, *counted, *checks]


def _counted_expression(attributes: Attributes) -> Attributes:
    """The update that sets ``attributes`` and counts the item's ``n`` up."""
    numbered = list(enumerate(attributes.items()))
    settings = [f"#s{number} = :s{number}" for number, _ in numbered]
    return {
        "UpdateExpression": "SET " + ", ".join([*settings, "#n = if_not_exists(#n, :none) + :one"]),
        "ExpressionAttributeNames": {**{f"#s{number}": name for number, (name, _) in numbered}, "#n": "n"},
        "ExpressionAttributeValues": {
            **{f":s{number}": value for number, (_, value) in numbered},
            ":none": {"N": "0"},
            ":one": {"N": "1"},
        },
    }


def _is_current(n: int) -> Attributes:
    """The condition that an item's ``n`` is ``n`` (0: that there is no item)."""
    if n == ANY_N:
        return {}
    names = {"ExpressionAttributeNames": {"#n": "n"}}
    if not n:
        return {"ConditionExpression": "attribute_not_exists(#n)", **names}
    return {"ConditionExpression": "#n = :n", **names, "ExpressionAttributeValues": {":n": {"N": str(n)}}}


def as_conflict(error: ClientError) -> Exception:
    """Conflict if ``error`` says that a condition failed or another write interfered; else ``error`` itself.

    ItemTooLarge if it says that: DynamoDB then names no code of its own, neither alone nor in a transaction.
    """
    code = error.response["Error"]["Code"]
    if code in ("ConditionalCheckFailedException", "TransactionConflictException"):
        return Conflict("row")
    if code == "TransactionCanceledException":
        reasons = [str(reason.get("Code")) for reason in error.response.get("CancellationReasons", [])]
        if any(reason in ("ConditionalCheckFailed", "TransactionConflict") for reason in reasons):
            return Conflict("row")
    return ItemTooLarge("row") if _is_about_size(error) else error


def may_pass(error: Exception) -> bool:
    """Whether ``error`` is of AWS or of the network, so that the same call may succeed later.

    A request that DynamoDB calls invalid, as one with a key that is too long, never does.
    """
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"] != "ValidationException"
    return isinstance(error, BotoCoreError | Conflict | Unavailable)


def _is_about_size(error: ClientError) -> bool:
    reasons: list[Any] = [error.response["Error"], *error.response.get("CancellationReasons", [])]
    return any(
        reason.get("Code") in ("ValidationException", "ValidationError")
        and "item size" in str(reason.get("Message", "")).lower()
        for reason in reasons
    )
