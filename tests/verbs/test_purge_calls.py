"""``purge``: every tag of every message, in few calls, with a reference that the same messages have again."""

from typing import Any

from colophon.stores.cdn import Cdn
from colophon.verbs.purge import purge


class _Distribution:
    """Keeps what it is asked to invalidate, in place of CloudFront's client."""

    def __init__(self) -> None:
        self.batches: list[dict[str, Any]] = []

    def create_invalidation(self, **params: Any) -> None:
        self.batches.append(params["InvalidationBatch"])


def _purged(messages: dict[str, list[str]]) -> list[dict[str, Any]]:
    client: Any = _Distribution()
    assert purge(messages, Cdn(client, "E1")) == sum(batch["Paths"]["Quantity"] for batch in client.batches)
    batches: list[dict[str, Any]] = client.batches
    return batches


def test_tags_of_all_messages_go_into_one_invalidation() -> None:
    (batch,) = _purged({"m1": ["p:a/b", "l:en"], "m2": ["p:c/d"]})
    assert sorted(batch["Paths"]["Items"]) == ["#l:en", "#p:a/b", "#p:c/d"]


def test_more_tags_than_one_invalidation_takes_are_all_purged() -> None:
    tags = [f"p:clinic-{number}/post" for number in range(2_500)]
    batches = _purged({"m1": tags})
    assert [batch["Paths"]["Quantity"] for batch in batches] == [1_000, 1_000, 500]
    assert sorted(item for batch in batches for item in batch["Paths"]["Items"]) == sorted(f"#{tag}" for tag in tags)
    assert len({batch["CallerReference"] for batch in batches}) == 3


def test_the_same_messages_again_have_the_same_reference_and_others_another() -> None:
    first = _purged({"m1": ["p:a/b"]})[0]["CallerReference"]
    assert _purged({"m1": ["p:a/b"]})[0]["CallerReference"] == first
    assert _purged({"m2": ["p:a/b"]})[0]["CallerReference"] != first
    assert _purged({"m1": ["p:a/c"]})[0]["CallerReference"] != first


def test_without_tags_nothing_is_asked() -> None:
    assert _purged({"m1": []}) == []
