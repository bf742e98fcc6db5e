"""The index: the DynamoDB table that says of every upload what became of it."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from colophon.decision.parts import ClinicRow, ImagePart, OrderPart, PagePart, PostRow, SiteRow
from colophon.decision.stray import StrayRow
from colophon.listings.entry import Entry
from colophon.problem import Unavailable
from colophon.stores import rows
from colophon.stores.lost import Lost
from colophon.upload.keys import PostRef

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_TRIES = 4


@dataclass(frozen=True, slots=True)
class Change:
    """Parts of one post to record together, and the listings' entries that change with them."""

    pages: Mapping[str, PagePart] = field(default_factory=dict)
    images: Mapping[str, ImagePart] = field(default_factory=dict)
    orders: Mapping[str, OrderPart] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()

    def parts(self) -> dict[str, PagePart | ImagePart | OrderPart]:
        """The changed parts by the name of their attribute."""
        return {
            **{rows.PAGE + lang: part for lang, part in self.pages.items()},
            **{rows.IMAGE + name: part for name, part in self.images.items()},
            **{rows.ORDER + file: part for file, part in self.orders.items()},
        }


class Index:
    """The table through one DynamoDB client."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def post(self, post: PostRef) -> tuple[PostRow, ClinicRow, SiteRow]:
        """A post's row, its clinic's and the site's, as they stood at one moment (a Query would be no snapshot)."""
        keys = (rows.post_key(post), rows.clinic_key(post.clinic), rows.site_key())
        items = self._snapshot([{"Get": {"TableName": self._table, "Key": key}} for key in keys])
        return rows.read_post(post, items[0]), rows.read_clinic(post.clinic, items[1]), rows.read_site(items[2])

    def clinic(self, clinic: str) -> ClinicRow:
        return rows.read_clinic(clinic, self._item(rows.clinic_key(clinic)))

    def site(self) -> SiteRow:
        return rows.read_site(self._item(rows.site_key()))

    def stray(self, name: str) -> StrayRow:
        item = self._item(rows.stray_key(name))
        return rows.read(StrayRow, item) if item else StrayRow(name)

    def item(self, pk: str, sk: str) -> dict[str, Any]:
        """One item's attributes as they are now, empty where there is none."""
        return self._item(rows.key(pk, sk))

    def items(self) -> Iterator[dict[str, Any]]:
        """Every item of the table: for an operator's command, never for a function."""
        for page in self._client.get_paginator("scan").paginate(TableName=self._table, ConsistentRead=True):
            yield from page.get("Items", [])

    def record_post(self, post: PostRef, change: Change) -> None:
        """Record each part of ``change`` if it is still the one that was read (``n`` as given), or Lost; then n + 1."""
        update = self._update(post, change)
        try:
            if not change.entries:
                self._client.update_item(**update)
                return
            puts = [{"Put": {"TableName": self._table, "Item": _entry(entry)}} for entry in change.entries]
            items: list[Any] = [{"Update": update}, *puts]
            self._client.transact_write_items(TransactItems=items)
        except ClientError as error:
            raise _lost(error) from error

    def record_clinic(self, row: ClinicRow) -> None:
        """Record a clinic's row if ``row.n`` is still what stands, or Lost."""
        self._put(rows.clinic_key(row.clinic), replace(row, n=row.n + 1), row.n)

    def record_site(self, row: SiteRow) -> None:
        """Record the site's row if ``row.n`` is still what stands, or Lost."""
        self._put(rows.site_key(), replace(row, n=row.n + 1), row.n)

    def record_stray(self, row: StrayRow) -> None:
        """Record a stray key's row if ``row.n`` is still what stands, or Lost."""
        self._put(rows.stray_key(row.key), replace(row, n=row.n + 1), row.n)

    def _update(self, post: PostRef, change: Change) -> dict[str, Any]:
        names, values, sets, conditions = {"#n": "n"}, {}, [], []
        for place, (name, part) in enumerate(change.parts().items()):
            names[f"#p{place}"] = name
            values[f":p{place}"] = rows.written(replace(part, n=part.n + 1))
            sets.append(f"#p{place} = :p{place}")
            if part.n:
                values[f":n{place}"] = {"N": str(part.n)}
                conditions.append(f"#p{place}.#n = :n{place}")
            else:
                conditions.append(f"attribute_not_exists(#p{place})")
        if not any(part.n for part in change.parts().values()):
            del names["#n"]
        return {
            "TableName": self._table,
            "Key": rows.post_key(post),
            "UpdateExpression": "SET " + ", ".join(sets),
            "ConditionExpression": " AND ".join(conditions),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }

    def _put(self, key: dict[str, Any], row: ClinicRow | SiteRow | StrayRow, n: int) -> None:
        condition = {
            "ConditionExpression": "#n = :n" if n else "attribute_not_exists(#n)",
            "ExpressionAttributeNames": {"#n": "n"},
        }
        values = {"ExpressionAttributeValues": {":n": {"N": str(n)}}} if n else {}
        try:
            self._client.put_item(
                TableName=self._table,
                Item={**key, **rows.fields(row)},
                **condition,  # type: ignore[arg-type]
                **values,  # type: ignore[arg-type]
            )
        except ClientError as error:
            raise _lost(error) from error

    def _item(self, key: dict[str, Any]) -> dict[str, Any]:
        return self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item", {})

    def _snapshot(self, gets: list[Any]) -> list[dict[str, Any]]:
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


def _entry(entry: Entry) -> dict[str, Any]:
    return {**rows.key(f"month#{entry.month}", entry.post), **rows.fields(entry)}


def _lost(error: ClientError) -> Exception:
    code = error.response["Error"]["Code"]
    if code in ("ConditionalCheckFailedException", "TransactionConflictException"):
        return Lost("row")
    if code == "TransactionCanceledException":
        reasons = [str(reason.get("Code")) for reason in error.response.get("CancellationReasons", [])]
        if any(reason in ("ConditionalCheckFailed", "TransactionConflict") for reason in reasons):
            return Lost("row")
    return error
