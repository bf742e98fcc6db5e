"""A schedule as a value: where it begins, and each choice that was made in it. It can be written as JSON and read.

A step names what it concerns by its place among what is there (a waiting message, a late write), modulo how many there
are, or by the name of a handler. So it keeps a meaning when steps before it are left out.

Schedules are of the verbs, with the harness's own queues (``player.py``), or of the functions' own handlers, with the
emulator's (``function_player.py``): the setting says which. Some steps are of both.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec import Struct

from tests.protocol.harness.faults import Fault


class Put(Struct, frozen=True, tag="put", omit_defaults=True):
    """An upload of ``text``, or of ``binary``, which JSON has in base 64."""

    key: str
    text: str = ""
    binary: bytes = b""

    @property
    def content(self) -> bytes:
        return self.binary or self.text.encode()

    def __str__(self) -> str:
        return f"put {self.key} {self.text[:60]!r}"


class Delete(Struct, frozen=True, tag="delete"):
    key: str

    def __str__(self) -> str:
        return f"delete {self.key}"


class Upload(Struct, frozen=True, tag="upload", omit_defaults=True):
    """Uploads and deletions at one moment. S3 notifies in ``messages``, each about some of them, by place."""

    changes: tuple[Put | Delete, ...]
    messages: tuple[tuple[int, ...], ...] = ((0,),)

    def __str__(self) -> str:
        notified = f", notified in {len(self.messages)} messages" if len(self.messages) > 1 else ""
        return "; ".join(map(str, self.changes)) + notified


class Start(Struct, frozen=True, tag="start", omit_defaults=True):
    """A handler takes waiting messages of ``queue`` and runs to its first call. Its clock is wrong by ``minutes``."""

    handler: str
    queue: str
    messages: tuple[int, ...] = (0,)
    minutes: int = 0

    def __str__(self) -> str:
        wrong = f", its clock wrong by {self.minutes} minutes" if self.minutes else ""
        return f"{self.handler} takes {len(self.messages)} for {self.queue}{wrong}"


class StartBatch(Struct, frozen=True, tag="start batch", omit_defaults=True):
    """A function takes a batch of ``source``, a mapping's logical id, and runs to its first call. Empty ``version``: in
    a rollout, that whose turn it is."""

    handler: str
    source: str
    version: str = ""

    def __str__(self) -> str:
        of_version = f" by {self.version} code" if self.version else ""
        return f"{self.handler} takes a batch of {self.source}{of_version}"


class Advance(Struct, frozen=True, tag="advance", omit_defaults=True):
    """A handler makes its pending call and runs to the next one. A call that can't fail as ``fault`` says does not."""

    handler: str
    fault: Fault = "go"

    def __str__(self) -> str:
        return f"{self.handler} [{self.fault}]"


class Handle(Struct, frozen=True, tag="handle", omit_defaults=True):
    """A handler takes waiting messages and runs to its end. ``fault`` strikes the first of its calls, from number
    ``call`` on, that can fail so."""

    queue: str
    messages: tuple[int, ...] = (0,)
    fault: Fault = "go"
    call: int = 0

    def __str__(self) -> str:
        return f"handle {len(self.messages)} for {self.queue}" + (
            f" [{self.fault} at call {self.call}]" if self.fault != "go" else ""
        )


class Repeat(Struct, frozen=True, tag="repeat"):
    """A message that was answered is delivered once more."""

    message: int

    def __str__(self) -> str:
        return "a message comes twice"


class Send(Struct, frozen=True, tag="send"):
    """A message that an operator's command or S3 sends, or one that no function can read."""

    queue: str
    body: str

    def __str__(self) -> str:
        return f"send {self.queue} {self.body[:90]}"


class LandLate(Struct, frozen=True, tag="late"):
    write: int

    def __str__(self) -> str:
        return "a late write lands, or does not"


class KeepBackup(Struct, frozen=True, tag="backup"):
    def __str__(self) -> str:
        return "the table is backed up"


class RestoreTable(Struct, frozen=True, tag="restore"):
    """The table is as it was when it was backed up last."""

    def __str__(self) -> str:
        return "the table is restored"


class LoseRow(Struct, frozen=True, tag="lose row"):
    row: int

    def __str__(self) -> str:
        return "a row is lost"


class LoseObject(Struct, frozen=True, tag="lose object"):
    object: int

    def __str__(self) -> str:
        return "an object is lost"


class Sweep(Struct, frozen=True, tag="sweep"):
    """The minute's sweep. For the functions' own handlers a minute passes before it."""

    def __str__(self) -> str:
        return "sweep"


class Wait(Struct, frozen=True, tag="wait"):
    """Time passes until a function may take a batch."""

    def __str__(self) -> str:
        return "time passes"


class SetClock(Struct, frozen=True, tag="clock"):
    """It is ``now``, the sweep runs, and what follows from it."""

    now: datetime

    def __str__(self) -> str:
        return f"it is {self.now}; sweep"


class Settle(Struct, frozen=True, tag="settle", omit_defaults=True):
    """Everything that waits is answered, first what ``order`` names first."""

    order: tuple[int, ...] = ()

    def __str__(self) -> str:
        return "all is answered"


class Rest(Struct, frozen=True, tag="rest"):
    """Everything is answered, and what must hold at rest is checked."""

    def __str__(self) -> str:
        return "(at rest)"


class Deploy(Struct, frozen=True, tag="deploy"):
    """At the end of a rollout, everything is answered, ``version`` runs alone, and republishes what the other made."""

    version: str

    def __str__(self) -> str:
        return f"(the {self.version} version is deployed)"


class Watch(Struct, frozen=True, tag="watch"):
    """From here on nothing of ``withdrawn`` (post, clinic, edition, image) may be readable."""

    withdrawn: str

    def __str__(self) -> str:
        return f"the {self.withdrawn} is withdrawn"


Step: TypeAlias = (
    Put
    | Delete
    | Upload
    | Start
    | StartBatch
    | Advance
    | Handle
    | Repeat
    | Send
    | LandLate
    | KeepBackup
    | RestoreTable
    | LoseRow
    | LoseObject
    | Sweep
    | Wait
    | SetClock
    | Settle
    | Rest
    | Deploy
    | Watch
)


class _Setting(Struct, frozen=True, omit_defaults=True):
    """What every schedule is played with. ``variant`` names the code (``variants.py``)."""

    variant: str = "real"
    items_per_query: int | None = None
    keys_per_list: int | None = None


class Setting(_Setting, frozen=True, omit_defaults=True, tag="verbs"):
    """What a schedule of the verbs is played with.

    ``due``: at rest the clock is brought forward to these minutes, one after the other, with a sweep at each.
    ``republished``: at the end everything is. ``model``: site and build are compared with the reference model, too.
    """

    reporting: bool = False
    listing: bool = False
    purging: bool = False
    searching: bool = False
    due: tuple[int, ...] = ()
    republished: bool = False
    model: bool = False


class FunctionSetting(_Setting, frozen=True, omit_defaults=True, tag="functions"):
    """What a schedule of the functions' own handlers is played with.

    ``seed``: what the streams draw, and moto's ids. ``batch_sizes``: the most messages of a batch, by mapping.
    ``outage``: the operation and the resource whose every call is refused until no message is left. ``rollout``: each
    batch is handled by one of two code versions.
    """

    seed: int = 0
    batch_sizes: Mapping[str, int] = {}
    shards: int = 1
    outage: tuple[str, str] | None = None
    rollout: bool = False


class Schedule(Struct, frozen=True, omit_defaults=True):
    """``violation`` is what its play ended with, empty for nothing, and ``transcript`` the digest of the whole play."""

    setting: Setting | FunctionSetting
    steps: tuple[Step, ...]
    violation: str = ""
    transcript: str = ""

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n")


def read_schedule(path: Path) -> Schedule:
    return msgspec.json.decode(path.read_bytes(), type=Schedule)
