"""CloudFront's invalidations: what ``create_invalidation`` takes and refuses, and what the edge is told to forget.

moto takes any list of paths, forgets every CallerReference and knows no limit. Sources: the CloudFront Developer Guide,
"Concurrent invalidation request maximum" and "What you need to know when invalidating tags"; its API reference,
``InvalidationBatch`` and ``CreateInvalidation``.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from colophon_emulator.clock import Clock, system_clock
from colophon_emulator.lock import replaced

MOST_IN_PROGRESS, MOST_WILDCARDS = 3_000, 15
# Half of what AWS names for 95 of 100: long enough that a limit can be met.
SECONDS_IN_PROGRESS = 12.0
_ITEM = re.compile(r"#[!-+\--~]{1,256}|/[!-~]{0,3999}")


class Invalidation(Struct, frozen=True):
    """One accepted request. ``items`` are paths and ``#tags``; ``at`` is by the stack's clock."""

    id: str
    distribution: str
    items: tuple[str, ...]
    reference: str
    at: float


class Invalidations:
    """What was invalidated on the distributions ``known``. ``tell`` names who is to forget it, at once."""

    def __init__(self, known: Sequence[str], clock: Clock = system_clock) -> None:
        self._known, self._clock = tuple(known), clock
        self._ears: list[Callable[[Sequence[str]], object]] = []
        self._throttled = 0
        self.accepted: list[Invalidation] = []

    def tell(self, ear: Callable[[Sequence[str]], object]) -> None:
        """Call ``ear`` with the items of every invalidation that is accepted from now on."""
        self._ears.append(ear)

    def throttle(self, times: int) -> None:
        """Refuse the next ``times`` requests as too many a second."""
        self._throttled = times

    def in_progress(self) -> int:
        """How many paths and tags are not reported done yet."""
        return sum(len(each.items) for each in self.accepted if self._status(each) == "InProgress")

    @contextmanager
    def answering(self) -> Iterator[None]:
        """For the time of the block the emulated CloudFront takes invalidations here."""
        from moto.cloudfront.models import CloudFrontBackend

        def create(_: Any, dist_id: str, paths: list[str], caller_ref: str) -> "_Shown":
            return self._shown(self.create(dist_id, paths, caller_ref))

        def get(_: Any, dist_id: str, id: str) -> "_Shown":  # noqa: A002 - moto's name
            return self._shown(next((each for each in self._of(dist_id) if each.id == id), None))

        def several(_: Any, dist_id: str, marker: object = None, max_items: object = None) -> Any:
            return [self._shown(each) for each in reversed(self._of(dist_id))], None

        with ExitStack() as patches:
            for name, instead in (("create", create), ("get", get)):
                patches.enter_context(replaced(CloudFrontBackend, f"{name}_invalidation", instead))
            patches.enter_context(replaced(CloudFrontBackend, "list_invalidations", several))
            yield

    def create(self, distribution: str, items: Sequence[str], reference: str) -> Invalidation:
        """Accept a request, or find the one that was made with the same reference. Raises moto's ServiceException."""
        before = next((each for each in self._of(distribution) if each.reference == reference), None)
        if self._throttled:
            self._throttled -= 1
            raise _refusal("Throttling", "Rate exceeded")
        if before:
            if set(before.items) != set(items):
                raise _refusal("InvalidationBatchAlreadyExists", "The caller reference names another batch.")
            return before
        self._refuse_unless_possible(items)
        made = Invalidation(f"I{len(self.accepted) + 1:013}", distribution, tuple(items), reference, self._clock())
        self.accepted.append(made)
        for ear in self._ears:
            ear(made.items)
        return made

    def _refuse_unless_possible(self, items: Sequence[str]) -> None:
        if not items or any(not _ITEM.fullmatch(item) or "*" in item[:-1] for item in items):
            raise _refusal("InvalidArgument", "Your request contains one or more invalid invalidation paths.")
        wildcards = [item for item in items if item.startswith("/") and item.endswith("*")]
        under_way = [item for each in self.accepted if self._status(each) == "InProgress" for item in each.items]
        stars = sum(item.startswith("/") and item.endswith("*") for item in under_way)
        if len(under_way) - stars + len(items) - len(wildcards) > MOST_IN_PROGRESS or (
            wildcards and stars + len(wildcards) > MOST_WILDCARDS
        ):
            raise _refusal(
                "TooManyInvalidationsInProgress", "Your request contains more invalidations than can be in progress."
            )

    def _of(self, distribution: str) -> list[Invalidation]:
        from moto.cloudfront.exceptions import NoSuchDistribution

        if distribution not in self._known:
            raise NoSuchDistribution
        return [each for each in self.accepted if each.distribution == distribution]

    def _status(self, invalidation: Invalidation) -> str:
        return "InProgress" if self._clock() < invalidation.at + SECONDS_IN_PROGRESS else "Completed"

    def _shown(self, invalidation: Invalidation | None) -> "_Shown":
        from moto.cloudfront.exceptions import NoSuchInvalidation

        if invalidation is None:
            raise NoSuchInvalidation
        return _Shown(invalidation, self._status(invalidation))


class _Shown:
    """An invalidation by the names under which moto writes it out."""

    def __init__(self, invalidation: Invalidation, status: str) -> None:
        self.id, self.status = invalidation.id, status
        self.create_time = datetime.fromtimestamp(invalidation.at, UTC)
        paths = {"Quantity": len(invalidation.items), "Items": list(invalidation.items)}
        self.invalidation_batch = {"Paths": paths, "CallerReference": invalidation.reference}
        place = f"distribution/{invalidation.distribution}/invalidation/{invalidation.id}"
        self.location = f"https://cloudfront.amazonaws.com/2020-05-31/{place}"


def _refusal(code: str, message: str) -> Exception:
    from moto.cloudfront.exceptions import CloudFrontException

    refusal: Exception = CloudFrontException(code, message)
    return refusal
