"""CloudFront's API for invalidations: what it accepts, what it refuses, and that requests are idempotent."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from colophon_emulator.clock import ManualClock
from colophon_emulator.invalidations import MAX_IN_PROGRESS, SECONDS_IN_PROGRESS
from colophon_emulator.stack import EmulatedStack

# moto warns of errors that botocore's description of CloudFront does not list; the service has them.
pytestmark = pytest.mark.filterwarnings("ignore:.*does not match an error shape")
TEMPLATE = Path(__file__).parents[2] / "template.yaml"


@pytest.fixture(scope="module")
def whole() -> Iterator[EmulatedStack]:
    with EmulatedStack(TEMPLATE, clock=ManualClock()) as stack:
        yield stack


@pytest.fixture
def stack(whole: EmulatedStack) -> EmulatedStack:
    whole.invalidations.accepted.clear()
    return whole


def request_invalidation(stack: EmulatedStack, reference: str, *items: str) -> dict[str, Any]:
    batch = {"Paths": {"Quantity": len(items), "Items": list(items)}, "CallerReference": reference}
    answer: dict[str, Any] = stack.client("cloudfront").create_invalidation(
        DistributionId=stack.outputs["DistributionId"], InvalidationBatch=batch
    )
    return answer["Invalidation"]


def refusal_code(stack: EmulatedStack, reference: str, *items: str) -> str:
    with pytest.raises(ClientError) as refusal:
        request_invalidation(stack, reference, *items)
    return str(refusal.value.response["Error"]["Code"])


def test_an_accepted_request_notifies_at_once_and_completes_later(stack: EmulatedStack) -> None:
    notified: list[str] = []
    stack.invalidations.subscribe(notified.extend)
    made = request_invalidation(stack, "one", "#p:a/b", "/en/*")
    assert made["Status"] == "InProgress"
    assert made["InvalidationBatch"]["Paths"]["Items"] == ["#p:a/b", "/en/*"]
    assert notified == ["#p:a/b", "/en/*"]
    pass_time(stack)
    client, distribution = stack.client("cloudfront"), stack.outputs["DistributionId"]
    found = client.get_invalidation(DistributionId=distribution, Id=made["Id"])["Invalidation"]
    assert found["Status"] == "Completed"
    listed = client.list_invalidations(DistributionId=distribution)["InvalidationList"]["Items"]
    assert [each["Id"] for each in listed] == [made["Id"]]


def test_a_repeated_request_does_nothing(stack: EmulatedStack) -> None:
    notified: list[str] = []
    made = request_invalidation(stack, "one", "#p:a/b", "#c:a")
    stack.invalidations.subscribe(notified.extend)
    assert request_invalidation(stack, "one", "#c:a", "#p:a/b")["Id"] == made["Id"]
    assert notified == []
    assert len(stack.invalidations.accepted) == 1
    assert refusal_code(stack, "one", "#c:b") == "InvalidationBatchAlreadyExists"
    assert request_invalidation(stack, "two", "#p:a/b", "#c:a")["Id"] != made["Id"]


def test_at_most_three_thousand_items_are_in_progress(stack: EmulatedStack) -> None:
    request_invalidation(stack, "most", *(f"#p:a/{number}" for number in range(MAX_IN_PROGRESS - 1)))
    request_invalidation(stack, "last", "/en/")
    assert stack.invalidations.count_in_progress() == MAX_IN_PROGRESS
    assert refusal_code(stack, "more", "#p:b/1") == "TooManyInvalidationsInProgress"
    pass_time(stack)
    assert stack.invalidations.count_in_progress() == 0
    request_invalidation(stack, "more", "#p:b/1")


def test_at_most_fifteen_wildcards_are_in_progress(stack: EmulatedStack) -> None:
    for number in range(15):
        request_invalidation(stack, f"star {number}", f"/{number}/*")
    assert refusal_code(stack, "star", "/16/*") == "TooManyInvalidationsInProgress"
    request_invalidation(stack, "tag", "#p:a/b")


def test_too_many_requests_a_second_are_throttled(stack: EmulatedStack) -> None:
    stack.invalidations.throttle(1)
    assert refusal_code(stack, "one", "#p:a/b") == "Throttling"
    request_invalidation(stack, "one", "#p:a/b")


@pytest.mark.parametrize("item", ["#", "#a,b", "#two words", "#소래", "en/", "", "/en/*/cough", "#" + "x" * 257])
def test_an_item_that_is_neither_tag_nor_path_is_refused(stack: EmulatedStack, item: str) -> None:
    assert refusal_code(stack, "one", "#p:a/b", item) == "InvalidArgument"
    assert stack.invalidations.accepted == []


def test_an_unknown_distribution_is_refused(stack: EmulatedStack) -> None:
    batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": "one"}
    with pytest.raises(ClientError, match="NoSuchDistribution"):
        stack.client("cloudfront").create_invalidation(DistributionId="EOTHER", InvalidationBatch=batch)


def pass_time(stack: EmulatedStack) -> None:
    assert isinstance(stack.clock, ManualClock)
    stack.clock.advance(SECONDS_IN_PROGRESS)
