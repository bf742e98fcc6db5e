"""What pages say of their originals and reviews as texts change: only what the pins say."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colophon.decision.sweep import keys_not_up_to_date
from colophon.edition.read import read_edition
from colophon.notices.policy import notices_for
from colophon.verbs.report import encode_report
from colophon.views import PostView
from tests.decision.builder import Uploads, folder
from tests.decision.decisions import Decisions
from tests.decision.files import BROKEN_TEXT, HOLD, HOLD_ENDS, original, text, withdrawal

BODIES = ("따뜻한 물.", "따뜻한 물 두 잔.", "미지근한 물.")
ORIGINALS = tuple(original("기침", body=body) for body in BODIES)
PINS = tuple(read_edition("ko", content).pin for content in ORIGINALS)
KOREAN = folder().put("ko.md", ORIGINALS[0])
TRANSLATED = KOREAN.put("en.md", text("Coughs", of=PINS[0]))
CHANGED = TRANSLATED.put("ko.md", ORIGINALS[1])
WITHDRAWAL = "ko.md.withdrawal.yaml"


def notices_on(decisions: Decisions, lang: str = "en") -> set[str]:
    view = decisions.page(lang).view
    return {notice.id for notice in notices_for(view)} if isinstance(view, PostView) else set()


def says_changed(decisions: Decisions, lang: str = "en") -> bool:
    return "original-changed" in notices_on(decisions, lang)


SCHEDULED = (
    folder()
    .put("en.md", text("Coughs", of=PINS[0]))
    .put("ko.md", text("기침", translated="", publish_at=HOLD_ENDS, body=BODIES[1]))
)
# An inbox, and whether the English page says that the original has changed.
CASES: Mapping[str, tuple[Uploads, bool]] = {
    "the original as it was translated": (TRANSLATED, False),
    "a changed original": (CHANGED, True),
    "the same original again": (TRANSLATED.put("ko.md", ORIGINALS[0]), False),
    "the original's tags": (TRANSLATED.put("ko.md", original("기침", tags=["목"])), False),
    "the original's title": (TRANSLATED.put("ko.md", original("봄 기침")), True),
    "a changed original that is refused": (TRANSLATED.put("ko.md", BROKEN_TEXT), False),
    "a changed original and back": (CHANGED.put("ko.md", ORIGINALS[0]), False),
    "a changed original and back and changed": (CHANGED.put("ko.md", ORIGINALS[0]).put("ko.md", ORIGINALS[1]), True),
    "a changed original, translated again": (CHANGED.put("en.md", text("Coughs", of=PINS[1])), False),
    "a changed original, and other changes of the translation": (CHANGED.put("en.md", text("Cough", of=PINS[0])), True),
    "a changed original, deleted": (CHANGED.delete("ko.md"), False),
    "a changed original, deleted and back": (CHANGED.delete("ko.md").put("ko.md", ORIGINALS[1]), True),
    "a changed original, withdrawn": (CHANGED.put(WITHDRAWAL, withdrawal()), False),
    "a changed original on hold": (CHANGED.put(WITHDRAWAL, HOLD), False),
    "a changed original after its hold": (CHANGED.put(WITHDRAWAL, HOLD).until(HOLD_ENDS), True),
    "a withdrawn original, reinstated": (CHANGED.put(WITHDRAWAL, withdrawal()).delete(WITHDRAWAL), True),
    "an original that comes later": (
        folder().put("en.md", text("Coughs", of=PINS[0])).put("ko.md", ORIGINALS[0]),
        False,
    ),
    "another original that comes later": (
        folder().put("en.md", text("Coughs", of=PINS[0])).put("ko.md", ORIGINALS[1]),
        True,
    ),
    "another original that is scheduled": (SCHEDULED, False),
    "another original that was scheduled": (SCHEDULED.until(HOLD_ENDS), True),
    "no original": (folder().put("en.md", text("Coughs", of=PINS[0])), False),
    "a translation that names no text": (KOREAN.put("en.md", text("Coughs")).put("ko.md", ORIGINALS[1]), False),
    "another translation is no original": (TRANSLATED.put("ja.md", text("咳", of=PINS[1])), False),
}


@pytest.mark.parametrize(("uploads", "changed"), CASES.values(), ids=CASES)
def test_a_page_says_that_its_original_has_changed_while_it_has(uploads: Uploads, changed: bool) -> None:
    answered, at_once = uploads.decide(), uploads.decide_at_once()
    assert says_changed(answered) is says_changed(at_once) is changed
    assert not says_changed(answered, "ko")
    problems = [problem for problem in answered.page("en").problems if problem.field == "translation.of"]
    assert [problem.severity for problem in problems] == ["warning"] * changed
    assert list(keys_not_up_to_date(answered.look())) == []


@pytest.mark.parametrize("uploads", [uploads for uploads, _ in CASES.values()], ids=CASES)
def test_no_state_of_a_page_comes_back(uploads: Uploads) -> None:
    """Else a write that is late could not be told from a new one."""
    for lang in ("en", "ko", "ja"):
        fingerprints = uploads.decide().page(lang).fingerprints
        assert len(fingerprints) == len(set(fingerprints))


def test_a_report_hints_at_a_translation_that_names_no_text() -> None:
    uploads = KOREAN.put("en.md", text("Coughs"))
    report = json.loads(encode_report(uploads.decide().page("en").row.reported))
    (hint,) = report["hints"]
    assert hint["field"] == "translation.of"
    assert "colophon pin" in hint["fix"]
    assert not uploads.decide().page("en").problems
    for other, lang in ((uploads, "ko"), (TRANSLATED, "en"), (uploads.delete("en.md"), "en")):
        assert b"hints" not in encode_report(other.decide().page(lang).row.reported)


STEPS = st.tuples(
    st.sampled_from(["ko", "ko", "en", "bare", "delete ko", "withdraw ko", "reinstate ko"]), st.integers(0, 2)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, min_size=2, max_size=8))
def test_the_notice_stands_on_exactly_the_pages_whose_original_is_another_text(steps: list[tuple[str, int]]) -> None:
    """A replay of the versions of one post, beside the shortest account of what is true after each."""
    uploads = folder()
    here: int | None = None
    there: int | None = None
    translated = withdrawn = False
    for kind, number in steps:
        if kind == "ko":
            uploads, there = uploads.put("ko.md", ORIGINALS[number]), number
        elif kind in ("en", "bare"):
            here, translated = number if kind == "en" else None, True
            uploads = uploads.put("en.md", text("Coughs", of=PINS[number] if kind == "en" else ""))
        elif kind == "delete ko" and there is not None:
            uploads, there = uploads.delete("ko.md"), None
        elif kind == "withdraw ko":
            uploads, withdrawn = uploads.put(WITHDRAWAL, withdrawal()), True
        elif kind == "reinstate ko" and withdrawn:
            uploads, withdrawn = uploads.delete(WITHDRAWAL), False
        shown = None if withdrawn else there
        expected = translated and here is not None and shown is not None and here != shown
        assert says_changed(uploads.decide()) is expected
