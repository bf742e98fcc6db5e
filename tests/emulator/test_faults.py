"""AWS's bad days: each fault as the service answers it, within its window, for functions only."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from msgspec import Struct

from colophon_emulator import faults
from colophon_emulator.clock import ManualClock
from colophon_emulator.faults import Fault
from colophon_emulator.stack import EmulatedStack
from tests.emulator.conftest import SMALL

Call = Callable[..., str]


@pytest.fixture
def stack() -> Iterator[EmulatedStack]:
    with EmulatedStack(SMALL, clock=ManualClock(), follows_clock=True) as stack:
        yield stack


@pytest.fixture
def call(stack: EmulatedStack) -> Call:
    """What the function Answer gets for a call: ``done``, or the error's code and status."""

    def make(service: str, operation: str, **parameters: Any) -> str:
        order = {"do": "call", "call": {"service": service, "operation": operation, "parameters": parameters}}
        stack.functions.invoke("Answer", {"Records": [{"messageId": "1", "body": json.dumps(order)}]})
        return str(json.loads("".join(stack.functions.logs["Answer"]).splitlines()[-1]))

    return make


def page(stack: EmulatedStack) -> dict[str, str]:
    return {"Bucket": stack.outputs["SiteBucket"], "Key": "pages/a"}


def item(stack: EmulatedStack) -> dict[str, Any]:
    return {"TableName": stack.outputs["Table"], "Item": {"pk": {"S": "a"}, "sk": {"S": "b"}}}


def key(stack: EmulatedStack) -> dict[str, Any]:
    return {"TableName": stack.outputs["Table"], "Key": item(stack)["Item"]}


def test_a_fault_lasts_as_long_as_its_window_and_counts_its_calls(stack: EmulatedStack, call: Call) -> None:
    clock = stack.clock
    assert isinstance(clock, ManualClock)
    stack.faults.begin(faults.deny("s3"), 60)
    assert call("s3", "put_object", **page(stack), IfNoneMatch="*") == "AccessDenied 403"
    assert call("s3", "head_object", **page(stack)) == "403 403"
    assert call("dynamodb", "get_item", **key(stack)) == "done"
    clock.advance(60)
    assert call("s3", "put_object", **page(stack), IfNoneMatch="*") == "done"
    assert (stack.faults.struck, stack.denials) == ({"s3 denied": 2}, ())


def test_others_than_functions_are_not_struck(stack: EmulatedStack, call: Call) -> None:
    stack.faults.begin(faults.deny("s3"))
    stack.client("s3").put_object(**page(stack))
    stack.faults.end_all()
    assert call("s3", "head_object", **page(stack)) == "done"


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (faults.deny("dynamodb"), "AccessDeniedException 400"),
        (faults.throttle_table(), "ProvisionedThroughputExceededException 400"),
        (faults.conflict_writes(1.0), "TransactionConflictException 400"),
        (faults.deny("dynamodb", function="Follow"), "done"),
        (faults.deny("dynamodb", resource="another-table"), "done"),
    ],
)
def test_the_table_answers_a_write(stack: EmulatedStack, call: Call, fault: Fault, answer: str) -> None:
    stack.faults.begin(fault)
    assert call("dynamodb", "put_item", **item(stack)) == answer


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (faults.conflict_puts(1.0), "ConditionalRequestConflict 409"),
        (faults.slow_down(1.0), "SlowDown 503"),
        (faults.deny("s3", resource="small-inbox"), "done"),
    ],
)
def test_a_bucket_answers_a_put(stack: EmulatedStack, call: Call, fault: Fault, answer: str) -> None:
    stack.faults.begin(fault)
    assert call("s3", "put_object", **page(stack), IfNoneMatch="*") == answer


def test_a_cancelled_transaction_names_the_action_in_conflict_and_writes_nothing(
    stack: EmulatedStack, call: Call
) -> None:
    stack.faults.begin(faults.conflict_transactions(1.0))
    assert call("dynamodb", "transact_write_items", TransactItems=[{"Put": item(stack)}]) == (
        "TransactionCanceledException 400"
    )
    assert "Item" not in stack.client("dynamodb").get_item(**key(stack))


class Request(Struct):
    """A request as botocore prepares it, and the service: it takes what the request has when it is sent."""

    body: bytes
    answer: Callable[[Any], Any]

    def send(self) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, json.dumps(self.answer(json.loads(self.body))).encode()


@pytest.mark.parametrize("seed", range(8))
def test_a_batch_of_messages_is_taken_in_part(seed: int) -> None:
    taken: list[str] = []

    def take(call: Any) -> Any:
        taken.extend(entry["Id"] for entry in call["Entries"])
        return {"Successful": [{"Id": entry["Id"]} for entry in call["Entries"]]}

    names = [str(number) for number in range(1 + seed % 4)]
    request = Request(json.dumps({"Entries": [{"Id": name} for name in names]}).encode(), take)
    before = request.body
    status, _, body = faults.accept_some_messages(request, "", request.send, Random(seed))
    answer = json.loads(body)
    failed = [entry["Id"] for entry in answer["Failed"]]
    assert (status, sorted(taken + failed), failed != []) == (200, names, True)
    assert [entry["Id"] for entry in answer["Successful"]] == taken
    assert request.body == before, "botocore sends the same request when it retries"


@pytest.mark.parametrize("seed", range(8))
def test_a_batch_of_reads_is_answered_in_part_and_the_rest_is_named(seed: int) -> None:
    def read(call: Any) -> Any:
        return {"Responses": {"rows": call["RequestItems"]["rows"]["Keys"]}}

    asked = {"rows": {"Keys": [1, 2, 3, 4], "ConsistentRead": True}}
    request = Request(json.dumps({"RequestItems": asked}).encode(), read)
    _, _, body = faults.leave_keys_unprocessed(request, "", request.send, Random(seed))
    answer = json.loads(body)
    rest = answer["UnprocessedKeys"].get("rows", {"Keys": [], "ConsistentRead": True})
    assert answer["Responses"]["rows"] + rest["Keys"] == [1, 2, 3, 4]
    assert (answer["Responses"]["rows"] != [], rest["ConsistentRead"]) == (True, True)


@pytest.mark.filterwarnings("ignore:.*does not match an error shape")
@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (faults.refuse_invalidations(), "TooManyInvalidationsInProgress 400"),
        (faults.refuse_invalidations(503, "ServiceUnavailable"), "ServiceUnavailable 503"),
    ],
)
def test_cloudfront_refuses_invalidations(stack: EmulatedStack, call: Call, fault: Fault, answer: str) -> None:
    stack.faults.begin(fault)
    batch = {"Paths": {"Quantity": 1, "Items": ["/a"]}, "CallerReference": "1"}
    parameters = {"DistributionId": "E1", "InvalidationBatch": batch}
    assert call("cloudfront", "create_invalidation", **parameters) == answer
