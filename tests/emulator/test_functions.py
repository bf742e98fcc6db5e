"""Functions invoked as Lambda invokes them: own environment, real context, warm and cold starts."""

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from colophon_emulator.invocation import Invocation, run_as
from colophon_emulator.lambda_runtime import InvocationFailed
from colophon_emulator.stack import EmulatedStack
from tests.emulator.conftest import SMALL

Printed = Callable[[str], list[Any]]


def event(order: dict[str, Any]) -> dict[str, Any]:
    return {"Records": [{"messageId": "1", "body": json.dumps(order)}]}


REPORT = event({"do": "report"})


def test_a_function_sees_only_its_own_environment(
    stack: EmulatedStack, printed: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_SECRET_OF_THE_SHELL", "x")
    stack.functions.invoke("Answer", REPORT)
    environment = printed("Answer")[0]["environment"]
    assert environment["GREETING"] == "hello"
    assert environment["TABLE"] == stack.outputs["Table"]
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "us-east-1"
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environment["_HANDLER"] == "app.handler"
    assert "A_SECRET_OF_THE_SHELL" not in environment


def test_the_environment_follows_the_parameters() -> None:
    with EmulatedStack(SMALL, parameters={"Stage": "live"}) as stack:
        stack.functions.invoke("Answer", REPORT)
        assert '"GREETING": "good day"' in "".join(stack.functions.logs["Answer"])


def test_the_context_has_the_name_and_the_remaining_time(stack: EmulatedStack, printed: Printed) -> None:
    stack.functions.invoke("Answer", REPORT)
    report = printed("Answer")[0]
    assert report["context"] == report["environment"]["AWS_LAMBDA_FUNCTION_NAME"]
    assert 9_000 < report["left"] <= 10_000


def test_other_threads_keep_the_environment_and_the_output_of_the_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WHOSE", "the process's")
    lines: list[str] = []

    def read() -> str:
        print("from another thread")
        return (os.environ | {})["WHOSE"]

    with run_as(Invocation("Answer", {"WHOSE": "the function's"}, lines.append)), ThreadPoolExecutor() as other:
        print("from the function")
        assert os.environ["WHOSE"] == os.getenv("WHOSE") == "the function's"
        assert other.submit(read).result() == "the process's"
        os.environ["MORE"] = "of the function"
    assert "MORE" not in os.environ
    assert "".join(lines) == "from the function\n"
    assert capsys.readouterr().out == "from another thread\n"


def test_is_running_is_true_only_while_a_function_runs(stack: EmulatedStack) -> None:
    seen: list[bool] = []

    class Log(list[str]):
        def append(self, text: str) -> None:
            seen.append(stack.functions.is_running)

    stack.functions.logs["Answer"] = Log()
    stack.functions.force_cold_start("Answer")
    stack.functions.invoke("Answer", REPORT)
    with pytest.raises(InvocationFailed):
        stack.functions.invoke("Answer", event({"do": "raise"}))
    assert (set(seen), stack.functions.is_running) == ({True}, False)


def test_a_module_stays_warm_until_a_cold_start(stack: EmulatedStack, printed: Printed) -> None:
    stack.functions.invoke("Answer", REPORT)
    stack.functions.invoke("Answer", REPORT)
    stack.functions.force_cold_start("Answer")
    stack.functions.invoke("Answer", REPORT)
    assert [report["calls"] for report in printed("Answer")] == [1, 2, 1]


def test_functions_are_invoked_by_id_name_or_arn(stack: EmulatedStack) -> None:
    [resource] = [one for one in stack.deployment.of_type("AWS::Lambda::Function") if one.logical_id == "Answer"]
    for reference in ("Answer", resource.ref, resource.arn):
        stack.functions.invoke(reference, REPORT)
    assert stack.functions.counts["Answer"] == 3


def test_a_queue_and_a_schedule_may_call_the_alias_of_a_function(
    template_without: Callable[..., EmulatedStack],
) -> None:
    with template_without("MemorySize: 256", "MemorySize: 256\n      AutoPublishAlias: live") as stack:
        (alias,) = stack.deployment.of_type("AWS::Lambda::Alias")
        assert alias.ref.endswith(":live")
        assert stack.functions.find_id(alias.ref) == "Answer"
        assert stack.denials == ()
        stack.client("sqs").send_message(QueueUrl=stack.outputs["Orders"], MessageBody='{"do": "nothing"}')
        stack.dispatcher.run_until_idle()
        stack.dispatcher.fire("AnswerNightly")
        assert stack.functions.counts["Answer"] == 2


def test_an_answer_that_is_not_json_is_a_failure(stack: EmulatedStack) -> None:
    with pytest.raises(InvocationFailed, match="not JSON serializable"):
        stack.functions.invoke("Answer", event({"do": "unspeakable"}))
