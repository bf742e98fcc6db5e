"""How long CloudFront keeps what the origin said, and by which tags it can be told to forget it.

Sources in the CloudFront Developer Guide: "Manage how long content stays in the cache (expiration)", "Control how long
CloudFront caches errors" and "What you need to know when invalidating tags".
"""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from msgspec import Struct, field

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
