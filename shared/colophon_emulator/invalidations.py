"""CloudFront's invalidations: which requests it accepts, and which it refuses.

moto accepts any list of paths, ignores CallerReference and has no limits. Sources: "Concurrent invalidation request
maximum" and "What you need to know when invalidating tags" in the CloudFront Developer Guide; ``InvalidationBatch`` and
``CreateInvalidation`` in its API reference.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

from moto.cloudfront.exceptions import CloudFrontException, NoSuchDistribution, NoSuchInvalidation
from moto.cloudfront.models import CloudFrontBackend
from msgspec import Struct

from colophon_emulator.clock import Clock, system_clock
from colophon_emulator.lock import patch

MAX_IN_PROGRESS, MAX_WILDCARDS = 3_000, 15
# Half of what AWS states for 95 of 100 invalidations: long enough for a test to reach a limit.
SECONDS_IN_PROGRESS = 12.0
_ITEM = re.compile(r"#[!-+\--~]{1,256}|/[!-~]{0,3999}")


class Invalidation(Struct, frozen=True):
    """One accepted request. ``items`` are paths and ``#tags``; ``created_at`` is a time of the stack's clock."""

    id: str
    distribution: str
    items: tuple[str, ...]
    caller_reference: str
    created_at: float


class Invalidations:
    """The invalidations of the distributions with these ids."""

    def __init__(self, distribution_ids: Sequence[str], clock: Clock = system_clock) -> None:
        self._distribution_ids, self._clock = tuple(distribution_ids), clock
        self._listeners: list[Callable[[Sequence[str]], object]] = []
        self._throttled = 0
        self.accepted: list[Invalidation] = []

    def subscribe(self, listener: Callable[[Sequence[str]], object]) -> None:
        """Call ``listener`` with the items of every invalidation, as soon as it is accepted."""
        self._listeners.append(listener)

    def throttle(self, times: int) -> None:
        """Refuse the next ``times`` requests with ``Throttling``."""
        self._throttled = times

    def count_in_progress(self) -> int:
        """How many paths and tags are not completed yet."""
        return sum(len(each.items) for each in self.accepted if self._status(each) == "InProgress")

    @contextmanager
    def patch_cloudfront(self) -> Iterator[None]:
        """Within the block, moto's CloudFront accepts and lists these invalidations instead of its own."""

        def create(_: Any, dist_id: str, paths: list[str], caller_ref: str) -> "_MotoInvalidation":
            owner = _find_owner(dist_id)
            return owner._describe(owner.create(dist_id, paths, caller_ref))

        def get(_: Any, dist_id: str, id: str) -> "_MotoInvalidation":  # noqa: A002 - moto's name
            owner = _find_owner(dist_id)
            return owner._describe(next((each for each in owner._list(dist_id) if each.id == id), None))

        def list_all(_: Any, dist_id: str, marker: object = None, max_items: object = None) -> Any:
            owner = _find_owner(dist_id)
            return [owner._describe(each) for each in reversed(owner._list(dist_id))], None

        with ExitStack() as patches:
            for name, replacement in (("create", create), ("get", get)):
                patches.enter_context(patch(CloudFrontBackend, f"{name}_invalidation", replacement))
            patches.enter_context(patch(CloudFrontBackend, "list_invalidations", list_all))
            _in_account.append(self)
            patches.callback(_in_account.remove, self)
            yield

    def create(self, distribution: str, items: Sequence[str], caller_reference: str) -> Invalidation:
        """Accept a request, or return the earlier one with this caller reference. Raises moto's CloudFrontException."""
        earlier = next((each for each in self._list(distribution) if each.caller_reference == caller_reference), None)
        if self._throttled:
            self._throttled -= 1
            raise _make_error("Throttling", "Rate exceeded")
        if earlier:
            if set(earlier.items) != set(items):
                raise _make_error("InvalidationBatchAlreadyExists", "The caller reference names another batch.")
            return earlier
        self._check_acceptable(items)
        accepted = Invalidation(
            f"I{len(self.accepted) + 1:013}", distribution, tuple(items), caller_reference, self._clock()
        )
        self.accepted.append(accepted)
        for listener in self._listeners:
            listener(accepted.items)
        return accepted

    def _check_acceptable(self, items: Sequence[str]) -> None:
        if not items or any(not _ITEM.fullmatch(item) or "*" in item[:-1] for item in items):
            raise _make_error("InvalidArgument", "Your request contains one or more invalid invalidation paths.")
        wildcards = [item for item in items if item.startswith("/") and item.endswith("*")]
        in_progress = [item for each in self.accepted if self._status(each) == "InProgress" for item in each.items]
        wildcards_in_progress = sum(item.startswith("/") and item.endswith("*") for item in in_progress)
        others = len(in_progress) - wildcards_in_progress + len(items) - len(wildcards)
        if others > MAX_IN_PROGRESS or (wildcards and wildcards_in_progress + len(wildcards) > MAX_WILDCARDS):
            raise _make_error(
                "TooManyInvalidationsInProgress", "Your request contains more invalidations than can be in progress."
            )

    def _list(self, distribution: str) -> list[Invalidation]:
        if distribution not in self._distribution_ids:
            raise NoSuchDistribution
        return [each for each in self.accepted if each.distribution == distribution]

    def _status(self, invalidation: Invalidation) -> str:
        return "InProgress" if self._clock() < invalidation.created_at + SECONDS_IN_PROGRESS else "Completed"

    def _describe(self, invalidation: Invalidation | None) -> "_MotoInvalidation":
        if invalidation is None:
            raise NoSuchInvalidation
        return _MotoInvalidation(invalidation, self._status(invalidation))


# Those of every stack in the account.
_in_account: list[Invalidations] = []


def _find_owner(distribution: str) -> Invalidations:
    """Raises moto's NoSuchDistribution for an id that no stack of the account has."""
    for each in _in_account:
        if distribution in each._distribution_ids:
            return each
    raise NoSuchDistribution


class _MotoInvalidation:
    """An invalidation with the attributes that moto's response templates read."""

    def __init__(self, invalidation: Invalidation, status: str) -> None:
        self.id, self.status = invalidation.id, status
        self.create_time = datetime.fromtimestamp(invalidation.created_at, UTC)
        paths = {"Quantity": len(invalidation.items), "Items": list(invalidation.items)}
        self.invalidation_batch = {"Paths": paths, "CallerReference": invalidation.caller_reference}
        path = f"distribution/{invalidation.distribution}/invalidation/{invalidation.id}"
        self.location = f"https://cloudfront.amazonaws.com/2020-05-31/{path}"


def _make_error(code: str, message: str) -> Exception:
    error: Exception = CloudFrontException(code, message)
    return error
