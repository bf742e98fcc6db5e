"""The table: every read is strongly consistent and complete, every write has the condition it is asked to have."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from colophon.problem import Unavailable
from colophon.stores import table as module
from colophon.stores.table import ANY_N, Conflict, ExtraWrites, ItemTooLarge, Table
from tests.stores.stubbed import Call, expecting

KEY = {"pk": {"S": "post#a/b"}, "sk": {"S": "post"}}
OTHER = {"pk": {"S": "post#a/c"}, "sk": {"S": "post"}}
ITEM = {**KEY, "n": {"N": "3"}}
N_IS_3 = {
    "ConditionExpression": "#n = :n",
    "ExpressionAttributeNames": {"#n": "n"},
    "ExpressionAttributeValues": {":n": {"N": "3"}},
}
NEW = {"ConditionExpression": "attribute_not_exists(#n)", "ExpressionAttributeNames": {"#n": "n"}}


@pytest.fixture(autouse=True)
def _no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.time, "sleep", lambda _: None)


def query(condition: str, values: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What a Query asks."""
    values = {name: {"S": value} for name, value in values.items()}
    return {
        "TableName": "index",
        "ConsistentRead": True,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": values,
        **more,
    }


def test_reads_are_strongly_consistent() -> None:
    batch = {"RequestItems": {"index": {"Keys": [KEY], "ConsistentRead": True}}}
    calls = (
        Call("get_item", {"TableName": "index", "Key": KEY, "ConsistentRead": True}, {"Item": ITEM}),
        Call("batch_get_item", batch, {"Responses": {"index": [ITEM]}}),
        Call("query", query("pk = :pk AND sk <= :last", {":pk": "due#0", ":last": "2026"}), {"Items": [ITEM]}),
        Call("query", query("pk = :pk", {":pk": "p"}, Limit=5), {"Items": [ITEM]}),
        Call("query", query("pk = :pk", {":pk": "p"}), {"Items": [ITEM]}),
        Call("scan", {"TableName": "index", "ConsistentRead": True}, {"Items": [ITEM]}),
    )
    with expecting("dynamodb", *calls) as client:
        table = Table(client, "index")
        assert table.read_item(KEY) == ITEM
        assert list(table.read_items([KEY])) == [ITEM]
        assert list(table.query_up_to("due#0", "2026")) == [ITEM]
        assert table.query_page("p", "", "", 5) == ([ITEM], "")
        assert list(table.query("p")) == [ITEM]
        assert list(table.scan()) == [ITEM]


def test_a_query_reads_every_page() -> None:
    last = {"pk": {"S": "p"}, "sk": {"S": "x/2"}}
    asked = ("pk = :pk AND begins_with(sk, :prefix)", {":pk": "p", ":prefix": "x/"})
    backwards = {"ScanIndexForward": False}
    calls = (
        Call("query", query(*asked), {"Items": [ITEM], "LastEvaluatedKey": last}),
        Call("query", query(*asked, ExclusiveStartKey=last), {"Items": []}),
        Call("query", query(*asked, Limit=2, **backwards), {"Items": [ITEM], "LastEvaluatedKey": last}),
        Call("query", query(*asked, Limit=8, ExclusiveStartKey=last, **backwards), {"Items": [ITEM]}),
        Call("query", query(*asked, Limit=1), {"Items": [ITEM], "LastEvaluatedKey": last}),
        Call("query", query(*asked, Limit=1, ExclusiveStartKey=last), {"Items": [ITEM]}),
    )
    with expecting("dynamodb", *calls) as client:
        table = Table(client, "index")
        assert len(list(table.query("p", "x/"))) == 1
        assert len(list(table.query("p", "x/", 2))) == 2
        assert table.query_page("p", "x/", "", 1) == ([ITEM], "x/2")
        assert table.query_page("p", "x/", "x/2", 1) == ([ITEM], "")


def test_rows_that_are_left_out_of_a_batch_are_asked_for_again_and_never_taken_as_absent() -> None:
    def ask(keys: list[Any], left: list[Any], found: list[Any]) -> Call:
        unprocessed = {"index": {"Keys": left, "ConsistentRead": True}} if left else {}
        asked = {"RequestItems": {"index": {"Keys": keys, "ConsistentRead": True}}}
        return Call("batch_get_item", asked, {"Responses": {"index": found}, "UnprocessedKeys": unprocessed})

    with expecting("dynamodb", ask([KEY, OTHER], [OTHER], [ITEM]), ask([OTHER], [], [])) as client:
        assert list(Table(client, "index").read_items([KEY, OTHER])) == [ITEM]
    with (
        expecting("dynamodb", *[ask([KEY], [KEY], [])] * 4) as client,
        pytest.raises(Unavailable, match="only some of the rows"),
    ):
        list(Table(client, "index").read_items([KEY]))


def test_a_snapshot_that_writes_interfere_with_is_read_again_and_a_bounded_number_of_times() -> None:
    asked = {"TransactItems": [{"Get": {"TableName": "index", "Key": key}} for key in (KEY, OTHER)]}
    answer = {"Responses": [{"Item": ITEM}, {}]}
    cancelled = Call("transact_get_items", asked, error="TransactionCanceledException")
    with expecting("dynamodb", cancelled, Call("transact_get_items", asked, answer)) as client:
        assert Table(client, "index").read_snapshot([KEY, OTHER]) == [ITEM, {}]
    with expecting("dynamodb", *[cancelled] * 4) as client, pytest.raises(Unavailable, match="one moment"):
        Table(client, "index").read_snapshot([KEY, OTHER])
    throttled = Call("transact_get_items", asked, error="ProvisionedThroughputExceededException")
    with expecting("dynamodb", throttled) as client, pytest.raises(ClientError):
        Table(client, "index").read_snapshot([KEY, OTHER])
    with expecting("dynamodb", throttled) as client:
        assert Table(client, "index").try_read_snapshot([KEY, OTHER]) is None


@pytest.mark.parametrize(("n", "condition"), [(3, N_IS_3), (0, NEW), (ANY_N, {})])
def test_a_put_has_the_condition_that_the_row_is_still_the_one_that_was_read(n: int, condition: dict[str, Any]) -> None:
    request = {"TableName": "index", "Item": ITEM, **condition}
    extra = ExtraWrites(puts=({**OTHER},), deletes=(KEY,), unchanged=((OTHER, 3), (OTHER, 0)))
    transaction = [
        {"Put": request},
        {"Put": {"TableName": "index", "Item": OTHER}},
        {"Delete": {"TableName": "index", "Key": KEY}},
        {"ConditionCheck": {"TableName": "index", "Key": OTHER, **N_IS_3}},
        {"ConditionCheck": {"TableName": "index", "Key": OTHER, **NEW}},
    ]
    calls = (Call("put_item", request), Call("transact_write_items", {"TransactItems": transaction}))
    with expecting("dynamodb", *calls) as client:
        table = Table(client, "index")
        table.put(KEY, {"n": {"N": "3"}}, n)
        table.put(KEY, {"n": {"N": "3"}}, n, extra)


def test_what_is_set_in_another_item_counts_its_n_up() -> None:
    counted = {
        "TableName": "index",
        "Key": OTHER,
        "UpdateExpression": "SET #s0 = :s0, #n = if_not_exists(#n, :none) + :one",
        "ExpressionAttributeNames": {"#s0": "row", "#n": "n"},
        "ExpressionAttributeValues": {":s0": {"S": "{}"}, ":none": {"N": "0"}, ":one": {"N": "1"}},
    }
    update = {"Key": KEY, "UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"S": "x"}}}
    own = {"Update": {"TableName": "index", **update}}
    other = {"Key": OTHER, "UpdateExpression": "REMOVE b"}
    actions = [own, {"Update": {"TableName": "index", **other}}, {"Update": counted}]
    calls = (
        Call("transact_write_items", {"TransactItems": actions}),
        Call("update_item", {"TableName": "index", **update}),
        Call("transact_write_items", {"TransactItems": [{"Put": {"TableName": "index", "Item": ITEM}}]}),
    )
    with expecting("dynamodb", *calls) as client:
        table = Table(client, "index")
        table.update(update, ExtraWrites(updates=(other,), counted=((OTHER, {"row": {"S": "{}"}}),)))
        table.update(update)
        table.put_all([ITEM])


@pytest.mark.parametrize(
    ("code", "reasons", "raised"),
    [
        ("ConditionalCheckFailedException", [], Conflict),
        ("TransactionConflictException", [], Conflict),
        ("TransactionCanceledException", ["None", "ConditionalCheckFailed"], Conflict),
        ("TransactionCanceledException", ["TransactionConflict"], Conflict),
        ("TransactionCanceledException", ["ThrottlingError"], ClientError),
        ("ProvisionedThroughputExceededException", [], ClientError),
    ],
)
def test_only_a_failed_condition_or_another_write_is_a_conflict(
    code: str, reasons: list[str], raised: type[Exception]
) -> None:
    more = {"CancellationReasons": [{"Code": reason} for reason in reasons]} if reasons else {}
    extra = ExtraWrites(puts=(OTHER,))
    request = {"TableName": "index", "Item": ITEM, **N_IS_3}
    actions = [{"Put": request}, {"Put": {"TableName": "index", "Item": OTHER}}]
    call = Call("transact_write_items", {"TransactItems": actions}, error=code, more=more)
    with expecting("dynamodb", call) as client, pytest.raises(raised) as caught:
        Table(client, "index").put(KEY, {"n": {"N": "3"}}, 3, extra)
    assert isinstance(caught.value, raised)
    assert not isinstance(caught.value, ItemTooLarge)
