"""The cache of an edge location: which responses of the origin it keeps, and for how long.

All edge locations are one here, and an invalidation takes effect at once. Nothing is evicted to make room.
Sources in the CloudFront Developer Guide: "Manage how long content stays in the cache (expiration)", "Control how long
CloudFront caches errors", "How CloudFront processes HTTP 4xx and 5xx status codes from your origin" and "What you need
to know when invalidating tags".
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

Result = Literal["Hit", "Miss", "RefreshHit", "Error"]

_DEFAULT_ERROR_TTL = 10.0
_MAX_TAGS, _MAX_TAG_LENGTH = 50, 256
_PREVENT_CACHING = ("no-store", "no-cache", "private")
# Cache-Control can prevent the caching of these errors only; others are cached for their time in any case.
_ERRORS_OBEYING_CACHE_CONTROL = (404, 410, 414, 501)
_VISIBLE_ASCII = re.compile(r"[!-~]+")


class CachePolicy(Struct, frozen=True):
    """The cache policy and error caching of a distribution. Times are seconds; ``error_ttls`` is by status.

    ``tag_header`` names the origin's header with the cache tags, in lower case; it is empty without tags.
    """

    min_ttl: float = 0.0
    default_ttl: float = 86_400.0
    max_ttl: float = 31_536_000.0
    error_ttls: Mapping[int, float] = field(default_factory=dict)
    tag_header: str = ""

    def compute_ttl(self, status: int, headers: Mapping[str, str]) -> float:
        """For how many seconds a response of the origin is served from the cache; 0: not at all."""
        directives = _parse_cache_control(headers)
        if status >= 400:
            return self._compute_error_ttl(status, directives)
        if any(name in directives for name in _PREVENT_CACHING):
            return self.min_ttl
        seconds = _find_lifetime(directives, headers)
        return self.default_ttl if seconds is None else min(max(seconds, self.min_ttl), self.max_ttl)

    def parse_tags(self, headers: Mapping[str, str]) -> frozenset[str]:
        """The cache tags of a response, in lower case: CloudFront ignores their case."""
        parts = (part.strip() for part in headers.get(self.tag_header, "").split(",")) if self.tag_header else ()
        valid = [part.lower() for part in parts if len(part) <= _MAX_TAG_LENGTH and _VISIBLE_ASCII.fullmatch(part)]
        return frozenset(valid[:_MAX_TAGS])

    def _compute_error_ttl(self, status: int, directives: Mapping[str, str]) -> float:
        ttl = self.error_ttls.get(status, _DEFAULT_ERROR_TTL)
        if status in _ERRORS_OBEYING_CACHE_CONTROL and any(name in directives for name in _PREVENT_CACHING):
            return 0.0
        seconds = _find_lifetime(directives, {})
        return max(ttl, min(seconds, self.max_ttl)) if seconds is not None else ttl


def read_cache_policy(deployment: Deployment, config: Mapping[str, Any]) -> CachePolicy:
    """The caching of the distribution with the DistributionConfig ``config``.

    Raises EmulationError when its policy is not in the template, or has more than the path in the cache key.
    """
    error_ttls = {
        int(error["ErrorCode"]): float(error["ErrorCachingMinTTL"])
        for error in config.get("CustomErrorResponses", [])
        if "ErrorCachingMinTTL" in error
    }
    tag_header = str(config.get("CacheTagConfig", {}).get("HeaderName", "")).lower()
    policy_id = config["DefaultCacheBehavior"].get("CachePolicyId")
    for resource in deployment.of_type("AWS::CloudFront::CachePolicy"):
        if resource.ref == policy_id:
            policy = resource.properties["CachePolicyConfig"]
            _check_path_only(resource.logical_id, policy["ParametersInCacheKeyAndForwardedToOrigin"])
            min_ttl, default_ttl, max_ttl = (float(policy[name]) for name in ("MinTTL", "DefaultTTL", "MaxTTL"))
            return CachePolicy(min_ttl, default_ttl, max_ttl, error_ttls, tag_header)
    raise EmulationError(f"The distribution names the cache policy {policy_id}, which is not in the template.")


def _check_path_only(name: str, key: Mapping[str, Any]) -> None:
    for part, choice in (("Cookies", "Cookie"), ("Headers", "Header"), ("QueryStrings", "QueryString")):
        if key[f"{part}Config"][f"{choice}Behavior"] != "none":
            raise EmulationError(f"{name} has {part} in its cache key; only the path is emulated.")


def _parse_cache_control(headers: Mapping[str, str]) -> dict[str, str]:
    parts = (part.strip().partition("=") for part in headers.get("cache-control", "").split(","))
    return {name.lower(): value for name, _, value in parts if name}


def _find_lifetime(directives: Mapping[str, str], headers: Mapping[str, str]) -> float | None:
    """s-maxage comes before max-age, and both before Expires (RFC 9111, 5.2.2.10 and 5.3)."""
    for name in ("s-maxage", "max-age"):
        if directives.get(name, "").isdecimal():
            return float(directives[name])
    try:
        expires, date = parsedate_to_datetime(headers["expires"]), parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, TypeError):
        return None
    return (expires - date).total_seconds()


class OriginResponse(Struct, frozen=True):
    """The origin's response for a path, cached for ``ttl`` seconds or until one of its ``tags`` is invalidated."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    ttl: float = 0.0
    tags: frozenset[str] = frozenset()


class CacheResult(Struct, frozen=True):
    """A response, CloudFront's word for where it came from, and how many seconds it has been in the cache."""

    response: OriginResponse
    result: Result
    age: int | None = None


class _Entry(Struct, frozen=True):
    response: OriginResponse
    since: float
    until: float


class EdgeCache:
    """Responses by path: the path is the whole cache key. Thread-safe."""

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._entries: dict[str, _Entry] = {}
        self._invalidations = 0
        self._lock = threading.Lock()

    def get(self, path: str, origin: Callable[[], OriginResponse]) -> CacheResult:
        """The cached response for ``path``, else that of ``origin``, which is then cached."""
        with self._lock:
            entry, invalidations = self._entries.get(path), self._invalidations
        now = self._clock()
        if entry and now < entry.until:
            return _make_result(entry.response, "Hit", int(now - entry.since))
        response, result = _revalidate(entry.response if entry else None, origin())
        self._store(path, response, invalidations)
        return _make_result(response, result)

    def invalidate(self, items: Iterable[str]) -> None:
        """Remove what an invalidation names: ``#tag``, ``/path`` (percent-encoded or not), ``/start*``."""
        matchers = [_make_matcher(item) for item in items]
        with self._lock:
            self._invalidations += 1
            for path in [path for path, entry in self._entries.items() if any(fits(path, entry) for fits in matchers)]:
                del self._entries[path]

    def _store(self, path: str, response: OriginResponse, invalidations: int) -> None:
        now = self._clock()
        with self._lock:
            # A response fetched before an invalidation and stored after it may be the invalidated one.
            if response.ttl > 0 and invalidations == self._invalidations:
                self._entries[path] = _Entry(response, now, now + response.ttl)


def _revalidate(cached: OriginResponse | None, response: OriginResponse) -> tuple[OriginResponse, Result]:
    """What to serve when the origin was asked because ``cached`` is missing or has expired."""
    if cached is None or cached.status >= 400:
        return response, "Miss"
    if response.status >= 500:
        # While the origin fails, the expired response is served for as long as the error would be cached.
        return replace(cached, ttl=response.ttl), "Hit"
    if response.status == 200 and cached.headers.get("etag", "") == response.headers.get("etag"):
        # The origin answers 304, which carries no other headers: the cached ones are kept.
        return replace(cached, ttl=response.ttl), "RefreshHit"
    return response, "Miss"


def _make_result(response: OriginResponse, result: Result, age: int | None = None) -> CacheResult:
    return CacheResult(response, "Error" if response.status >= 400 else result, age)


def _make_matcher(item: str) -> Callable[[str, _Entry], bool]:
    if item.startswith("#"):
        tag = item[1:].lower()
        return lambda _, entry: tag in entry.response.tags
    path = unquote("/" + item.removeprefix("/"))
    if path.endswith("*"):
        return lambda cached_path, _: unquote(cached_path).startswith(path[:-1])
    return lambda cached_path, _: unquote(cached_path) == path
