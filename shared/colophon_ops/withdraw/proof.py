"""A proof: checks read phase by phase until each finds what it must, or until nothing changes any more."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, TypeAlias

from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from colophon.problem import Unavailable
from colophon_ops.errors import Unreachable

_AT_A_TIME = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
# Checks are read in batches. A pass over the checks of a phase ends early once this many of them have failed, or this
# part of them if that is more: polling thousands of pages would slow the functions that are taking them down.
_BATCH, _PART = 32, 16
# The kind of the check that the public site answers at all, which the other checks of public addresses need.
PUBLIC_SITE = "public site"

Verdict: TypeAlias = Literal["proven", "not proven", "held", "not checked"]
OnProgress: TypeAlias = Callable[[int, int], None]


class Phase(Enum):
    """When a check is read: in the order in which the stack carries a change out.

    Public addresses come last, because the CDN would keep a page that is read too early as it was.
    """

    INDEX = "index"
    BUCKET = "bucket"
    # What is made from several pages, or leads to one: listings, and redirects from earlier addresses.
    LISTINGS = "listings"
    PUBLIC = "public"


class Finding(Struct, frozen=True):
    """What one reading of a check found; ``ok`` is whether that is what it must find.

    ``held`` means that it will not change until a person does something, so reading it again is no use.
    """

    ok: bool
    text: str
    held: bool = False


class Check(Struct, frozen=True, eq=False):
    """Something to read until it is as it must be: ``resource`` is its URL or row, ``kind`` says what it is.

    ``read`` raises Unreachable. ``needs`` are checks of earlier phases. If one of them is held, this check is held too;
    if one could not be read, neither is this one.
    """

    resource: str
    kind: str
    phase: Phase
    read: Callable[[], Finding]
    needs: "tuple[Check, ...]" = ()


class CheckResult(Struct, frozen=True):
    """What a check found last. ``seconds`` is when it was proven, counted from the change in the inbox."""

    resource: str
    kind: str
    verdict: Verdict
    found: str
    seconds: float | None = None

    def as_json(self) -> dict[str, object]:
        """The form of ``--json``; ``seconds`` is null for what is not proven."""
        return {
            "place": self.resource,
            "what": self.kind,
            "verdict": self.verdict,
            "found": self.found,
            "seconds": self.seconds,
        }


def prove(checks: Sequence[Check], began: float, seconds: float, on_progress: OnProgress) -> tuple[CheckResult, ...]:
    """Read ``checks`` phase by phase, and within a phase until each is proven or held. Their results, in order.

    Once nothing new was proven or found for ``seconds``, all that is left is read once more, still phase by phase.
    ``began`` is the moment of the change in the inbox, as time.monotonic gives it. ``on_progress`` is called with the
    number of checks that are done, and of all.
    """
    with ThreadPoolExecutor(_AT_A_TIME) as threads:
        proof = _Proof(checks, began, seconds, on_progress, threads)
        for phase in Phase:
            proof.run(check for check in checks if check.phase is phase)
    return tuple(proof.results[check] for check in checks)


@dataclass(slots=True)
class _Proof:
    """``last_news`` is when something was proven last, or ``found`` for the first time; ``is_over`` whether that is too
    long ago to go on polling. One check may find many images, of which each takes its time."""

    checks: Sequence[Check]
    began: float
    seconds: float
    on_progress: OnProgress
    threads: ThreadPoolExecutor
    results: dict[Check, CheckResult] = field(default_factory=dict)
    found: set[tuple[Check, str]] = field(default_factory=set)
    last_news: float = field(default_factory=time.monotonic)
    is_over: bool = False

    def run(self, checks: Iterable[Check]) -> None:
        """Poll the ``checks`` of one phase. After it each of them has a result."""
        queue = deque(check for check in checks if not self._follows_from_needs(check))
        pause = _FIRST_PAUSE
        while queue and not self.is_over:
            progressed = self._read_pass(queue)
            self._report()
            left = self.last_news + self.seconds - time.monotonic()
            if progressed:
                pause, self.last_news = _FIRST_PAUSE, time.monotonic()
            elif left <= 0:
                self.is_over = True
            else:
                time.sleep(min(pause, left))
                pause = min(_LONGEST_PAUSE, pause * 1.5)
        list(self.threads.map(self._read, queue))
        self._report()

    def _read_pass(self, queue: deque[Check]) -> bool:
        """Read the checks of ``queue`` in turn, until many fail; whether any is done. What is not done stays in it."""
        unread = total = len(queue)
        failed = 0
        while unread and failed < max(_BATCH, total // _PART):
            batch = [queue.popleft() for _ in range(min(_BATCH, unread))]
            open_ones = [
                check for check, done in zip(batch, self.threads.map(self._read, batch), strict=True) if not done
            ]
            queue.extend(open_ones)
            unread -= len(batch)
            failed += len(open_ones)
        return failed < total - unread

    def _follows_from_needs(self, check: Check) -> bool:
        """Whether ``check`` is not read at all: one of the checks that it needs is held, or could not be read."""
        needed = [self.results[each] for each in check.needs]
        held = next((result for result in needed if result.verdict == "held"), None)
        unread = next((result for result in needed if result.verdict == "not checked"), None)
        if held:
            self.results[check] = CheckResult(check.resource, check.kind, "held", held.found)
        elif unread:
            found = f"not checked: {unread.resource} could not be read"
            self.results[check] = CheckResult(check.resource, check.kind, "not checked", found)
        return bool(held or unread)

    def _read(self, check: Check) -> bool:
        """Read ``check`` and note its result; whether it is done: proven, or held."""
        try:
            finding = check.read()
        except (Unreachable, Unavailable, BotoCoreError, ClientError) as error:
            self.results[check] = CheckResult(check.resource, check.kind, "not checked", f"not checked: {error}")
            return False
        verdict: Verdict = "proven" if finding.ok else "held" if finding.held else "not proven"
        seconds = round(time.monotonic() - self.began, 2) if finding.ok else None
        self.results[check] = CheckResult(check.resource, check.kind, verdict, finding.text, seconds)
        if (check, finding.text) not in self.found:
            self.found.add((check, finding.text))
            self.last_news = time.monotonic()
        return finding.ok or finding.held

    def _report(self) -> None:
        done = sum(result.verdict in ("proven", "held") for result in self.results.values())
        self.on_progress(done, len(self.checks))
