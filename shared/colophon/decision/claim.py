"""Claims: a live post names an earlier address of its own. Both posts, the new and the old, have it in their rows."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from colophon.decision.identity import fingerprint


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

    A claim without ``targets`` has ended. It stays in the row, so that the address is closed. ``id`` changes with
    ``targets`` and never takes an earlier value again. ``reported_rivals`` are those in the report of the claimant.
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


def diff_claims(known: Mapping[str, Claim], after: Mapping[str, Claim], fp: str) -> dict[str, Claim]:
    """What to write at the earlier addresses: new and changed claims, and one without targets for each that ended."""
    written = {address: claim for address, claim in after.items() if known.get(address) != claim}
    ended = {address: Claim(id=fingerprint("claim ended", address, fp)) for address in known if address not in after}
    return written | ended


def is_own_claim(claim: Claim, claimant: str) -> bool:
    """Whether ``claimant`` claims the address for itself, and so is live; not for a post that it moved to."""
    return claim.targets == (ClaimTarget(claimant),)


def with_reported_rivals(claims: Mapping[str, Claim], rivals: Mapping[str, Rivals]) -> dict[str, Claim]:
    """``claims`` with their ``rivals``, both by earlier address."""
    return {address: replace(claim, reported_rivals=rivals.get(address, Rivals())) for address, claim in claims.items()}
