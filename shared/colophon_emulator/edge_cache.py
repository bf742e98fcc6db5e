"""What an edge location keeps: one answer of the origin for each path, for its time or until it is told to forget it.

All edge locations are one here, and an invalidation takes effect at once. Nothing is ever put out to make room.
Source: CloudFront Developer Guide, "Manage how long content stays in the cache" and "How CloudFront processes HTTP 4xx
and 5xx status codes from your origin".
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Literal
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from colophon_emulator.clock import Clock, system_clock

Result = Literal["Hit", "Miss", "RefreshHit", "Error"]


class Found(Struct, frozen=True):
    """What the origin says of a path: ``life`` seconds long it is served again, unless one of ``tags`` is forgotten."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    life: float = 0.0
    tags: frozenset[str] = frozenset()


class Served(Struct, frozen=True):
    """What the edge answers with, what it says of how it came by it, and for how many seconds it has kept it."""

    found: Found
    result: Result
    age: int | None = None


class _Kept(Struct, frozen=True):
    found: Found
    since: float
    until: float


class EdgeCache:
    """Answers by path. May be asked from several threads at once; a path alone tells two answers apart."""

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._told = 0
        self._turn = threading.Lock()

    def ask(self, path: str, origin: Callable[[], Found]) -> Served:
        """What is kept of ``path``, else what ``origin`` says now, which is then kept."""
        with self._turn:
            kept, told = self._kept.get(path), self._told
        now = self._clock()
        if kept and now < kept.until:
            return _served(kept.found, "Hit", int(now - kept.since))
        found, result = _taken(kept.found if kept else None, origin())
        self._keep(path, found, told)
        return _served(found, result)

    def forget(self, items: Iterable[str]) -> None:
        """Forget what an invalidation names: ``#tag``, ``/path`` as readers or the origin know it, ``/start*``."""
        wanted = [_matcher(item) for item in items]
        with self._turn:
            self._told += 1
            for path in [path for path, kept in self._kept.items() if any(is_it(path, kept) for is_it in wanted)]:
                del self._kept[path]

    def _keep(self, path: str, found: Found, told: int) -> None:
        now = self._clock()
        with self._turn:
            # What was on its way while something was forgotten may be what was to be forgotten.
            if found.life > 0 and told == self._told:
                self._kept[path] = _Kept(found, now, now + found.life)


def _taken(kept: Found | None, found: Found) -> tuple[Found, Result]:
    """What the origin's word makes of an answer that is past its time."""
    if kept is None or kept.status >= 400:
        return found, "Miss"
    if found.status >= 500:
        # An origin in trouble is spared: the old answer goes on for as long as an error would be kept.
        return replace(kept, life=found.life), "Hit"
    if found.status == 200 and kept.headers.get("etag", "") == found.headers.get("etag"):
        # The origin confirms the bytes with a 304, which says nothing of what else it keeps beside them.
        return replace(kept, life=found.life), "RefreshHit"
    return found, "Miss"


def _served(found: Found, result: Result, age: int | None = None) -> Served:
    return Served(found, "Error" if found.status >= 400 else result, age)


def _matcher(item: str) -> Callable[[str, _Kept], bool]:
    if item.startswith("#"):
        tag = item[1:].lower()
        return lambda _, kept: tag in kept.found.tags
    path = unquote("/" + item.removeprefix("/"))
    if path.endswith("*"):
        return lambda kept_path, _: unquote(kept_path).startswith(path[:-1])
    return lambda kept_path, _: unquote(kept_path) == path
