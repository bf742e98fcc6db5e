"""One schedule: a world set back, some actors on the stage, and somebody who says who steps next and how."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from tests.protocol.harness.beginnings import settled
from tests.protocol.harness.cloud import Cloud, Saved
from tests.protocol.harness.eyes import Eyes, Violation
from tests.protocol.harness.functions import REAL, Functions
from tests.protocol.harness.rest import Clean, check_replay, check_rest, clean_build
from tests.protocol.harness.stage import Actor, Call, Crash, Fault, Stage
from tests.protocol.harness.world import Message, World

Upload = Callable[[World], Message]
Choose = Callable[[Mapping[str, Call]], tuple[str, Fault]]


def do(world: World, *uploads: Upload) -> None:
    """Let ``uploads`` come one after the other, each answered for before the next."""
    for upload in uploads:
        world.waiting.append(upload(world))
        world.settle()


class Pruned(Exception):
    """The rest of this schedule is another one's."""


class Part(Struct, frozen=True):
    """One handler: what is uploaded just before it (a step of its own unless ``early``), for which it is called."""

    name: str
    upload: Upload
    early: bool = False


class Begun(Struct, frozen=True):
    """Where every schedule of a scenario begins: ``early`` are the messages of the early parts, by name."""

    saved: Saved
    early: Mapping[str, Message]
    waiting: tuple[Message, ...]
    sent: tuple[Message, ...]


@dataclass
class Theatre:
    """Plays schedules of one scenario: ``before`` is settled once, then ``parts`` are played from there each time."""

    cloud: Cloud
    stage: Stage
    before: tuple[Upload, ...]
    parts: tuple[Part, ...]
    functions: Functions = REAL
    reporting: bool = False
    listing: bool = False
    emptied: bool = False
    begun: Begun | None = None
    steps: list[str] = field(default_factory=list)
    builds: dict[str, Clean] = field(default_factory=dict)
    rested: dict[str, Saved] = field(default_factory=dict)
    played: int = 0

    def play(self, choose: Choose) -> None:
        """One schedule, checked after every step and at rest. Raises Violation, its steps in the message."""
        world, eyes = self._world()
        actors = {part.name: self._start(part, world) for part in self.parts}
        self.steps = []
        try:
            while enabled := {name: actor.at for name, (actor, _) in actors.items() if actor.at}:
                name, fault = choose(enabled)
                self.steps.append(f"{name}: {enabled[name]}" + (f" [{fault}]" if fault != "go" else ""))
                self.stage.step(actors[name][0], fault)
                eyes.look()
            for actor, message in actors.values():
                self._end(actor, message, world)
            self._rest(world, eyes)
            if not self.emptied and (untold := eyes.untold()) and not any(step.endswith("]") for step in self.steps):
                raise Violation(f"I5: published, and in no history: {untold}")
        except Violation as violation:
            raise Violation("\n  ".join([str(violation), *self.steps])) from None
        finally:
            self.stage.dismiss([actor for actor, _ in actors.values()])
        self.played += 1

    def _world(self) -> tuple[World, Eyes]:
        self.begun = self.begun or self._begin()
        self.cloud.restore(self.begun.saved)
        self.stage.calls.clear()
        self.stage.late.clear()
        eyes = Eyes(self.cloud, self.emptied)
        eyes.look()
        world = self._new_world()
        world.waiting += self.begun.waiting
        world.sent += self.begun.sent
        return world, eyes

    def _begin(self) -> Begun:
        """Once for all schedules: what stood before, and the messages of those who are called before the first step."""
        self.cloud.empty()
        world = self._new_world()
        settled(world, self.before)
        world.sent.clear()
        early = {part.name: part.upload(world) for part in self.parts if part.early}
        return Begun(self.cloud.save(), early, tuple(world.waiting), tuple(world.sent))

    def _new_world(self) -> World:
        return World(self.cloud, self.stage, self.functions, self.reporting, self.listing)

    def _start(self, part: Part, world: World) -> tuple[Actor, list[Message]]:
        assert self.begun
        message = [self.begun.early[part.name]] if part.early else []

        def work() -> None:
            if not message:
                self.stage.pass_by(Call("Upload", getattr(part.upload, "place", "inbox"), part.name))
                with self.stage.unseen():
                    message.append(part.upload(world))
            world.work(message[0])()

        return self.stage.start(part.name, work), message

    def _end(self, actor: Actor, message: list[Message], world: World) -> None:
        """A message that was not answered comes back; one that was is gone."""
        if actor.failure and not world.comes_back(actor.failure):
            raise actor.failure
        if message:
            (world.waiting if actor.failure else world.sent).append(message[0])

    def _rest(self, world: World, eyes: Eyes) -> None:
        """Everything that waits is answered; what was in the air lands, or does not, when all is quiet."""
        world.overhear()
        state = self._state(world)
        self.steps.append("(at rest)")
        if state in self.rested:
            self.cloud.restore(self.rested[state])
            world.waiting.clear()
            world.heard = 0
        else:
            world.settle()
            eyes.look()
            self._check(world)
            check_replay(world)
            self._check(world)
            self.rested[state] = self.cloud.save()
        for late in self.stage.late:
            before = self._state(world)
            late()
            eyes.look()
            if self._state(world) != before:
                world.settle()
                self._check(world)
                check_replay(world)

    def _check(self, world: World) -> None:
        inbox = json.dumps(self.cloud.inbox(), sort_keys=True)
        if inbox not in self.builds:
            self.builds[inbox] = clean_build(world)
        check_rest(world, self.builds[inbox])

    def _state(self, world: World) -> str:
        """All that the rest of a schedule depends on."""
        site = {key: [standing.etag, standing.metadata] for key, standing in self.cloud.site().items()}
        items = {" ".join(key): item for key, item in self.cloud.items().items()}
        messages = [[m.to, _what_counts(m)] for m in (*world.waiting, *world.sent)]
        state = [site, items, self.cloud.inbox(), messages]
        return hashlib.sha256(json.dumps(state, sort_keys=True, default=str).encode()).hexdigest()


def _what_counts(message: Message) -> object:
    """A message; of records of the stream what they tell, and not what only counts them."""
    if message.to in ("intake", "images", "listings"):
        return message.body
    told = [record["dynamodb"] for record in json.loads(message.body)]
    return [[one["Keys"], one.get("OldImage"), one.get("NewImage")] for one in told]


__all__ = ["Crash", "Part", "Pruned", "Theatre", "Upload"]
