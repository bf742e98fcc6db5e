"""The phases of a proof: what is read when, how often, and what comes of checks that need others."""

from collections.abc import Iterator

import pytest

from colophon_ops.errors import Unreachable
from colophon_ops.withdraw import proof
from colophon_ops.withdraw.proof import Check, CheckResult, Finding, Phase, prove

INDEX, BUCKET, LISTINGS, PUBLIC = Phase
GOOD, BAD = Finding(ok=True, text="gone"), Finding(ok=False, text="still there")
HELD = Finding(ok=False, text="another order", held=True)
UNREADABLE = Unreachable("no answer")


class Reads:
    """Checks that find what they are given, one finding a reading; the last of them from then on."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def check(self, name: str, phase: Phase, *findings: Finding | Unreachable, needs: tuple[Check, ...] = ()) -> Check:
        left = _repeat_last(findings)

        def read() -> Finding:
            self.log.append(name)
            found = next(left)
            if isinstance(found, Unreachable):
                raise found
            return found

        return Check(name, "page", phase, read, needs)


@pytest.fixture
def reads() -> Reads:
    return Reads()


def run(*checks: Check, seconds: float = 0.0) -> dict[str, CheckResult]:
    return {result.resource: result for result in prove(checks, 0.0, seconds, lambda done, total: None)}


def test_phases_are_read_in_order_and_results_come_in_the_order_of_the_checks(reads: Reads) -> None:
    checks = [reads.check(phase.value, phase, GOOD) for phase in (PUBLIC, LISTINGS, BUCKET, INDEX)]
    found = run(*checks)
    assert reads.log == ["index", "bucket", "listings", "public"]
    assert list(found) == ["public", "listings", "bucket", "index"]
    assert {result.verdict for result in found.values()} == {"proven"}
    assert all(result.seconds is not None for result in found.values())


@pytest.mark.parametrize(("early", "late"), [(INDEX, BUCKET), (BUCKET, LISTINGS), (LISTINGS, PUBLIC), (INDEX, PUBLIC)])
def test_a_phase_begins_only_when_the_one_before_is_proven(reads: Reads, early: Phase, late: Phase) -> None:
    found = run(reads.check("early", early, BAD, BAD, GOOD), reads.check("late", late, GOOD), seconds=5)
    assert reads.log == ["early", "early", "early", "late"]
    assert {result.verdict for result in found.values()} == {"proven"}


@pytest.mark.parametrize(
    ("findings", "verdict", "text", "readings"),
    [
        ((GOOD,), "proven", "gone", 1),
        ((BAD, GOOD), "proven", "gone", 2),
        ((BAD,), "not proven", "still there", 2),
        ((UNREADABLE,), "not checked", "not checked: no answer", 2),
        ((HELD,), "held", "another order", 1),
    ],
)
def test_each_verdict(
    reads: Reads, findings: tuple[Finding | Unreachable, ...], verdict: str, text: str, readings: int
) -> None:
    found = run(reads.check("page", BUCKET, *findings))["page"]
    assert (found.verdict, found.found, len(reads.log)) == (verdict, text, readings)
    assert (found.seconds is None) == (verdict != "proven")


def test_when_the_time_is_up_all_that_is_left_is_read_once_more_phase_by_phase(reads: Reads) -> None:
    row = reads.check("row", INDEX, BAD)
    page = reads.check("page", BUCKET, GOOD, needs=(row,))
    feed = reads.check("feed", LISTINGS, BAD, needs=(row,))
    found = run(row, page, feed, reads.check("public page", PUBLIC, GOOD, needs=(page,)))
    assert reads.log == ["row", "row", "page", "feed", "public page"]
    assert [result.verdict for result in found.values()] == ["not proven", "proven", "not proven", "proven"]


@pytest.mark.parametrize(
    ("finding", "verdict", "text"),
    [(HELD, "held", "another order"), (UNREADABLE, "not checked", "not checked: row could not be read")],
)
def test_what_needs_a_check_that_is_held_or_unreadable_is_not_read(
    reads: Reads, finding: Finding | Unreachable, verdict: str, text: str
) -> None:
    row = reads.check("row", INDEX, finding)
    page = reads.check("page", BUCKET, GOOD, needs=(row,))
    found = run(row, page, reads.check("public page", PUBLIC, GOOD, needs=(page,)))
    assert set(reads.log) == {"row"}
    assert (found["page"].verdict, found["page"].found, found["public page"].verdict) == (verdict, text, verdict)


def test_a_pass_ends_early_where_many_fail_and_the_next_one_begins_there(reads: Reads) -> None:
    run(*(reads.check(f"{number}", BUCKET, BAD, BAD, GOOD) for number in range(100)), seconds=0.01)
    assert len(reads.log) < 300
    assert len(set(reads.log[:64])) == 64


def test_a_check_that_finds_less_each_time_is_read_for_longer_than_the_time(
    reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "_LONGEST_PAUSE", 0.02)
    shrinking = (Finding(ok=False, text=f"{left} images are left") for left in range(60, 0, -1))
    found = run(reads.check("row", INDEX, *shrinking, GOOD), seconds=0.6)
    assert (found["row"].verdict, len(reads.log)) == ("proven", 61)


def test_progress_counts_what_is_done_of_all(reads: Reads) -> None:
    response: list[tuple[int, int]] = []
    checks = (reads.check("row", INDEX, HELD), reads.check("page", BUCKET, BAD))
    prove(checks, 0.0, 0.0, lambda done, total: response.append((done, total)))
    assert response[-1] == (1, 2)


def _repeat_last(findings: tuple[Finding | Unreachable, ...]) -> Iterator[Finding | Unreachable]:
    yield from findings
    while True:
        yield findings[-1]
