"""What every player of a schedule does: it records the steps that it takes, and tells them with what goes wrong."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from tests.protocol.harness.broken_publish import forget_bytes
from tests.protocol.harness.cloud import INBOX, Cloud
from tests.protocol.harness.faults import Fault, faults_of
from tests.protocol.harness.invariants import InvariantChecker, Violation
from tests.protocol.harness.model_differences import versions_in
from tests.protocol.harness.schedule import FunctionSetting, LandLate, Schedule, Setting, Step
from tests.protocol.harness.transport import Handler, Transport

# The characters of a line that tell of a call: some name all that a message asks for.
_LINE = 300


class BasePlayer(ABC):
    """One play, from an empty account on. ``steps`` are those that were taken, ``lines`` say what they did."""

    def __init__(self, cloud: Cloud, transport: Transport, setting: Setting | FunctionSetting) -> None:
        self.cloud, self.transport, self.setting = cloud, transport, setting
        self.steps: list[Step] = []
        self.lines: list[str] = []
        cloud.empty()
        forget_bytes()
        transport.calls.clear()
        transport.late_writes.clear()
        self.checker = InvariantChecker(cloud)

    @contextmanager
    def playing(self) -> Iterator[None]:
        """Within the block steps are taken. Raises Violation, with every step, for whatever goes wrong in it."""
        self.cloud.items_per_query = self.setting.items_per_query
        self.cloud.keys_per_list = self.setting.keys_per_list
        try:
            yield
        except Violation as violation:
            raise Violation("\n  ".join([str(violation), *self.lines])) from None
        except Exception as error:
            raise Violation("\n  ".join([f"{type(error).__name__}: {error}", *self.lines])) from error
        finally:
            self.transport.stop_all(self._handlers())
            self.cloud.items_per_query = self.cloud.keys_per_list = None

    def take(self, step: Step) -> bool:
        """Take ``step`` and check; False if it can't be taken now, as it concerns what is not there."""
        self.steps.append(step)
        if not self._take_and_check(step):
            self.steps.pop()
            return False
        return True

    def schedule(self, violation: str = "") -> Schedule:
        """What was played, as a value."""
        return Schedule(self.setting, tuple(self.steps), violation, self.transcript())

    def transcript(self) -> str:
        """A digest of the steps, of every call in order, and of each byte that is in the buckets and the table."""
        site = {key: [one.content.hex(), one.metadata, one.served, one.etag] for key, one in self.cloud.site().items()}
        inbox = {
            key: [upload.content.hex() if upload.content is not None else None for upload in uploads]
            for key, uploads in versions_in(self.cloud.bucket(INBOX)).items()
        }
        items = {" ".join(key): item for key, item in self.cloud.items().items()}
        calls = [msgspec.to_builtins(call) for call in self.transport.calls]
        steps = msgspec.to_builtins(self.steps)
        whole: list[Any] = [steps, calls, site, inbox, self.cloud.inbox(), items, self.lines]
        return hashlib.sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()

    def _take_and_check(self, step: Step) -> bool:
        self.lines.append(str(step))
        if not self._take(step):
            self.lines.pop()
            return False
        self._check()
        return True

    def _land_late(self, step: LandLate) -> bool:
        writes = self.transport.late_writes
        if writes:
            writes.pop(step.write % len(writes))()
            return True
        return False

    def _make_call(self, handler: Handler, fault: Fault) -> None:
        """Let ``handler`` make its pending call, and say so in the step's line. ``fault`` strikes if the call can fail
        so."""
        call = handler.pending_call
        assert call
        fault = fault if fault in faults_of(call) else "go"
        self.lines[-1] = f"{handler.name}: {call}"[:_LINE] + (f" [{fault}]" if fault != "go" else "")
        self.transport.step(handler, fault)

    @abstractmethod
    def _take(self, step: Step) -> bool: ...

    @abstractmethod
    def _check(self) -> None: ...

    @abstractmethod
    def _handlers(self) -> list[Handler]:
        """Those that are running."""
