"""Functions called as Lambda calls them: an environment of their own, a real context, warm and cold."""

import json
import os
import threading
from collections.abc import Callable
from typing import Any

import pytest
from tests.local.conftest import SMALL

from colophon.local.functions import InvocationFailed
from colophon.local.stack import LocalStack

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


def test_other_threads_keep_the_environment_of_the_process(stack: LocalStack) -> None:
    seen: list[str | None] = []
    ends = threading.Event()

    def look() -> None:
        while not ends.is_set():
            seen.append(os.environ.get("GREETING"))

    watcher = threading.Thread(target=look)
    watcher.start()
    for _ in range(50):
        stack.functions.invoke("Answer", TELL)
    ends.set()
    watcher.join()
    assert set(seen) == {None}
    assert "GREETING" not in os.environ


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
