"""A random life of an inbox, played as a schedule, and compared with the reference model at rest and on later days."""

from dataclasses import dataclass
from random import Random

from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.player import Player
from tests.protocol.harness.random_inbox import Step, draw_steps, later_moments
from tests.protocol.harness.schedule import Delete, Put, Rest, Schedule, SetClock, Setting, Settle
from tests.protocol.harness.tally import PLAYED
from tests.protocol.harness.transport import Transport


@dataclass
class InboxSchedule:
    """``count`` steps drawn from ``seed``, answered now and then in any order; then days pass. The model is asked."""

    cloud: Cloud
    transport: Transport
    seed: int
    count: int = 25

    def run(self) -> None:
        """Play it to its end. Raises Violation with the seed and every step."""
        random = Random(self.seed)
        self._player = player = Player(self.cloud, self.transport, Setting(listing=True, searching=True, model=True))
        try:
            with player.playing():
                for step in draw_steps(random, self.count):
                    player.take(_recorded(step))
                    if random.random() < 0.4:
                        waiting = len(player.world.queued)
                        player.take(Settle(tuple(random.sample(range(waiting), waiting))))
                player.take(Rest())
                for moment in later_moments(random):
                    player.take(SetClock(moment))
                player.finish()
            PLAYED.schedules += 1
            PLAYED.steps += len(player.steps)
        except Violation as violation:
            raise Violation(f"seed {self.seed}: {violation}") from None

    def schedule(self, violation: str = "") -> Schedule:
        """What was played, as a value."""
        return self._player.schedule(violation)


def _recorded(step: Step) -> Put | Delete:
    if step.content is None:
        return Delete(step.key)
    return Put(step.key, binary=step.content) if step.key.endswith(".png") else Put(step.key, step.content.decode())
