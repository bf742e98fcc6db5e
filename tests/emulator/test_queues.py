"""Queues served as Lambda serves them: batches, partial failures, receive counts, dead letters."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from colophon_emulator.errors import NotIdle
from colophon_emulator.stack import EmulatedStack

SendOrders = Callable[..., None]
Printed = Callable[[str], list[Any]]
GOOD = {"do": "nothing"}


def waiting(stack: EmulatedStack) -> int:
    return stack.dispatcher.count_waiting()


def test_batches_are_no_larger_than_the_template_says(stack: EmulatedStack, send_orders: SendOrders) -> None:
    send_orders(*[GOOD] * 9)
    stack.dispatcher.run_until_idle()
    assert stack.dispatcher.invocations["Answer"] == 3
    assert waiting(stack) == 0


def test_a_message_that_keeps_failing_ends_as_a_dead_letter(stack: EmulatedStack, send_orders: SendOrders) -> None:
    send_orders(GOOD, {"do": "fail", "name": "poison"}, GOOD)
    stack.dispatcher.run_until_idle()
    assert stack.dispatcher.invocations["Answer"] == 3
    assert stack.dispatcher.dead_letters()["DeadOrders"] == [json.dumps({"do": "fail", "name": "poison"})]


def test_only_failed_messages_are_retried(stack: EmulatedStack, send_orders: SendOrders) -> None:
    send_orders(GOOD, {"do": "fail"}, GOOD)
    assert stack.dispatcher.count_failed() == 0
    assert stack.dispatcher.step()
    assert (waiting(stack), stack.dispatcher.count_failed()) == (1, 1)
    send_orders(GOOD)
    assert (waiting(stack), stack.dispatcher.count_failed()) == (2, 1)


def test_an_exception_fails_the_whole_batch(stack: EmulatedStack, send_orders: SendOrders) -> None:
    send_orders(GOOD, {"do": "raise"})
    stack.dispatcher.step()
    assert waiting(stack) == 2
    [failure] = stack.functions.failures
    assert str(failure) == "Answer: RuntimeError: ordered to raise"
    assert 'raise RuntimeError("ordered to raise")' in failure.traceback


@pytest.mark.parametrize(
    "answer",
    [
        {"batchItemFailures": [{"itemIdentifier": "nobody"}]},
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"identifier": "1"}]},
        {"batchItemFailures": "all"},
    ],
)
def test_an_invalid_answer_fails_the_whole_batch(stack: EmulatedStack, send_orders: SendOrders, answer: Any) -> None:
    send_orders(GOOD, {"do": "answer", "answer": answer})
    stack.dispatcher.step()
    assert waiting(stack) == 2


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}])
def test_an_empty_answer_means_success(stack: EmulatedStack, send_orders: SendOrders, answer: Any) -> None:
    send_orders(GOOD, {"do": "answer", "answer": answer})
    stack.dispatcher.step()
    assert waiting(stack) == 0


def test_in_real_time_a_failed_message_waits_for_its_visibility(stack: EmulatedStack, send_orders: SendOrders) -> None:
    send_orders({"do": "fail"})
    assert stack.dispatcher.step(skip_delays=False)
    assert not stack.dispatcher.step(skip_delays=False)
    assert waiting(stack) == 1
    assert stack.dispatcher.step(skip_delays=True)


def test_skip_delays_delivers_a_delayed_message_at_once(stack: EmulatedStack) -> None:
    queue = {"QueueUrl": stack.outputs["Orders"], "MessageBody": json.dumps(GOOD)}
    stack.client("sqs").send_message(**queue, DelaySeconds=600)
    assert not stack.dispatcher.step(skip_delays=False)
    stack.dispatcher.run_until_idle()
    assert stack.dispatcher.invocations["Answer"] == 1


def test_a_record_has_its_receive_count(stack: EmulatedStack, send_orders: SendOrders, printed: Printed) -> None:
    send_orders({"do": "report"}, {"do": "fail"})
    stack.dispatcher.run_until_idle()
    [report] = printed("Answer")
    first, failing = report["event"]["Records"]
    assert first["eventSource"] == "aws:sqs"
    assert first["attributes"]["ApproximateReceiveCount"] == "1"
    assert failing["eventSourceARN"].startswith("arn:aws:sqs:us-east-1:123456789012:")


def test_a_timeout_raises(stack: EmulatedStack, send_orders: SendOrders) -> None:
    send_orders(GOOD)
    with pytest.raises(NotIdle, match="1 messages or records are still waiting"):
        stack.dispatcher.run_until_idle(timeout=-1)


def test_progress_is_reported_after_each_batch(stack: EmulatedStack, send_orders: SendOrders) -> None:
    send_orders(*[GOOD] * 6)
    seen: list[tuple[int, int]] = []
    stack.dispatcher.run_until_idle(on_progress=lambda now: seen.append((now.invocations, now.waiting)))
    assert seen == [(1, 2), (2, 0)]


def test_a_thread_serves_until_it_is_stopped(stack: EmulatedStack, send_orders: SendOrders) -> None:
    stack.dispatcher.start()
    send_orders(GOOD)
    stack.dispatcher.run_until_idle(timeout=10)
    stack.dispatcher.stop()
    send_orders(GOOD)
    assert waiting(stack) == 1
    assert stack.dispatcher.invocations["Answer"] == 1


def test_a_schedule_is_fired_on_demand(stack: EmulatedStack) -> None:
    assert stack.dispatcher.fire("AnswerNightly") == {"batchItemFailures": []}
    assert stack.dispatcher.invocations["Answer"] == 1
