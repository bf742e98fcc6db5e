"""A queue of doorbells."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from colophon.problem import Unavailable
from colophon.upload.messages import Ring, ring_body

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

_BATCH = 10


class Bells:
    """One queue through one SQS client."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def ring(self, rings: Sequence[Ring]) -> None:
        """Send one message for each of ``rings``. Raises Unavailable unless all were taken."""
        self.send([ring_body(ring) for ring in rings])

    def send(self, bodies: Sequence[str]) -> None:
        """Send one message for each of ``bodies``. Raises Unavailable unless all were taken."""
        for start in range(0, len(bodies), _BATCH):
            entries = [
                {"Id": str(place), "MessageBody": body} for place, body in enumerate(bodies[start : start + _BATCH])
            ]
            answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)  # type: ignore[arg-type]
            if answer.get("Failed"):
                raise Unavailable(f"{len(answer['Failed'])} doorbells were not taken by {self._queue_url}")
