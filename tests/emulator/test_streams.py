"""The table's stream served as Lambda serves it: in order, bisecting, with bounded retries and a failure queue."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from colophon_emulator.stack import EmulatedStack

Printed = Callable[[str], list[Any]]
Record = Callable[..., None]


@pytest.fixture
def record(stack: EmulatedStack) -> Record:
    """Puts one item for each name; ``how`` is what the function does with it: ``fail`` or ``raise``."""
    table = stack.client("dynamodb")

    def put(*names: str, how: str = "well") -> None:
        for name in names:
            table.put_item(
                TableName=stack.outputs["Table"], Item={"pk": {"S": "post"}, "sk": {"S": name}, how: {"BOOL": True}}
            )

    return put


def test_changes_come_in_order_and_once(stack: EmulatedStack, record: Record, printed: Printed) -> None:
    record(*"abcdefghij")
    stack.dispatcher.run_until_idle()
    assert printed("Follow") == [list("abcdefgh"), list("ij")]


def test_a_put_that_changes_nothing_has_no_record(stack: EmulatedStack, record: Record, printed: Printed) -> None:
    record("a")
    record("a")
    stack.dispatcher.run_until_idle()
    assert printed("Follow") == [["a"]]


def test_filtered_records_are_not_delivered(stack: EmulatedStack, record: Record, printed: Printed) -> None:
    record("a", "b")
    key = {"pk": {"S": "post"}, "sk": {"S": "a"}}
    stack.client("dynamodb").delete_item(TableName=stack.outputs["Table"], Key=key)
    stack.dispatcher.run_until_idle()
    assert printed("Follow") == [["a", "b"]]


def test_an_exception_bisects_the_batch(stack: EmulatedStack, record: Record, printed: Printed) -> None:
    record("a", "b")
    record("bad", how="raise")
    record("c")
    stack.dispatcher.run_until_idle()
    retries = [["bad"]] * 3
    assert printed("Follow") == [["a", "b", "bad", "c"], ["a", "b"], ["bad", "c"], *retries, ["c"]]


def test_discarded_records_are_reported_in_the_failure_queue(stack: EmulatedStack, record: Record) -> None:
    record("bad", how="raise")
    stack.dispatcher.run_until_idle()
    [message] = stack.dispatcher.dead_letters()["LostChanges"]
    report = json.loads(message)
    assert report["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert report["requestContext"]["approximateInvokeCount"] == 3
    assert report["DDBStreamBatchInfo"]["batchSize"] == 1


def test_a_reported_failure_is_retried_from_there(stack: EmulatedStack, record: Record, printed: Printed) -> None:
    record("a", "b")
    record("bad", how="fail")
    record("c")
    stack.dispatcher.run_until_idle()
    retries = [["bad", "c"]] * 3
    assert printed("Follow") == [["a", "b", "bad", "c"], *retries]


def test_a_failing_record_blocks_later_ones(stack: EmulatedStack, record: Record, printed: Printed) -> None:
    record("bad", how="fail")
    stack.dispatcher.step()
    record("later")
    stack.dispatcher.step()
    assert printed("Follow") == [["bad"], ["bad"]]


def test_in_real_time_a_retry_waits(stack: EmulatedStack, record: Record) -> None:
    record("bad", how="fail")
    assert stack.dispatcher.count_failed() == 0
    assert stack.dispatcher.step(skip_delays=False)
    assert not stack.dispatcher.step(skip_delays=False)
    assert (stack.dispatcher.count_waiting(), stack.dispatcher.count_failed()) == (1, 1)


def test_a_record_has_lambdas_form(stack: EmulatedStack, record: Record) -> None:
    seen: list[Any] = []
    invoke = stack.functions.invoke

    def record_event(reference: str, event: Mapping[str, Any]) -> Any:
        seen.append(event)
        return invoke(reference, event)

    stack.functions.invoke = record_event  # type: ignore[method-assign]
    record("a")
    record("a", how="better")
    stack.dispatcher.run_until_idle()
    first, second = seen[0]["Records"]
    assert (first["eventName"], second["eventName"]) == ("INSERT", "MODIFY")
    assert first["eventSource"] == "aws:dynamodb"
    assert isinstance(first["dynamodb"]["ApproximateCreationDateTime"], float)
    assert second["dynamodb"]["OldImage"] == first["dynamodb"]["NewImage"]
    assert int(second["dynamodb"]["SequenceNumber"]) > int(first["dynamodb"]["SequenceNumber"])
