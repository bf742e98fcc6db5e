"""Claims: a live post names an earlier address of its own. Both posts, the new and the old, have it in their rows."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct, field

from colophon.decision.identity import fingerprint

# How many posts can claim one address in one language: all of them are in the item of the post at that address, which
# DynamoDB limits to 400 kB.
MAX_CLAIMS = 20

# What a claim waits for: the address's ``clinic`` to accept moves from the claiming post's; ``room`` among the claims
# there; a smaller ``size`` of the item that they are in.
ClaimWait: TypeAlias = Literal["clinic", "room", "size"]


class ClaimTarget(Struct, frozen=True, omit_defaults=True):
    """Where a claim leads: a live post (``<clinic>/<post>``).

    ``via`` are the posts in between that moved themselves, the nearest to the target first.
    """

    post: str
    via: tuple[str, ...] = ()


class Rivals(Struct, frozen=True, omit_defaults=True):
    """What keeps a claim from its address: other posts that claim it, a page that is live there, or withdrawals.

    ``withdrawals`` are their keys.
    """

    posts: tuple[str, ...] = ()
    has_page: bool = field(default=False, name="page")
    withdrawals: tuple[str, ...] = field(default=(), name="orders")


class Claim(Struct, frozen=True, omit_defaults=True):
    """One post's claim to one address of another, in one language.

    A claim without ``targets`` has ended. It stays in the row, so that the address is closed, until a new claim takes
    its place. ``id`` changes with ``targets`` and never takes an earlier value again. ``reported_rivals`` are those in
    the report of the claimant.
    """

    targets: tuple[ClaimTarget, ...] = ()
    id: str = ""
    reported_rivals: Rivals = field(default=Rivals(), name="saw")


# What a post claims: its targets by earlier address, ``<clinic>/<post>``.
ClaimedAddresses: TypeAlias = Mapping[str, tuple[ClaimTarget, ...]]


def carry_over_claims(known: Mapping[str, Claim], claimed: ClaimedAddresses, fp: str) -> dict[str, Claim]:
    """The claims for the row of a page whose fingerprint is ``fp``. Claims that did not change keep their ``id``."""
    claims: dict[str, Claim] = {}
    for address, targets in claimed.items():
        before = known.get(address)
        same = before is not None and before.targets == targets
        claims[address] = before if before and same else Claim(targets, fingerprint("claim", address, fp))
    return claims


def active_claims(claims: Mapping[str, Claim]) -> dict[str, Claim]:
    """Those of ``claims``, by claiming post, that have not ended, in the order of the posts' names."""
    return {post: claim for post, claim in sorted(claims.items()) if claim.targets}


def is_own_claim(claim: Claim, claimant: str) -> bool:
    """Whether ``claimant`` claims the address for itself, and so is live; not for a post that it moved to."""
    return claim.targets == (ClaimTarget(claimant),)
