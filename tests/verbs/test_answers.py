"""How long an answer took, from when nothing but Colophon was in its way; and which uploads it follows from."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from msgspec.structs import replace

from colophon.decision.rows import Outcome, PostRow
from colophon.decision.snapshot import PostSnapshot
from colophon.problem import Problem
from colophon.trace import Trace, follow
from colophon.verbs.answers import RowPair, new_answers, row_answers, trace_of_rows
from tests.decision.builder import Uploads, folder, inbox, utc
from tests.decision.files import (
    BROKEN_IMAGE,
    BROKEN_TEXT,
    CLINIC_FILE,
    CLINIC_WITHDRAWAL,
    HOLD,
    drawing,
    original,
    record,
    settings,
    text,
    withdrawal,
)

DUE = "2026-03-10T20:00:00+09:00"
SCHEDULED = folder().put("en.md", text("Later", publish_at=DUE))
ILLUSTRATED = text("Illustrated", figure="throat.png")
LIVE = folder().put("ko.md", original("처음"))
AFTER = timedelta(seconds=7)


def look(before: Uploads, after: Uploads) -> PostSnapshot:
    """What is seen when everything of ``after`` is uploaded, and the rows are those of ``before``; 7 seconds later."""
    seen = after.decide().look()
    return replace(seen, row=before.decide().post(), now=seen.now + AFTER)


def pairs(known: PostRow, row: PostRow) -> list[RowPair]:
    """The rows that differ."""
    both = [
        *((known.pages.get(name), one) for name, one in row.pages.items()),
        *((known.images.get(name), one) for name, one in row.images.items()),
        *((known.withdrawals.get(name), one) for name, one in row.withdrawals.items()),
    ]
    return [RowPair(before, after) for before, after in both if before != after]


def measured(before: Uploads, after: Uploads) -> dict[str, Mapping[str, float]]:
    """The measures of the answers to what ``after`` has more than ``before``, by file."""
    snapshot = look(before, after)
    answers = row_answers(pairs(snapshot.row, after.decide().post()), snapshot, snapshot.now)
    return {answer.key.rpartition("/")[2]: answer.measures for answer in answers if answer.measures}


CASES: Mapping[str, tuple[Uploads, Uploads, dict[str, Mapping[str, float]]]] = {
    "a first text": (folder(), LIVE, {"ko.md": {"SecondsToLive": 7}}),
    "a correction": (LIVE, LIVE.put("ko.md", original("다시")), {"ko.md": {"SecondsToLive": 7}}),
    "a text for which nothing changes": (LIVE, LIVE.put("site.yaml", settings(name="Newer")), {}),
    "one that was scheduled": (SCHEDULED, SCHEDULED.until(DUE), {"en.md": {"SecondsToLive": 7}}),
    "one that waited for its image": (
        folder().put("en.md", ILLUSTRATED),
        folder().put("en.md", ILLUSTRATED).put("throat.png", drawing(1)),
        {"en.md": {"SecondsToLive": 7}},
    ),
    "one that waited for the clinic": (
        inbox().put("site.yaml", settings()).put("ko.md", original("처음")),
        inbox().put("site.yaml", settings()).put("ko.md", original("처음")).put(CLINIC_FILE, record()),
        {},
    ),
    "a text that is refused": (LIVE, LIVE.put("en.md", BROKEN_TEXT), {"en.md": {"Refused": 1}}),
    "an image that is refused": (LIVE, LIVE.put("ear.png", BROKEN_IMAGE), {"ear.png": {"Refused": 1}}),
    "a withdrawal": (LIVE, LIVE.put("withdrawal.yaml", withdrawal()), {"ko.md": {"SecondsToTakenDown": 7}}),
    "a deletion": (LIVE, LIVE.delete("ko.md"), {"ko.md": {"SecondsToTakenDown": 7}}),
    "two withdrawals, of which the first one alone would have done": (
        LIVE,
        LIVE.put("withdrawal.yaml", withdrawal()).put("ko.md.withdrawal.yaml", withdrawal()),
        {"ko.md": {"SecondsToTakenDown": 67}},
    ),
    "a second withdrawal": (
        LIVE.put("ko.md.withdrawal.yaml", HOLD),
        LIVE.put("ko.md.withdrawal.yaml", HOLD).put("withdrawal.yaml", withdrawal()),
        {},
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), CASES.values(), ids=CASES)
def test_what_is_measured(before: Uploads, after: Uploads, expected: dict[str, Mapping[str, float]]) -> None:
    assert measured(before, after) == expected


def test_time_counts_from_the_upload_however_late_its_message_comes() -> None:
    later = LIVE.until("2026-03-10T12:00:00+09:00")
    uploaded = utc("2026-03-10T09:03:00+09:00")
    seconds = (later.steps[-1].at + AFTER - uploaded).total_seconds()
    assert measured(folder(), later) == {"ko.md": {"SecondsToLive": seconds}}


def test_a_clinics_withdrawal_counts_from_the_moment_that_the_request_carries() -> None:
    after = LIVE.put(CLINIC_WITHDRAWAL, withdrawal())
    assert measured(LIVE, after) == {}, "nothing is known of when"
    with follow(Trace(("v1",), look(LIVE, after).now.timestamp() - 30)):
        assert measured(LIVE, after) == {"ko.md": {"SecondsToTakenDown": 30}}


def test_an_answer_follows_from_its_own_version_and_then_from_what_the_request_names() -> None:
    after = LIVE.put("withdrawal.yaml", withdrawal())
    snapshot = look(LIVE, after)
    changed = pairs(snapshot.row, after.decide().post())
    with follow(Trace(("asked",), 5.0)):
        assert trace_of_rows(changed, snapshot) == Trace(("version 4", "asked"), 5.0)
    arrival = after.steps[-1].at.timestamp()
    assert trace_of_rows(changed, snapshot) == Trace(("version 4",), arrival), "the text came earlier"


def test_answers_that_are_recorded_together_follow_from_the_first_of_their_uploads() -> None:
    after = LIVE.put("en.md", text("Coughs")).put("ja.md", text("咳"))
    snapshot = look(LIVE, after)
    trace = trace_of_rows(pairs(snapshot.row, after.decide().post()), snapshot)
    assert trace == Trace(("version 4", "version 5"), after.steps[-2].at.timestamp())


def test_a_refusal_outside_of_posts_is_counted_once_for_each_upload() -> None:
    first = Outcome(CLINIC_FILE, "refused", problems=(Problem("It has no names.", "Add names."),), version="v1")
    in_other_words = replace(first, problems=(Problem("There are no names.", "Add them."),))
    for known, outcome, expected in (
        ((), first, [{"Refused": 1}]),
        ((first,), first, []),
        ((first,), in_other_words, [{}]),
        ((first,), replace(first, version="v2"), [{"Refused": 1}]),
        ((first,), replace(first, state="live", version="v2"), [{}]),
    ):
        assert [answer.measures for answer in new_answers(known, (outcome,))] == expected


def test_what_is_made_again_after_days_was_not_waited_for() -> None:
    days = LIVE.put("ear.png", BROKEN_IMAGE).until("2026-03-14T09:05:00+09:00")
    assert measured(folder(), days) == {"ear.png": {"Refused": 1}}
    snapshot = look(folder(), days)
    assert trace_of_rows(pairs(snapshot.row, days.decide().post()), snapshot).since == 0
