"""Which translations show their original beside them, and when a copy of one must not be served any longer."""

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from colophon.decision.purging import post_tags_to_purge
from colophon.page.post import render_post
from colophon.views import PostView
from tests.decision.builder import Uploads, folder
from tests.decision.decisions import Decisions
from tests.decision.files import (
    BROKEN_TEXT,
    CLINIC_FILE,
    POST,
    drawing,
    original,
    record,
    settings,
    text,
    withdrawal,
)

ALLOWED = folder().put(CLINIC_FILE, record(scope="originals")).put("en.md", text("First"))
BOTH = ALLOWED.put("ko.md", original("처음", body="따뜻한 물."))
CORRECTED = original("다시", body="미지근한 물.")
WITHOUT = {
    "a permission that does not say": folder().put("en.md", text("First")).put("ko.md", original("처음")),
    "a permission for translations": BOTH.put(CLINIC_FILE, record(scope="translations")),
    "the switch of the site": BOTH.put("site.yaml", settings(beside=False)),
    "no original": ALLOWED,
    "an original that is withdrawn": BOTH.put("ko.md.withdrawal.yaml", withdrawal()),
    "an original that is deleted": BOTH.delete("ko.md"),
    "an original that waits": ALLOWED.put("ko.md", original("처음", figure="later.png")),
    "an original that is refused": ALLOWED.put("ko.md", BROKEN_TEXT),
    "an original of a later day": ALLOWED.put("ko.md", original("처음", publish_at="2099-01-01T00:00:00+09:00")),
}
WITH: Mapping[str, tuple[Uploads, str]] = {
    "both": (BOTH, "따뜻한 물."),
    "the original first": (
        folder().put(CLINIC_FILE, record(scope="originals")).put("ko.md", original("처음")).put("en.md", text("First")),
        "따뜻한 물.",
    ),
    "a late permission": (WITHOUT["a permission that does not say"].put(CLINIC_FILE, record(scope="originals")), "물."),
    "a correction of the original": (BOTH.put("ko.md", CORRECTED), "미지근한 물."),
    "a refused correction of it": (BOTH.put("ko.md", BROKEN_TEXT), "따뜻한 물."),
    "one that is back": (
        BOTH.put("ko.md.withdrawal.yaml", withdrawal()).delete("ko.md.withdrawal.yaml"),
        "따뜻한 물.",
    ),
    "one whose image was late": (
        ALLOWED.put("ko.md", original("처음", figure="later.png")).put("later.png", drawing(1)),
        "따뜻한 물.",
    ),
    "the switch put back": (WITHOUT["the switch of the site"].put("site.yaml", settings()), "따뜻한 물."),
}


def _page(decisions: Decisions) -> bytes:
    view = decisions.page("en").view
    assert isinstance(view, PostView)
    return render_post(view, 1)


@pytest.mark.parametrize("uploads", WITHOUT.values(), ids=WITHOUT)
def test_a_page_without_it_has_not_a_word_of_the_original(uploads: Uploads) -> None:
    for decisions in (uploads.decide(), uploads.decide_at_once()):
        page = _page(decisions)
        assert "물.".encode() not in page
        assert b' class="original"' not in page


@pytest.mark.parametrize(("uploads", "words"), WITH.values(), ids=WITH)
def test_a_page_with_it_has_the_original_that_readers_see(uploads: Uploads, words: str) -> None:
    for decisions in (uploads.decide(), uploads.decide_at_once()):
        page = _page(decisions)
        assert words.encode() in page
        assert page.count("물.".encode()) == 1


# Before; after; whether copies of the translation are purged, whatever else is.
PURGES: Mapping[str, tuple[Uploads, Uploads, bool]] = {
    "an original that is added": (ALLOWED, BOTH, False),
    "a correction of it": (BOTH, BOTH.put("ko.md", CORRECTED), True),
    "the same again": (BOTH, BOTH.put("ko.md", original("처음", body="따뜻한 물.")), False),
    "a refused correction of it": (BOTH, BOTH.put("ko.md", BROKEN_TEXT), False),
    "its withdrawal": (BOTH, WITHOUT["an original that is withdrawn"], True),
    "its deletion": (BOTH, WITHOUT["an original that is deleted"], True),
    "the end of the permission": (BOTH, WITHOUT["a permission for translations"], True),
    "the switch of the site": (BOTH, WITHOUT["the switch of the site"], True),
    "a permission that is added": (WITHOUT["a permission that does not say"], WITH["a late permission"][0], False),
    "a correction of an original that is not shown": (
        WITHOUT["a permission that does not say"],
        WITHOUT["a permission that does not say"].put("ko.md", CORRECTED),
        False,
    ),
    "a correction of the translation": (BOTH, BOTH.put("en.md", text("Second")), True),
}


@pytest.mark.parametrize(("before", "after", "purged"), PURGES.values(), ids=PURGES)
def test_a_copy_that_shows_what_the_page_does_not_is_purged(before: Uploads, after: Uploads, purged: bool) -> None:
    """Only the translation's row is looked at: what changes the original purges the original's own page."""
    rows = [uploads.decide().post(POST) for uploads in (before, after)]
    known = replace(rows[1], pages={**rows[1].pages, "en": rows[0].pages["en"]})
    assert bool([*post_tags_to_purge(known, rows[1])]) is purged
