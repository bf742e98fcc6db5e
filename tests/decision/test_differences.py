"""What a translation's report and its page say of differences from its original."""

from collections.abc import Mapping

import pytest

from colophon.decision.sweep import keys_not_up_to_date
from colophon.views import PostView
from tests.decision.builder import Uploads, folder
from tests.decision.decisions import Page
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
