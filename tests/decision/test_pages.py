"""When a page is made again, what it shows of its siblings, and that no earlier state returns."""

from collections.abc import Mapping
from functools import partial

import pytest
from msgspec.structs import replace

from colophon.decision.page import decide_page
from colophon.decision.rows import PostRow
from colophon.decision.shown import warnings_for
from colophon.decision.sweep import keys_not_up_to_date
from colophon.fidelity.comparison import Comparison
from colophon.upload.keys import PageRef, PostRef
from colophon.verbs.reading import decide_with_reads
from colophon.views import PostView, TombstoneView
from tests.decision.builder import Uploads, folder, inbox
from tests.decision.decisions import Decisions
from tests.decision.files import (
    BROKEN_TEXT,
    CLINIC_FILE,
    CLINIC_WITHDRAWAL,
    HOLD,
    HOLD_ENDS,
    POST,
    STYLE,
    drawing,
    original,
    record,
    settings,
    text,
    withdrawal,
)

LIVE = folder().put("en.md", text("First"))
BOTH = LIVE.put("ko.md", original("처음"))
ILLUSTRATED = folder().put("throat.png", drawing(1)).put("en.md", text("Illustrated", figure="throat.png"))
WITHDRAWN = LIVE.put("withdrawal.yaml", withdrawal("gone"))
DELETED = LIVE.delete("en.md")
WAITING = folder().put("en.md", text("Waits", channel="video"))
RENAMED, RESTYLED = record(name="Dalbit Ear and Throat"), settings(name="Translated Posts")

# An inbox at rest, one more upload to it, and whether the English page is put once more.
RENEWED: Mapping[str, tuple[Uploads, str, bytes | None, bool]] = {
    "a correction": (LIVE, "en.md", text("Second"), True),
    "a refused correction": (LIVE, "en.md", BROKEN_TEXT, False),
    "its clinic's record": (LIVE, CLINIC_FILE, RENAMED, True),
    "another clinic's record": (LIVE, "clinics/haenaru/clinic.yaml", record(), False),
    "the site's settings": (LIVE, "site.yaml", RESTYLED, True),
    "the site's style": (LIVE, "site.css", STYLE, True),
    "the first sibling": (LIVE, "ko.md", original("처음"), True),
    "a sibling that is refused": (LIVE, "ko.md", BROKEN_TEXT, False),
    "a sibling that waits": (LIVE, "ja.md", text("Waits", channel="video"), False),
    "a correction of another translation, of which it shows nothing": (
        BOTH.put("ja.md", text("First")),
        "ja.md",
        text("Second"),
        False,
    ),
    "a correction of its original, which it was read beside": (BOTH, "ko.md", original("다시"), True),
    "the same original again": (BOTH, "ko.md", original("처음"), False),
    "a refused correction of its original": (BOTH, "ko.md", BROKEN_TEXT, False),
    "a correction of its original that waits": (BOTH, "ko.md", original("다시", figure="later.png"), False),
    "the deletion of its original": (BOTH, "ko.md", None, True),
    "a sibling's count of warnings, which it shows": (BOTH, "ko.md", original("처음", source_warnings=1), True),
    "the withdrawal of a sibling": (BOTH, "ko.md.withdrawal.yaml", withdrawal(), True),
    "an image that it shows": (ILLUSTRATED, "throat.png", drawing(2), True),
    "an image that it does not show": (ILLUSTRATED, "nose.png", drawing(2), False),
    "its own withdrawal": (LIVE, "en.md.withdrawal.yaml", withdrawal(), True),
    "its clinic's withdrawal": (LIVE, CLINIC_WITHDRAWAL, withdrawal(), True),
    "a tombstone of a withdrawal, and the site's settings": (WITHDRAWN, "site.yaml", RESTYLED, True),
    # It leads on to the clinic, which may be closed by now.
    "a tombstone of a withdrawal, and its clinic's record": (WITHDRAWN, CLINIC_FILE, RENAMED, True),
    "a tombstone of a withdrawal of a deleted page, and its clinic's record": (
        WITHDRAWN.delete("en.md"),
        CLINIC_FILE,
        RENAMED,
        False,
    ),
    "a tombstone of a withdrawal, and its text": (WITHDRAWN, "en.md", text("Second"), False),
    "a tombstone of a withdrawal, and a sibling": (WITHDRAWN, "ko.md", original("처음"), False),
    "a tombstone of a withdrawal, and another withdrawal": (WITHDRAWN, "en.md.withdrawal.yaml", withdrawal(), True),
    "a tombstone of a withdrawal of a deleted page, and the site's settings": (
        WITHDRAWN.delete("en.md"),
        "site.yaml",
        RESTYLED,
        True,
    ),
    "a deleted page, and the site's settings": (DELETED, "site.yaml", RESTYLED, False),
    "a deleted page, and its clinic's record": (DELETED, CLINIC_FILE, RENAMED, False),
    "a deleted page, and its clinic's withdrawal": (DELETED, CLINIC_WITHDRAWAL, withdrawal(), False),
    "a deleted page, and a sibling": (DELETED, "ko.md", original("처음"), False),
    "a page that waits, and its clinic's record": (WAITING, CLINIC_FILE, RENAMED, True),
}


@pytest.mark.parametrize(("uploads", "name", "content", "renewed"), RENEWED.values(), ids=RENEWED)
def test_whether_a_page_is_put_once_more(uploads: Uploads, name: str, content: bytes | None, renewed: bool) -> None:
    changed = uploads.delete(name) if content is None else uploads.put(name, content)
    before, after = uploads.decide().page("en"), changed.decide().page("en")
    assert len(after.fingerprints) - len(before.fingerprints) == renewed


# Inboxes in which something changes and changes back.
CYCLES: Mapping[str, Uploads] = {
    "a text and back": LIVE.put("en.md", text("Second")).put("en.md", text("First")),
    "a text deleted and back": DELETED.put("en.md", text("First")).delete("en.md").put("en.md", text("First")),
    "a text deleted, deleted again, and back": DELETED.delete("en.md").put("en.md", text("First")),
    "a withdrawal and back": WITHDRAWN.delete("withdrawal.yaml")
    .put("withdrawal.yaml", withdrawal("gone"))
    .delete("withdrawal.yaml"),
    "a text deleted and back while withdrawn": WITHDRAWN.delete("en.md").put("en.md", text("First")).delete("en.md"),
    "a hold that ended, and its file deleted": LIVE.put("withdrawal.yaml", HOLD)
    .until(HOLD_ENDS)
    .delete("withdrawal.yaml"),
    "a clinic's withdrawal and back": LIVE.put(CLINIC_WITHDRAWAL, withdrawal())
    .delete(CLINIC_WITHDRAWAL)
    .put(CLINIC_WITHDRAWAL, withdrawal())
    .delete(CLINIC_WITHDRAWAL),
    "a clinic's hold that ended": LIVE.put(CLINIC_WITHDRAWAL, HOLD).until(HOLD_ENDS).delete(CLINIC_WITHDRAWAL),
    "a clinic's record and back": LIVE.put(CLINIC_FILE, RENAMED).put(CLINIC_FILE, record()),
    "a clinic's record deleted and back": LIVE.delete(CLINIC_FILE).put(CLINIC_FILE, record()),
    "the site's settings and back": LIVE.put("site.yaml", RESTYLED).put("site.yaml", settings()),
    "the site's settings deleted and back": LIVE.delete("site.yaml").put("site.yaml", settings()),
    "the site's style and back": LIVE.put("site.css", STYLE).delete("site.css").put("site.css", STYLE),
    "a sibling deleted and back": BOTH.delete("ko.md").put("ko.md", original("처음")).delete("ko.md"),
    "an original's text and back": BOTH.put("ko.md", original("다시")).put("ko.md", original("처음")),
    "an original's withdrawal and back": BOTH.put("ko.md.withdrawal.yaml", withdrawal())
    .put("ko.md", original("다시"))
    .delete("ko.md.withdrawal.yaml"),
    "a sibling's warnings and back": BOTH.put("ko.md", original("처음", source_warnings=1)).put(
        "ko.md", original("처음")
    ),
    "a sibling beside a page that waits": WAITING.put("ko.md", original("처음")).delete("ko.md"),
    "an image and back": ILLUSTRATED.put("throat.png", drawing(2)).put("throat.png", drawing(1)),
    "an image deleted and back": ILLUSTRATED.delete("throat.png").put("throat.png", drawing(1)).delete("throat.png"),
    "an image withdrawn and back": ILLUSTRATED.put("throat.png.withdrawal.yaml", withdrawal())
    .delete("throat.png.withdrawal.yaml")
    .put("throat.png.withdrawal.yaml", withdrawal()),
    "a clinic before its settings": inbox()
    .put(CLINIC_FILE, record())
    .put("en.md", text("First"))
    .put("site.yaml", settings())
    .delete("site.yaml"),
}


@pytest.mark.parametrize("uploads", CYCLES.values(), ids=CYCLES)
def test_a_fingerprint_never_comes_back(uploads: Uploads) -> None:
    decisions = uploads.decide()
    for page in list(decisions.fingerprints):
        fingerprints = decisions.page(page.lang).fingerprints
        assert len(fingerprints) == len(set(fingerprints))
    for key, listed in decisions.listings.fingerprints.items():
        assert len(listed) == len(set(listed)), key


@pytest.mark.parametrize("uploads", CYCLES.values(), ids=CYCLES)
def test_what_is_decided_does_not_depend_on_what_was_decided_before(uploads: Uploads) -> None:
    """A page whose upload never was complete may be absent in one and a tombstone in the other: readers get a 404."""
    answered, at_once = uploads.decide(), uploads.decide_at_once()
    for lang in ("en", "ko"):
        one, other = answered.page(lang), at_once.page(lang)
        assert (one.shows.replace("tombstone: absent", "nothing"), one.state) == (
            other.shows.replace("tombstone: absent", "nothing"),
            other.state,
        )


@pytest.mark.parametrize("uploads", CYCLES.values(), ids=CYCLES)
def test_at_rest_another_decision_changes_nothing(uploads: Uploads) -> None:
    decisions = uploads.decide()
    assert list(keys_not_up_to_date(decisions.look())) == []
    for lang, row in decisions.post().pages.items():
        decision = decisions.decide_page(lang)
        assert decision.view is None or decision.fp == row.token.fp
        assert (decision.row.inputs_id, decision.row.outcome.state) == (row.inputs_id, row.outcome.state)


# Files of an inbox in which everything is there.
EVERYTHING = (
    ILLUSTRATED.put("site.css", STYLE)
    .put("ko.md", original("처음"))
    .put("ja.md", text("Later", publish_at="2026-04-01T09:00:00+09:00"))
    .put("ja.md.withdrawal.yaml", HOLD)
    .put("clinics/haenaru/withdrawal.yaml", withdrawal())
)


@pytest.mark.parametrize("name", sorted({step.key for step in EVERYTHING.steps}))
def test_the_same_bytes_again_change_nothing(name: str) -> None:
    content = next(step.content for step in EVERYTHING.steps if step.key == name)
    before, after = EVERYTHING.decide(), EVERYTHING.put(name, content or b"").decide()
    assert _rows(after) == _rows(before)
    assert after.listings.fingerprints == before.listings.fingerprints
    assert after.entries == before.entries


# What was uploaded; which languages the English page links to; whether its report warns of a missing original, and of
# how many warnings that the translation lacks.
SIBLINGS: Mapping[str, tuple[Uploads, tuple[str, ...], bool, int]] = {
    "alone": (LIVE, (), True, 0),
    "with its original": (BOTH, ("ko",), False, 0),
    "with another translation": (LIVE.put("ja.md", text("First")), ("ja",), True, 0),
    "with both": (BOTH.put("ja.md", text("First")), ("ja", "ko"), False, 0),
    "its original is refused": (LIVE.put("ko.md", BROKEN_TEXT), (), True, 0),
    "its original is deleted": (BOTH.delete("ko.md"), (), True, 0),
    "its original is withdrawn": (BOTH.put("ko.md.withdrawal.yaml", withdrawal()), (), True, 0),
    "its original is back": (BOTH.delete("ko.md").put("ko.md", original("처음")), ("ko",), False, 0),
    "its original has more warnings": (BOTH.put("ko.md", original("처음", source_warnings=2)), ("ko",), False, 2),
    "it has as many warnings": (
        BOTH.put("ko.md", original("처음", source_warnings=1)).put("en.md", text("First", source_warnings=1)),
        ("ko",),
        False,
        0,
    ),
}


@pytest.mark.parametrize(("uploads", "linked", "without", "fewer"), SIBLINGS.values(), ids=SIBLINGS)
def test_what_a_page_shows_of_its_siblings(
    uploads: Uploads, linked: tuple[str, ...], without: bool, fewer: int
) -> None:
    page = uploads.decide().page("en")
    assert isinstance(page.view, PostView)
    assert tuple(sibling.lang for sibling in page.view.siblings) == linked
    assert (page.state, {problem.severity for problem in page.problems} <= {"warning"}) == ("live", True)
    assert [problem.field for problem in page.problems] == ["source.archive_url"] * without + [""] * fewer


@pytest.mark.parametrize(
    ("of_original", "of_translation", "told"), [(2, 0, True), (2, 1, True), (1, 1, False), (0, 1, False)]
)
def test_a_translation_with_fewer_warnings_is_told_to_translate_them(
    of_original: int, of_translation: int, told: bool
) -> None:
    uploads = folder().put("ko.md", original("처음", source_warnings=of_original))
    view = uploads.put("en.md", text("First", source_warnings=of_translation)).decide().page("en").view
    assert isinstance(view, PostView)
    assert view.original
    # A comparison of the texts says which; without one, as in a language that is not compared, there is the count.
    warnings = warnings_for(replace(view, comparison=Comparison()))
    assert [problem.fix for problem in warnings] == ["Translate every line that begins with ※."] * told


def test_a_page_hangs_on_the_images_of_the_version_that_is_shown_while_a_newer_one_waits() -> None:
    """Else it would go on linking to an image that was replaced or withdrawn."""
    shown = folder().put("throat.png", drawing(1)).put("en.md", text("First", figure="throat.png"))
    waiting = shown.put("en.md", text("Second", figure="nose.png"))
    assert waiting.decide().page("en").row.image_names == ("nose.png", "throat.png")
    for changed in (
        waiting.put("throat.png", drawing(2)),
        waiting.put("throat.png.withdrawal.yaml", withdrawal()),
        waiting.put("nose.png", drawing(3)),
    ):
        before, after = waiting.decide().page("en"), changed.decide().page("en")
        assert before.shows == "page: First"
        assert len(after.fingerprints) == len(before.fingerprints) + 1


# What was uploaded; the files that a decision about the English page reads, a file once for each of its versions.
READS: Mapping[str, tuple[Uploads, tuple[str, ...]]] = {
    "nothing where nothing was uploaded": (folder(), ()),
    "the text": (LIVE, ("en.md",)),
    "the newest version alone": (LIVE.put("en.md", text("Second")), ("en.md",)),
    "older versions until one counts": (LIVE.put("en.md", BROKEN_TEXT), ("en.md", "en.md")),
    "nothing of a text that was deleted": (DELETED, ()),
    "nothing older than a deletion": (DELETED.put("en.md", BROKEN_TEXT), ("en.md",)),
    "the original that readers see": (BOTH, ("en.md", "ko.md")),
    "the original that readers see, not one that is refused": (
        BOTH.put("ko.md", BROKEN_TEXT),
        ("en.md", "ko.md"),
    ),
    "no original that is withdrawn": (BOTH.put("ko.md.withdrawal.yaml", withdrawal()), ("en.md",)),
    "no original that waits for an image": (LIVE.put("ko.md", original("처음", figure="later.png")), ("en.md",)),
    # For the report.
    "the original that is scheduled": (
        LIVE.put("ko.md", original("처음", publish_at="2026-04-01T09:00:00+09:00")),
        ("en.md", "ko.md"),
    ),
    "no other translation": (LIVE.put("ja.md", text("First")), ("en.md",)),
    "no image": (ILLUSTRATED, ("en.md",)),
    "no text that is withdrawn": (WITHDRAWN, ("withdrawal.yaml",)),
    "the text that a clinic's withdrawal covers, for its date": (LIVE.put(CLINIC_WITHDRAWAL, withdrawal()), ("en.md",)),
    "of a hold the one before it too": (
        WITHDRAWN.put("withdrawal.yaml", HOLD),
        ("withdrawal.yaml", "withdrawal.yaml"),
    ),
}


@pytest.mark.parametrize(("uploads", "files"), READS.values(), ids=READS)
def test_a_decision_reads_what_it_needs(uploads: Uploads, files: tuple[str, ...]) -> None:
    decisions = uploads.decide()
    decisions.source.reads.clear()
    decisions.decide_page("en")
    assert tuple(key.rpartition("/")[2] for key in decisions.source.reads) == files


# What was uploaded; the title of the original that the decision about the English page reads, empty if it reads none.
ORIGINALS: Mapping[str, tuple[Uploads, str]] = {
    "none": (LIVE, ""),
    "the newest": (BOTH.put("ko.md", original("다시")), "다시"),
    "an older one beside a refused one": (BOTH.put("ko.md", BROKEN_TEXT), "처음"),
    "an older one beside one that waits": (BOTH.put("ko.md", original("다시", figure="later.png")), "처음"),
    "none that waits": (LIVE.put("ko.md", original("처음", figure="later.png")), ""),
    "none that is withdrawn": (BOTH.put("ko.md.withdrawal.yaml", withdrawal()), ""),
    "none that is deleted": (BOTH.delete("ko.md"), ""),
    "one that is back": (BOTH.delete("ko.md").put("ko.md", original("다시")), "다시"),
    "one that came first": (folder().put("ko.md", original("처음")).put("en.md", text("First")), "처음"),
    "none of another post": (LIVE.put("posts/dalbit/sneezes/ko.md", original("재채기")), ""),
}


@pytest.mark.parametrize(("uploads", "title"), ORIGINALS.values(), ids=ORIGINALS)
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_translation_is_decided_with_the_original_that_readers_see(uploads: Uploads, title: str, lang: str) -> None:
    """Whether each upload was answered before the next one came or all at once."""
    every = uploads.put("ja.md", text("First"))
    for decisions in (every.decide(), every.decide_at_once()):
        view = decisions.page(lang).view
        assert isinstance(view, PostView)
        assert (view.original_edition.front_matter.title if view.original_edition else "") == title


def test_an_original_is_decided_alone() -> None:
    view = BOTH.decide().page("ko").view
    assert isinstance(view, PostView)
    assert view.original_edition is None
    assert BOTH.put("en.md", text("Second")).decide().page("ko").fingerprints == BOTH.decide().page("ko").fingerprints


def test_an_original_that_the_inbox_lost_is_another_input() -> None:
    """Erased by its id, without a trace: its row still names it."""
    look = BOTH.decide().look()
    histories = {key: history for key, history in look.folder.histories.items() if not key.endswith("/ko.md")}
    lost = replace(look, folder=replace(look.folder, histories=histories))
    page, source = PageRef(POST, "en"), BOTH.decide().source
    whole, without = (decide_with_reads(partial(decide_page, page), snapshot, source) for snapshot in (look, lost))
    assert isinstance(without.view, PostView)
    assert without.view.original_edition is None
    assert without.fp != whole.fp
    assert without.row.inputs_id != whole.row.inputs_id


def test_an_original_is_warned_of_nothing_that_translations_are() -> None:
    assert folder().put("ko.md", original("처음", source_warnings=1)).decide().page("ko").problems == ()


def test_siblings_of_another_post_are_none() -> None:
    other = "posts/dalbit/sneezes/ko.md"
    view = LIVE.put(other, original("재채기")).decide().page("en").view
    assert isinstance(view, PostView)
    assert view.siblings == ()


def test_a_page_that_is_there_for_no_reason_is_closed() -> None:
    """The inbox was restored from before its first upload."""
    restored = replace(folder().decide().look(), row=LIVE.decide().post())
    decision = decide_with_reads(partial(decide_page, PageRef(POST, "en")), restored, folder().decide().source)
    assert isinstance(decision.view, TombstoneView)
    assert (decision.view.kind, bool(decision.fp)) == ("absent", True)


def test_a_report_is_about_the_newest_version() -> None:
    uploads = ILLUSTRATED.put("en.md", BROKEN_TEXT).put("throat.png", b"not a drawing").put("withdrawal.yaml", HOLD)
    decisions = uploads.put(CLINIC_FILE, b"names: none").put("site.yaml", b"url: none").put("site.css", STYLE).decide()
    row, (site, style), (clinic,) = decisions.post(), decisions.site.outcomes, decisions.clinic().outcomes
    outcomes = (row.pages["en"].outcome, row.images["throat.png"].outcome, row.withdrawals["withdrawal.yaml"].outcome)
    newest = [f"version {number}" for number in range(5, 11)]
    assert [outcome.version for outcome in (*outcomes, clinic, site, style)] == newest


def test_a_page_says_where_it_is() -> None:
    decisions = LIVE.put("en.md", BROKEN_TEXT).decide()
    row = decisions.page("en").row
    assert (row.outcome.key, row.outcome.url) == (
        "posts/dalbit/coughs/en.md",
        "https://posts.example/en/dalbit/coughs/",
    )
    assert DELETED.decide().page("en").row.outcome.url == ""


def _rows(decisions: Decisions) -> tuple[object, object, Mapping[PostRef, PostRow]]:
    return decisions.site, decisions.clinics, decisions.posts
