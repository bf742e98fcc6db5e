"""Functions called as Lambda calls them: an environment of their own, a real context, warm and cold."""

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from colophon_emulator.invocation import Invocation, running
from colophon_emulator.lambda_runtime import InvocationFailed
from colophon_emulator.stack import LocalStack
from tests.emulator.conftest import SMALL

Said = Callable[[str], list[Any]]


def event(order: dict[str, Any]) -> dict[str, Any]:
    return {"Records": [{"messageId": "1", "body": json.dumps(order)}]}


TELL = event({"do": "tell"})


def test_a_function_sees_its_own_environment_and_no_more(
    stack: LocalStack, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_SECRET_OF_THE_SHELL", "x")
    stack.functions.invoke("Answer", TELL)
    environment = said("Answer")[0]["environment"]
    assert environment["GREETING"] == "hello"
    assert environment["TABLE"] == stack.table
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "us-east-1"
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environment["_HANDLER"] == "app.handler"
    assert "A_SECRET_OF_THE_SHELL" not in environment


def test_the_environment_follows_the_parameters() -> None:
    with LocalStack(SMALL, parameters={"Stage": "live"}) as stack:
        stack.functions.invoke("Answer", TELL)
        assert '"GREETING": "good day"' in "".join(stack.functions.logs["Answer"])


def test_the_context_tells_name_and_time_left(stack: LocalStack, said: Said) -> None:
    stack.functions.invoke("Answer", TELL)
    told = said("Answer")[0]
    assert told["context"] == told["environment"]["AWS_LAMBDA_FUNCTION_NAME"]
    assert 9_000 < told["left"] <= 10_000


def test_other_threads_keep_the_environment_and_the_output_of_the_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WHOSE", "the process's")
    printed: list[str] = []

    def look() -> str:
        print("from a thread beside")
        return (os.environ | {})["WHOSE"]

    with running(Invocation("Answer", {"WHOSE": "the function's"}, printed.append)), ThreadPoolExecutor() as beside:
        print("from the function")
        assert os.environ["WHOSE"] == os.getenv("WHOSE") == "the function's"
        assert beside.submit(look).result() == "the process's"
        os.environ["MORE"] = "of the function"
    assert "MORE" not in os.environ
    assert "".join(printed) == "from the function\n"
    assert capsys.readouterr().out == "from a thread beside\n"


def test_it_is_known_while_a_function_runs_and_when_it_has_ended(stack: LocalStack) -> None:
    seen: list[bool] = []

    class Log(list[str]):
        def append(self, text: str) -> None:
            seen.append(stack.functions.at_work)

    stack.functions.logs["Answer"] = Log()
    stack.functions.cold_start("Answer")
    stack.functions.invoke("Answer", TELL)
    with pytest.raises(InvocationFailed):
        stack.functions.invoke("Answer", event({"do": "raise"}))
    assert (set(seen), stack.functions.at_work) == ({True}, False)


def test_a_module_stays_warm_until_a_cold_start(stack: LocalStack, said: Said) -> None:
    stack.functions.invoke("Answer", TELL)
    stack.functions.invoke("Answer", TELL)
    stack.functions.cold_start("Answer")
    stack.functions.invoke("Answer", TELL)
    assert [told["calls"] for told in said("Answer")] == [1, 2, 1]


def test_functions_are_called_by_id_name_or_arn(stack: LocalStack) -> None:
    [resource] = [one for one in stack.deployment.of_type("AWS::Lambda::Function") if one.logical_id == "Answer"]
    for reference in ("Answer", resource.ref, resource.arn):
        stack.functions.invoke(reference, TELL)
    assert stack.functions.counts["Answer"] == 3


def test_an_answer_that_is_no_json_is_a_failure(stack: LocalStack) -> None:
    with pytest.raises(InvocationFailed, match="not JSON serializable"):
        stack.functions.invoke("Answer", event({"do": "unspeakable"}))
