"""Where claims to an address lead, what a post that moved passes on, and who is a rival: from rows alone."""

import pytest
from msgspec.structs import replace

from colophon.decision.claim import Claim, ClaimTarget, Rivals, active_claims, carry_over_claims, is_own_claim
from colophon.decision.redirects import claim_targets_at, find_rivals, forwarded_claims
from colophon.decision.rows import PostRow
from colophon.decision.snapshot import claimed_clinic_id
from colophon.upload.keys import PageRef
from colophon.views import PostView
from tests.decision.builder import folder
from tests.decision.files import CLINIC, CLINIC_FILE, POST, record, text

PAGE = PageRef(POST, "en")
NEW, NEWER, NEWEST = (f"{CLINIC}/{name}" for name in ("new", "newer", "newest"))
OPEN = folder().put(CLINIC_FILE, record(accepts=["sorae"]))


def claim(post: str, *via: str) -> Claim:
    return Claim((ClaimTarget(post, via),), f"{post} {via}")


def targets(claims: dict[str, Claim]) -> dict[str, ClaimTarget]:
    """Where the address of the post leads if these posts claim it."""
    return claim_targets_at(PAGE, replace(OPEN.decide().look(), row=PostRow(POST, claims={"en": claims})))


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ({NEW: claim(NEW)}, [ClaimTarget(NEW)]),
        ({NEW: claim(NEW), NEWER: claim(NEW, NEWER)}, [ClaimTarget(NEW)]),
        ({NEWER: claim(NEW, NEWER), NEW: claim(NEW)}, [ClaimTarget(NEW)]),
        ({NEWER: claim(NEW, NEWER), NEWEST: claim(NEW, NEWEST)}, [ClaimTarget(NEW, (NEWER,))]),
        ({NEW: claim(NEW), NEWER: claim(NEWER)}, [ClaimTarget(NEW), ClaimTarget(NEWER)]),
        ({NEW: Claim((), "ended")}, []),
        ({"sorae/x": claim("sorae/x"), "other/x": claim("other/x")}, [ClaimTarget("sorae/x")]),
    ],
)
def test_an_address_leads_to_each_post_by_the_shortest_way(claims: dict[str, Claim], found: list[ClaimTarget]) -> None:
    assert targets(claims) == {target.post: target for target in found}


@pytest.mark.parametrize(("passed", "is_passed_on"), [(0, True), (19, True), (20, False), (25, False)])
def test_a_claim_is_passed_on_over_at_most_twenty_posts(passed: int, *, is_passed_on: bool) -> None:
    """No post moves this often, and a circle has an end."""
    view = OPEN.put("en.md", text("Moved", moved_from=[f"{CLINIC}/old"])).decide().page("en").view
    assert isinstance(view, PostView)
    via = tuple(f"a/{number}" for number in range(passed))
    found = forwarded_claims(PAGE, view.edition, {NEW: ClaimTarget(NEW, via)})
    assert found == ({f"{CLINIC}/old": (ClaimTarget(NEW, (*via, str(POST))),)} if is_passed_on else {})


@pytest.mark.parametrize(
    ("claims", "rivals"),
    [
        ({NEW: claim(NEW)}, ()),
        ({NEW: claim(NEW), NEWER: claim(NEWER)}, (NEWER,)),
        # Another post that moved here passes the address on: it leads to the claimant all the same.
        ({NEW: claim(NEW), NEWER: claim(NEW, NEWER)}, ()),
        ({NEW: claim(NEW), NEWER: Claim((), "ended")}, ()),
        ({NEW: claim(NEW), NEWER: claim(NEWEST, NEWER)}, (NEWEST,)),
    ],
)
def test_rivals_are_the_other_posts_that_an_address_would_lead_to(
    claims: dict[str, Claim], rivals: tuple[str, ...]
) -> None:
    assert find_rivals(PostRow(POST, claims={"en": claims}), "en", NEW) == Rivals(rivals)


def test_only_a_claim_for_itself_alone_is_a_posts_own() -> None:
    own, other = ClaimTarget(NEW), ClaimTarget(NEWER, (NEW,))
    found = [is_own_claim(Claim(each), NEW) for each in ((own,), (other,), (own, other), ())]
    assert found == [True, False, False, False]


def test_a_claim_keeps_its_identity_while_it_leads_to_the_same_and_never_has_it_again() -> None:
    old = f"{CLINIC}/old"
    first = carry_over_claims({}, {old: (ClaimTarget(NEW),)}, "fp 1")
    assert carry_over_claims(first, {old: (ClaimTarget(NEW),)}, "fp 2") == first
    second = carry_over_claims(first, {old: (ClaimTarget(NEWER),)}, "fp 2")
    assert carry_over_claims(first, {}, "fp 2") == {}
    third = carry_over_claims(second, {old: (ClaimTarget(NEW),)}, "fp 3")
    assert len({claims[old].id for claims in (first, second, third)}) == 3
    others = carry_over_claims({}, {old: (ClaimTarget(NEW),), f"{CLINIC}/older": (ClaimTarget(NEW),)}, "fp 1")
    assert len({each.id for each in others.values()}) == 2
    assert others[old] == first[old]


def test_claims_that_have_not_ended_are_in_the_order_of_their_posts() -> None:
    claims = {NEWER: claim(NEWER), NEWEST: Claim((), "ended"), NEW: claim(NEW)}
    assert list(active_claims(claims)) == [NEW, NEWER]


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ({}, ""),
        ({NEW: Claim((), "ended")}, ""),
        ({NEW: claim(NEW)}, "withdrawal"),
        ({NEW: claim(NEW), "sorae/x": Claim((), "ended")}, "withdrawal"),
        ({NEW: claim(NEW), "sorae/x": claim("sorae/x")}, "record"),
        ({f"{CLINIC}-ear/x": claim(f"{CLINIC}-ear/x")}, "record"),
    ],
)
def test_an_address_depends_on_the_record_of_its_clinic_only_for_claims_of_others(
    claims: dict[str, Claim], found: str
) -> None:
    """Else each change of the record would make every address again that posts of the clinic moved from."""
    seen = OPEN.decide().look()
    clinic = replace(seen.clinic, fp="record", withdrawal_id="withdrawal")
    snapshot = replace(seen, clinic=clinic, row=PostRow(POST, claims={"en": claims}))
    assert claimed_clinic_id(PAGE, snapshot) == found
