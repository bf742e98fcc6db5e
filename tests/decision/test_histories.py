"""What the history of a page says: a row for each version that was published, and what changed with it."""

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from colophon.decision.code_version import code_version
from colophon.decision.history import PublishedVersion, find_differences, is_made_by_other_code, mark_code
from colophon.decision.identity import code_digest, inputs_of
from tests.decision.builder import Uploads, folder
from tests.decision.files import (
    BROKEN_TEXT,
    CLINIC_FILE,
    CLINIC_WITHDRAWAL,
    HOLD,
    HOLD_ENDS,
    POST,
    drawing,
    original,
    record,
    settings,
    text,
    withdrawal,
)

OF_POST = "withdrawal.yaml"
LIVE = folder().put("en.md", text("First"))
BOTH = LIVE.put("ko.md", original("처음"))
ILLUSTRATED = folder().put("throat.png", drawing(1)).put("en.md", text("Illustrated", figure="throat.png"))
GONE, DELETED = LIVE.put(OF_POST, withdrawal("gone")), LIVE.delete("en.md")
OTHER = "posts/dalbit/sneezes/en.md"
CLAIMING, THIRD = text("Moved", moved_from=["dalbit/coughs"]), "posts/dalbit/hiccups/en.md"
MOVED = DELETED.put(OTHER, CLAIMING)

# What was uploaded; what is published since at the English page; what changed, with its names.
CHANGES: Mapping[str, tuple[Uploads, str, tuple[str, ...]]] = {
    "a first publish": (LIVE, "page", ("first published",)),
    "a title": (LIVE.put("en.md", text("Second")), "page", ("text title",)),
    "a body": (LIVE.put("en.md", text("First", body="Rest.")), "page", ("text body",)),
    "a title and tags": (LIVE.put("en.md", text("Second", tags=["voice"])), "page", ("text title tags",)),
    "a file of the same fields": (LIVE.put("en.md", text("First") + b"\n"), "page", ("nothing shown",)),
    "an image": (ILLUSTRATED.put("throat.png", drawing(2)), "page", ("images throat.png",)),
    "a text that shows another image": (
        ILLUSTRATED.put("nose.png", drawing(2)).put("en.md", text("Illustrated", figure="nose.png")),
        "page",
        ("text body",),
    ),
    "a new sibling": (BOTH, "page", ("languages ko",)),
    "a sibling that is deleted": (BOTH.delete("ko.md"), "page", ("languages ko",)),
    "the clinic's record": (LIVE.put(CLINIC_FILE, record(name="Dalbit")), "page", ("clinic",)),
    "the site's settings": (LIVE.put("site.yaml", settings(name="Newer")), "page", ("site",)),
    "a withdrawal": (GONE, "gone", ("withdrawn posts/dalbit/coughs/withdrawal.yaml",)),
    "a clinic's withdrawal": (
        LIVE.put(CLINIC_WITHDRAWAL, withdrawal("gone")),
        "gone",
        (f"withdrawn {CLINIC_WITHDRAWAL}",),
    ),
    "a stronger withdrawal": (
        GONE.put("en.md.withdrawal.yaml", withdrawal("legal")),
        "legal",
        ("withdrawal changed posts/dalbit/coughs/withdrawal.yaml posts/dalbit/coughs/en.md.withdrawal.yaml",),
    ),
    "another reason": (
        GONE.put(OF_POST, withdrawal("gone", reason="error")),
        "gone",
        ("withdrawal changed posts/dalbit/coughs/withdrawal.yaml",),
    ),
    "another date of a withdrawal": (
        GONE.put(OF_POST, withdrawal("gone", at="2026-03-08T09:00:00+09:00")),
        "gone",
        ("withdrawal changed posts/dalbit/coughs/withdrawal.yaml",),
    ),
    "another reference of a withdrawal": (
        GONE.put(OF_POST, withdrawal("gone") + b"reference: Letter 7 (sample)\n"),
        "gone",
        ("withdrawal changed posts/dalbit/coughs/withdrawal.yaml",),
    ),
    "a withdrawal with a note to its file": (
        GONE.put(OF_POST, withdrawal("gone") + b"note: by telephone\n"),
        "gone",
        ("nothing shown",),
    ),
    "the site's settings around a withdrawal": (GONE.put("site.yaml", settings(name="Newer")), "gone", ("site",)),
    "a withdrawal that ended": (GONE.delete(OF_POST), "page", ("reinstated",)),
    "a hold that ended": (LIVE.put(OF_POST, HOLD).until(HOLD_ENDS), "page", ("reinstated",)),
    "a withdrawal that ended after its text": (
        GONE.delete("en.md").delete(OF_POST),
        "absent",
        ("withdrawal ended", "file deleted"),
    ),
    "a withdrawal that ended while the clinic is suspended": (
        GONE.put(CLINIC_FILE, record(status="suspended")).delete(OF_POST),
        "absent",
        ("withdrawal ended", "waits"),
    ),
    "a deletion": (DELETED, "absent", ("file deleted",)),
    "a text that is back": (DELETED.put("en.md", text("First")), "page", ("back",)),
    "a suspended clinic": (LIVE.put(CLINIC_FILE, record(status="suspended")), "absent", ("waits",)),
    "a move": (MOVED, "moved", ("moved /en/dalbit/sneezes/",)),
    "a move that ended": (MOVED.delete(OTHER), "absent", ("move ended",)),
    "a move to another post": (
        MOVED.put(THIRD, CLAIMING).put(OTHER, text("Sneezes")),
        "moved",
        ("moved /en/dalbit/hiccups/",),
    ),
    "a second way to where it moved": (
        MOVED.put(THIRD, CLAIMING)
        .delete(THIRD)
        .put(OTHER, text("Moved", moved_from=["dalbit/coughs", "dalbit/hiccups"])),
        "moved",
        ("nothing shown",),
    ),
    "a withdrawal of an address that moved": (
        MOVED.put(OF_POST, withdrawal("gone")),
        "gone",
        ("withdrawn posts/dalbit/coughs/withdrawal.yaml",),
    ),
    "a tombstone where nothing was": (
        folder().put(OF_POST, withdrawal("gone")).put("en.md", text("First")),
        "gone",
        ("withdrawn posts/dalbit/coughs/withdrawal.yaml",),
    ),
}


@pytest.mark.parametrize(("uploads", "stands", "changes"), CHANGES.values(), ids=CHANGES)
def test_what_changed_with_the_last_version(uploads: Uploads, stands: str, changes: tuple[str, ...]) -> None:
    decisions = uploads.decide()
    last = decisions.page("en").history[-1]
    assert (last.kind, _briefly(last)) == (stands, changes)
    assert (last.rev, last.previous_rev) == (len(decisions.page("en").history), len(decisions.page("en").history) - 1)


def test_nothing_is_published_where_nothing_changes() -> None:
    for uploads in (LIVE.put("en.md", BROKEN_TEXT), LIVE.put("en.md", text("First")), LIVE.put("nose.png", drawing(1))):
        assert len(uploads.decide().page("en").history) == 1
    assert folder().put("en.md", BROKEN_TEXT).decide().page("en").history == ()


def test_a_row_says_when_it_was_published_from_which_upload_and_why_not() -> None:
    first, second = LIVE.put(CLINIC_FILE, record(status="suspended")).decide().page("en").history
    assert (first.at, first.version, first.reason) == (LIVE.steps[-1].at, "version 3", "")
    assert (second.version, "suspended" in second.reason) == ("", True)
    assert GONE.decide().page("en").history[-1].reason == "clinic-request"


def test_a_refused_text_is_never_quoted() -> None:
    published = DELETED.put("en.md", BROKEN_TEXT).put(OF_POST, withdrawal()).delete(OF_POST).decide().page("en").history
    assert published[-1].reason == ""


def test_what_was_there_before_a_row_is_first_recorded_with_it() -> None:
    """The table lost the row of a page that was published before."""
    page = LIVE.put("en.md", text("Second")).decide().page("en").row
    tombstone = GONE.decide().page("en").row
    changes = []
    for row in (page, tombstone):
        assert row.provenance is not None
        changes.append([change.what for change in find_differences(None, row, row.provenance)])
    assert changes == [["first recorded"], ["first recorded", "withdrawn"]]


def test_a_page_made_by_other_code_is_known() -> None:
    row = LIVE.decide().page("en").row
    assert (is_made_by_other_code(row, code_version()), is_made_by_other_code(row, "other")) == (False, True)


def test_what_was_never_shown_is_known_by_the_code_that_refused_it() -> None:
    row = folder().put("en.md", BROKEN_TEXT).decide().post(POST).pages["en"]
    assert row.provenance is None
    assert (is_made_by_other_code(row, code_version()), is_made_by_other_code(row, "other")) == (False, True)


def test_a_row_of_this_code_whose_page_other_code_made_is_known() -> None:
    row = LIVE.decide().page("en").row
    kept = mark_code(replace(row, token=replace(row.token, fp=f"{inputs_of(row.token.fp)}.{code_digest('other')}")))
    assert kept.provenance is not None
    assert (kept.provenance.code, kept.code) == (code_digest("other"), code_digest(code_version()))
    assert [is_made_by_other_code(kept, code) for code in (code_version(), "other")] == [True, True]


def _briefly(version: PublishedVersion) -> tuple[str, ...]:
    return tuple(" ".join((difference.what, *difference.names)) for difference in version.differences)
