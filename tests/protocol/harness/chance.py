"""Schedules that a seed draws: what is uploaded, who steps, what goes wrong. The same seed draws the same."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.protocol.harness import texts
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.eyes import Eyes, Violation
from tests.protocol.harness.functions import REAL, Functions
from tests.protocol.harness.rest import check_replay, check_rest, clean_build
from tests.protocol.harness.stage import FAULTS, Actor, Call, Fault, Stage
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import CLINIC, SITE

_OTHER, _THIRD = f"posts/{texts.CLINIC}/b-side/en.md", f"posts/{texts.CLINIC}/c-side/en.md"
_DAYS = ("2026-03-02", "2026-03-02", "2026-02-27", "2025-12-30")
_HANDLERS = 3
_BATCH = 3
Draw = Callable[[Random, int], bytes]


def _order(random: Random, _: int) -> bytes:
    return texts.withdrawal(random.choice(["gone", "legal", "withdrawn"]), random.randint(1, 9))


def _edition(lang: str, post: str = "", *claims: str) -> Draw:
    def draw(random: Random, number: int) -> bytes:
        if random.random() < 0.15:
            return texts.refused(number)
        figure = "" if post else random.choice(["", "", "room.png", "door.png"])
        moved_from = random.choice([(), claims[:1], claims])
        return texts.edition(lang, number, figure, posted=random.choice(_DAYS), post=post, moved_from=moved_from)

    return draw


def _clinic(random: Random, number: int) -> bytes:
    return texts.clinic(number, random.choice(["active", "active", "suspended"]))


def _site(random: Random, number: int) -> bytes:
    return texts.site(number, random.choice(["en, ko", "en, ko, ja", "en, ko, ja"]))


# What can be uploaded, and how often compared with the rest.
KEYS: dict[str, tuple[int, Draw]] = {
    f"{texts.POST}en.md": (6, _edition("en", "", "before", "c-side")),
    f"{texts.POST}ko.md": (4, _edition("ko")),
    f"{texts.POST}ja.md": (1, _edition("ja")),
    _OTHER: (2, _edition("en", "b", "a-quiet-room", "before")),
    _THIRD: (2, _edition("en", "c", "b-side", "a-quiet-room")),
    f"{_OTHER}.withdrawal.yaml": (1, _order),
    f"{texts.POST}withdrawal.yaml": (3, _order),
    f"{texts.POST}en.md.withdrawal.yaml": (2, _order),
    f"{texts.POST}room.png": (3, lambda _, number: texts.drawing(number)),
    f"{texts.POST}door.png": (1, lambda _, number: texts.drawing(number)),
    f"{texts.POST}room.png.withdrawal.yaml": (2, _order),
    CLINIC: (2, _clinic),
    f"clinics/{texts.CLINIC}/withdrawal.yaml": (1, _order),
    SITE: (1, _site),
}


@dataclass
class Chance:
    """One schedule drawn from ``seed``. ``faults`` is the chance of a fault at each call.

    With ``listing`` some looks come in slices, so that others write between them.
    """

    cloud: Cloud
    stage: Stage
    seed: int
    uploads: int = 6
    faults: float = 0.12
    functions: Functions = REAL
    reporting: bool = False
    listing: bool = False
    steps: list[str] = field(default_factory=list)

    def play(self) -> None:
        """Play it to its end. Raises Violation with the seed and every step."""
        self.cloud.empty()
        self.stage.calls.clear()
        self.stage.late.clear()
        self._random = Random(self.seed)
        self.cloud.sliced = self._random.choice([None, 1]) if self.listing else None
        self._world = World(self.cloud, self.stage, self.functions, self.reporting, self.listing)
        self._eyes = Eyes(self.cloud)
        self._at_work: dict[str, tuple[Actor, list[Message]]] = {}
        self._last: dict[str, bytes] = {}
        self._number = 0
        try:
            self._set_out()
            while self._number < self.uploads + 2 or self._at_work or self._random.random() < 0.8:
                self._one_step()
                self._eyes.look()
            self._rest()
        except Violation as violation:
            raise Violation("\n  ".join([f"seed {self.seed}: {violation}", *self.steps])) from None
        finally:
            self.stage.dismiss([actor for actor, _ in self._at_work.values()])

    def _set_out(self) -> None:
        """Half the time the house stands before the first post comes."""
        for key, content in ((SITE, texts.site(1)), (CLINIC, texts.clinic(1))):
            if self._random.random() < 0.7:
                self._world.waiting.append(self._world.put(key, content))
                self._last[key] = content
        self._number = 1
        if self._random.random() < 0.5:
            self._world.settle()

    def _one_step(self) -> None:
        self._world.overhear()
        able = [self._step] * (6 if self._at_work else 0)
        able += [self._upload] if self._number < self.uploads + 2 else []
        able += [self._begin] * (3 if self._world.waiting and len(self._at_work) < _HANDLERS else 0)
        able += [self._ring_again] if self._world.sent and self._random.random() < 0.2 else []
        able += [self._land_late] if self.stage.late else []
        if able:
            self._random.choice(able)()

    def _upload(self) -> None:
        self._number += 1
        key = self._random.choices([*KEYS], [weight for weight, _ in KEYS.values()])[0]
        fate = self._random.random()
        if key in self._last and fate < 0.3:
            self._say(f"delete {key}")
            del self._last[key]
            return self._world.waiting.append(self._world.delete(key))
        content = self._last[key] if key in self._last and fate < 0.4 else KEYS[key][1](self._random, self._number)
        self._last[key] = content
        self._say(f"put {key}, number {self._number}")
        return self._world.waiting.append(self._world.put(key, content))

    def _begin(self) -> None:
        waiting, batch = self._world.waiting, [self._take()]
        while batch[0].to in ("intake", "relist") and len(batch) < _BATCH and self._random.random() < 0.3:
            more = [message for message in waiting if message.to == batch[0].to]
            if not more:
                break
            batch.append(more[0])
            waiting.remove(more[0])
        name = f"handler {len(self.steps)}"
        self._say(f"{name} takes {len(batch)} for {batch[0].to}")
        self._at_work[name] = (self.stage.start(name, self._world.work_on(batch)), batch)
        self._leave(name)

    def _take(self) -> Message:
        return self._world.waiting.pop(self._random.randrange(len(self._world.waiting)))

    def _step(self) -> None:
        name = self._random.choice(sorted(self._at_work))
        actor, _ = self._at_work[name]
        call = actor.at
        assert call
        fault: Fault = self._random.choice(FAULTS) if self._random.random() < self.faults else "go"
        self._say(f"{name}: {call}" + (f" [{fault}]" if fault != "go" else ""))
        self.stage.step(actor, fault)
        self._leave(name)

    def _leave(self, name: str) -> None:
        """Somebody who is over leaves; what was not answered comes back."""
        actor, batch = self._at_work[name]
        if actor.at is None:
            del self._at_work[name]
            if actor.failure and not self._world.comes_back(actor.failure):
                raise actor.failure
            (self._world.waiting if actor.failure else self._world.sent).extend(batch)

    def _ring_again(self) -> None:
        self._say("a message comes twice")
        self._world.waiting.append(self._random.choice(self._world.sent))

    def _land_late(self) -> None:
        self._say("a late write lands, or does not")
        self.stage.late.pop(self._random.randrange(len(self.stage.late)))()

    def _rest(self) -> None:
        self._say("(at rest)")
        self._world.settle()
        self._eyes.look()
        check_rest(self._world, clean := clean_build(self._world))
        while self.stage.late:
            self._land_late()
            self._eyes.look()
        self._world.settle()
        check_rest(self._world, clean)
        check_replay(self._world)
        check_rest(self._world, clean)

    def _say(self, step: str) -> None:
        self.steps.append(step)


__all__ = ["Call", "Chance"]
