"""Messages that were given up on: nobody answers them unless somebody looks."""

from colophon.cli.dead_queues import dead_queues
from colophon.cli.target import Target

_COUNT = "ApproximateNumberOfMessages"


def dead_letters(target: Target) -> dict[str, int]:
    """How many messages each queue of ``target`` holds that nothing reads, roughly as SQS counts; empty ones are left
    out. Those in which Lambda notes what a reader of the table's stream gave up on are among them."""
    sqs = target.client("sqs")
    counts = {
        queue.name: int(sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=[_COUNT])["Attributes"][_COUNT])
        for queue in dead_queues(target)
    }
    return {name: count for name, count in counts.items() if count}
