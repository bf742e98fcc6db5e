"""Messages for listings that are not rebuilt with each change: at once, or once for all changes of an interval.

The intervals are the same for every process, counted from 1970: of the stack's ``seconds``, or longer for a kind that
says so. A process names a group in one message for each interval in which it sees a change. Readers get it when the
interval is over on every clock. The first message has the group rebuilt, from what is recorded then. The row says up to
when it has every change, so further messages about the same interval do nothing. A message is sent before the changes
are acknowledged: no crash loses one.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec.structs import replace

from colophon.listings.kind import ListingGroup
from colophon.listings.kinds import kind_of
from colophon.stores.queues import MessageQueue
from colophon.verbs.listings import CLOCK_MARGIN, enqueue_listings


class Gathering:
    """What one process knows of the messages that it has sent. With 0 ``seconds`` it sends one for each change."""

    def __init__(self, queue: MessageQueue, now: Callable[[], datetime], seconds: int) -> None:
        self._queue, self._now, self._seconds = queue, now, seconds
        self._sent_until: dict[ListingGroup, int] = {}

    def enqueue(self, at_once: Iterable[ListingGroup], gathered: Iterable[ListingGroup]) -> None:
        """Have the groups ``at_once`` rebuilt now, and those ``gathered`` when the present interval is over.

        Raises Unavailable unless the queue accepts every message.
        """
        now = int(self._now().timestamp())
        if urgent := {replace(group, until=now + 1) for group in at_once}:
            enqueue_listings(urgent, self._queue)
        if not self._seconds:
            enqueue_listings({replace(group, until=now + 1) for group in gathered}, self._queue)
            return
        by_end: dict[int, list[ListingGroup]] = {}
        for group in gathered:
            seconds = max(self._seconds, kind_of(group).gathered_seconds)
            until = now - now % seconds + seconds
            if self._sent_until.get(group) != until:
                by_end.setdefault(until, []).append(group)
        for until, groups in by_end.items():
            # A second more, as the reader's clock is read in whole seconds.
            enqueue_listings(
                {replace(each, until=until) for each in groups}, self._queue, until - now + CLOCK_MARGIN + 1
            )
            present = {group: end for group, end in self._sent_until.items() if end > now}
            self._sent_until = present | dict.fromkeys(groups, until)
