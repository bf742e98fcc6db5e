"""Queues of many messages. moto counts all of them for each that is sent or received, with a look at the clock each,
and copies the whole queue for each that is deleted.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from colophon_emulator.lock import LOCK, replaced


@contextmanager
def long_queues() -> Iterator[None]:
    """For the time of the block a queue's messages are counted by one look at the clock, and only when asked for."""
    from moto.sqs.models import Queue, SQSBackend

    with ExitStack() as patches:
        of_queue = {
            "messages": property(_to_be_seen),
            "approximate_number_of_messages_delayed": property(_delayed),
            "approximate_number_of_messages_not_visible": property(_not_visible),
            "delete_message": _deleting(Queue.delete_message),
        }
        for name, instead in of_queue.items():
            patches.enter_context(replaced(Queue, name, instead))
        patches.enter_context(replaced(SQSBackend, "send_message", _uncounted(SQSBackend.send_message)))
        patches.enter_context(replaced(SQSBackend, "is_message_valid_based_on_retention_period", _is_kept))
        yield


def _to_be_seen(queue: Any) -> list[Any]:
    now = time.time() * 1000
    return [each for each in queue._messages if each.visible_at < now and each.delayed_until <= now]


def _delayed(queue: Any) -> int:
    now = time.time() * 1000
    return sum(each.delayed_until > now for each in queue._messages)


def _not_visible(queue: Any) -> int:
    now = time.time() * 1000
    return sum(each.visible_at >= now for each in queue._messages)


def _deleting(motos_own: Any) -> Any:
    def delete_message(queue: Any, receipt_handle: str) -> None:
        with LOCK:
            for place, message in enumerate(queue._messages):
                if message.had_receipt_handle(receipt_handle):
                    queue.pending_messages.discard(message)
                    queue.deleted_messages.update(message.all_receipt_handles)
                    del queue._messages[place]
                    return
        # Deleted already, or never there: moto says which.
        motos_own(queue, receipt_handle)

    return delete_message


def _uncounted(motos_own: Any) -> Any:
    """Sending asks a queue for one attribute, for which moto works out all of them."""

    def send_message(backend: Any, queue_name: str, *args: Any, **others: Any) -> Any:
        from moto.sqs.models import Queue

        if backend.get_queue(queue_name).fifo_queue:
            return motos_own(backend, queue_name, *args, **others)
        with LOCK, replaced(Queue, "attributes", {}):
            return motos_own(backend, queue_name, *args, **others)

    return send_message


def _is_kept(backend: Any, queue_name: str, message: Any) -> bool:
    kept: float = backend.get_queue(queue_name).message_retention_period
    return bool(kept + message.sent_timestamp / 1000 > time.time())
