"""Plays the steps of a schedule of the verbs, and checks after each of them what must hold."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random

from tests.protocol.harness.at_rest import CleanBuild, built_site, check_at_rest, check_replay, clean_build
from tests.protocol.harness.base_player import BasePlayer
from tests.protocol.harness.cloud import INBOX, Cloud
from tests.protocol.harness.faults import faults_of
from tests.protocol.harness.functions import NoListings
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.losses import Losses, check_republish, lossy_objects, republish_all, sweep_next_day
from tests.protocol.harness.model_differences import find_differences, versions_in
from tests.protocol.harness.schedule import (
    Advance,
    Delete,
    Handle,
    KeepBackup,
    LandLate,
    LoseObject,
    LoseRow,
    Put,
    Repeat,
    Rest,
    RestoreTable,
    Schedule,
    Send,
    SetClock,
    Setting,
    Settle,
    Start,
    Step,
    Sweep,
    Watch,
)
from tests.protocol.harness.tally import PLAYED
from tests.protocol.harness.transport import Handler, Transport
from tests.protocol.harness.variants import VARIANTS
from tests.protocol.harness.withdrawn_content import find_readable
from tests.protocol.harness.world import NOW, Message, World

# More calls than any handler makes, with all that is refused.
_MOST_CALLS = 400


class Player(BasePlayer):
    """Plays the verbs' handlers. ``running`` are those that have begun, by name, with their messages."""

    setting: Setting

    def __init__(self, cloud: Cloud, transport: Transport, setting: Setting) -> None:
        super().__init__(cloud, transport, setting)
        self.running: dict[str, tuple[Handler, list[Message]]] = {}
        self.withdrawn = ""
        self.world = World(
            cloud,
            transport,
            VARIANTS[setting.variant],
            setting.reporting,
            setting.listing,
            setting.searching,
            purging=setting.purging,
        )
        self.losses, self.lost = Losses(cloud, self.checker), False
        self._builds: dict[str, CleanBuild] = {}
        self._calls_of: Counter[str] = Counter()

    def finish(self) -> None:
        """End every handler, land every late write, answer everything, and check what must hold at rest."""
        self._end_handlers()
        self._take_and_check(Rest())
        if self.transport.late_writes:
            while self.transport.late_writes:
                self._take_and_check(LandLate(0))
            self._take_and_check(Rest())
        # A forced refresh decides again: repeated, it may note that the same bytes were uploaded once more since.
        if not any(isinstance(step, Send) for step in self.steps):
            check_replay(self.world)
            self._check_at_rest()
        if self.setting.republished:
            check_republish(self.world, self._clean_build())

    def _end_handlers(self) -> None:
        for name in [*self.running]:
            while name in self.running:
                self._take_and_check(Advance(name))

    def position(self, message: Message) -> int:
        """The place of a waiting message among those of its queue."""
        waiting = [each for each in self.world.queued if each.to == message.to]
        return next(place for place, each in enumerate(waiting) if each is message)

    def _handlers(self) -> list[Handler]:
        return [handler for handler, _ in self.running.values()]

    def _take(self, step: Step) -> bool:
        self.world.deliver_stream()
        match step:
            case Start():
                return self._start(step)
            case Advance():
                return self._advance(step)
            case Handle():
                return self._handle(step)
            case Repeat():
                return self._repeat(step)
            case LandLate():
                return self._land_late(step)
            case KeepBackup() | RestoreTable() | LoseRow() | LoseObject():
                return self._lose(step)
        self._change_world(step)
        return True

    def _change_world(self, step: Step) -> None:
        """What can always be done."""
        world = self.world
        match step:
            case Put():
                world.queued.append(world.put(step.key, step.content))
            case Delete():
                world.queued.append(world.delete(step.key))
            case Send():
                world.queued.append(Message(step.queue, step.body))
            case Sweep():
                world.sweep()
            case SetClock():
                world.now = step.now
                world.sweep()
                world.run_until_quiet()
                self._check_model()
            case Settle():
                self._settle(step)
            case Rest():
                # Left-out steps may have let a handler run so far.
                self._end_handlers()
                self._check_at_rest()
            case Watch():
                self.withdrawn = step.withdrawn
                self._check_nothing_readable()

    def _start(self, step: Start) -> bool:
        batch = self._receive(step.queue, step.messages) if step.handler not in self.running else []
        if batch:
            self.world.clock_errors[step.handler] = timedelta(minutes=step.minutes)
            PLAYED.events["clock apart"] += bool(step.minutes)
            handler = self.transport.start(step.handler, self.world.handler_for_batch(batch))
            self.running[step.handler] = (handler, batch)
            self._collect_if_done(step.handler)
        return bool(batch)

    def _advance(self, step: Advance) -> bool:
        if step.handler not in self.running:
            return False
        self._make_call(self.running[step.handler][0], step.fault)
        self._collect_if_done(step.handler)
        return True

    def _collect_if_done(self, name: str) -> None:
        """Remove a handler that has ended; if it failed, its messages return to their queue."""
        handler, batch = self.running[name]
        PLAYED.invariants["I10"] += 1
        self._calls_of[name] += 1
        if self._calls_of[name] > _MOST_CALLS:
            raise Violation(f"I10: {name} does not end")
        if handler.pending_call is None:
            del self.running[name]
            self._settle_batch(batch, handler.failure)

    def _handle(self, step: Handle) -> bool:
        batch = self._receive(step.queue, step.messages)
        if not batch:
            return False
        work, failure = self.world.handler_for_batch(batch), None
        if step.fault == "go":
            try:
                work()
            except Exception as error:
                failure = error
        else:
            failure = self._run_with_fault(step, work)
        self._settle_batch(batch, failure)
        return True

    def _run_with_fault(self, step: Handle, work: Callable[[], object]) -> BaseException | None:
        handler, calls, fault = self.transport.start("handler", work), 0, step.fault
        while handler.pending_call:
            strikes = calls >= step.call and fault in faults_of(handler.pending_call)
            self.lines += [f"{handler.pending_call} [{fault}]"] if strikes else []
            self.transport.step(handler, fault if strikes else "go")
            fault, calls = "go" if strikes else fault, calls + 1
            self._check()
        return handler.failure

    def _settle_batch(self, batch: list[Message], failure: BaseException | None) -> None:
        if failure and not isinstance(failure, NoListings) and not self.world.is_retried(failure):
            raise failure
        failed = failure and not isinstance(failure, NoListings)
        (self.world.queued if failed else self.world.handled).extend(batch)

    def _receive(self, queue: str, places: tuple[int, ...]) -> list[Message]:
        """Take the messages at ``places`` of ``queue``, as many as there are."""
        waiting = [message for message in self.world.queued if message.to == queue]
        chosen = [waiting[place] for place in dict.fromkeys(each % len(waiting) for each in places)] if waiting else []
        # In place: handlers that run send to this list.
        self.world.queued[:] = [each for each in self.world.queued if all(each is not taken for taken in chosen)]
        return chosen

    def _repeat(self, step: Repeat) -> bool:
        answered = self.world.handled
        if answered:
            self.world.queued.append(answered[step.message % len(answered)])
        return bool(answered)

    def _lose(self, step: KeepBackup | RestoreTable | LoseRow | LoseObject) -> bool:
        """Something that was there is gone: until an operator's refresh not everything is as it should be."""
        match step:
            case KeepBackup():
                self.losses.keep_backup()
                return True
            case RestoreTable() if self.losses.backup is not None:
                self.lines[-1] = self.losses.restore_table()
                self.world.is_index_lost = True
            case LoseRow() if self.cloud.items():
                self.lines[-1] = self.losses.lose_row(Random(step.row))
                self.world.is_index_lost = True
            case LoseObject() if lossy_objects(self.cloud):
                self.lines[-1] = self.losses.lose_object(Random(step.object))
            case _:
                return False
        self.lost = True
        return True

    def _refresh_all(self) -> None:
        """What is lost heals when an operator has everything refreshed, and by the next day's scan."""
        while self.transport.late_writes:
            self._take_and_check(LandLate(0))
        self.lines.append("(refreshed)")
        republish_all(self.world)
        self.checker.check()
        sweep_next_day(self.world)
        self.lost = False

    def _settle(self, step: Settle) -> None:
        waiting = self.world.queued
        first = (
            [waiting[place] for place in dict.fromkeys(each % len(waiting) for each in step.order)] if waiting else []
        )
        waiting[:] = [*first, *(each for each in waiting if all(each is not other for other in first))]
        self.world.run_until_quiet()

    def _check(self) -> None:
        before = self.checker.last_site
        self.checker.check()
        if self.withdrawn:
            site = self.checker.last_site
            changed = {key: stored for key, stored in site.items() if before.get(key) is not stored}
            if found := find_readable(self.withdrawn, changed):
                raise Violation(f"I3: to be read again: {found}")

    def _check_nothing_readable(self) -> None:
        if self.withdrawn and (found := find_readable(self.withdrawn, self.cloud.site())):
            raise Violation(f"I3: still to be read: {found}")

    def _check_at_rest(self) -> None:
        self.world.run_until_quiet()
        self.checker.check()
        self._pass_time()
        if self.lost:
            self._refresh_all()
            self.checker.check()
        self._check_nothing_readable()
        check_at_rest(self.world, self._clean_build())
        self._check_model()

    def _pass_time(self) -> None:
        for moment in (NOW + timedelta(minutes=minutes) for minutes in self.setting.due):
            if self.world.now < moment:
                self.world.now = moment
                self.world.sweep()
                self.world.run_until_quiet()
                self.checker.check()

    def _check_model(self) -> None:
        if self.setting.model:
            versions = versions_in(self.cloud.bucket(INBOX))
            for name, site in (("site", self.cloud.site()), ("build", built_site(self._clean_build()))):
                if differences := find_differences(versions, site, self.world.now):
                    raise Violation(f"I1: the {name} is not what the model says: {differences[0]}")

    def _clean_build(self) -> CleanBuild:
        # A listing counts what it ever listed, which the inbox alone does not say.
        listed = sorted(key for key in self.cloud.items() if key[0].startswith("entries#"))
        of = json.dumps([self.cloud.inbox(), listed, str(self.world.now)], sort_keys=True)
        if of not in self._builds:
            self._builds[of] = clean_build(self.world)
        return self._builds[of]


def play(schedule: Schedule, cloud: Cloud, transport: Transport) -> Schedule:
    """Play ``schedule`` of the verbs alone; the steps that were taken, what went wrong, and the transcript."""
    assert isinstance(schedule.setting, Setting)
    player = Player(cloud, transport, schedule.setting)
    try:
        with player.playing():
            for step in schedule.steps:
                player.take(step)
            player.finish()
    except Violation as violation:
        return player.schedule(str(violation).splitlines()[0])
    return player.schedule()
