"""What goes wrong on the emulated stack in a storm: killed handlers, failed calls, lost messages, rows and objects."""

import contextlib
from collections import Counter
from random import Random
from typing import Any

from botocore.exceptions import ClientError
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends

from colophon_cli.local_stack import LocalStack
from colophon_emulator.account import ACCOUNT, REGION
from colophon_emulator.event_sources import list_messages
from colophon_emulator.faults import Answer, Fault, Send, refuse
from colophon_emulator.lambda_runtime import InvocationFailed
from colophon_emulator.lock import LOCK

# The share of all calls of functions at which something goes wrong.
_SHARE = 0.012
_QUEUES = ("IntakeQueue", "SlowQueue", "ImageQueue", "ListingQueue", "PurgeQueue")


class Killed(BaseException):
    """The end of a function's process in the middle of a call. Functions catch Exception, which this is not."""


class StormFaults:
    """Makes trouble in ``stack``, and counts in ``counts`` how often what happened. ``seed`` draws which calls fail."""

    def __init__(self, stack: LocalStack, seed: int, counts: Counter[str]) -> None:
        self.stack, self.counts = stack, counts
        self._chance = Random(f"{seed} calls")

    def begin(self) -> None:
        """From now on handlers are killed, and calls of functions fail."""
        self._fail_batches_of_the_killed()
        for service in ("s3", "dynamodb", "sqs", "cloudfront"):
            self.stack.faults.begin(Fault(f"{service} faults", service, self._answer, share=_SHARE))

    def end(self) -> None:
        """From now on no call fails."""
        self.stack.faults.end_all()

    def lose_something(self, chance: Random) -> None:
        """Lose or double a message, or lose a row or an object of the site."""
        chance.choice((self._lose_message, self._double_message, self._lose_row, self._lose_object))(chance)

    def _fail_batches_of_the_killed(self) -> None:
        """A killed function fails its batch, and its process is gone with all that it remembered."""
        invoke = self.stack.functions.invoke

        def invoke_or_fail(reference: str, event: Any) -> Any:
            try:
                return invoke(reference, event)
            except Killed:
                self.stack.functions.force_cold_start(reference)
                raise InvocationFailed("killed") from None

        self.stack.functions.invoke = invoke_or_fail  # type: ignore[method-assign]

    def _answer(self, request: Any, operation: str, send: Send, chance: Random) -> Answer:
        """Kill the handler before or after the call, lose the answer, or refuse the call."""
        what = self._chance.choice(["kill before", "kill after", "lost answer", "refusal", "conflict"])
        if what == "conflict" and operation == "PutObject":
            self.counts["conflicts"] += 1
            return refuse(409, "ConditionalRequestConflict")(request, operation, send, chance)
        if what in ("kill after", "lost answer"):
            send()
        if what.startswith("kill"):
            self.counts["kills"] += 1
            raise Killed
        self.counts["lost answers" if what == "lost answer" else "refused calls"] += 1
        is_table = "dynamodb" in str(request.headers.get("X-Amz-Target", "")).lower()
        codes = ("InternalServerError", "ThrottlingException") if is_table else ("InternalError", "SlowDown")
        if what == "lost answer":
            return refuse(500, codes[0])(request, operation, send, chance)
        return refuse(400 if is_table else 503, codes[1])(request, operation, send, chance)

    def _lose_message(self, chance: Random) -> None:
        with LOCK:
            for name in chance.sample(_QUEUES, len(_QUEUES)):
                messages = list_messages(self._queue(name).attributes["QueueName"])
                if visible := [message for message in messages if message.visible]:
                    messages.remove(chance.choice(visible))
                    self.counts["lost messages"] += 1
                    return

    def _double_message(self, chance: Random) -> None:
        with LOCK:
            waiting = [(name, message.body) for name in _QUEUES for message in self._messages(name)]
        if waiting:
            name, body = chance.choice(waiting)
            self.stack.client("sqs").send_message(QueueUrl=self._queue(name).ref, MessageBody=body)
            self.counts["doubled messages"] += 1

    def _lose_row(self, chance: Random) -> None:
        with LOCK:
            items = dynamodb_backends[ACCOUNT][REGION].tables[self.stack.table].items
            places = [(pk.value, sk.value) for pk, by_sort in items.items() for sk in by_sort]
        if places:
            pk, sk = chance.choice(places)
            key = {"pk": {"S": pk}, "sk": {"S": sk}}
            self.stack.client("dynamodb").delete_item(TableName=self.stack.table, Key=key)
            self.counts["lost rows"] += 1

    def _lose_object(self, chance: Random) -> None:
        with LOCK:
            keys = [*dict(s3_backends[ACCOUNT]["aws"].buckets[self.stack.site_bucket].keys)]
        if keys:
            with contextlib.suppress(ClientError):
                self.stack.client("s3").delete_object(Bucket=self.stack.site_bucket, Key=chance.choice(keys))
            self.counts["lost objects"] += 1

    def _queue(self, name: str) -> Any:
        return self.stack.deployment.resources[name]

    def _messages(self, name: str) -> list[Any]:
        return list(list_messages(self._queue(name).attributes["QueueName"]))
