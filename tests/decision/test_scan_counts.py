"""What the scan of the inbox counts: uploads without an answer, long waits, versions that S3 did not number."""

from datetime import timedelta

from msgspec.structs import replace

from colophon.decision.scan_counts import ScanCounts, count_waiting, is_unanswered
from colophon.decision.sweep import DueKey, is_overdue
from tests.decision.builder import folder, utc
from tests.decision.files import POST, drawing, original, text, withdrawal

NOON = utc("2026-03-10T12:00:00+00:00")
KEY = f"{POST.folder}ko.md"
ANSWERED = folder().put("ko.md", original("처음"))


def test_an_upload_without_an_answer_counts_once_it_should_have_one() -> None:
    later = ANSWERED.put("ko.md", original("다시"))
    seen = replace(later.decide().look(), row=ANSWERED.decide().post())
    uploaded = later.steps[-1].at
    assert not is_unanswered(KEY, seen, uploaded + timedelta(minutes=10))
    assert is_unanswered(KEY, seen, uploaded + timedelta(minutes=10, seconds=1))
    assert not is_unanswered(KEY, later.decide().look(), NOON), "it has its answer"


def test_withdrawals_and_images_count_too() -> None:
    later = ANSWERED.put("ko.md.withdrawal.yaml", withdrawal()).put("ear.png", drawing(1))
    seen = replace(later.decide().look(), row=ANSWERED.decide().post())
    files = ("ko.md.withdrawal.yaml", "ear.png", "ko.md")
    assert [is_unanswered(f"{POST.folder}{file}", seen, NOON) for file in files] == [True, True, False]
    assert not any(is_unanswered(f"{POST.folder}{file}", later.decide().look(), NOON) for file in files)


def test_what_waits_counts_after_a_day() -> None:
    waiting = folder().put("en.md", text("Illustrated", figure="ear.png")).put("ko.md", original("처음"))
    uploaded, seen = waiting.steps[-2].at, waiting.decide().look()
    assert count_waiting(seen, uploaded) == 0
    assert count_waiting(seen, uploaded + timedelta(seconds=1)) == 1


def test_what_is_due_is_overdue_after_ten_minutes() -> None:
    due = DueKey(NOON, KEY)
    assert [is_overdue(due, NOON + timedelta(minutes=minutes)) for minutes in (0, 10, 11)] == [False, False, True]


def test_counts_are_told_while_a_scan_runs_and_its_age_always() -> None:
    resting = ScanCounts(timedelta(hours=3))
    assert resting.measures() == {"ScanAge": 10_800, "Skipped": 0}
    # An alarm goes off after more than a day: days are part of the age.
    assert ScanCounts(timedelta(days=3, hours=3)).measures()["ScanAge"] == 270_000
    running = ScanCounts(timedelta(hours=3), is_running=True, unanswered=1, waiting_over_a_day=2, null_versions=3)
    assert running.measures() == {
        **resting.measures(),
        "Unanswered": 1,
        "WaitingOverADay": 2,
        "NullVersions": 3,
        "LiveButNotListed": 0,
    }
