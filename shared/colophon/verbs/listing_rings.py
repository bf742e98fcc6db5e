"""Doorbells for listings: who wants some looked at that no change of the index calls for."""

import json
from collections.abc import Iterable

from msgspec.structs import asdict

from colophon.stores.queues import Bells
from colophon.upload.messages import UnreadableEnvelopeError
from colophon.verbs.relisting import Group

_TOGETHER = 20


def ring_listings(groups: Iterable[Group], listings: Bells) -> None:
    """Ring for ``groups``, some of them with each message."""
    named = [asdict(group) for group in sorted(groups)]
    starts = range(0, len(named), _TOGETHER)
    listings.send([json.dumps({"listings": named[start : start + _TOGETHER]}) for start in starts])


def groups_in(body: str) -> tuple[Group, ...]:
    """The groups that a message names. Raises UnreadableEnvelopeError for anything else."""
    try:
        return tuple(Group(**group) for group in json.loads(body)["listings"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableEnvelopeError(f"no ring for listings: {type(error).__name__}") from error
