"""One DynamoDB table: the few ways in which it is read and written, all strongly consistent."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from msgspec import Struct

from colophon.problem import Unavailable


class Conflict(Exception):
    """The token is no longer what stands: read a new one, look again, and never write the old content."""


if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_MAX_ATTEMPTS = 4
# Each further page of a query is so many times as long: a thousand blanks are four pages, not fifty.
_PAGE_GROWTH = 4
Attributes = dict[str, Any]


class ExtraWrites(Struct, frozen=True):
    """Items to put, keys to delete, and attributes to set in other items (a key and what to set in each), without a
    condition of their own: they hang on the write they are with."""

    puts: tuple[Attributes, ...] = ()
    deletes: tuple[Attributes, ...] = ()
    sets: tuple[tuple[Attributes, Attributes], ...] = ()


NO_EXTRA_WRITES = ExtraWrites()


class Table:
    """The table ``name`` through one client; a key is ``{"pk": {"S": ...}, "sk": {"S": ...}}``."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def read_item(self, key: Attributes) -> Attributes:
        """One item's attributes as they are now, empty where there is none."""
        return self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item", {})

    def read_snapshot(self, keys: Sequence[Attributes]) -> list[Attributes]:
        """Several items as they stood at one moment (a Query would be no snapshot)."""
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
        raise Unavailable("the index could not be read at one moment: too many writes beside it")

    def read_items(self, keys: Sequence[Attributes]) -> Iterator[Attributes]:
        """Those of at most a hundred items that are there, in no order. Raises Unavailable when AWS holds some back."""
        remaining: Any = {self._name: {"Keys": list(keys), "ConsistentRead": True}} if keys else {}
        for attempt in range(_MAX_ATTEMPTS):
            if not remaining:
                return
            answer = self._client.batch_get_item(RequestItems=remaining)
            yield from answer["Responses"].get(self._name, [])
            remaining = answer.get("UnprocessedKeys")
            time.sleep(0.05 * 2**attempt if remaining else 0)
        if remaining:
            raise Unavailable("the index gave back only some of the rows: it is read too fast")

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

    def query(self, pk: str, prefix: str = "", page: int | None = None) -> Iterator[Attributes]:
        """The items of ``pk`` whose ``sk`` begins with ``prefix``, in order; with ``page``, so many at first, from the
        last one back: whoever is not done with those gets more and more at a time."""
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
        """Every item: for an operator's command, never for a function."""
        for page in self._client.get_paginator("scan").paginate(TableName=self._name, ConsistentRead=True):
            yield from page.get("Items", [])

    def put(self, key: Attributes, attributes: Mapping[str, Any], n: int, extra: ExtraWrites = NO_EXTRA_WRITES) -> None:
        """Put an item, and what is ``beside`` it, if the ``n`` that stands is ``n`` (0: there is none); or Lost."""
        condition: dict[str, Any] = {
            "ConditionExpression": "#n = :n" if n else "attribute_not_exists(#n)",
            "ExpressionAttributeNames": {"#n": "n"},
        }
        if n:
            condition["ExpressionAttributeValues"] = {":n": {"N": str(n)}}
        request = {"TableName": self._name, "Item": {**key, **attributes}, **condition}
        try:
            if extra == NO_EXTRA_WRITES:
                self._client.put_item(**request)
            else:
                self._write([{"Put": request}, *self._extra_actions(extra)])
        except ClientError as error:
            raise as_conflict(error) from error

    def update(self, update: Mapping[str, Any], extra: ExtraWrites = NO_EXTRA_WRITES) -> None:
        """Make one conditional update and, in the same transaction, what stands ``beside`` it; or Lost."""
        request = {"TableName": self._name, **update}
        try:
            if extra == NO_EXTRA_WRITES:
                self._client.update_item(**request)
            else:
                self._write([{"Update": request}, *self._extra_actions(extra)])
        except ClientError as error:
            raise as_conflict(error) from error

    def put_all(self, items: Sequence[Attributes]) -> None:
        """Put ``items``, all or none, whatever stands; or Lost."""
        try:
            self._write(self._extra_actions(ExtraWrites(tuple(items))))
        except ClientError as error:
            raise as_conflict(error) from error

    def _write(self, actions: list[Any]) -> None:
        self._client.transact_write_items(TransactItems=actions)

    def _extra_actions(self, extra: ExtraWrites) -> list[Any]:
        puts = [{"Put": {"TableName": self._name, "Item": put}} for put in extra.puts]
        deletes = [{"Delete": {"TableName": self._name, "Key": key}} for key in extra.deletes]
        sets = [
            {"Update": {"TableName": self._name, "Key": key, **_set_expression(attributes)}}
            for key, attributes in extra.sets
        ]
        return [*puts, *deletes, *sets]


def _set_expression(attributes: Attributes) -> Attributes:
    numbered = list(enumerate(attributes.items()))
    return {
        "UpdateExpression": "SET " + ", ".join(f"#s{number} = :s{number}" for number, _ in numbered),
        "ExpressionAttributeNames": {f"#s{number}": name for number, (name, _) in numbered},
        "ExpressionAttributeValues": {f":s{number}": value for number, (_, value) in numbered},
    }


def as_conflict(error: ClientError) -> Exception:
    """Lost, where ``error`` says that a condition failed or another write came between; else ``error`` itself."""
    code = error.response["Error"]["Code"]
    if code in ("ConditionalCheckFailedException", "TransactionConflictException"):
        return Conflict("row")
    if code == "TransactionCanceledException":
        reasons = [str(reason.get("Code")) for reason in error.response.get("CancellationReasons", [])]
        if any(reason in ("ConditionalCheckFailed", "TransactionConflict") for reason in reasons):
            return Conflict("row")
    return error
