"""What a sweep finds to do: rows that do not answer for what lies in the folder, moments that are due, stray keys."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from colophon.decision.stray import StrayRow, clear_stray, decide_stray
from colophon.decision.sweep import (
    DueChanges,
    DueKey,
    due_changes,
    includes_all_listings,
    keys_not_up_to_date,
    purge_again_since,
    should_enqueue,
    should_start_scan,
)
from tests.decision.builder import folder, inbox
from tests.decision.files import (
    BROKEN_TEXT,
    CLINIC_FILE,
    CLINIC_WITHDRAWAL,
    drawing,
    original,
    record,
    settings,
    text,
    withdrawal,
)

EVERYTHING = (
    folder()
    .put("throat.png", drawing(1))
    .put("en.md", text("Illustrated", figure="throat.png"))
    .put("ko.md", original("처음"))
    .put("ja.md", BROKEN_TEXT)
    .put("fr.md", text("First"))
    .delete("fr.md")
    .put("en.md.withdrawal.yaml", withdrawal())
    .put("nose.png.withdrawal.yaml", withdrawal())
)

# A file of which one more version (None: its deletion) is not answered for; the files that the sweep asks about.
UNANSWERED: Mapping[str, tuple[str, bytes | None, tuple[str, ...]]] = {
    "a text": ("ko.md", original("다시"), ("ko.md",)),
    "the first text in a language": ("zh-Hans.md", text("First"), ("zh-Hans.md",)),
    "a deletion of a text": ("ko.md", None, ("ko.md",)),
    "an image": ("throat.png", drawing(2), ("throat.png",)),
    "the first image": ("ear.png", drawing(2), ("ear.png",)),
    "a withdrawal of a text": ("ko.md.withdrawal.yaml", withdrawal(), ("ko.md", "ko.md.withdrawal.yaml")),
    "a withdrawal of an image": (
        "throat.png.withdrawal.yaml",
        withdrawal(),
        ("throat.png", "throat.png.withdrawal.yaml"),
    ),
    "the end of a withdrawal": ("en.md.withdrawal.yaml", None, ("en.md", "en.md.withdrawal.yaml")),
    "what a withdrawal names": ("nose.png", drawing(1), ("nose.png", "nose.png.withdrawal.yaml")),
    "a withdrawal of the post": (
        "withdrawal.yaml",
        withdrawal(),
        ("en.md", "fr.md", "ja.md", "ko.md", "nose.png", "throat.png", "withdrawal.yaml"),
    ),
    "the same bytes again": ("ko.md", original("처음"), ()),
    "a key that names nothing": ("notes.txt", b"Notes.", ()),
}


@pytest.mark.parametrize(("name", "content", "files"), UNANSWERED.values(), ids=UNANSWERED)
def test_what_a_folder_has_that_its_row_does_not_answer_for(
    name: str, content: bytes | None, files: tuple[str, ...]
) -> None:
    uploads = EVERYTHING.delete(name) if content is None else EVERYTHING.put(name, content)
    now, known = uploads.decide().look(), EVERYTHING.decide().look()
    assert list(keys_not_up_to_date(now)) == []
    seen = replace(known, folder=now.folder, contents={})
    assert tuple(key.rpartition("/")[2] for key in keys_not_up_to_date(seen)) == files


# One more change around the post; the files that depend on it.
AROUND: Mapping[str, tuple[str, bytes, tuple[str, ...]]] = {
    "the site's settings": ("site.yaml", settings(name="Newer"), ("en.md", "ja.md", "ko.md")),
    "the clinic's record": (CLINIC_FILE, record(name="Dalbit"), ("en.md", "ja.md", "ko.md")),
    "the clinic's withdrawal": (CLINIC_WITHDRAWAL, withdrawal(), ("en.md", "ja.md", "ko.md", "throat.png")),
    "another clinic's": ("clinics/haenaru/clinic.yaml", record(), ()),
}


@pytest.mark.parametrize(("name", "content", "files"), AROUND.values(), ids=AROUND)
def test_what_depends_on_what_is_around_the_post(name: str, content: bytes, files: tuple[str, ...]) -> None:
    around, known = EVERYTHING.put(name, content).decide(), EVERYTHING.decide().look()
    seen = replace(known, contents={}, clinic=around.clinic(), site=around.site)
    assert tuple(key.rpartition("/")[2] for key in keys_not_up_to_date(seen)) == files


NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_what_is_due_is_asked_about_after_ever_longer_pauses() -> None:
    due = DueKey(NOON, "posts/dalbit/coughs/en.md")
    minutes = [
        minute for minute in range(-3, 40) if should_enqueue(due, NOON + minute * MINUTE + timedelta(seconds=59))
    ]
    assert minutes == [0, 1, 2, 4, 8, 16, 32]
    assert not should_enqueue(due, NOON - timedelta(seconds=1))


def test_the_agenda_takes_away_what_is_over_and_adds_what_is_due() -> None:
    later = NOON + MINUTE
    moves = [
        ("new", None, NOON),
        ("moved", NOON, later),
        ("over", NOON, None),
        ("same", NOON, NOON),
        ("none", None, None),
    ]
    assert due_changes(moves) == DueChanges(
        removed=(DueKey(NOON, "moved"), DueKey(NOON, "over")),
        added=(DueKey(NOON, "new"), DueKey(later, "moved")),
    )


# A key; whether it was deleted; its state; what its report names.
STRAYS: Mapping[str, tuple[str, bool, str, str]] = {
    "a file that a post can't hold": ("posts/dalbit/coughs/notes.txt", False, "refused", "notes.txt"),
    "a key out of place": ("coughs/en.md", False, "refused", ""),
    "a reserved name": ("posts/dalbit/search/en.md", False, "refused", "search"),
    "one that was deleted": ("posts/dalbit/coughs/notes.txt", True, "absent", ""),
    "the twin of a key that counts": ("posts/dalbit/coughs/목.png", False, "superseded", "NFC"),
}


@pytest.mark.parametrize(("key", "deleted", "state", "named"), STRAYS.values(), ids=STRAYS)
def test_the_report_of_a_stray_key(key: str, deleted: bool, state: str, named: str) -> None:
    uploads = inbox().put(key, b"Words.")
    newest = (uploads.delete(key) if deleted else uploads).decide().source.newest_version(key)
    row = decide_stray(StrayRow(key, n=3), newest)
    assert row.outcome is not None
    assert (row.key, row.n, row.outcome.key, row.outcome.state) == (key, 3, key, state)
    assert named in " ".join(problem.what for problem in row.outcome.problems)
    assert newest is not None
    assert (row.newest_version, row.outcome.version) == (newest.id, newest.id)
    assert clear_stray(row) == StrayRow(key, n=3)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("en_US.md", "en.md"),
        ("ko-kr.md", "ko.md"),
        ("JP.md", "ja.md"),
        ("korean.md", "ko.md"),
        ("zh-hans.md", "zh-Hans.md"),
        ("en.MD", "en.md"),
        ("en_US.MD", "en.md"),
        ("ko.md.txt", "ko.md"),
        ("en.markdown", "en.md"),
        ("jp.txt", "ja.md"),
    ],
)
def test_a_file_named_almost_like_an_edition_is_told_its_name(file: str, name: str) -> None:
    key = f"posts/dalbit/coughs/{file}"
    row = decide_stray(StrayRow(key), inbox().put(key, b"Words.").decide().source.newest_version(key))
    assert row.outcome is not None
    assert [problem.fix for problem in row.outcome.problems] == [f"Name the file {name}."]


def test_a_stray_key_that_was_never_there_is_absent() -> None:
    row = decide_stray(StrayRow("coughs/en.md"), None)
    assert (row.newest_version, row.outcome.state if row.outcome else "") == ("none", "absent")


def test_a_scan_purges_again_all_that_was_taken_down_since_the_one_before_began() -> None:
    began = datetime(2026, 5, 20, tzinfo=UTC)
    day = timedelta(days=1)
    for days in (1, 3, 40):
        previous = began - days * day
        assert purge_again_since(began, previous, began) == purge_again_since(began, previous, began + 9 * day)
        assert purge_again_since(began, previous, began) == previous - day


def test_without_the_scan_before_it_is_taken_to_have_been_as_long_as_this_one() -> None:
    began = datetime(2026, 5, 20, tzinfo=UTC)
    since = [(began - purge_again_since(began, None, began + timedelta(days=days))).days for days in (0, 1, 5)]
    assert since == [2, 2, 6]


def test_a_scan_begins_once_a_day_and_includes_every_listing_once_a_week() -> None:
    began = datetime(2026, 5, 20, tzinfo=UTC)
    assert [should_start_scan(began, began + timedelta(hours=hours)) for hours in (0, 23, 24)] == [False, False, True]
    assert [includes_all_listings(began, began + timedelta(days=days)) for days in (0, 6, 7)] == [False, False, True]
    assert should_start_scan(None, began)
    assert includes_all_listings(None, began)
