"""What a withdrawal covers, which one answers, when it ends, and what is reported of it."""

from collections.abc import Mapping

import pytest

from colophon.views import TombstoneView
from tests.decision.builder import Uploads, folder, inbox, utc
from tests.decision.files import (
    BROKEN_TEXT,
    BROKEN_YAML,
    CLINIC_FILE,
    CLINIC_WITHDRAWAL,
    HOLD,
    HOLD_ENDS,
    original,
    record,
    settings,
    text,
    withdrawal,
)

OF_POST, OF_EDITION = "withdrawal.yaml", "en.md.withdrawal.yaml"
LIVE = folder().put("en.md", text("First")).put("ko.md", original("처음"))
GONE, WITHDRAWN, LEGAL = withdrawal("gone"), withdrawal("withdrawn"), withdrawal("legal", reason="legal")
LATER_HOLD = withdrawal("hold", at="2026-03-12T09:00:00+09:00", until="2026-04-01T09:00:00+09:00")

# What was uploaded; what readers of the English and of the Korean edition get.
COVERS: Mapping[str, tuple[Uploads, str, str]] = {
    "one edition": (LIVE.put(OF_EDITION, GONE), "tombstone: gone", "page: 처음"),
    "the post, in every language": (LIVE.put(OF_POST, GONE), "tombstone: gone", "tombstone: gone"),
    "the clinic, in every language": (LIVE.put(CLINIC_WITHDRAWAL, GONE), "tombstone: gone", "tombstone: gone"),
    "an edition uploaded later": (
        folder().put(OF_POST, GONE).put("en.md", text("First")),
        "tombstone: gone",
        "nothing",
    ),
    "an edition that was never valid": (
        folder().put("en.md", BROKEN_TEXT).put(OF_POST, GONE),
        "tombstone: gone",
        "nothing",
    ),
    "an edition that is deleted while it is withdrawn": (
        LIVE.put(OF_EDITION, GONE).delete("en.md"),
        "tombstone: gone",
        "page: 처음",
    ),
    "an edition that was deleted before, by the post's withdrawal": (
        LIVE.delete("en.md").put(OF_POST, GONE),
        "tombstone: gone",
        "tombstone: gone",
    ),
    "not one that was deleted before, by the clinic's": (
        LIVE.delete("en.md").put(CLINIC_WITHDRAWAL, GONE),
        "tombstone: absent",
        "tombstone: gone",
    ),
    "nothing, where nothing was uploaded": (folder().put(OF_POST, GONE), "nothing", "nothing"),
}


@pytest.mark.parametrize(("uploads", "english", "korean"), COVERS.values(), ids=COVERS)
def test_a_withdrawal_covers(uploads: Uploads, english: str, korean: str) -> None:
    decisions = uploads.decide()
    assert (decisions.page("en").shows, decisions.page("ko").shows) == (english, korean)


def test_a_text_that_is_deleted_is_reported_as_that_though_it_is_withdrawn() -> None:
    page = LIVE.put(OF_EDITION, GONE).delete("en.md").decide().page("en")
    assert (page.shows, page.state, page.problems) == ("tombstone: gone", "absent", ())


# Withdrawals by file; the kind that answers for the English edition.
ANSWERS: Mapping[str, tuple[Mapping[str, bytes], str]] = {
    "legal": ({OF_POST: LEGAL}, "legal"),
    "gone": ({OF_POST: GONE}, "gone"),
    "withdrawn": ({OF_POST: WITHDRAWN}, "withdrawn"),
    "hold": ({OF_POST: HOLD}, "hold"),
    "legal before gone": ({OF_POST: GONE, OF_EDITION: LEGAL}, "legal"),
    "gone before withdrawn": ({OF_POST: GONE, OF_EDITION: WITHDRAWN}, "gone"),
    "withdrawn before hold": ({OF_POST: HOLD, OF_EDITION: WITHDRAWN}, "withdrawn"),
    "the clinic's before the post's": ({CLINIC_WITHDRAWAL: LEGAL, OF_POST: GONE}, "legal"),
    "the post's before the clinic's": ({CLINIC_WITHDRAWAL: HOLD, OF_POST: GONE}, "gone"),
    "the edition's before both": ({CLINIC_WITHDRAWAL: HOLD, OF_POST: WITHDRAWN, OF_EDITION: LEGAL}, "legal"),
    "one that can't be read is a withdrawal of the kind withdrawn": ({OF_POST: BROKEN_YAML}, "withdrawn"),
    "before a hold": ({OF_POST: HOLD, OF_EDITION: BROKEN_YAML}, "withdrawn"),
    "after a legal one": ({OF_POST: LEGAL, OF_EDITION: BROKEN_YAML}, "legal"),
}


@pytest.mark.parametrize(("files", "kind"), ANSWERS.values(), ids=ANSWERS)
def test_the_strongest_withdrawal_answers(files: Mapping[str, bytes], kind: str) -> None:
    uploads = LIVE
    for name, content in files.items():
        uploads = uploads.put(name, content)
    decisions = uploads.decide()
    assert (decisions.page("en").shows, decisions.page("en").state) == (f"tombstone: {kind}", "withdrawn")
    named = [problem.what.partition(" ")[0] for problem in decisions.page("en").problems]
    assert sorted(named) == sorted(name if "/" in name else f"posts/dalbit/coughs/{name}" for name in files)
    assert {decisions.withdrawal(name).state for name in files} == {"live"}


# What was uploaded; what readers of the English edition get; the state of the withdrawal of the post.
ENDS: Mapping[str, tuple[Uploads, str, str]] = {
    "its file is deleted": (LIVE.put(OF_POST, GONE).delete(OF_POST), "page: First", "absent"),
    "one that can't be read is deleted": (LIVE.put(OF_POST, BROKEN_YAML).delete(OF_POST), "page: First", "absent"),
    "what was uploaded meanwhile is shown": (
        LIVE.put(OF_POST, GONE).put("en.md", text("Second")).delete(OF_POST),
        "page: Second",
        "absent",
    ),
    "it is put again": (LIVE.put(OF_POST, GONE).delete(OF_POST).put(OF_POST, GONE), "tombstone: gone", "live"),
    "another one still covers": (
        LIVE.put(OF_POST, GONE).put(OF_EDITION, WITHDRAWN).delete(OF_POST),
        "tombstone: withdrawn",
        "absent",
    ),
    "nothing valid was ever there": (
        folder().put("en.md", BROKEN_TEXT).put(OF_POST, GONE).delete(OF_POST),
        "tombstone: absent",
        "absent",
    ),
    "its clinic is not ready": (
        LIVE.put(OF_POST, GONE).put(CLINIC_FILE, record(status="suspended")).delete(OF_POST),
        "tombstone: absent",
        "absent",
    ),
    "a hold, a second before its end": (
        LIVE.put(OF_POST, HOLD).until("2026-03-20T08:59:59+09:00"),
        "tombstone: hold",
        "live",
    ),
    "a hold ends by itself": (LIVE.put(OF_POST, HOLD).until(HOLD_ENDS), "page: First", "superseded"),
    "a hold in place of a hold ends at its own time": (
        LIVE.put(OF_POST, HOLD).put(OF_POST, LATER_HOLD).until(HOLD_ENDS),
        "tombstone: hold",
        "live",
    ),
    "a hold that is dated ahead withdraws already": (LIVE.put(OF_POST, LATER_HOLD), "tombstone: hold", "live"),
    "a hold can't take the place of a withdrawal without an end": (
        LIVE.put(OF_POST, GONE).put(OF_POST, HOLD),
        "tombstone: gone",
        "live",
    ),
    "not even once it would be over": (
        LIVE.put(OF_POST, GONE).put(OF_POST, HOLD).until(HOLD_ENDS),
        "tombstone: gone",
        "live",
    ),
    "not even with another hold between": (
        LIVE.put(OF_POST, GONE).put(OF_POST, HOLD).put(OF_POST, LATER_HOLD),
        "tombstone: gone",
        "live",
    ),
    "a hold after the deletion of a withdrawal without an end": (
        LIVE.put(OF_POST, GONE).delete(OF_POST).put(OF_POST, HOLD),
        "tombstone: hold",
        "live",
    ),
    "a withdrawal without an end takes the place of a hold": (
        LIVE.put(OF_POST, HOLD).put(OF_POST, GONE).until(HOLD_ENDS),
        "tombstone: gone",
        "live",
    ),
}


@pytest.mark.parametrize(("uploads", "shows", "state"), ENDS.values(), ids=ENDS)
def test_how_a_withdrawal_ends(uploads: Uploads, shows: str, state: str) -> None:
    decisions = uploads.decide()
    assert (decisions.page("en").shows, decisions.withdrawal(OF_POST).state) == (shows, state)


def test_the_withdrawal_of_a_clinic_ends_as_that_of_a_post_does() -> None:
    held = LIVE.put(CLINIC_WITHDRAWAL, HOLD)
    assert held.decide().page("en").shows == "tombstone: hold"
    for over, state in ((held.until(HOLD_ENDS), "superseded"), (held.delete(CLINIC_WITHDRAWAL), "absent")):
        decisions = over.decide()
        assert (decisions.page("en").shows, decisions.withdrawal(CLINIC_WITHDRAWAL).state) == ("page: First", state)


def test_the_withdrawal_of_a_clinic_covers_no_other_clinic() -> None:
    decisions = LIVE.put("clinics/haenaru/withdrawal.yaml", GONE).decide()
    assert decisions.page("en").shows == "page: First"


# A function whose clock is slow decides after another one has ended the hold.
SLOW_CLOCK = LIVE.put(OF_POST, HOLD).until(HOLD_ENDS).until("2026-03-20T08:55:00+09:00")

# What was uploaded; the withdrawal; its state; what each of its problems names.
REPORTS: Mapping[str, tuple[Uploads, str, str, tuple[str, ...]]] = {
    "one that covers something": (LIVE.put(OF_POST, GONE), OF_POST, "live", ()),
    "one that covers nothing yet": (folder().put(OF_POST, GONE), OF_POST, "waiting", ("names nothing",)),
    "one of an edition that was never uploaded": (
        LIVE.put("ja.md.withdrawal.yaml", GONE),
        "ja.md.withdrawal.yaml",
        "waiting",
        ("names nothing",),
    ),
    "one of an image that was never uploaded": (
        LIVE.put("throat.png.withdrawal.yaml", GONE),
        "throat.png.withdrawal.yaml",
        "waiting",
        ("names nothing",),
    ),
    "one of an edition that was deleted": (LIVE.delete("en.md").put(OF_EDITION, GONE), OF_EDITION, "live", ()),
    "one that can't be read, and withdraws all the same": (
        LIVE.put(OF_POST, BROKEN_YAML),
        OF_POST,
        "live",
        ("", "kind withdrawn and reason other"),
    ),
    "one whose value a comment cuts": (
        LIVE.put(OF_POST, GONE + b"reference: Case # 12\n"),
        OF_POST,
        "live",
        ("“# 12”",),
    ),
    "a hold that is over": (LIVE.put(OF_POST, HOLD).until(HOLD_ENDS), OF_POST, "superseded", ("hold has ended",)),
    "a hold that was over by another clock": (
        SLOW_CLOCK.put("en.md", text("Second")),
        OF_POST,
        "superseded",
        ("hold has ended",),
    ),
    "a new hold after one that was over by another clock": (SLOW_CLOCK.put(OF_POST, LATER_HOLD), OF_POST, "live", ()),
    "a hold that is dated ahead": (LIVE.put(OF_POST, LATER_HOLD), OF_POST, "live", ("2026-03-12T09:00:00+09:00",)),
    "a hold, once it has begun": (
        LIVE.put(OF_POST, LATER_HOLD).until("2026-03-12T09:00:00+09:00").put("en.md", text("Second")),
        OF_POST,
        "live",
        (),
    ),
    "a hold put in place of a withdrawal without an end": (
        LIVE.put(OF_POST, GONE).put(OF_POST, HOLD),
        OF_POST,
        "live",
        ("(gone)",),
    ),
    "a clinic's": (LIVE.put(CLINIC_WITHDRAWAL, GONE), CLINIC_WITHDRAWAL, "live", ()),
    "one of a clinic without a record": (
        inbox().put("site.yaml", settings()).put(CLINIC_WITHDRAWAL, GONE),
        CLINIC_WITHDRAWAL,
        "waiting",
        ("names nothing",),
    ),
}


@pytest.mark.parametrize(("uploads", "file", "state", "named"), REPORTS.values(), ids=REPORTS)
def test_the_report_of_a_withdrawal(uploads: Uploads, file: str, state: str, named: tuple[str, ...]) -> None:
    outcome = uploads.decide().withdrawal(file)
    assert outcome.state == state
    assert [name in problem.what for name, problem in zip(named, outcome.problems, strict=True)] == [True] * len(named)


# What was uploaded; when the page is looked at again though nothing is uploaded.
NEXT: Mapping[str, tuple[Uploads, str]] = {
    "never: only a hold ends by itself": (LIVE.put(OF_POST, GONE), ""),
    "when the hold ends": (LIVE.put(OF_POST, HOLD), HOLD_ENDS),
    "never: the hold has ended": (LIVE.put(OF_POST, HOLD).until(HOLD_ENDS), ""),
    "when a hold that is dated ahead begins, less the difference of clocks": (
        LIVE.put(OF_POST, LATER_HOLD),
        "2026-03-12T08:55:00+09:00",
    ),
    "then when that hold ends": (
        LIVE.put(OF_POST, LATER_HOLD).until("2026-03-12T08:55:00+09:00"),
        "2026-04-01T09:00:00+09:00",
    ),
    "when the clinic's hold ends": (LIVE.put(CLINIC_WITHDRAWAL, HOLD), HOLD_ENDS),
    "when the first of two holds ends": (
        LIVE.put(OF_EDITION, HOLD).put(OF_POST, LATER_HOLD),
        "2026-03-12T08:55:00+09:00",
    ),
}


@pytest.mark.parametrize(("uploads", "moment"), NEXT.values(), ids=NEXT)
def test_when_a_withdrawn_page_is_looked_at_again(uploads: Uploads, moment: str) -> None:
    assert uploads.decide().page("en").row.next_at == (utc(moment) if moment else None)


def test_a_tombstone_says_what_the_withdrawal_says() -> None:
    view = LIVE.put(OF_POST, HOLD).decide().page("en").view
    assert isinstance(view, TombstoneView)
    assert (view.kind, view.reason, view.until) == ("hold", "clinic-request", utc(HOLD_ENDS))
