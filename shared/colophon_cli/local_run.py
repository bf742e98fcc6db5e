"""An inbox folder kept in sync with an emulated stack, and the outcomes, each reported once."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from colophon.decision.rows import Outcome
from colophon.stores.index import Index
from colophon.stores.queues import MessageQueue
from colophon.upload.keys import NOTIFIED_PREFIXES
from colophon.upload.messages import RefreshRequest, parse_messages
from colophon.verbs.report import at_site
from colophon_cli.local_stack import LocalStack
from colophon_cli.terminal import visible
from colophon_emulator.dispatch import Progress
from colophon_ops.answers import all_outcomes
from colophon_ops.upload import Step, apply_steps, decide_local_outcomes, is_sendable, link_outcomes, list_uploads

# Modification time in nanoseconds and size in bytes: they show whether a file changed.
Stamp: TypeAlias = tuple[int, int]
_SECONDS, _SECONDS_EACH = 120, 1.0
_IDLE_SECONDS = 3.0
_KEYS_SHOWN, _LETTER_SHOWN = 5, 300


class LocalRun:
    """Uploads the folder ``inbox`` to ``stack`` and reads what the stack made of it.

    Outcomes give addresses at ``site_url``; if it is empty, at the site's public address.
    """

    def __init__(self, stack: LocalStack, inbox: Path, site_url: str = "") -> None:
        self._stack, self._inbox, self._site_url = stack, inbox, site_url
        self._s3 = stack.client("s3")
        self._index = Index(stack.client("dynamodb"), stack.table)
        self._intake = MessageQueue(stack.client("sqs"), stack.outputs["IntakeQueueUrl"])
        self._sent: dict[str, Stamp] = {}
        self._local: dict[str, Outcome] = {}
        self._reported: dict[str, Outcome] = {}
        self._local_reported: dict[str, Outcome] = {}
        self._calls = self._calls_reported = -1
        self._since = time.monotonic()

    def sync(self, on_done: Callable[[], None] = lambda: None) -> bool:
        """Upload what is new in the folder and delete what was removed from it. Other objects in the bucket stay.

        Returns False if a file disappeared meanwhile: call it again.
        """
        try:
            self._sync(on_done)
        except FileNotFoundError:
            return False
        return True

    def _sync(self, on_done: Callable[[], None]) -> None:
        uploads = list_uploads(self._inbox)
        in_folder = {key: _stamp(self._inbox / key) for key in uploads if is_sendable(key)}
        steps = [Step(key, self._inbox / key) for key, stamp in in_folder.items() if self._sent.get(key) != stamp]
        steps += [Step(key) for key in self._sent if key not in in_folder]
        made = apply_steps(steps, self._s3, self._stack.inbox_bucket, on_done)
        unsent = decide_local_outcomes(self._inbox, (key for key in uploads if key not in in_folder))
        # A file that can't be read is tried again after the next change.
        local = (*unsent, *made.refused, *link_outcomes(self._inbox))
        self._local = {outcome.key: outcome for outcome in local}
        # S3 sends no notification for other keys. A deployed stack finds them by its scan; here they are enqueued now.
        outside = [step.key for step in steps if not step.key.startswith(NOTIFIED_PREFIXES)]
        self._intake.enqueue([RefreshRequest(key) for key in outside])
        self._sent = {key: stamp for key, stamp in in_folder.items() if key not in self._local}

    def wait_until_quiet(self, on_progress: Callable[[Progress], object]) -> None:
        """Run the functions until nothing waits. Raises NotIdle if that takes too long."""
        self._stack.dispatcher.run_until_idle(_SECONDS + _SECONDS_EACH * len(self._sent), on_progress)

    def outcomes(self) -> list[Outcome]:
        """The outcomes of all uploads so far, and of the files that can't be uploaded."""
        return [*self._cloud_outcomes(), *self._local.values()]

    def new_outcomes(self) -> list[Outcome]:
        """The outcomes that are new or changed since the last call; those of the functions none while they run."""
        local = [outcome for key, outcome in self._local.items() if self._local_reported.get(key) != outcome]
        self._local_reported = self._local
        return [*self._new_cloud_outcomes(), *local]

    def _new_cloud_outcomes(self) -> list[Outcome]:
        calls = self._stack.dispatcher.invocations.total()
        if calls == self._calls_reported or not (self._is_idle(calls) or not self._stack.dispatcher.count_due()):
            return []
        self._calls_reported = calls
        found = {outcome.key: outcome for outcome in self._cloud_outcomes()}
        changed = [outcome for key, outcome in found.items() if self._reported.get(key) != outcome]
        self._reported = found
        return changed

    def _cloud_outcomes(self) -> Iterator[Outcome]:
        return (at_site(each, self._site_url) for each in all_outcomes(self._index) if each.key not in self._local)

    def count_unprocessed(self) -> int:
        """The number of messages and changes that functions are processing, or will without waiting for a retry."""
        idle = self._is_idle(self._stack.dispatcher.invocations.total())
        return 0 if idle else self._stack.dispatcher.count_due()

    def count_returned(self) -> int:
        """The number of messages and records that failed and wait for a retry; 0 while functions are running."""
        idle = self._is_idle(self._stack.dispatcher.invocations.total())
        return self._stack.dispatcher.count_due() if idle else 0

    def _is_idle(self, calls: int) -> bool:
        """A failed message waits for minutes before its retry: something waits, but no function runs."""
        if calls != self._calls or self._stack.functions.is_running or not self._stack.dispatcher.count_due():
            self._calls, self._since = calls, time.monotonic()
        return time.monotonic() - self._since > _IDLE_SECONDS

    def violations(self) -> list[str]:
        """What must never happen: calls that a role does not allow, and dead letters."""
        return [*_denial_texts(self._stack), *_dead_letter_texts(self._stack.dispatcher.dead_letters())]

    def failures(self) -> list[str]:
        """Functions that raised an exception. Their messages are retried."""
        return [str(failure) for failure in self._stack.functions.failures]


def _stamp(file: Path) -> Stamp:
    found = file.stat()
    return found.st_mtime_ns, found.st_size


def _denial_texts(stack: LocalStack) -> Iterable[str]:
    return dict.fromkeys(f"{denial}: no statement of its role in template.yaml allows it." for denial in stack.denials)


def _dead_letter_texts(by_queue: Mapping[str, list[str]]) -> Iterator[str]:
    for queue, bodies in by_queue.items():
        keys = list(dict.fromkeys(key for body in bodies for key in _keys_in(body)))
        more = f" and {len(keys) - _KEYS_SHOWN} more" if len(keys) > _KEYS_SHOWN else ""
        yield f"{queue} holds dead letters: {', '.join(keys[:_KEYS_SHOWN])}{more}"


def _keys_in(body: str) -> list[str]:
    """The keys that a dead letter names; for a stream's failure note, which names none, the start of its body."""
    try:
        return [visible(request.key) for request in parse_messages(body)]
    except (KeyError, ValueError):
        return [visible(body[:_LETTER_SHOWN])]
