"""Queues served as Lambda serves them: batches, partial failures, receive counts, dead letters."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from colophon_emulator.errors import NotIdle
from colophon_emulator.stack import LocalStack

Order = Callable[..., None]
Said = Callable[[str], list[Any]]
GOOD = {"do": "nothing"}


def waiting(stack: LocalStack) -> int:
    return stack.dispatcher.waiting()


def test_batches_are_no_larger_than_the_template_says(stack: LocalStack, order: Order) -> None:
    order(*[GOOD] * 9)
    stack.dispatcher.run_until_quiet()
    assert stack.dispatcher.invocations["Answer"] == 3
    assert waiting(stack) == 0


def test_a_message_that_keeps_failing_ends_as_a_dead_letter(stack: LocalStack, order: Order) -> None:
    order(GOOD, {"do": "fail", "name": "poison"}, GOOD)
    stack.dispatcher.run_until_quiet()
    assert stack.dispatcher.invocations["Answer"] == 3
    assert stack.dispatcher.dead_letters()["DeadOrders"] == [json.dumps({"do": "fail", "name": "poison"})]


def test_only_what_failed_comes_again(stack: LocalStack, order: Order) -> None:
    order(GOOD, {"do": "fail"}, GOOD)
    assert stack.dispatcher.step()
    assert waiting(stack) == 1


def test_an_exception_brings_the_whole_batch_back(stack: LocalStack, order: Order) -> None:
    order(GOOD, {"do": "raise"})
    stack.dispatcher.step()
    assert waiting(stack) == 2
    [failure] = stack.functions.failures
    assert str(failure) == "Answer: RuntimeError: ordered to raise"
    assert 'raise RuntimeError("ordered to raise")' in failure.account


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
def test_an_invalid_answer_brings_the_whole_batch_back(stack: LocalStack, order: Order, answer: Any) -> None:
    order(GOOD, {"do": "answer", "answer": answer})
    stack.dispatcher.step()
    assert waiting(stack) == 2


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}])
def test_an_empty_answer_means_that_all_went_well(stack: LocalStack, order: Order, answer: Any) -> None:
    order(GOOD, {"do": "answer", "answer": answer})
    stack.dispatcher.step()
    assert waiting(stack) == 0


def test_in_real_time_a_failed_message_waits_for_its_visibility(stack: LocalStack, order: Order) -> None:
    order({"do": "fail"})
    assert stack.dispatcher.step(hurry=False)
    assert not stack.dispatcher.step(hurry=False)
    assert waiting(stack) == 1
    assert stack.dispatcher.step(hurry=True)


def test_a_delayed_message_comes_at_once_when_in_a_hurry(stack: LocalStack) -> None:
    queue = {"QueueUrl": stack.outputs["Orders"], "MessageBody": json.dumps(GOOD)}
    stack.client("sqs").send_message(**queue, DelaySeconds=600)
    assert not stack.dispatcher.step(hurry=False)
    stack.dispatcher.run_until_quiet()
    assert stack.dispatcher.invocations["Answer"] == 1


def test_a_record_tells_how_often_it_was_received(stack: LocalStack, order: Order, said: Said) -> None:
    order({"do": "tell"}, {"do": "fail"})
    stack.dispatcher.run_until_quiet()
    [told] = said("Answer")
    told_record, failing = told["event"]["Records"]
    assert told_record["eventSource"] == "aws:sqs"
    assert told_record["attributes"]["ApproximateReceiveCount"] == "1"
    assert failing["eventSourceARN"].startswith("arn:aws:sqs:us-east-1:123456789012:")


def test_what_does_not_end_in_time_is_said(stack: LocalStack, order: Order) -> None:
    order(GOOD)
    with pytest.raises(NotIdle, match="1 messages or records still wait"):
        stack.dispatcher.run_until_quiet(timeout=-1)


def test_progress_is_told_after_each_batch(stack: LocalStack, order: Order) -> None:
    order(*[GOOD] * 6)
    seen: list[tuple[int, int]] = []
    stack.dispatcher.run_until_quiet(on_progress=lambda now: seen.append((now.invocations, now.waiting)))
    assert seen == [(1, 2), (2, 0)]


def test_a_thread_serves_by_itself_until_it_is_stopped(stack: LocalStack, order: Order) -> None:
    stack.dispatcher.start()
    order(GOOD)
    stack.dispatcher.run_until_quiet(timeout=10)
    stack.dispatcher.stop()
    order(GOOD)
    assert waiting(stack) == 1
    assert stack.dispatcher.invocations["Answer"] == 1


def test_a_schedule_is_fired_by_hand(stack: LocalStack) -> None:
    assert stack.dispatcher.fire("AnswerNightly") == {"batchItemFailures": []}
    assert stack.dispatcher.invocations["Answer"] == 1
