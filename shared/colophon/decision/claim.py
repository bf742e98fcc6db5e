"""Claims: a live post says that another post's address was its own before. Kept with both posts."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from colophon.decision.identity import fingerprint


class ClaimTarget(Struct, frozen=True, omit_defaults=True):
    """Where a claim leads: a live post (``<clinic>/<post>``). ``via`` are the posts on the way that moved themselves,
    the nearest to the target first."""

    post: str
    via: tuple[str, ...] = ()


class Rivals(Struct, frozen=True, omit_defaults=True):
    """What keeps a claim from its address: other posts that claim it, a page that it still shows, or withdrawals, by
    their keys."""

    posts: tuple[str, ...] = ()
    has_page: bool = field(default=False, name="page")
    withdrawals: tuple[str, ...] = field(default=(), name="orders")


class Claim(Struct, frozen=True, omit_defaults=True):
    """One post's claim to one address of another, in one language.

    Without ``targets`` it has ended: its blank stays, so that whatever it led to is closed. ``id`` changes whenever
    ``targets`` do and never returns. ``saw`` are the rivals that its own report was written with.
    """

    targets: tuple[ClaimTarget, ...] = ()
    id: str = ""
    reported_rivals: Rivals = field(default=Rivals(), name="saw")


# What a post claims: its targets by earlier address, ``<clinic>/<post>``.
ClaimedAddresses: TypeAlias = Mapping[str, tuple[ClaimTarget, ...]]


def carry_over_claims(known: Mapping[str, Claim], claimed: ClaimedAddresses, fp: str) -> dict[str, Claim]:
    """The claims to keep in the row of a page whose fingerprint is ``fp``: those that stay as they were keep their
    ``id``."""
    claims: dict[str, Claim] = {}
    for address, targets in claimed.items():
        before = known.get(address)
        same = before is not None and before.targets == targets
        claims[address] = before if before and same else Claim(targets, fingerprint("claim", address, fp))
    return claims


def diff_claims(known: Mapping[str, Claim], after: Mapping[str, Claim], fp: str) -> dict[str, Claim]:
    """What to write at the earlier addresses: claims that came or changed, and a blank for each that ended."""
    written = {address: claim for address, claim in after.items() if known.get(address) != claim}
    ended = {address: Claim(id=fingerprint("claim ended", address, fp)) for address in known if address not in after}
    return written | ended


def is_own_claim(claim: Claim, claimant: str) -> bool:
    """Whether ``claimant`` claims for itself, and so is live; not for those that it moved to."""
    return claim.targets == (ClaimTarget(claimant),)


def with_reported_rivals(claims: Mapping[str, Claim], rivals: Mapping[str, Rivals]) -> dict[str, Claim]:
    """``claims`` with what was seen of their rivals, by earlier address."""
    return {address: replace(claim, reported_rivals=rivals.get(address, Rivals())) for address, claim in claims.items()}
