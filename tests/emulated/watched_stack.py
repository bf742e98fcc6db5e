"""A stack whose metrics are sampled as if minutes passed, and what goes wrong in AWS around it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.s3.exceptions import S3AccessDeniedError
from moto.s3.models import S3Backend, s3_backends

from colophon_emulator.account import ACCOUNT
from colophon_emulator.event_sources import list_messages
from colophon_emulator.lock import LOCK, patch
from colophon_emulator.metrics import Metrics
from tests.emulated.stack_driver import StackDriver


class WatchedStack:
    """``driver``'s stack. A minute passes only when ``pass_minutes`` is called: the functions keep their own clock."""

    def __init__(self, driver: StackDriver) -> None:
        self.driver, self.stack = driver, driver.stack
        self.metrics = Metrics(self.stack.deployment, self.stack.functions)
        self.at = 0.0

    def pass_minutes(self, minutes: int, each: Callable[[], object] = lambda: None) -> None:
        """Let ``minutes`` pass; in each of them ``each`` is done, and then a sample of everything is taken."""
        for _ in range(minutes):
            self.at += 60
            each()
            self.metrics.collect(self.at, datetime.now(UTC))

    def alarms(self) -> set[str]:
        """The names of the alarms that are on now."""
        found = self.metrics.alarms(self.at)
        return {name.rpartition("/")[2] for name, state in found.items() if state == "ALARM"}

    def sweep(self) -> None:
        self.stack.dispatcher.fire("SweepFunctionEveryMinute")

    def lines(self, function: str) -> list[dict[str, Any]]:
        """What a function has logged."""
        return [json.loads(line) for line in self.stack.functions.logs[function]]

    def age_upload(self, key: str, age: timedelta) -> None:
        """Let the newest version at ``key`` have come ``age`` ago: its notification is as late."""
        moment = (datetime.now(UTC) - age).replace(tzinfo=None)
        bucket = s3_backends[ACCOUNT]["aws"].buckets[self.stack.inbox_bucket]
        with LOCK:
            bucket.keys.getlist(key)[-1].last_modified = moment

    def age_messages(self, queue: str, age: timedelta) -> None:
        """Let every message of a queue have been sent ``age`` ago."""
        with LOCK:
            for message in list_messages(self.stack.deployment.resources[queue].attributes["QueueName"]):
                message.sent_timestamp = (datetime.now(UTC) - age).timestamp() * 1000

    def age_all_messages(self, by: timedelta) -> None:
        """Let every message of every queue be older by ``by``."""
        with LOCK:
            for queue in self.stack.deployment.of_type("AWS::SQS::Queue"):
                for message in list_messages(queue.attributes["QueueName"]):
                    message.sent_timestamp = float(message.sent_timestamp) - by.total_seconds() * 1000

    def age_all_uploads(self, by: timedelta) -> None:
        """Let every version of every upload have come ``by`` earlier."""
        bucket = s3_backends[ACCOUNT]["aws"].buckets[self.stack.inbox_bucket]
        with LOCK:
            for key in list(bucket.keys):
                for version in bucket.keys.getlist(key):
                    version.last_modified -= by

    def lose_messages(self, queue: str) -> None:
        """Lose every message of a queue. SQS itself purges a queue only once a minute."""
        with LOCK:
            list_messages(self.stack.deployment.resources[queue].attributes["QueueName"]).clear()

    @contextmanager
    def denied_writes(self) -> Iterator[None]:
        """Within the block S3 denies every write to the site, whatever the roles allow."""
        put_object, site = S3Backend.put_object, self.stack.site_bucket

        def denied(backend: S3Backend, bucket_name: str, *arguments: Any, **named: Any) -> Any:
            if bucket_name == site:
                raise S3AccessDeniedError
            return put_object(backend, bucket_name, *arguments, **named)

        with patch(S3Backend, "put_object", denied):
            yield
