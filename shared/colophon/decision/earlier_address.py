"""What an earlier address takes of a claim to it: the claim itself, or its report of why it waits.

A post of another clinic needs that clinic's word, ``accepts_moves_from``. Of all claims to one address in one language
the ``MAX_CLAIMS`` of the first posts by name are made; the others wait. So which are made depends on the inbox alone,
not on the order in which posts were uploaded. Only where the item of the address is nearly full does it depend on that:
a claim that is made stays, and a new one waits until the item is smaller.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.claim import MAX_CLAIMS, Claim, ClaimWait, Rivals, active_claims, is_own_claim
from colophon.decision.identity import fingerprint
from colophon.decision.redirects import claim_warning, find_rivals, parse_post_name, rival_warnings
from colophon.decision.room import has_room_for_claims
from colophon.decision.rows import ClinicRow, PageRow, PostRow
from colophon.language.served import served_languages
from colophon.problem import Problem
from colophon.upload.keys import ClinicFile, PageRef, PostRef


class EarlierAddress(Struct, frozen=True):
    """The rows of the post at an address that another post claims, and of the clinic of that post.

    For a claimant of the same clinic, which needs no permission, the clinic's row may be empty.
    """

    row: PostRow
    clinic: ClinicRow


# By their names, ``<clinic>/<post>``.
EarlierAddresses: TypeAlias = Mapping[str, EarlierAddress]


class ClaimWrite(Struct, frozen=True):
    """What to write of a claim at its address, and on which condition.

    ``made_before`` is the number of claims made at the address before a new one (None: it is known there already);
    ``removed`` are the claimants whose claims it replaces, and ``clinic_n`` is the ``n`` of the clinic's row that
    accepts it (None: no permission is needed).
    """

    claim: Claim
    made_before: int | None = None
    removed: tuple[str, ...] = ()
    clinic_n: int | None = None


class WaitNote(Struct, frozen=True, order=True):
    """The note that a page waits with a claim: for the clinic ``clinic`` to accept it or, if ``post`` is given, for
    room at the address of that post in the page's language."""

    claimant: PageRef
    clinic: str
    post: str = ""


class WaitChanges(Struct, frozen=True):
    """The notes to add and to remove when a page is recorded."""

    begun: tuple[WaitNote, ...] = ()
    ended: tuple[WaitNote, ...] = ()


def wait_changes(page: PageRef, known: PageRow | None, row: PageRow) -> WaitChanges:
    """The notes that change when ``row`` of ``page`` replaces ``known`` (None: there was no row)."""
    before, after = _wait_notes(page, known), _wait_notes(page, row)
    return WaitChanges(tuple(sorted(after - before)), tuple(sorted(before - after)))


def _wait_notes(page: PageRef, row: PageRow | None) -> frozenset[WaitNote]:
    waits = {parse_post_name(name): wait for name, wait in row.waiting_claims.items()} if row else {}
    return frozenset(WaitNote(page, post.clinic, "" if wait == "clinic" else post.post) for post, wait in waits.items())


def find_wait(page: PageRef, address: EarlierAddress) -> ClaimWait | None:
    """What a claim of ``page`` to ``address`` waits for."""
    if not address.clinic.accepts_moves_from(page.post.clinic):
        return "clinic"
    claimant = str(page.post)
    before = [other for other in active_claims(_claims_at(page, address)) if other < claimant]
    if len(before) >= MAX_CLAIMS:
        return "room"
    return None if _is_made(page, address) or has_room_for_claims(address.row) else "size"


def settle_claims(page: PageRef, row: PageRow, addresses: EarlierAddresses) -> PageRow:
    """``row`` with the claims that their addresses take, and with those that wait.

    Its report warns of each address that does not lead to ``page``. ``addresses`` are those of all claims in ``row``.
    """
    waits = {address: wait for address in row.claims if (wait := find_wait(page, addresses[address]))}
    claims: dict[str, Claim] = {}
    warnings: list[Problem] = []
    for address, claim in row.claims.items():
        if address in waits:
            warnings.append(_wait_warning(page, address, waits[address]))
            continue
        rivals = _rivals_of(page, claim, addresses[address])
        claims[address] = replace(_identify(page, claim, addresses[address]), reported_rivals=rivals)
        warnings += rival_warnings(page, address, rivals)
    outcome = row.outcome
    if outcome.state == "live" and warnings:
        outcome = replace(outcome, problems=(*outcome.problems, *warnings))
    return replace(row, outcome=outcome, claims=claims, waiting_claims=waits)


def are_claims_settled(page: PageRef, row: PageRow | None, addresses: EarlierAddresses) -> bool:
    """Whether the row and the report of ``page`` say what ``addresses`` say now of its claims, made or waiting."""
    claims, waits = (row.claims, row.waiting_claims) if row else ({}, {})
    return all(find_wait(page, addresses[address]) == wait for address, wait in waits.items()) and all(
        _is_settled(page, claim, addresses[address]) for address, claim in claims.items()
    )


def named_addresses(row: PageRow | None) -> tuple[str, ...]:
    """The addresses that a page claims, or would claim if it could."""
    return (*row.claims, *row.waiting_claims) if row else ()


def posts_named_by(row: PostRow) -> frozenset[PostRef]:
    """The posts whose addresses the post of ``row`` claims, or would claim if it could."""
    return frozenset(parse_post_name(name) for page_row in row.pages.values() for name in named_addresses(page_row))


def claim_writes(
    page: PageRef, known: Mapping[str, Claim], after: Mapping[str, Claim], addresses: EarlierAddresses
) -> dict[str, ClaimWrite]:
    """What to write at the earlier addresses: new and changed claims, and one without targets for each that ended.

    ``known`` are the claims of ``page`` before, ``after`` those now. ``addresses`` are at least those in ``after``. A
    claim that gave way to another is no longer at its address, and its end is not written there.
    """
    written = {
        address: _claim_write(page, claim, addresses[address])
        for address, claim in after.items()
        if known.get(address) != claim
    }
    ended = {
        address: ClaimWrite(Claim(id=fingerprint("claim ended", claim.id)))
        for address, claim in known.items()
        if address not in after and (address not in addresses or _is_made(page, addresses[address]))
    }
    return written | ended


def claims_displaced(before: PostRow, after: PostRow) -> Iterator[PageRef]:
    """The pages whose claims to the post of ``before`` and ``after`` gave way to others."""
    for lang, claims in before.claims.items():
        gone = active_claims(claims).keys() - after.claims.get(lang, {}).keys()
        yield from (PageRef(parse_post_name(claimant), lang) for claimant in sorted(gone))


def claims_begun_to_wait(before: PostRow, after: PostRow) -> Iterator[PageRef]:
    """The pages of the post of ``before`` and ``after`` that now wait for an address and did not before.

    What they wait for may have happened before they were recorded as waiting, so they are to be decided once more.
    """
    for lang, row in after.pages.items():
        known = before.pages.get(lang)
        if not row.waiting_claims.items() <= (known.waiting_claims.items() if known else set()):
            yield PageRef(after.post, lang)


def addresses_with_room(before: PostRow, after: PostRow) -> Iterator[PageRef]:
    """The addresses at which posts that wait for room may claim now.

    Either one of the ``MAX_CLAIMS`` claims ended, or a page that waited for room needs it no longer, or the item is
    smaller than before.
    """
    if has_room_for_claims(after) and not has_room_for_claims(before):
        yield from (PageRef(after.post, lang) for lang in sorted({*served_languages(), *after.claims, *after.pages}))
        return
    for lang, claims in before.claims.items():
        if len(active_claims(after.claims.get(lang, {}))) < MAX_CLAIMS <= len(active_claims(claims)):
            yield PageRef(after.post, lang)
    for lang, row in after.pages.items():
        waited = before.pages[lang].waiting_claims if lang in before.pages else {}
        yield from (
            PageRef(parse_post_name(address), lang)
            for address, wait in waited.items()
            if wait == "room" and row.waiting_claims.get(address) != "room" and address not in row.claims
        )


def _claims_at(page: PageRef, address: EarlierAddress) -> Mapping[str, Claim]:
    return address.row.claims.get(page.lang, {})


def _is_made(page: PageRef, address: EarlierAddress) -> bool:
    """Whether the claim of ``page`` is among those at ``address``."""
    claim = _claims_at(page, address).get(str(page.post))
    return claim is not None and bool(claim.targets)


def _is_settled(page: PageRef, claim: Claim, address: EarlierAddress) -> bool:
    return (
        find_wait(page, address) is None
        and _is_made(page, address)
        and claim.reported_rivals == _rivals_of(page, claim, address)
    )


def _rivals_of(page: PageRef, claim: Claim, address: EarlierAddress) -> Rivals:
    """What keeps the address from ``page``. A claim for the post that ``page`` moved to is not reported."""
    claimant = str(page.post)
    return find_rivals(address.row, page.lang, claimant) if is_own_claim(claim, claimant) else Rivals()


def _identify(page: PageRef, claim: Claim, address: EarlierAddress) -> Claim:
    """``claim`` with an ``id`` that no claim at ``address`` had before, if it is not made yet.

    The page may claim, wait and claim again without a change of its own.
    """
    if _is_made(page, address):
        return claim
    return replace(claim, id=fingerprint("claim made", claim.id, address.row.claims_made.get(page.lang, 0)))


def _claim_write(page: PageRef, claim: Claim, address: EarlierAddress) -> ClaimWrite:
    if _is_made(page, address):
        return ClaimWrite(claim)
    others = {post: other for post, other in _claims_at(page, address).items() if post != str(page.post)}
    active = list(active_claims(others))
    removed = active[MAX_CLAIMS - 1 :]
    surplus = max(0, len(others) - len(removed) - (MAX_CLAIMS - 1))
    removed += sorted(others.keys() - set(active))[:surplus]
    is_own = page.post.clinic == address.row.post.clinic
    return ClaimWrite(
        claim, address.row.claims_made.get(page.lang, 0), tuple(removed), None if is_own else address.clinic.n
    )


def _wait_warning(page: PageRef, address: str, wait: ClaimWait) -> Problem:
    own, clinic = page.post.clinic, parse_post_name(address).clinic
    if wait == "room":
        what = f"{MAX_CLAIMS} other posts claim the earlier address {address} already, so it does not redirect here."
        return claim_warning(what, f"Remove {address} from moved_from, here or in those posts.")
    if wait == "size":
        folder = parse_post_name(address).folder
        what = f"The record of {folder} is full, so the earlier address {address} does not redirect here."
        return claim_warning(
            what, f"Remove files from {folder} that no text needs, or remove {address} from moved_from."
        )
    record = ClinicFile(clinic).key
    what = (
        f"The earlier address {address} belongs to another clinic, and {record} does not list {own} in "
        "accepts_moves_from, so it does not redirect here."
    )
    return claim_warning(what, f"Add {own} to accepts_moves_from in {record}, or remove {address} from moved_from.")
