"""Messages that were given up on: nobody answers them unless somebody looks."""

from typing import Any

from colophon.cli.target import Target

_COUNTS = ["ApproximateNumberOfMessages"]


def dead_letters(target: Target) -> dict[str, int]:
    """How many messages each dead-letter queue of ``target`` holds, roughly as SQS counts; empty ones are left out."""
    sqs = target.client("sqs")
    queues = target.dead_letters if target.dead_letters is not None else _of_the_emulation(sqs)
    counts = {name: _count(sqs, url, _COUNTS) for name, url in queues.items()}
    return {
        name: int(count["ApproximateNumberOfMessages"])
        for name, count in counts.items()
        if any(map(int, count.values()))
    }


def _of_the_emulation(sqs: Any) -> dict[str, str]:
    """Every queue there is belongs to the one stack; those that take dead letters say from where."""
    urls = sqs.list_queues().get("QueueUrls", [])
    taking = (url for url in urls if "RedriveAllowPolicy" in _count(sqs, url, ["RedriveAllowPolicy"]))
    return {url.rpartition("/")[2]: url for url in taking}


def _count(sqs: Any, url: str, names: list[str]) -> dict[str, str]:
    found: dict[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names).get("Attributes", {})
    return found
