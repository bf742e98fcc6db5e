"""One DynamoDB table: the few ways in which it is read and written, none of them eventually consistent."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from colophon.problem import Unavailable
from colophon.stores.lost import Lost

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_TRIES = 4
Attributes = dict[str, Any]


class Table:
    """The table ``name`` through one client; a key is ``{"pk": {"S": ...}, "sk": {"S": ...}}``."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def item(self, key: Attributes) -> Attributes:
        """One item's attributes as they are now, empty where there is none."""
        return self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item", {})

    def snapshot(self, keys: Sequence[Attributes]) -> list[Attributes]:
        """Several items as they stood at one moment (a Query would be no snapshot)."""
        gets: list[Any] = [{"Get": {"TableName": self._name, "Key": key}} for key in keys]
        for attempt in range(_TRIES):
            try:
                answers = self._client.transact_get_items(TransactItems=gets)["Responses"]
                return [dict(answer.get("Item", {})) for answer in answers]
            except ClientError as error:
                # A write to one of the items cancels the read (DynamoDB developer guide, "Transaction conflicts").
                if error.response["Error"]["Code"] != "TransactionCanceledException":
                    raise
                time.sleep(0.05 * 2**attempt)
        raise Unavailable("the index could not be read at one moment: too many writes beside it")

    def query(self, pk: str, prefix: str = "", page: int | None = None) -> Iterator[Attributes]:
        """The items of ``pk`` whose ``sk`` begins with ``prefix``, in order; with ``page``, so many at a time and
        from the last one back."""
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

    def scan(self) -> Iterator[Attributes]:
        """Every item: for an operator's command, never for a function."""
        for page in self._client.get_paginator("scan").paginate(TableName=self._name, ConsistentRead=True):
            yield from page.get("Items", [])

    def put(self, key: Attributes, attributes: Mapping[str, Any], n: int) -> None:
        """Put an item if the ``n`` that stands is still ``n`` (0: there is none), or Lost."""
        condition: dict[str, Any] = {
            "ConditionExpression": "#n = :n" if n else "attribute_not_exists(#n)",
            "ExpressionAttributeNames": {"#n": "n"},
        }
        if n:
            condition["ExpressionAttributeValues"] = {":n": {"N": str(n)}}
        try:
            self._client.put_item(TableName=self._name, Item={**key, **attributes}, **condition)
        except ClientError as error:
            raise lost_or(error) from error

    def update(self, update: Mapping[str, Any], puts: Sequence[Attributes]) -> None:
        """Make one conditional update and, in the same transaction, put ``puts`` unconditionally; or Lost."""
        whole = {"TableName": self._name, **update}
        try:
            if not puts:
                self._client.update_item(**whole)
                return
            items: list[Any] = [{"Update": whole}, *({"Put": {"TableName": self._name, "Item": put}} for put in puts)]
            self._client.transact_write_items(TransactItems=items)
        except ClientError as error:
            raise lost_or(error) from error

    def put_all(self, items: Sequence[Attributes]) -> None:
        """Put ``items``, all or none, unconditionally; or Lost."""
        puts: list[Any] = [{"Put": {"TableName": self._name, "Item": item}} for item in items]
        try:
            self._client.transact_write_items(TransactItems=puts)
        except ClientError as error:
            raise lost_or(error) from error


def lost_or(error: ClientError) -> Exception:
    """Lost, where ``error`` says that a condition failed or another write came between; else ``error`` itself."""
    code = error.response["Error"]["Code"]
    if code in ("ConditionalCheckFailedException", "TransactionConflictException"):
        return Lost("row")
    if code == "TransactionCanceledException":
        reasons = [str(reason.get("Code")) for reason in error.response.get("CancellationReasons", [])]
        if any(reason in ("ConditionalCheckFailed", "TransactionConflict") for reason in reasons):
            return Lost("row")
    return error
