"""Where readers of an earlier address are sent, and what is reported of a post that claims one.

The posts are ``one``, ``two`` and ``three`` of the clinic Dalbit, and ``far`` of another clinic.
"""

from collections.abc import Mapping
from functools import partial

import pytest
from msgspec.structs import replace

from colophon.decision.earlier_address import posts_named_by
from colophon.decision.page import decide_page
from colophon.decision.redirects import addresses_ever_claimed, pages_affected_by_claims, posts_claimed_by
from colophon.decision.snapshot import is_page_up_to_date
from colophon.upload.keys import PageRef, PostRef
from colophon.verbs.reading import decide_with_reads
from colophon.views import TombstoneView
from tests.decision.builder import Uploads, folder
from tests.decision.decisions import Page
from tests.decision.files import (
    BROKEN_TEXT,
    CLINIC_FILE,
    CLINIC_WITHDRAWAL,
    HOLD,
    HOLD_ENDS,
    record,
    text,
    withdrawal,
)

ONE, TWO, THREE = "posts/dalbit/one/en.md", "posts/dalbit/two/en.md", "posts/dalbit/three/en.md"
FAR = "posts/haenaru/far/en.md"
FAR_CLINIC = "clinics/haenaru/clinic.yaml"
WITHDRAWAL_OF_ONE = "posts/dalbit/one/withdrawal.yaml"
TO_TWO, TO_THREE, TO_FAR = "redirect: /en/dalbit/two/", "redirect: /en/dalbit/three/", "redirect: /en/haenaru/far/"
CLOSED = "tombstone: absent"


def claiming(*posts: str, title: str = "Moved") -> bytes:
    """A text that had the addresses of ``posts`` before."""
    return text(title, moved_from=[post if "/" in post else f"dalbit/{post}" for post in posts])


MOVED = folder().put(ONE, text("One")).put(TWO, claiming("one")).delete(ONE)
RIVALS = MOVED.put(THREE, claiming("one"))
CHAIN = MOVED.put(THREE, claiming("two")).delete(TWO)
NOT_ACCEPTED = folder().put(FAR_CLINIC, record()).put(ONE, text("One")).put(FAR, claiming("one")).delete(ONE)
ACCEPTS, ACCEPTS_NOT = record(accepts=["haenaru"]), record(accepts=["sorae"])
ACROSS = NOT_ACCEPTED.put(CLINIC_FILE, ACCEPTS)

# What was uploaded; what readers get at the address of the post ``one``.
LEADS: Mapping[str, tuple[Uploads, str]] = {
    "to the live post that claims it": (MOVED, TO_TWO),
    "though no text was ever uploaded there": (folder().put(TWO, claiming("one")), TO_TWO),
    "though its text was never valid": (folder().put(ONE, BROKEN_TEXT).put(TWO, claiming("one")), TO_TWO),
    "nowhere while it shows a page": (folder().put(ONE, text("One")).put(TWO, claiming("one")), "page: One"),
    "nowhere while the claimant waits": (
        folder().put(TWO, text("Waits", channel="x", moved_from=["dalbit/one"])),
        "nothing",
    ),
    "nowhere while the claimant is refused": (folder().put(TWO, BROKEN_TEXT), "nothing"),
    "nowhere once the claimant is deleted": (MOVED.delete(TWO), CLOSED),
    "nowhere once the claimant is withdrawn": (MOVED.put("posts/dalbit/two/withdrawal.yaml", withdrawal()), CLOSED),
    "nowhere once the claim is given up": (MOVED.put(TWO, text("Moved")), CLOSED),
    "there again when it is claimed again": (MOVED.put(TWO, text("Moved")).put(TWO, claiming("one")), TO_TWO),
    "nowhere once it is given up again": (
        MOVED.put(TWO, text("Moved")).put(TWO, claiming("one")).put(TWO, text("Moved")),
        CLOSED,
    ),
    "nowhere once its text is back": (MOVED.put(ONE, text("Back")), "page: Back"),
    "there again once that is deleted": (MOVED.put(ONE, text("Back")).delete(ONE), TO_TWO),
    "nowhere while two posts claim it": (RIVALS, CLOSED),
    "to the one that is left": (RIVALS.put(TWO, text("Two")), TO_THREE),
    "nowhere while it is withdrawn": (MOVED.put(WITHDRAWAL_OF_ONE, withdrawal("gone")), "tombstone: gone"),
    "there again when that ends": (MOVED.put(WITHDRAWAL_OF_ONE, HOLD).until(HOLD_ENDS), TO_TWO),
    "nowhere while it alone is withdrawn, a text or not": (
        folder().put(TWO, claiming("one")).put(f"{ONE}.withdrawal.yaml", withdrawal("legal")),
        "tombstone: legal",
    ),
    "to the end of a chain": (CHAIN, TO_THREE),
    "to the middle of a chain that shows a page": (MOVED.put(THREE, claiming("two")), TO_TWO),
    "to the end of a chain that was uploaded backwards": (
        folder().put(THREE, claiming("two")).put(TWO, claiming("one")).delete(TWO),
        TO_THREE,
    ),
    "nowhere once the chain's end is deleted": (CHAIN.delete(THREE), CLOSED),
    "nowhere through an address that is withdrawn": (
        CHAIN.put("posts/dalbit/two/withdrawal.yaml", withdrawal()),
        CLOSED,
    ),
    "to the other of two posts that claim each other": (
        folder().put(ONE, claiming("two", title="One")).put(TWO, claiming("one")).delete(ONE),
        TO_TWO,
    ),
    "nowhere while it shows a page that claims where it is claimed from": (
        folder().put(ONE, claiming("two", title="One")).put(TWO, claiming("one")).delete(TWO),
        "page: One",
    ),
    "out of a circle of deleted posts to the one that is live": (
        folder()
        .put(ONE, claiming("two"))
        .put(TWO, claiming("one"))
        .put(THREE, claiming("two"))
        .delete(ONE)
        .delete(TWO),
        TO_THREE,
    ),
    "nowhere when a circle of posts is deleted": (
        folder().put(ONE, claiming("two")).put(TWO, claiming("one")).delete(ONE).delete(TWO),
        CLOSED,
    ),
    "nowhere by its own claim": (folder().put(ONE, claiming("one")).delete(ONE), CLOSED),
    "to a post of another clinic that its own accepts": (ACROSS, TO_FAR),
    "to it, accepted before it was uploaded": (
        folder().put(FAR_CLINIC, record()).put(CLINIC_FILE, ACCEPTS).put(FAR, claiming("one")),
        TO_FAR,
    ),
    "nowhere while its clinic accepts none": (NOT_ACCEPTED, CLOSED),
    "nowhere while its clinic accepts another": (NOT_ACCEPTED.put(CLINIC_FILE, ACCEPTS_NOT), CLOSED),
    "nowhere once its clinic accepts no longer": (ACROSS.put(CLINIC_FILE, ACCEPTS_NOT), CLOSED),
    "nowhere once its clinic's record is deleted": (ACROSS.delete(CLINIC_FILE), CLOSED),
    "there still when a record is refused": (ACROSS.put(CLINIC_FILE, b"names: [\n"), TO_FAR),
    "there again when its clinic accepts again": (
        ACROSS.put(CLINIC_FILE, ACCEPTS_NOT).put(CLINIC_FILE, ACCEPTS),
        TO_FAR,
    ),
    "to the one that is accepted, although others claim it": (
        folder().put(FAR_CLINIC, record()).put(FAR, claiming("one")).put(TWO, claiming("one")),
        TO_TWO,
    ),
    "nowhere while both may claim it": (
        folder()
        .put(FAR_CLINIC, record())
        .put(CLINIC_FILE, ACCEPTS)
        .put(FAR, claiming("one"))
        .put(TWO, claiming("one")),
        CLOSED,
    ),
    "to the end of a chain of which each clinic accepts the next": (
        MOVED.put(FAR_CLINIC, record()).put(CLINIC_FILE, ACCEPTS).put(FAR, claiming("two")).delete(TWO),
        TO_FAR,
    ),
    "nowhere over a post that is not accepted": (
        MOVED.put(FAR_CLINIC, record()).put(FAR, claiming("two")).delete(TWO),
        CLOSED,
    ),
    "nowhere over a deleted post that is not accepted": (
        folder()
        .put(FAR_CLINIC, record(accepts=["dalbit"]))
        .put(FAR, claiming("one"))
        .put(TWO, claiming("haenaru/far"))
        .delete(FAR),
        "nothing",
    ),
    "nowhere while its clinic is withdrawn": (ACROSS.put(CLINIC_WITHDRAWAL, withdrawal()), CLOSED),
    "there again when the clinic is back": (
        ACROSS.put(CLINIC_WITHDRAWAL, withdrawal()).delete(CLINIC_WITHDRAWAL),
        TO_FAR,
    ),
    "nowhere while the claimant's clinic is withdrawn": (
        ACROSS.put("clinics/haenaru/withdrawal.yaml", withdrawal()),
        CLOSED,
    ),
}


@pytest.mark.parametrize(("uploads", "shows"), LEADS.values(), ids=LEADS)
def test_an_earlier_address_leads(uploads: Uploads, shows: str) -> None:
    assert _page(uploads, "one").shows == shows


def test_an_address_leads_nowhere_before_the_claim_that_is_not_accepted_any_longer_has_ended() -> None:
    one, decisions = PostRef("dalbit", "one"), ACROSS.decide()
    look = replace(decisions.look(one), clinic=ACROSS.put(CLINIC_FILE, record()).decide().clinic())
    assert not is_page_up_to_date(PageRef(one, "en"), look)
    decision = decide_with_reads(partial(decide_page, PageRef(one, "en")), look, decisions.source)
    assert isinstance(decision.view, TombstoneView)
    assert decision.view.kind == "absent"
    row = replace(decisions.post(one), pages={"en": decision.row})
    assert list(pages_affected_by_claims(row)) == [PageRef(PostRef("haenaru", "far"), "en")]


def test_a_claim_is_for_its_own_language() -> None:
    uploads = MOVED.put("posts/dalbit/one/ja.md", text("One")).delete("posts/dalbit/one/ja.md")
    assert uploads.decide().page("ja", PostRef("dalbit", "one")).shows == CLOSED


def test_an_earlier_address_is_never_in_an_old_state_again() -> None:
    for uploads, _ in LEADS.values():
        for name in ("one", "two"):
            fingerprints = _page(uploads, name).fingerprints
            assert len(fingerprints) == len(set(fingerprints))


# What was uploaded; the post that claims; what each warning about its claim names.
WARNED: Mapping[str, tuple[Uploads, str, tuple[str, ...]]] = {
    "of nothing, when it leads there": (MOVED, "two", ()),
    "of a page that the address shows": (folder().put(ONE, text("One")).put(TWO, claiming("one")), "two", ("page",)),
    "of another claimant": (RIVALS, "two", ("dalbit/three",)),
    "and so is the other": (RIVALS, "three", ("dalbit/two",)),
    "of no claimant that gave up": (RIVALS.put(TWO, text("Two")), "three", ()),
    "of a withdrawal of the address": (MOVED.put(WITHDRAWAL_OF_ONE, withdrawal()), "two", (WITHDRAWAL_OF_ONE,)),
    "of no withdrawal that ended": (MOVED.put(WITHDRAWAL_OF_ONE, HOLD).until(HOLD_ENDS), "two", ()),
    "of a withdrawal of the address's clinic": (
        folder()
        .put(FAR_CLINIC, record(accepts=["dalbit"]))
        .put(TWO, claiming("haenaru/old"))
        .put("clinics/haenaru/withdrawal.yaml", withdrawal()),
        "two",
        ("clinics/haenaru/withdrawal.yaml",),
    ),
    "of each address that does not lead to it": (
        folder().put(ONE, text("One")).put(THREE, text("Three")).put(TWO, claiming("one", "three")),
        "two",
        ("dalbit/one", "dalbit/three"),
    ),
    "of another clinic that does not accept its claim": (
        folder().put(FAR_CLINIC, record(accepts=["sorae"])).put(TWO, claiming("haenaru/old")),
        "two",
        ("clinics/haenaru/clinic.yaml does not list dalbit in accepts_moves_from",),
    ),
    "of another clinic without a record": (
        folder().put(TWO, claiming("haenaru/old")),
        "two",
        ("clinics/haenaru/clinic.yaml does not list dalbit in accepts_moves_from",),
    ),
    "of nothing once the other clinic accepts its claim": (
        folder().put(TWO, claiming("haenaru/old")).put(FAR_CLINIC, record(accepts=["dalbit"])),
        "two",
        (),
    ),
    "of the other clinic again, when that is taken back": (
        folder()
        .put(TWO, claiming("haenaru/old"))
        .put(FAR_CLINIC, record(accepts=["dalbit"]))
        .put(FAR_CLINIC, record()),
        "two",
        ("does not list dalbit",),
    ),
    "of nothing by those whose address it had itself": (CHAIN, "three", ()),
}


@pytest.mark.parametrize(("uploads", "post", "named"), WARNED.values(), ids=WARNED)
def test_a_post_that_claims_an_address_is_warned(uploads: Uploads, post: str, named: tuple[str, ...]) -> None:
    page = _page(uploads, post)
    problems = [problem for problem in page.problems if problem.field == "moved_from"]
    assert page.state == "live"
    assert [problem.field for problem in page.problems if problem not in problems] == ["source.archive_url"]
    assert [name in problem.what for name, problem in zip(named, problems, strict=True)] == [True] * len(named)


def test_a_correction_that_is_refused_is_not_warned_of_rivals() -> None:
    page = _page(RIVALS.put(TWO, BROKEN_TEXT), "two")
    assert (page.shows, page.state) == ("page: Moved", "refused")
    assert "moved_from" not in [problem.field for problem in page.problems]


# What was uploaded; the state of the withdrawal of ``one``; what its report names.
WITHDRAWN_ADDRESS: Mapping[str, tuple[Uploads, str, tuple[str, ...]]] = {
    "an address with a text, claimed or not": (MOVED.put(WITHDRAWAL_OF_ONE, withdrawal()), "live", ()),
    "an address without a text that a post claims": (
        folder().put(TWO, claiming("one")).put(WITHDRAWAL_OF_ONE, withdrawal()),
        "live",
        ("dalbit/two",),
    ),
    "an address that no post claims": (folder().put(WITHDRAWAL_OF_ONE, withdrawal()), "waiting", ("names nothing",)),
    "an address that is claimed no longer": (
        folder().put(TWO, claiming("one")).put(WITHDRAWAL_OF_ONE, withdrawal()).put(TWO, text("Two")),
        "waiting",
        ("names nothing",),
    ),
}


@pytest.mark.parametrize(("uploads", "state", "named"), WITHDRAWN_ADDRESS.values(), ids=WITHDRAWN_ADDRESS)
def test_the_report_of_a_withdrawal_of_an_earlier_address(uploads: Uploads, state: str, named: tuple[str, ...]) -> None:
    outcome = uploads.decide().post(PostRef("dalbit", "one")).withdrawals["withdrawal.yaml"].outcome
    assert outcome.state == state
    assert [name in problem.what for name, problem in zip(named, outcome.problems, strict=True)] == [True] * len(named)


@pytest.mark.parametrize("uploads", [uploads for uploads, _ in LEADS.values()], ids=LEADS)
def test_at_rest_no_claim_asks_for_a_page(uploads: Uploads) -> None:
    assert [page for row in uploads.decide().posts.values() for page in pages_affected_by_claims(row)] == []


@pytest.mark.parametrize("uploads", [uploads for uploads, _ in LEADS.values()], ids=LEADS)
def test_no_claim_leads_an_address_to_itself(uploads: Uploads) -> None:
    for row in uploads.decide().posts.values():
        for old, claim in row.pages["en"].claims.items() if "en" in row.pages else ():
            assert not [target for target in claim.targets if old in (target.post, *target.via)]


# A row of the post ``one`` in which claims and pages are of two different moments; the posts to look at again.
MOMENTS: Mapping[str, tuple[Uploads, Uploads, set[str]]] = {
    "the first claim": (folder().put(TWO, claiming("one")), folder(), {"one"}),
    "a claim to a page that is live": (MOVED, folder().put(ONE, text("One")), {"one", "two"}),
    "a second claim": (RIVALS, MOVED, {"one"}),
    "the end of a claim": (MOVED.put(TWO, text("Moved")), MOVED, {"one"}),
    "a deletion of the page at the address": (
        folder().put(ONE, text("One")).put(TWO, claiming("one")),
        MOVED,
        {"two"},
    ),
    "a withdrawal of the address": (MOVED, MOVED.put(WITHDRAWAL_OF_ONE, withdrawal()), {"two"}),
}


@pytest.mark.parametrize(("claims", "pages", "posts"), MOMENTS.values(), ids=MOMENTS)
def test_the_pages_that_claims_ask_for(claims: Uploads, pages: Uploads, posts: set[str]) -> None:
    one = PostRef("dalbit", "one")
    row = replace(pages.decide().post(one), claims=claims.decide().post(one).claims)
    assert {page.post.post for page in pages_affected_by_claims(row)} == posts


def test_a_post_knows_the_addresses_that_it_claims() -> None:
    row = folder().put(TWO, claiming("one", "haenaru/old")).decide().post(PostRef("dalbit", "two"))
    assert posts_claimed_by(row) == {PostRef("dalbit", "one")}
    assert posts_named_by(row) == {PostRef("dalbit", "one"), PostRef("haenaru", "old")}


def test_every_address_that_a_text_ever_claimed_is_found() -> None:
    uploads = folder().put(TWO, claiming("one", "three")).delete(TWO).put(TWO, BROKEN_TEXT).put(TWO, claiming("four"))
    two, decisions = PostRef("dalbit", "two"), uploads.decide()
    look = decisions.look(two)
    found = decide_with_reads(partial(addresses_ever_claimed, PageRef(two, "en")), look, decisions.source)
    assert found == ("dalbit/four", "dalbit/one", "dalbit/three")


def _page(uploads: Uploads, post: str) -> Page:
    return uploads.decide().page("en", PostRef("dalbit", post))
