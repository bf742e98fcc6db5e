"""Bounded tries: every lost swap is somebody else's landed one."""

from collections.abc import Callable

from colophon.problem import Unavailable
from colophon.stores.table import Lost

# More than six changes of one page within one handler's life: the message comes back.
LIMIT = 6


def until_landed(attempt: Callable[[], None], what: str, limit: int = LIMIT) -> None:
    """Run ``attempt``, which reads its token anew, until it is not Lost. Raises Unavailable after ``limit`` tries."""
    for _ in range(limit):
        try:
            return attempt()
        except Lost:
            continue
    raise Unavailable(f"{what} changed {limit} times while it was being answered for")
