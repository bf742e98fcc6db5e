"""Several batches at once: shards out of step, own environments, limits and throttles, by a clock that jumps."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from colophon_emulator.clock import ManualClock
from colophon_emulator.errors import EmulationError
from colophon_emulator.limits import Limits
from colophon_emulator.stack import EmulatedStack
from tests.emulator.conftest import SMALL

GET = {
    "do": "call",
    "call": {
        "service": "s3",
        "operation": "head_object",
        "parameters": {"Bucket": "small-site-123456789012", "Key": "pages/a"},
    },
}
REPORT = {"do": "report"}
MINUTE, HOUR = 60.0, 3600.0
Open = Callable[..., EmulatedStack]


@pytest.fixture
def open_stack() -> Iterator[Open]:
    """Opens the small stack, which follows a clock, with these limits."""
    opened: list[EmulatedStack] = []

    def open_with(**limits: int) -> EmulatedStack:
        stack = EmulatedStack(SMALL, clock=ManualClock(), follows_clock=True, limits=Limits(**limits))
        opened.append(stack.__enter__())
        return stack

    yield open_with
    for stack in opened:
        stack.__exit__(None, None, None)


def send(stack: EmulatedStack, *orders: dict[str, Any]) -> None:
    for each in orders:
        stack.client("sqs").send_message(QueueUrl=stack.outputs["Orders"], MessageBody=json.dumps(each))


def put(stack: EmulatedStack, pk: str, *names: str, how: str = "well") -> None:
    for name in names:
        item = {"pk": {"S": pk}, "sk": {"S": name}, how: {"BOOL": True}}
        stack.client("dynamodb").put_item(TableName=stack.outputs["Table"], Item=item)


def printed(stack: EmulatedStack, function: str) -> list[Any]:
    return [json.loads(line) for line in "".join(stack.functions.logs[function]).splitlines()]


def test_the_changes_of_one_partition_stay_in_order_and_partitions_do_not(open_stack: Open) -> None:
    orders = set()
    for seed in range(3):
        stack = open_stack(seed=seed, at_once=4)
        for number in range(4):
            for pk in "abcdefgh":
                put(stack, pk, f"{pk}{number:02}")
        stack.dispatcher.run_until_idle()
        delivered = [name for batch in printed(stack, "Follow") for name in batch]
        assert sorted(delivered) == sorted(f"{pk}{number:02}" for pk in "abcdefgh" for number in range(4))
        assert all(
            [name for name in delivered if name[0] == pk] == sorted(name for name in delivered if name[0] == pk)
            for pk in "abcdefgh"
        )
        orders.add("".join(name[0] for name in delivered))
        stack.__exit__(None, None, None)
    assert len(orders) > 1, "the shards progress at other paces with another seed"


def test_a_failing_shard_does_not_hold_up_the_others(open_stack: Open) -> None:
    stack = open_stack()
    put(stack, "bad", "x", how="fail")
    for pk in "abcdefgh":
        put(stack, pk, pk)
    stack.dispatcher.pass_time(0.5)
    delivered = [name for batch in printed(stack, "Follow") for name in batch]
    assert len({*delivered}) > 4
    assert stack.dispatcher.count_waiting() > 0, "the failing one is still retried"


def test_batches_at_once_have_memory_and_environment_of_their_own(open_stack: Open) -> None:
    stack = open_stack(at_once=3)
    send(stack, *[{**GET, "then": "report"}] * 32)
    stack.dispatcher.run_until_idle()
    at_once = stack.functions.at_once["Answer"]
    assert 2 <= at_once <= 3
    counted = [line["calls"] for line in printed(stack, "Answer") if isinstance(line, dict)]
    assert counted.count(1) == 4 * at_once, (
        "a batch of four is the first in each environment, and sees no other's memory"
    )
    assert max(counted) > 2, "an environment that is idle is used again"


def test_the_same_seed_plays_the_same_order(open_stack: Open) -> None:
    logs = []
    for _ in range(2):
        stack = open_stack(at_once=3, seed=7)
        send(stack, *[GET] * 9)
        for pk in "abcdef":
            put(stack, pk, *"123")
        stack.dispatcher.run_until_idle()
        logs.append(("".join(stack.functions.logs["Follow"]), dict(stack.functions.counts)))
        stack.__exit__(None, None, None)
    assert logs[0] == logs[1]


def test_a_throttled_batch_is_held_and_counts_as_a_receive(open_stack: Open) -> None:
    stack = open_stack(concurrent_executions=0)
    send(stack, REPORT)
    stack.dispatcher.pass_time(30)
    assert (stack.functions.counts["Answer"], stack.dispatcher.throttles["Answer"] > 2) == (0, True)
    stack.dispatcher.limits = Limits()
    stack.dispatcher.pass_time(40)
    (report,) = printed(stack, "Answer")
    assert report["event"]["Records"][0]["attributes"]["ApproximateReceiveCount"] == "1", "held until a place was free"


def test_a_batch_that_is_throttled_for_long_becomes_a_dead_letter(open_stack: Open) -> None:
    stack = open_stack(concurrent_executions=0)
    send(stack, REPORT)
    stack.dispatcher.pass_time(4 * MINUTE)
    assert stack.functions.counts["Answer"] == 0
    assert "DeadOrders" in stack.dispatcher.dead_letters(), "three receives of a minute each"


def test_streams_and_schedules_wait_for_a_free_place(open_stack: Open) -> None:
    stack = open_stack(concurrent_executions=0)
    put(stack, "a", "1", "2")
    stack.dispatcher.pass_time(HOUR)
    assert stack.functions.counts == {}
    assert stack.dispatcher.throttles["Follow"] > 1000
    assert stack.dispatcher.iterator_ages() == {"FollowChanges": pytest.approx(HOUR, abs=1)}
    stack.dispatcher.limits = Limits()
    stack.dispatcher.pass_time(10)
    assert printed(stack, "Follow") == [["1", "2"]]
    assert "LostChanges" not in stack.dispatcher.dead_letters()


def test_a_schedule_runs_by_the_clock_and_its_failures_are_retried_twice(open_stack: Open) -> None:
    stack = open_stack()
    stack.deployment.resources["AnswerNightly"].properties["Target"]["Input"] = "{}"
    stack.dispatcher.pass_time(24 * HOUR - 1)
    assert stack.functions.counts["Answer"] == 0
    stack.dispatcher.pass_time(2)
    assert stack.functions.errors["Answer"] == 1, "an event without Records"
    stack.dispatcher.pass_time(10 * MINUTE)
    assert stack.functions.errors["Answer"] == 3
    assert stack.dispatcher.count_waiting() == 0


def test_a_failed_message_comes_back_after_its_visibility_timeout(open_stack: Open) -> None:
    stack = open_stack()
    send(stack, {"do": "fail"})
    stack.dispatcher.pass_time(59)
    assert stack.functions.counts["Answer"] == 1
    stack.dispatcher.pass_time(3)
    assert stack.functions.counts["Answer"] == 2
    assert stack.dispatcher.queue_ages()["Orders"] == pytest.approx(62, abs=1)


def test_time_passes_by_itself_without_a_clock_that_is_followed(stack: EmulatedStack) -> None:
    with pytest.raises(EmulationError, match="ManualClock"):
        stack.dispatcher.pass_time(1)


def test_a_stack_closes_while_functions_wait_for_their_turn(open_stack: Open) -> None:
    stack = open_stack(at_once=2)
    send(stack, *[GET] * 8)
    assert stack.dispatcher.advance()
    assert stack.functions.is_running
    stack.dispatcher.cancel()
    assert not stack.functions.is_running
