"""A proof: place after place read until each is found as it must be, or until nothing more changes."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from colophon.problem import Unavailable
from colophon_ops.site_reader import NotReached

_AT_A_TIME = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
# So many looks in vain end a pass, of many places this part of them: who takes down a clinic is not to be slowed by
# thousands of questions whether it is done.
_IN_VAIN, _PART = 32, 16

Verdict: TypeAlias = Literal["proven", "not proven", "held", "not checked"]


class Finding(Struct, frozen=True):
    """What one look at one place found, in words; ``ok`` is whether it is as it must be.

    ``settled`` is whether it will stay otherwise until somebody does something, so that nobody needs to look again.
    """

    ok: bool
    found: str
    settled: bool = False


class Place(Struct, frozen=True, eq=False):
    """Something that must be read again. ``what`` is its kind; ``look`` raises NotReached.

    It is looked at only once ``after`` are proven: a reader's page asked for too early would be cached as it was.
    """

    place: str
    what: str
    look: Callable[[], Finding]
    after: "tuple[Place, ...]" = ()


class Proof(Struct, frozen=True):
    """One place as it was last found, and the second, counted from the order, in which it was found right.

    ``held`` is what stays otherwise until somebody does something.
    """

    place: str
    what: str
    verdict: Verdict
    found: str
    seconds: float | None = None

    def as_json(self) -> dict[str, object]:
        """The form of ``--json``; ``seconds`` is null for what is not proven."""
        return {
            "place": self.place,
            "what": self.what,
            "verdict": self.verdict,
            "found": self.found,
            "seconds": self.seconds,
        }


@dataclass(slots=True)
class Proving:
    """Places on their way to being proven. ``begun`` is the moment of the order, as time.monotonic gives it."""

    places: Sequence[Place]
    begun: float
    proofs: dict[Place, Proof] = field(default_factory=dict)
    _next: Place | None = None

    def run(self, seconds: float, on_proven: Callable[[int, int], None]) -> tuple[Proof, ...]:
        """Look until all are proven, or nothing was proven for ``seconds``; then everything left is read once more.

        ``on_proven`` is told how many of how many are proven.
        """
        pause, news = _FIRST_PAUSE, time.monotonic()
        with ThreadPoolExecutor(_AT_A_TIME) as threads:
            while pending := self._pending():
                found = self._pass([place for place in pending if self._may_be_looked_at(place)], threads)
                on_proven(len(self.places) - len(self._pending()), len(self.places))
                if found:
                    pause, news = _FIRST_PAUSE, time.monotonic()
                elif time.monotonic() - news >= seconds:
                    for row in _by_depth(pending):
                        list(threads.map(self._last_look, row))
                    break
                else:
                    time.sleep(min(pause, max(0.0, news + seconds - time.monotonic())))
                    pause = min(_LONGEST_PAUSE, pause * 1.5)
        return tuple(self.proofs[place] for place in self.places)

    def _pass(self, places: Sequence[Place], threads: ThreadPoolExecutor) -> int:
        """Look at ``places``, from where the last pass ended, until many are not yet as they must be; how many are."""
        first = places.index(self._next) if self._next in places else 0
        turn, found, vain = [*places[first:], *places[:first]], 0, 0
        self._next = None
        for start in range(0, len(turn), _IN_VAIN):
            some = turn[start : start + _IN_VAIN]
            right = sum(threads.map(self._look, some))
            found, vain = found + right, vain + len(some) - right
            if vain >= max(_IN_VAIN, len(turn) // _PART):
                self._next = turn[(start + len(some)) % len(turn)]
                break
        return found

    def _pending(self) -> list[Place]:
        return [place for place in self.places if self._verdict(place) not in ("proven", "held")]

    def _proven(self, place: Place) -> bool:
        return self._verdict(place) == "proven"

    def _verdict(self, place: Place) -> Verdict | None:
        """What was found; where something that it hangs on is held, it is held as well."""
        held = next((self.proofs[before] for before in place.after if self._verdict(before) == "held"), None)
        if held:
            self.proofs[place] = Proof(place.place, place.what, "held", held.found)
        return self.proofs[place].verdict if place in self.proofs else None

    def _may_be_looked_at(self, place: Place) -> bool:
        return all(map(self._proven, place.after))

    def _last_look(self, place: Place) -> None:
        """What nothing was proven of is read all the same, unless what leads there does not answer."""
        away = [before for before in place.after if self.proofs[before].verdict == "not checked"]
        if away:
            found = f"not checked: {away[0].place} could not be read"
            self.proofs[place] = Proof(place.place, place.what, "not checked", found)
        else:
            self._look(place)

    def _look(self, place: Place) -> bool:
        try:
            finding = place.look()
        except (NotReached, Unavailable, BotoCoreError, ClientError) as away:
            self.proofs[place] = Proof(place.place, place.what, "not checked", f"not checked: {away}")
            return False
        verdict: Verdict = "proven" if finding.ok else "held" if finding.settled else "not proven"
        at = round(time.monotonic() - self.begun, 2) if finding.ok else None
        self.proofs[place] = Proof(place.place, place.what, verdict, finding.found, at)
        return finding.ok or finding.settled


def _by_depth(places: Sequence[Place]) -> list[list[Place]]:
    """``places`` in rows: none hangs on another of its own row or of a later one."""
    rows: list[list[Place]] = []
    for place in places:
        depth = _depth(place)
        rows += [[] for _ in range(depth + 1 - len(rows))]
        rows[depth].append(place)
    return rows


def _depth(place: Place) -> int:
    return 1 + max(map(_depth, place.after), default=-1)
