"""How many claims an address takes, which, and what wakes those that wait.

The posts ``p-00``, ``p-01`` ... of the clinic Dalbit claim the address of its post ``one``.
"""

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from colophon.decision.claim import MAX_CLAIMS, Claim, ClaimTarget, ClaimWait
from colophon.decision.earlier_address import (
    ClaimWrite,
    EarlierAddress,
    WaitChanges,
    WaitNote,
    addresses_with_room,
    are_claims_settled,
    claim_writes,
    claims_begun_to_wait,
    claims_displaced,
    find_wait,
    settle_claims,
    wait_changes,
)
from colophon.decision.redirects import forwarded_claims
from colophon.decision.room import MAX_SHOWN_BYTES
from colophon.decision.rows import ClinicRow, Outcome, PageRow, PostRow
from colophon.edition.model import Edition
from colophon.edition.read import read_edition
from colophon.upload.keys import PageRef, PostRef
from tests.decision.builder import folder
from tests.decision.files import CLINIC_FILE, record, text

ONE = PostRef("dalbit", "one")
NAME = str(ONE)


def post(number: int) -> str:
    return f"dalbit/p-{number:02}"


def page(number: int) -> PageRef:
    return PageRef(PostRef("dalbit", f"p-{number:02}"), "en")


def row_of(made: range, ended: range = range(0), count: int = 0) -> PostRow:
    """The row of ``one`` with the claims of the posts in ``made``, and of those in ``ended``."""
    claims = {post(number): Claim((ClaimTarget(post(number)),), f"id {number}") for number in made}
    claims |= {post(number): Claim((), f"end {number}") for number in ended}
    return PostRow(ONE, claims={"en": claims}, claims_made={"en": count})


def address(made: range, ended: range = range(0), count: int = 0) -> EarlierAddress:
    return EarlierAddress(row_of(made, ended, count), ClinicRow("dalbit"))


def full(at: EarlierAddress) -> EarlierAddress:
    """``at`` in an item that leaves only what is kept for withdrawals."""
    return replace(at, row=replace(at.row, size=MAX_SHOWN_BYTES))


def page_row(number: int, waits: Mapping[str, ClaimWait] | None = None) -> PageRow:
    """The row of a live page that claims ``one``, or that waits."""
    live = PageRow(Outcome(page(number).key, "live"), waiting_claims=waits or {})
    return live if waits is not None else replace(live, claims={NAME: Claim((ClaimTarget(post(number)),), "wanted")})


# The claims at the address; the post that wants to claim it; what it waits for.
WAITS: Mapping[str, tuple[EarlierAddress, int, ClaimWait | None]] = {
    "nothing, at an address without a claim": (address(range(0)), 5, None),
    "nothing, while there is room": (address(range(MAX_CLAIMS - 1)), 99, None),
    "nothing, when it is made": (address(range(MAX_CLAIMS)), 19, None),
    "nothing, before the last by name": (address(range(1, MAX_CLAIMS + 1)), 0, None),
    "room, after the last by name": (address(range(MAX_CLAIMS)), 20, "room"),
    "room, if too many were made once": (address(range(MAX_CLAIMS + 5)), 22, "room"),
    "a smaller item, where it is nearly full": (full(address(range(3))), 5, "size"),
    "room, where it is nearly full too": (full(address(range(MAX_CLAIMS))), 20, "room"),
    "nothing, when it is made and the item is nearly full": (full(address(range(5, 6))), 5, None),
    "nothing, where claims have ended": (address(range(MAX_CLAIMS - 1), range(30, 50)), 25, None),
}


@pytest.mark.parametrize(("at", "number", "wait"), WAITS.values(), ids=WAITS)
def test_a_claim_waits_for(at: EarlierAddress, number: int, wait: ClaimWait | None) -> None:
    assert find_wait(page(number), at) == wait
    settled = settle_claims(page(number), page_row(number), {NAME: at})
    assert settled.waiting_claims == ({NAME: wait} if wait else {})
    assert (NAME in settled.claims) == (wait is None)
    what = " ".join(problem.what for problem in settled.outcome.problems)
    assert ("20 other posts claim" in what) == (wait == "room")
    assert ("The record of posts/dalbit/one/ is full" in what) == (wait == "size")


# The claims at the address and how many were ever made; the new claim's post; what its record writes and removes there.
WRITTEN: Mapping[str, tuple[EarlierAddress, int, int, tuple[str, ...]]] = {
    "a first claim": (address(range(0)), 3, 0, ()),
    "one more": (address(range(5), count=5), 9, 5, ()),
    "in place of the last by name": (address(range(1, 21), count=20), 0, 20, (post(20),)),
    "in place of one that ended": (address(range(19), range(40, 41), 20), 25, 20, (post(40),)),
    "beside those that ended, while there is room": (address(range(5), range(40, 45), 10), 9, 10, ()),
    "in place of all that are too many": (
        address(range(1, 24), range(40, 42), 3),
        0,
        3,
        tuple(map(post, range(20, 24))),
    ),
    "again, after its own end": (address(range(5), range(9, 10), 6), 9, 6, ()),
}


@pytest.mark.parametrize(("at", "number", "made_before", "removed"), WRITTEN.values(), ids=WRITTEN)
def test_a_new_claim_is_written(at: EarlierAddress, number: int, made_before: int, removed: tuple[str, ...]) -> None:
    settled = settle_claims(page(number), page_row(number), {NAME: at})
    (write,) = claim_writes(page(number), {}, settled.claims, {NAME: at}).values()
    assert (write.made_before, write.clinic_n, write.claim) == (made_before, None, settled.claims[NAME])
    assert write.removed[: len(removed)] == removed
    claims = at.row.claims["en"]
    kept = claims.keys() - set(write.removed) | {post(number)}
    assert len(kept) <= max(MAX_CLAIMS, len(claims) + (post(number) not in claims))
    assert sum(bool(claims[name].targets) for name in kept & claims.keys()) + 1 <= MAX_CLAIMS


def test_a_claim_that_is_made_again_has_another_id() -> None:
    ids = [settle_claims(page(3), page_row(3), {NAME: address(range(0), count=n)}).claims[NAME].id for n in range(3)]
    assert len(set(ids)) == len(ids)


def test_the_end_of_a_claim_is_written_unless_another_took_its_place() -> None:
    known = {NAME: Claim((ClaimTarget(post(3)),), "id 3")}
    (write,) = claim_writes(page(3), known, {}, {}).values()
    assert (write.claim.targets, write.made_before, write.removed) == ((), None, ())
    assert claim_writes(page(3), known, {}, {NAME: address(range(3, 4))}) == {NAME: write}
    assert claim_writes(page(3), known, {}, {NAME: address(range(0))}) == {}


def test_a_changed_claim_is_written_on_condition_that_it_is_there() -> None:
    known = {NAME: Claim((ClaimTarget(post(3)),), "before")}
    after = {NAME: Claim((ClaimTarget(post(3)),), "after")}
    assert claim_writes(page(3), known, after, {NAME: address(range(5))}) == {NAME: ClaimWrite(after[NAME])}


def test_the_claim_of_another_clinic_is_written_with_the_row_that_accepts_it() -> None:
    accepting = folder().put(CLINIC_FILE, record(accepts=["haenaru"])).decide().clinic()
    far = PageRef(PostRef("haenaru", "far"), "en")
    at = EarlierAddress(PostRow(ONE), replace(accepting, n=7))
    wanted = {NAME: Claim((ClaimTarget("haenaru/far"),), "wanted")}
    assert claim_writes(far, {}, wanted, {NAME: at})[NAME].clinic_n == 7
    assert find_wait(far, at) is None
    assert find_wait(PageRef(PostRef("sorae", "far"), "en"), at) == "clinic"
    assert find_wait(far, EarlierAddress(PostRow(ONE), ClinicRow("dalbit"))) == "clinic"


# A row of the post that claims, and the address now; whether its report still says what is true.
SETTLED: Mapping[str, tuple[PageRow, EarlierAddress, bool]] = {
    "it waits, and there is no room": (page_row(25, {NAME: "room"}), address(range(MAX_CLAIMS)), True),
    "it waits, and the item is nearly full": (page_row(25, {NAME: "size"}), full(address(range(3))), True),
    "it waits for room, and the item is nearly full": (page_row(25, {NAME: "room"}), full(address(range(3))), False),
    "it waits, and the item is smaller": (page_row(25, {NAME: "size"}), address(range(3)), False),
    "it waits, and there is room": (page_row(25, {NAME: "room"}), address(range(MAX_CLAIMS - 1)), False),
    "its claim is made": (page_row(25), address(range(25, 26)), True),
    "its claim gave way": (page_row(25), address(range(MAX_CLAIMS)), False),
    "its claim is not there": (page_row(25), address(range(0)), False),
    "it has a rival that its report does not name": (page_row(25), address(range(24, 26)), False),
}


@pytest.mark.parametrize(("row", "at", "settled"), SETTLED.values(), ids=SETTLED)
def test_the_claims_of_a_page_are_settled(row: PageRow, at: EarlierAddress, settled: bool) -> None:
    assert are_claims_settled(page(25), row, {NAME: at}) is settled


FULL, WITH_ROOM = row_of(range(MAX_CLAIMS)), row_of(range(1, MAX_CLAIMS), range(1))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(FULL, WITH_ROOM, [NAME]), (WITH_ROOM, FULL, []), (FULL, FULL, []), (WITH_ROOM, row_of(range(2)), [])],
    ids=["one of twenty ends", "the last room is taken", "nothing changes", "there was room before"],
)
def test_an_address_has_room(before: PostRow, after: PostRow, expected: list[str]) -> None:
    assert [str(each.post) for each in addresses_with_room(before, after)] == expected


def test_an_address_has_room_in_every_language_when_its_item_is_no_longer_full() -> None:
    before, after = (PostRow(ONE, size=size) for size in (MAX_SHOWN_BYTES, MAX_SHOWN_BYTES - 1))
    assert {"en", "ko"} <= {each.lang for each in addresses_with_room(before, after)}
    assert list(addresses_with_room(after, before)) == list(addresses_with_room(before, before)) == []


def test_a_page_that_needs_the_room_no_longer_leaves_it_to_the_next() -> None:
    before = PostRow(page(25).post, {"en": page_row(25, {NAME: "room", "haenaru/old": "clinic"})})
    for row, expected in (
        (page_row(25, {}), [NAME]),
        (page_row(25, {NAME: "clinic"}), [NAME]),
        (page_row(25, {NAME: "room"}), []),
        (page_row(25), []),
    ):
        after = PostRow(page(25).post, {"en": row})
        assert [str(each.post) for each in addresses_with_room(before, after)] == expected


def test_a_page_is_decided_once_more_when_it_begins_to_wait() -> None:
    before = PostRow(page(25).post, {"en": page_row(25)})
    waits = PostRow(page(25).post, {"en": page_row(25, {NAME: "room"})})
    assert list(claims_begun_to_wait(before, waits)) == list(claims_begun_to_wait(PostRow(ONE), waits)) == [page(25)]
    assert list(claims_begun_to_wait(waits, waits)) == list(claims_begun_to_wait(waits, before)) == []


def test_the_page_whose_claim_gave_way_is_named() -> None:
    assert list(claims_displaced(row_of(range(1, 4)), row_of(range(3)))) == [page(3)]
    assert list(claims_displaced(row_of(range(3)), row_of(range(2), range(2, 3)))) == []
    assert list(claims_displaced(row_of(range(2), range(2, 3)), row_of(range(2)))) == []


def test_what_a_page_waits_for_is_noted_once_for_each_clinic_and_address() -> None:
    waits: dict[str, ClaimWait] = {"haenaru/x": "clinic", "haenaru/y": "clinic", NAME: "room"}
    row = page_row(25, waits)
    notes = (WaitNote(page(25), "dalbit", "one"), WaitNote(page(25), "haenaru"))
    assert wait_changes(page(25), row, page_row(25, {**waits, NAME: "size"})) == WaitChanges()
    assert wait_changes(page(25), None, row) == WaitChanges(begun=notes)
    assert wait_changes(page(25), row, page_row(25, {"haenaru/y": "clinic"})) == WaitChanges(ended=notes[:1])
    assert wait_changes(page(25), row, row) == WaitChanges()


def test_the_claims_that_are_made_do_not_depend_on_who_came_first() -> None:
    names = [f"p-{number:02}" for number in range(MAX_CLAIMS + 2)]
    claiming = {f"posts/dalbit/{name}/en.md": text(name, moved_from=[NAME]) for name in names}
    forwards = backwards = folder()
    for key in claiming:
        forwards = forwards.put(key, claiming[key])
    for key in reversed(claiming):
        backwards = backwards.put(key, claiming[key])
    for uploads in (forwards, backwards):
        decisions = uploads.decide_at_once()
        claims = decisions.post(ONE).claims["en"]
        assert sorted(claimant for claimant, claim in claims.items() if claim.targets) == [post(n) for n in range(20)]
        for number in (20, 21):
            (problem,) = [one for one in decisions.page("en", page(number).post).problems if one.field == "moved_from"]
            assert problem.what.startswith("20 other posts claim the earlier address dalbit/one already")


def _edition(*moved_from: str) -> Edition:
    return read_edition("en", text("Moved", moved_from=list(moved_from)))


def test_a_claim_that_is_passed_on_has_few_targets_and_never_long_names() -> None:
    many = {post(number): ClaimTarget(post(number)) for number in range(30)}
    passed = forwarded_claims(page(50), _edition(NAME), many)[NAME]
    assert [target.post for target in passed] == [post(number) for number in range(4)]
    long = {"c" * 80 + "/" + "p" * 80: ClaimTarget("c" * 80 + "/" + "p" * 80, ("v" * 80 + "/" + "w" * 80,) * 9)}
    assert forwarded_claims(page(50), _edition(NAME), long) == {}
