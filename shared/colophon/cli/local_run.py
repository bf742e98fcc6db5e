"""An inbox folder kept in step with an emulated stack, and everything that the stack answers, told once."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from colophon.cli.answers import all_outcomes
from colophon.cli.terminal import visible
from colophon.cli.transfer import Step, carry_out, uploads_in
from colophon.decision.outcome import Outcome
from colophon.stores.bells import Bells
from colophon.stores.index import Index
from colophon.upload.ring import Ring, rings_in

if TYPE_CHECKING:
    from colophon.cli.local_stack import LocalStack
    from colophon_emulator.dispatch import Progress

# What tells one moment of a file from another: when it was written, and its size.
Stamp: TypeAlias = tuple[int, int]
_NOTIFIED = ("posts/", "clinics/", "site.")
_SECONDS, _SECONDS_EACH = 120, 1.0
_IDLE_SECONDS = 3.0
_KEYS_SHOWN, _LETTER_SHOWN = 5, 300


class LocalRun:
    """The folder ``inbox`` and the stack that it is uploaded to."""

    def __init__(self, stack: "LocalStack", inbox: Path) -> None:
        self._stack, self._inbox = stack, inbox
        self._s3 = stack.client("s3")
        self._index = Index(stack.client("dynamodb"), stack.table)
        self._intake = Bells(stack.client("sqs"), stack.outputs["IntakeQueueUrl"])
        self._sent: dict[str, Stamp] = {}
        self._told: dict[str, Outcome] = {}
        self._calls = self._calls_told = -1
        self._since = time.monotonic()

    def send(self, on_done: Callable[[], None] = lambda: None) -> bool:
        """Upload what is new in the folder and delete what is gone from it; what others put into the bucket stays.

        False when a file went away meanwhile: then the folder must be looked at again.
        """
        try:
            self._send(on_done)
        except FileNotFoundError:
            return False
        return True

    def _send(self, on_done: Callable[[], None]) -> None:
        here = {key: _stamp(self._inbox / key) for key in uploads_in(self._inbox)}
        steps = [Step(key, self._inbox / key) for key, stamp in here.items() if self._sent.get(key) != stamp]
        steps += [Step(key) for key in self._sent if key not in here]
        carry_out(steps, self._s3, self._stack.inbox_bucket, on_done)
        # Nobody is notified of keys outside of the inbox's rooms; here nobody waits until they are found.
        self._intake.ring([Ring(step.key) for step in steps if not step.key.startswith(_NOTIFIED)])
        self._sent = here

    def settle(self, on_progress: "Callable[[Progress], object]") -> None:
        """Let the functions answer until nothing waits. Raises NotIdle if that takes suspiciously long."""
        self._stack.dispatcher.run_until_idle(_SECONDS + _SECONDS_EACH * len(self._sent), on_progress)

    def outcomes(self) -> list[Outcome]:
        """What became of every upload so far."""
        return list(all_outcomes(self._index))

    def news(self) -> list[Outcome]:
        """The outcomes that are new or have changed since last asked; none while the functions are at work."""
        calls = self._stack.dispatcher.invocations.total()
        if calls == self._calls_told or not (self._is_idle(calls) or not self._stack.dispatcher.count_due()):
            return []
        self._calls_told = calls
        found = {outcome.key: outcome for outcome in self.outcomes()}
        changed = [outcome for key, outcome in found.items() if self._told.get(key) != outcome]
        self._told = found
        return changed

    def put_back(self) -> int:
        """How many messages or records wait while no function is at work: each has failed, and will be tried again."""
        idle = self._is_idle(self._stack.dispatcher.invocations.total())
        return self._stack.dispatcher.count_due() if idle else 0

    def _is_idle(self, calls: int) -> bool:
        """A message that failed waits for minutes before it comes again: then something waits, and nobody works."""
        if calls != self._calls or self._stack.functions.is_running or not self._stack.dispatcher.count_due():
            self._calls, self._since = calls, time.monotonic()
        return time.monotonic() - self._since > _IDLE_SECONDS

    def troubles(self) -> list[str]:
        """What must never happen, as far as it has: calls that a role does not allow, and what was given up on."""
        return [*_denials(self._stack), *_letters(self._stack.dispatcher.dead_letters())]

    def failures(self) -> list[str]:
        """Functions that ended in an exception; what they were to do was tried again."""
        return [str(failure) for failure in self._stack.functions.failures]


def _stamp(file: Path) -> Stamp:
    found = file.stat()
    return found.st_mtime_ns, found.st_size


def _denials(stack: "LocalStack") -> Iterable[str]:
    return dict.fromkeys(f"{denial}: its role in template.yaml has no statement for it." for denial in stack.denials)


def _letters(by_queue: Mapping[str, list[str]]) -> Iterator[str]:
    for queue, bodies in by_queue.items():
        keys = list(dict.fromkeys(key for body in bodies for key in _keys_in(body)))
        more = f" and {len(keys) - _KEYS_SHOWN} more" if len(keys) > _KEYS_SHOWN else ""
        yield f"{queue} holds what was given up on: {', '.join(keys[:_KEYS_SHOWN])}{more}"


def _keys_in(body: str) -> list[str]:
    """What a dead letter was about; what a stream's reader gave up on names no key."""
    try:
        return [visible(ring.key) for ring in rings_in(body)]
    except (KeyError, ValueError):
        return [visible(body[:_LETTER_SHOWN])]
