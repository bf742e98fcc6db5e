"""What a translation's report and its page say of differences from its original."""

from collections.abc import Mapping

import pytest

from colophon.decision.sweep import keys_not_up_to_date
from colophon.edition.read import read_edition
from colophon.page.entry import Entry
from colophon.page.post import render_post
from colophon.views import PostView
from tests.decision.builder import Uploads, folder
from tests.decision.decisions import Decisions, Page
from tests.decision.files import (
    BROKEN_TEXT,
    CLINIC_FILE,
    GLOSSARY_FILE,
    drawing,
    glossary,
    original,
    record,
    text,
    withdrawal,
)

CUPS_KO, CUPS_EN = "하루에 물을 3컵 드세요.", "Drink 3 cups of water a day."
THREE, FIVE = original("물", body=CUPS_KO), original("물", body=CUPS_KO.replace("3", "5"))
RIGHT = text("Water", body=CUPS_EN)
LATER = "2026-04-01T09:00:00+09:00"
PAIR = folder().put("ko.md", THREE).put("en.md", RIGHT)
DIFFERENT = folder().put("ko.md", FIVE).put("en.md", RIGHT)
ILLUSTRATED = folder().put("ko.md", original("물", figure="a.png", body=CUPS_KO.replace("3", "5"))).put("en.md", RIGHT)
SCHEDULED = text("Water", body=CUPS_EN, publish_at=LATER)

# What was uploaded; the state of the English text, how many differences its report names, and how many its page marks.
REPORTED: Mapping[str, tuple[Uploads, str, int, int]] = {
    "equal texts": (PAIR, "live", 0, 0),
    "another number": (DIFFERENT, "live", 1, 1),
    "another number, the translation first": (folder().put("en.md", RIGHT).put("ko.md", FIVE), "live", 1, 1),
    "a corrected original": (PAIR.put("ko.md", FIVE), "live", 1, 1),
    "a corrected original, corrected again": (PAIR.put("ko.md", FIVE).put("ko.md", THREE), "live", 0, 0),
    "a corrected translation": (DIFFERENT.put("en.md", text("Water", body=CUPS_EN.replace("3", "5"))), "live", 0, 0),
    "a withdrawn original": (DIFFERENT.put("ko.md.withdrawal.yaml", withdrawal()), "live", 0, 0),
    "a withdrawn post": (DIFFERENT.put("withdrawal.yaml", withdrawal()), "withdrawn", 0, 0),
    "a deleted original": (DIFFERENT.delete("ko.md"), "live", 0, 0),
    "an original that is back": (DIFFERENT.delete("ko.md").put("ko.md", FIVE), "live", 1, 1),
    "a refused correction of the original": (DIFFERENT.put("ko.md", BROKEN_TEXT), "live", 1, 1),
    "a refused translation": (DIFFERENT.put("en.md", BROKEN_TEXT), "refused", 0, 1),
    # It is decided about again when the image comes, mostly within seconds.
    "an original that waits for an image": (ILLUSTRATED, "live", 0, 0),
    "an original whose image has come": (ILLUSTRATED.put("a.png", drawing(1)), "live", 2, 2),
    "a translation that waits for an image": (
        folder().put("ko.md", FIVE).put("en.md", text("Water", figure="a.png", body=CUPS_EN)),
        "waiting",
        0,
        0,
    ),
    "an original that waits for its channel": (
        folder().put("ko.md", FIVE.replace(b"channel: blog", b"channel: video")).put("en.md", RIGHT),
        "live",
        1,
        0,
    ),
    "a scheduled translation": (folder().put("ko.md", FIVE).put("en.md", SCHEDULED), "scheduled", 1, 0),
    "both scheduled": (
        folder().put("ko.md", original("물", publish_at=LATER, body=CUPS_KO.replace("3", "5"))).put("en.md", SCHEDULED),
        "scheduled",
        1,
        0,
    ),
    "both scheduled, and the original changed": (
        folder()
        .put("ko.md", original("물", publish_at=LATER, body=CUPS_KO))
        .put("en.md", SCHEDULED)
        .put("ko.md", original("물", publish_at=LATER, body=CUPS_KO.replace("3", "5"))),
        "scheduled",
        1,
        0,
    ),
    "a scheduled correction of a live one": (
        PAIR.put("en.md", text("Water", body=CUPS_EN.replace("3", "7"), publish_at=LATER)),
        "scheduled",
        1,
        0,
    ),
    "two scheduled corrections, of which the newest is right": (
        PAIR.put("en.md", text("Water", body=CUPS_EN.replace("3", "7"), publish_at=LATER)).put(
            "en.md", text("Water again", body=CUPS_EN, publish_at=LATER)
        ),
        "scheduled",
        0,
        0,
    ),
    "a clinic without permission": (DIFFERENT.put(CLINIC_FILE, record(permission=False)), "waiting", 1, 0),
    "a language that is not compared": (folder().put("ko.md", FIVE).put("ja.md", RIGHT), "absent", 0, 0),
}


@pytest.mark.parametrize(("uploads", "state", "reported", "marked"), REPORTED.values(), ids=REPORTED)
def test_differences_are_reported_and_marked(uploads: Uploads, state: str, reported: int, marked: int) -> None:
    """Whether each upload was answered before the next one came or all at once."""
    for decisions in (uploads.decide(), uploads.decide_at_once()):
        page = decisions.page("en")
        found = [problem for problem in page.problems if problem.kind]
        assert (page.state, len(found), len(_marked(page))) == (state, reported, marked)
        assert {problem.severity for problem in found} <= {"warning"}
        assert list(keys_not_up_to_date(decisions.look())) == []


def test_a_warning_names_both_lines_and_both_values() -> None:
    (problem,) = DIFFERENT.decide().page("en").problems
    assert problem.what == "The original has “5” here (ko.md, line 10), this translation has “3”."
    assert (problem.kind, problem.grade, problem.block) == ("fidelity.number", "differs", 1)
    assert (problem.line, problem.original_line) == (13, 10)


def test_lines_follow_an_original_whose_text_is_the_same() -> None:
    moved = FIVE.replace(b"---\n\n", b"tags: [water]\n---\n\n")
    (problem,) = DIFFERENT.put("ko.md", moved).decide().page("en").problems
    assert problem.original_line == 11


def test_an_original_has_no_such_warning() -> None:
    assert DIFFERENT.decide().page("ko").problems == ()


GLOSSARIES: Mapping[str, tuple[Uploads, bytes | None, bool]] = {
    "the first": (PAIR, glossary("warm water"), True),
    "another": (PAIR.put(GLOSSARY_FILE, glossary("warm water")), glossary("hot water"), True),
    "the same again": (PAIR.put(GLOSSARY_FILE, glossary("warm water")), glossary("warm water"), False),
    "a refused one": (PAIR.put(GLOSSARY_FILE, glossary("warm water")), b"terms: none", False),
    "none any longer": (PAIR.put(GLOSSARY_FILE, glossary("warm water")), None, True),
}


@pytest.mark.parametrize(("uploads", "content", "renewed"), GLOSSARIES.values(), ids=GLOSSARIES)
def test_a_changed_glossary_decides_the_clinics_posts_again(
    uploads: Uploads, content: bytes | None, renewed: bool
) -> None:
    changed = uploads.delete(GLOSSARY_FILE) if content is None else uploads.put(GLOSSARY_FILE, content)
    before, after = uploads.decide(), changed.decide()
    assert (after.page("en").fingerprints != before.page("en").fingerprints) == renewed
    assert list(keys_not_up_to_date(after.look())) == []


def test_a_translation_is_held_to_its_clinics_glossary() -> None:
    """The term of the glossary is in the original; the translation writes something else."""
    both = (
        folder().put("ko.md", original("물", body="따뜻한 물.")).put("en.md", text("Water", body="Water that is hot."))
    )
    assert both.decide().page("en").problems == ()
    held = both.put(GLOSSARY_FILE, glossary("warm water")).decide().page("en")
    assert [problem.kind for problem in held.problems] == ["fidelity.term"]
    assert both.put(GLOSSARY_FILE, glossary("water that is hot")).decide().page("en").problems == ()


def test_a_glossary_has_an_outcome_and_its_terms_are_in_the_clinics_row() -> None:
    decisions = PAIR.put(GLOSSARY_FILE, glossary("warm water")).put(GLOSSARY_FILE, b"terms: none").decide()
    row = decisions.clinic()
    assert [(outcome.key, outcome.state) for outcome in row.outcomes] == [
        (CLINIC_FILE, "live"),
        (GLOSSARY_FILE, "refused"),
    ]
    assert [term.words for term in row.glossary] == [{"ko": "따뜻한 물", "en": "warm water"}]
    assert row.glossary_version == "version 5"


def test_a_clinic_without_a_glossary_is_what_it_was() -> None:
    """Its identities are those of code that knows no glossary."""
    row = PAIR.decide().clinic()
    assert row == PAIR.put("clinics/haenaru/glossary.yaml", glossary("x")).decide().clinic()
    assert (row.glossary, row.glossary_version) == ((), "")


def _marked(page: Page) -> tuple[object, ...]:
    return page.view.comparison.marked if isinstance(page.view, PostView) else ()


@pytest.mark.parametrize(
    "ending",
    [
        DIFFERENT.put("ko.md.withdrawal.yaml", withdrawal()),
        DIFFERENT.delete("ko.md"),
        DIFFERENT.put(CLINIC_FILE, record()).put("ko.md.withdrawal.yaml", withdrawal("legal")),
    ],
    ids=["withdrawn", "deleted", "withdrawn for legal reasons"],
)
def test_nothing_of_an_original_that_is_taken_down_stays(ending: Uploads) -> None:
    """Neither on the page nor in listings, reports or the row."""
    before, after = DIFFERENT.decide(), ending.decide()
    assert _entry(before).differences == (("number", 1),)
    assert _entry(after).differences == ()
    for lang, has in ((before, True), (after, False)):
        view = lang.page("en").view
        assert isinstance(view, PostView)
        page = render_post(view, 1).decode()
        assert ("“<span" in page, "differs-from-original" in page, "differences" in page) == (has, has, has)
        assert ("“5”" in str(lang.page("en").row)) == has


def test_a_changed_mark_is_purged_from_caches() -> None:
    corrected = DIFFERENT.put("ko.md", original("물", body=CUPS_KO.replace("3", "7"))).decide()
    assert corrected.page("en").row.visible_id != DIFFERENT.decide().page("en").row.visible_id
    assert PAIR.put("ko.md", original("물", body=f"{CUPS_KO}\n")).decide().page("en").row.visible_id == (
        PAIR.decide().page("en").row.visible_id
    )


# The pins of the two texts of DIFFERENT, of another text, and which problems the report then has.
OF, ORIGINAL_PIN = (read_edition(lang, content).pin for lang, content in (("en", RIGHT), ("ko", FIVE)))
OTHER = "0123456789abcdef"
NOTES: Mapping[str, tuple[int, str, str, list[str]]] = {
    "both pins": (1, OF, ORIGINAL_PIN, []),
    "another text": (1, OTHER, ORIGINAL_PIN, ["another text,"]),
    "another original": (1, OF, OTHER, ["another original,"]),
    "another of both": (1, OTHER, OTHER, ["another text and another original,"]),
    "a block without a difference": (2, OF, ORIGINAL_PIN, ["finds no difference in block 2"]),
}


@pytest.mark.parametrize(("block", "of", "there", "words"), NOTES.values(), ids=NOTES)
def test_a_note_answers_a_difference_of_two_texts(block: int, of: str, there: str, words: list[str]) -> None:
    note = f"  differs:\n    - {{block: {block}, note: Cups are larger here., of: {of}, original: {there}}}\n---\n\n"
    answered = DIFFERENT.put("en.md", RIGHT.replace(b"---\n\n", note.encode())).decide().page("en")
    lapsed = [problem for problem in answered.problems if not problem.kind]
    assert [word in problem.what for word, problem in zip(words, lapsed, strict=True)] == [True] * len(words)
    assert all(problem.field.startswith("translation.differs.0") for problem in lapsed)
    assert isinstance(answered.view, PostView)
    page = render_post(answered.view, 1).decode()
    assert ("Cups are larger here." in page, "Marked by a program" in page) == (not words, bool(words))
    if "another" in "".join(words):
        assert f"of: {OF} and original: {ORIGINAL_PIN}" in lapsed[0].fix


_NOTE = f"  differs:\n    - {{block: 1, note: Cups are larger here., of: {OF}, original: {ORIGINAL_PIN}}}\n---\n\n"
NOTED = RIGHT.replace(b"---\n\n", _NOTE.encode())
ALONE: Mapping[str, Uploads] = {
    "no original": folder().put("en.md", NOTED),
    "a deleted original": folder().put("ko.md", FIVE).put("en.md", NOTED).delete("ko.md"),
    "a refused original": folder().put("ko.md", BROKEN_TEXT).put("en.md", NOTED),
}


@pytest.mark.parametrize("uploads", ALONE.values(), ids=ALONE)
def test_a_note_without_an_original_is_told(uploads: Uploads) -> None:
    (problem,) = [each for each in uploads.decide().page("en").problems if each.field.startswith("translation")]
    assert problem.what == "There is no original to compare with, so readers don’t see the note on block 1."
    assert (problem.field, problem.severity) == ("translation.differs.0", "warning")


def _entry(decisions: Decisions) -> Entry:
    (entry,) = (row.entry for row in decisions.entries.values() if row.lang == "en" and row.entry)
    return entry
