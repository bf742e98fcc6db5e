"""Which prefixes outside the notified ones ``sweep`` reads for strays, and when it reads them again.

S3 sends no notification for their keys. A prefix is read at once when it is new, and again after 1, 2, 4, 8 ... minutes
for as long as it holds the same number of versions. That number only grows, so one that differs shows a change.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from colophon.decision.identity import fingerprint
from colophon.upload.keys import REPORTS

_LONGEST_WAIT = 24 * 60
_MAX_PREFIXES = 1000
# The keys that lie in no folder. They are listed each minute in any case; only their rows are not read each time.
ROOT = ""


class PrefixState(Struct, frozen=True, omit_defaults=True):
    """How far a prefix was read. Moments are in minutes since 1970, UTC.

    It had ``versions`` when it was last read to its end, and is read again at ``next_at``, ``wait`` minutes later.
    ``after`` is the last key of a reading that has not ended, ``so_far`` the number of versions up to there.
    """

    versions: int = 0
    wait: int = 0
    next_at: int = 0
    after: str = ""
    so_far: int = 0

    def is_due(self, minute: int) -> bool:
        return bool(self.after) or self.next_at <= minute


class StrayScan(Struct, frozen=True, omit_defaults=True):
    """How far each prefix was read, by an identity of the prefix: a prefix may be as long as a key."""

    n: int = 0
    prefixes: Mapping[str, PrefixState] = field(default_factory=dict)

    def state_of(self, prefix: str) -> PrefixState:
        return self.prefixes.get(prefix_id(prefix), PrefixState())


def prefix_id(prefix: str) -> str:
    """A short identity of ``prefix``."""
    return fingerprint(prefix)[:12]


def minute_of(moment: datetime) -> int:
    """The minutes from 1970 to ``moment``."""
    return int(moment.timestamp()) // 60


def due_prefixes(scan: StrayScan, prefixes: Iterable[str], minute: int) -> list[str]:
    """Those of ``prefixes`` to read at ``minute``, in this order: begun ones, the others, and the many reports last.

    Of the others those come first that have been due for longest: however many there are, each has its turn.
    """
    states = {prefix: state for prefix in prefixes if (state := scan.state_of(prefix)).is_due(minute)}
    return sorted(states, key=lambda name: (name == REPORTS, not states[name].after, states[name].next_at, name))


def after_page(state: PrefixState, versions: int, last_key: str, minute: int) -> PrefixState:
    """``state`` once a page of ``versions`` was read; ``last_key`` is its last key if more follow, else empty."""
    total = state.so_far + versions
    if last_key:
        return replace(state, after=last_key, so_far=total)
    wait = min(2 * state.wait, _LONGEST_WAIT) if state.wait and total == state.versions else 1
    return PrefixState(total, wait, minute + wait)


def keep_states(
    scan: StrayScan, states: Mapping[str, PrefixState], listed: Iterable[str], *, is_whole: bool
) -> StrayScan:
    """``scan`` with ``states``, by prefix. ``listed`` are the prefixes that the root's listing has; with ``is_whole``
    there are no others.

    Prefixes that were not listed are forgotten if they no longer exist, or if there are too many for one item.
    """
    prefixes = {**scan.prefixes, **{prefix_id(prefix): state for prefix, state in states.items()}}
    if is_whole or len(prefixes) > _MAX_PREFIXES:
        kept = {prefix_id(prefix) for prefix in (ROOT, *listed)}
        prefixes = {name: state for name, state in prefixes.items() if name in kept}
    return replace(scan, prefixes=prefixes)
