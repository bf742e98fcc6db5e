"""How long CloudFront keeps what the origin said, and by which tags it can be told to forget it.

Sources in the CloudFront Developer Guide: "Manage how long content stays in the cache (expiration)", "Control how long
CloudFront caches errors" and "What you need to know when invalidating tags".


What an edge location keeps: one answer of the origin for each path, for its time or until it is told to forget it.

All edge locations are one here, and an invalidation takes effect at once. Nothing is ever put out to make room.
Source: CloudFront Developer Guide, "Manage how long content stays in the cache" and "How CloudFront processes HTTP 4xx
and 5xx status codes from your origin".

"""

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import unquote

from msgspec import Struct, field
from msgspec.structs import replace

from colophon_emulator.clock import Clock, system_clock
from colophon_emulator.deployment import Deployment
from colophon_emulator.errors import EmulationError

_DEFAULT_ERROR_SECONDS = 10.0
_MOST_TAGS, _LONGEST_TAG = 50, 256
_NOT_KEPT = ("no-store", "no-cache", "private")
# Other errors are kept for their time whatever the origin's Cache-Control forbids.
_ERRORS_THAT_MAY_FORBID = (404, 410, 414, 501)
_VISIBLE = re.compile(r"[!-~]+")


class CachePolicy(Struct, frozen=True):
    """The cache policy and the error caching of a distribution, in seconds. ``tag_header`` is empty without tags."""

    least: float = 0.0
    usual: float = 86_400.0
    most: float = 31_536_000.0
    errors: Mapping[int, float] = field(default_factory=dict)
    tag_header: str = ""

    def life(self, status: int, headers: Mapping[str, str]) -> float:
        """Seconds for which an answer of the origin is served again without asking; 0: not at all."""
        said = _said(headers)
        if status >= 400:
            return self._life_of_error(status, said)
        if any(name in said for name in _NOT_KEPT):
            return self.least
        given = _seconds(said, headers)
        return self.usual if given is None else min(max(given, self.least), self.most)

    def tags(self, headers: Mapping[str, str]) -> frozenset[str]:
        """The tags by which the answer can be forgotten, in lower case: they are compared without regard to it."""
        parts = (part.strip() for part in headers.get(self.tag_header, "").split(",")) if self.tag_header else ()
        valid = [part.lower() for part in parts if len(part) <= _LONGEST_TAG and _VISIBLE.fullmatch(part)]
        return frozenset(valid[:_MOST_TAGS])

    def _life_of_error(self, status: int, said: Mapping[str, str]) -> float:
        least = self.errors.get(status, _DEFAULT_ERROR_SECONDS)
        if status in _ERRORS_THAT_MAY_FORBID and any(name in said for name in _NOT_KEPT):
            return 0.0
        given = _seconds(said, {})
        return max(least, min(given, self.most)) if given is not None else least


def cache_policy(deployment: Deployment, config: Mapping[str, Any]) -> CachePolicy:
    """What the template says of the caching of a distribution with the properties ``config``.

    Raises EmulationError when its policy is not in the template, or tells answers apart by more than their path.
    """
    errors = {
        int(error["ErrorCode"]): float(error["ErrorCachingMinTTL"])
        for error in config.get("CustomErrorResponses", [])
        if "ErrorCachingMinTTL" in error
    }
    tag_header = str(config.get("CacheTagConfig", {}).get("HeaderName", "")).lower()
    policy_id = config["DefaultCacheBehavior"].get("CachePolicyId")
    for resource in deployment.of_type("AWS::CloudFront::CachePolicy"):
        if resource.ref == policy_id:
            policy = resource.properties["CachePolicyConfig"]
            _refuse_unless_path_only(resource.logical_id, policy["ParametersInCacheKeyAndForwardedToOrigin"])
            least, usual, most = (float(policy[name]) for name in ("MinTTL", "DefaultTTL", "MaxTTL"))
            return CachePolicy(least, usual, most, errors, tag_header)
    raise EmulationError(f"The distribution names the cache policy {policy_id}, which the template does not have.")


def _refuse_unless_path_only(name: str, key: Mapping[str, Any]) -> None:
    for part, choice in (("Cookies", "Cookie"), ("Headers", "Header"), ("QueryStrings", "QueryString")):
        if key[f"{part}Config"][f"{choice}Behavior"] != "none":
            raise EmulationError(f"{name} tells answers apart by {part}; the local site knows their paths alone.")


def _said(headers: Mapping[str, str]) -> dict[str, str]:
    parts = (part.strip().partition("=") for part in headers.get("cache-control", "").split(","))
    return {name.lower(): value for name, _, value in parts if name}


def _seconds(said: Mapping[str, str], headers: Mapping[str, str]) -> float | None:
    """A shared cache heeds s-maxage before max-age, and both before Expires (RFC 9111, 5.2.2.10 and 5.3)."""
    for name in ("s-maxage", "max-age"):
        if said.get(name, "").isdecimal():
            return float(said[name])
    try:
        ends, since = parsedate_to_datetime(headers["expires"]), parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, TypeError):
        return None
    return (ends - since).total_seconds()


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
