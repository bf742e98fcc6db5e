"""The table's stream served as Lambda serves it: in order, bisecting, with bounded retries and a failure queue."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from colophon_emulator.stack import LocalStack

Said = Callable[[str], list[Any]]
Record = Callable[..., None]


@pytest.fixture
def record(stack: LocalStack) -> Record:
    """Puts one item for each name; ``how`` orders what the function does with it: ``fail`` or ``raise``."""
    table = stack.client("dynamodb")

    def put(*names: str, how: str = "well") -> None:
        for name in names:
            table.put_item(TableName=stack.table, Item={"pk": {"S": "post"}, "sk": {"S": name}, how: {"BOOL": True}})

    return put


def test_changes_come_in_order_and_once(stack: LocalStack, record: Record, said: Said) -> None:
    record(*"abcdefghij")
    stack.dispatcher.run_until_quiet()
    assert said("Follow") == [list("abcdefgh"), list("ij")]


def test_a_put_that_changes_nothing_is_not_told(stack: LocalStack, record: Record, said: Said) -> None:
    record("a")
    record("a")
    stack.dispatcher.run_until_quiet()
    assert said("Follow") == [["a"]]


def test_what_the_filter_leaves_out_is_not_told(stack: LocalStack, record: Record, said: Said) -> None:
    record("a", "b")
    key = {"pk": {"S": "post"}, "sk": {"S": "a"}}
    stack.client("dynamodb").delete_item(TableName=stack.table, Key=key)
    stack.dispatcher.run_until_quiet()
    assert said("Follow") == [["a", "b"]]


def test_an_exception_halves_the_batch_until_it_stands_alone(stack: LocalStack, record: Record, said: Said) -> None:
    record("a", "b")
    record("bad", how="raise")
    record("c")
    stack.dispatcher.run_until_quiet()
    alone = [["bad"]] * 3
    assert said("Follow") == [["a", "b", "bad", "c"], ["a", "b"], ["bad", "c"], *alone, ["c"]]


def test_what_is_given_up_on_is_noted_in_the_failure_queue(stack: LocalStack, record: Record) -> None:
    record("bad", how="raise")
    stack.dispatcher.run_until_quiet()
    [letter] = stack.dispatcher.dead_letters()["LostChanges"]
    note = json.loads(letter)
    assert note["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert note["requestContext"]["approximateInvokeCount"] == 3
    assert note["DDBStreamBatchInfo"]["batchSize"] == 1


def test_a_reported_failure_begins_again_there(stack: LocalStack, record: Record, said: Said) -> None:
    record("a", "b")
    record("bad", how="fail")
    record("c")
    stack.dispatcher.run_until_quiet()
    again = [["bad", "c"]] * 3
    assert said("Follow") == [["a", "b", "bad", "c"], *again]


def test_a_failing_record_holds_up_what_comes_after(stack: LocalStack, record: Record, said: Said) -> None:
    record("bad", how="fail")
    stack.dispatcher.step()
    record("later")
    stack.dispatcher.step()
    assert said("Follow") == [["bad"], ["bad"]]


def test_in_real_time_a_retry_waits(stack: LocalStack, record: Record) -> None:
    record("bad", how="fail")
    assert stack.dispatcher.step(hurry=False)
    assert not stack.dispatcher.step(hurry=False)
    assert stack.dispatcher.waiting() == 1


def test_a_record_looks_as_lambda_gives_it(stack: LocalStack, record: Record) -> None:
    seen: list[Any] = []
    invoke = stack.functions.invoke

    def watched(reference: str, event: Mapping[str, Any]) -> Any:
        seen.append(event)
        return invoke(reference, event)

    stack.functions.invoke = watched  # type: ignore[method-assign]
    record("a")
    record("a", how="better")
    stack.dispatcher.run_until_quiet()
    first, second = seen[0]["Records"]
    assert (first["eventName"], second["eventName"]) == ("INSERT", "MODIFY")
    assert first["eventSource"] == "aws:dynamodb"
    assert isinstance(first["dynamodb"]["ApproximateCreationDateTime"], float)
    assert second["dynamodb"]["OldImage"] == first["dynamodb"]["NewImage"]
    assert int(second["dynamodb"]["SequenceNumber"]) > int(first["dynamodb"]["SequenceNumber"])
