"""A condition on the partition key holds for each item of a call, and in a transaction for each action."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from colophon_emulator.errors import EmulationError
from colophon_emulator.iam import AuthorizationRequest, parse_statements
from colophon_emulator.required_permissions import list_required_permissions
from colophon_emulator.stack import EmulatedStack

Call = Callable[..., str]
DENIED = "AccessDeniedException 403"


@pytest.fixture
def call(stack: EmulatedStack) -> Call:
    """Lets the function Answer make one call to the table; returns ``done``, or the error's code and status."""

    def answer(operation: str, **parameters: Any) -> str:
        order = {"do": "call", "call": {"service": "dynamodb", "operation": operation, "parameters": parameters}}
        stack.functions.invoke("Answer", {"Records": [{"messageId": "1", "body": json.dumps(order)}]})
        return str(json.loads(stack.functions.logs["Answer"][-2]))

    return answer


def _key(pk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": "x"}}


def _query(table: str, pk: str, condition: str = "pk = :pk") -> dict[str, Any]:
    return {
        "TableName": table,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": {":pk": {"S": pk}, **({":x": {"S": "x"}} if ":x" in condition else {})},
    }


def _update(table: str, pk: str) -> dict[str, Any]:
    values = {"ExpressionAttributeNames": {"#a": "a"}, "ExpressionAttributeValues": {":a": {"N": "1"}}}
    return {"TableName": table, "Key": _key(pk), "UpdateExpression": "SET #a = :a", **values}


def test_a_query_is_held_to_the_partition_that_it_asks_for(stack: EmulatedStack, call: Call) -> None:
    table = stack.outputs["Table"]
    assert call("query", **_query(table, "own#1")) == "done"
    assert call("query", **_query(table, "shared", "sk <= :x AND pk = :pk")) == "done"
    named = _query(table, "own#1", "#k = :pk") | {"ExpressionAttributeNames": {"#k": "pk"}}
    assert call("query", **named) == "done"
    assert call("query", **_query(table, "other#1")) == DENIED
    assert call("query", **_query(table, "shared#1")) == DENIED


def test_one_item_of_a_batch_outside_the_prefix_denies_all_of_it(stack: EmulatedStack, call: Call) -> None:
    table = stack.outputs["Table"]
    assert call("batch_get_item", RequestItems={table: {"Keys": [_key("own#1"), _key("shared")]}}) == "done"
    assert call("batch_get_item", RequestItems={table: {"Keys": [_key("own#1"), _key("other#1")]}}) == DENIED


def test_each_action_of_a_transaction_is_held_to_its_own_item(stack: EmulatedStack, call: Call) -> None:
    table = stack.outputs["Table"]
    own, other = {"Update": _update(table, "own#1")}, {"Update": _update(table, "other#1")}
    put_anywhere = {"Put": {"TableName": table, "Item": _key("other#2")}}
    assert call("transact_write_items", TransactItems=[own, put_anywhere]) == "done"
    assert call("transact_write_items", TransactItems=[own, other]) == DENIED
    check = {"TableName": table, "Key": _key("other#2"), "ConditionExpression": "attribute_exists(pk)"}
    assert call("transact_write_items", TransactItems=[own, {"ConditionCheck": check}]) == DENIED
    assert [denial.action for denial in stack.denials] == ["dynamodb:UpdateItem", "dynamodb:ConditionCheckItem"]


def test_the_keys_of_puts_and_deletions_in_a_batch_count() -> None:
    requests = {"t": [{"PutRequest": {"Item": _key("a")}}, {"DeleteRequest": {"Key": _key("b")}}]}
    found = list(list_required_permissions("dynamodb", "BatchWriteItem", {"RequestItems": requests}, {"t": "pk"}))
    assert [one.context["dynamodb:leadingkeys"] for one in found] == [("a", "b")]


def test_without_a_key_in_the_call_a_condition_on_all_values_holds() -> None:
    """AWS's rule, and why no statement with such a condition may allow a Scan."""
    [scan] = list_required_permissions("dynamodb", "Scan", {"TableName": "t"}, {"t": "pk"})
    assert "dynamodb:leadingkeys" not in scan.context
    assert _allow("ForAllValues:StringLike", "dynamodb:LeadingKeys", "own#*").matches(scan)


@pytest.mark.parametrize(
    ("operator", "given", "holds"),
    [
        ("ForAllValues:StringLike", ("own#1", "own#2"), True),
        ("ForAllValues:StringLike", ("own#1", "x"), False),
        ("ForAnyValue:StringLike", ("own#1", "x"), True),
        ("ForAnyValue:StringLike", ("x",), False),
        ("ForAnyValue:StringLike", (), False),
        ("ForAllValues:StringNotLike", ("x",), True),
        ("ForAllValues:StringNotLike", ("x", "own#1"), False),
    ],
)
def test_set_operators(operator: str, given: tuple[str, ...], holds: bool) -> None:
    request = AuthorizationRequest("dynamodb:Scan", "*", {"dynamodb:leadingkeys": given})
    assert _allow(operator, "dynamodb:LeadingKeys", "own#*").matches(request) is holds


def test_a_condition_on_a_set_without_a_set_operator_is_not_emulated() -> None:
    with pytest.raises(EmulationError, match="ForAllValues"):
        _allow("StringLike", "dynamodb:LeadingKeys", "own#*")


def test_a_query_whose_partition_can_not_be_told_is_no_permission() -> None:
    asked = {"TableName": "t", "KeyConditionExpression": "begins_with(sk, :a)"}
    with pytest.raises(EmulationError, match="pk"):
        list(list_required_permissions("dynamodb", "Query", asked, {"t": "pk"}))


def _allow(operator: str, key: str, value: str) -> Any:
    raw = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*", "Condition": {operator: {key: value}}}
    [statement] = parse_statements({"Statement": raw}, "test")
    return statement
