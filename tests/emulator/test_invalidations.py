"""CloudFront's API for invalidations: what it takes, what it refuses, and that asking twice is asking once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from colophon_emulator.clock import SetClock
from colophon_emulator.invalidations import MOST_IN_PROGRESS, SECONDS_IN_PROGRESS
from colophon_emulator.stack import LocalStack

# moto warns of errors that botocore's description of CloudFront does not list; the service has them.
pytestmark = pytest.mark.filterwarnings("ignore:.*does not match an error shape")
TEMPLATE = Path(__file__).parents[2] / "template.yaml"


@pytest.fixture(scope="module")
def whole() -> Iterator[LocalStack]:
    with LocalStack(TEMPLATE, clock=SetClock()) as stack:
        yield stack


@pytest.fixture
def stack(whole: LocalStack) -> LocalStack:
    whole.invalidations.accepted.clear()
    return whole


def ask(stack: LocalStack, reference: str, *items: str) -> dict[str, Any]:
    batch = {"Paths": {"Quantity": len(items), "Items": list(items)}, "CallerReference": reference}
    answer: dict[str, Any] = stack.client("cloudfront").create_invalidation(
        DistributionId=stack.outputs["DistributionId"], InvalidationBatch=batch
    )
    return answer["Invalidation"]


def refused(stack: LocalStack, reference: str, *items: str) -> str:
    with pytest.raises(ClientError) as refusal:
        ask(stack, reference, *items)
    return str(refusal.value.response["Error"]["Code"])


def test_what_is_accepted_is_told_at_once_and_done_after_a_while(stack: LocalStack) -> None:
    heard: list[str] = []
    stack.invalidations.tell(heard.extend)
    made = ask(stack, "one", "#p:a/b", "/en/*")
    assert made["Status"] == "InProgress"
    assert made["InvalidationBatch"]["Paths"]["Items"] == ["#p:a/b", "/en/*"]
    assert heard == ["#p:a/b", "/en/*"]
    pass_time(stack)
    client, distribution = stack.client("cloudfront"), stack.outputs["DistributionId"]
    found = client.get_invalidation(DistributionId=distribution, Id=made["Id"])["Invalidation"]
    assert found["Status"] == "Completed"
    listed = client.list_invalidations(DistributionId=distribution)["InvalidationList"]["Items"]
    assert [each["Id"] for each in listed] == [made["Id"]]


def test_the_same_request_again_does_nothing_more(stack: LocalStack) -> None:
    heard: list[str] = []
    made = ask(stack, "one", "#p:a/b", "#c:a")
    stack.invalidations.tell(heard.extend)
    assert ask(stack, "one", "#c:a", "#p:a/b")["Id"] == made["Id"]
    assert heard == []
    assert len(stack.invalidations.accepted) == 1
    assert refused(stack, "one", "#c:b") == "InvalidationBatchAlreadyExists"
    assert ask(stack, "two", "#p:a/b", "#c:a")["Id"] != made["Id"]


def test_three_thousand_may_be_in_progress_and_not_one_more(stack: LocalStack) -> None:
    ask(stack, "most", *(f"#p:a/{number}" for number in range(MOST_IN_PROGRESS - 1)))
    ask(stack, "last", "/en/")
    assert stack.invalidations.in_progress() == MOST_IN_PROGRESS
    assert refused(stack, "more", "#p:b/1") == "TooManyInvalidationsInProgress"
    pass_time(stack)
    assert stack.invalidations.in_progress() == 0
    ask(stack, "more", "#p:b/1")


def test_fifteen_wildcards_may_be_in_progress_beside_the_others(stack: LocalStack) -> None:
    for number in range(15):
        ask(stack, f"star {number}", f"/{number}/*")
    assert refused(stack, "star", "/16/*") == "TooManyInvalidationsInProgress"
    ask(stack, "tag", "#p:a/b")


def test_too_many_requests_a_second_are_throttled(stack: LocalStack) -> None:
    stack.invalidations.throttle(1)
    assert refused(stack, "one", "#p:a/b") == "Throttling"
    ask(stack, "one", "#p:a/b")


@pytest.mark.parametrize("item", ["#", "#a,b", "#two words", "#소래", "en/", "", "/en/*/cough", "#" + "x" * 257])
def test_what_is_neither_a_tag_nor_a_path_is_refused(stack: LocalStack, item: str) -> None:
    assert refused(stack, "one", "#p:a/b", item) == "InvalidArgument"
    assert stack.invalidations.accepted == []


def test_another_distribution_is_not_known(stack: LocalStack) -> None:
    batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": "one"}
    with pytest.raises(ClientError, match="NoSuchDistribution"):
        stack.client("cloudfront").create_invalidation(DistributionId="EOTHER", InvalidationBatch=batch)


def pass_time(stack: LocalStack) -> None:
    assert isinstance(stack.clock, SetClock)
    stack.clock.move(SECONDS_IN_PROGRESS)
