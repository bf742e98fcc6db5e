"""Of one key at most a hundred distinct contents are read. What a row says is shown stays shown."""

from collections import Counter

import pytest

from colophon.upload.keys import ImageRef
from colophon.upload.limits import MAX_CONTENTS
from colophon.upload.versions import KeyHistory, Version, readable_versions
from tests.decision.builder import Uploads, folder, inbox
from tests.decision.decisions import Decisions
from tests.decision.files import (
    BROKEN_YAML,
    CLINIC_FILE,
    HOLD,
    POST,
    drawing,
    record,
    settings,
    text,
    withdrawal,
)

FLOOD = MAX_CONTENTS + 50


def flood(uploads: Uploads, name: str, count: int = FLOOD) -> Uploads:
    """``count`` different uploads of ``name``, each wrong in itself."""
    for number in range(count):
        uploads = uploads.put(name, f"refused {number}".encode())
    return uploads


def after(before: Uploads, more: Uploads) -> Decisions:
    """What is decided of ``more`` at once, when ``before`` was answered already; only the reads of ``more`` count."""
    decisions = before.decide().copy()
    decisions.answer(more.steps)
    return decisions


def reads_of_one_decision(decisions: Decisions, lang: str = "en") -> Counter[str]:
    decisions.source.reads.clear()
    decisions.decide_page(lang)
    return Counter(decisions.source.reads)


LIVE = folder().put("throat.png", drawing(1)).put("en.md", text("Coughs", figure="throat.png"))


def test_a_page_stays_under_a_flood_of_refused_versions() -> None:
    decisions = after(LIVE, flood(LIVE, "en.md"))
    page = decisions.page("en")
    assert (page.shows, page.state) == ("page: Coughs", "refused")
    assert page.row.outcome.url
    assert reads_of_one_decision(decisions)["posts/dalbit/coughs/en.md"] == MAX_CONTENTS


def test_such_a_page_still_follows_its_clinic_and_can_be_withdrawn_and_shown_again() -> None:
    flooded = flood(LIVE, "en.md")
    suspended = flooded.put(CLINIC_FILE, record(status="suspended"))
    decisions = after(LIVE, flooded)
    decisions.answer(suspended.steps)
    assert decisions.page("en").shows == "tombstone: absent"
    active = suspended.put(CLINIC_FILE, record())
    decisions.answer(active.steps)
    assert decisions.page("en").shows == "page: Coughs"
    withdrawn = active.put("withdrawal.yaml", withdrawal())
    decisions.answer(withdrawn.steps)
    assert decisions.page("en").shows == "tombstone: withdrawn"
    assert reads_of_one_decision(decisions) == {"posts/dalbit/coughs/withdrawal.yaml": 1}
    decisions.answer(withdrawn.delete("withdrawal.yaml").steps)
    assert decisions.page("en").shows == "page: Coughs"


def test_a_withdrawn_page_under_a_flood_comes_back_when_the_withdrawal_ends() -> None:
    withdrawn = LIVE.put("en.md.withdrawal.yaml", withdrawal())
    flooded = flood(withdrawn, "en.md")
    decisions = after(withdrawn, flooded)
    assert decisions.page("en").shows == "tombstone: withdrawn"
    decisions.answer(flooded.delete("en.md.withdrawal.yaml").steps)
    assert decisions.page("en").shows == "page: Coughs"


def test_a_deleted_text_does_not_come_back_under_a_flood() -> None:
    deleted = LIVE.delete("en.md")
    decisions = after(deleted, flood(deleted, "en.md"))
    assert (decisions.page("en").shows, decisions.page("en").state) == ("tombstone: absent", "refused")


def test_a_text_below_the_flood_that_was_never_shown_is_not_read() -> None:
    decisions = flood(folder().put("en.md", text("Never seen")), "en.md").decide_at_once()
    assert (decisions.page("en").shows, decisions.page("en").state) == ("nothing", "refused")
    assert reads_of_one_decision(decisions)["posts/dalbit/coughs/en.md"] == MAX_CONTENTS


def test_a_new_valid_text_ends_the_flood() -> None:
    flooded = flood(LIVE, "en.md")
    decisions = after(LIVE, flooded)
    decisions.answer(flooded.put("en.md", text("Mended")).steps)
    assert (decisions.page("en").shows, decisions.page("en").state) == ("page: Mended", "live")


def test_an_image_stays_under_a_flood_and_its_files_go_when_it_is_withdrawn() -> None:
    flooded = flood(LIVE, "throat.png")
    decisions = after(LIVE, flooded)
    shown = decisions.image("throat.png")
    assert (shown.state, shown.outcome.state) == ("ready", "refused")
    withdrawn = flooded.put("throat.png.withdrawal.yaml", withdrawal())
    decisions.answer(withdrawn.steps)
    last = decisions.images[ImageRef(POST, "throat.png")][-1]
    assert shown.path.removeprefix("/") in last.tombstones
    decisions.answer(withdrawn.delete("throat.png.withdrawal.yaml").steps)
    again = decisions.image("throat.png")
    assert again.state == "ready"
    assert again.path != shown.path


def test_the_files_of_a_replaced_image_go_even_if_its_upload_is_too_old_to_be_read() -> None:
    more = LIVE
    for number in range(2, 3 + MAX_CONTENTS):
        more = more.put("throat.png", drawing(number))
    before = LIVE.decide().image("throat.png")
    decisions = after(LIVE, more)
    last = decisions.images[ImageRef(POST, "throat.png")][-1]
    assert before.path.removeprefix("/") in last.tombstones
    assert decisions.image("throat.png").state == "ready"


@pytest.mark.parametrize("name", [CLINIC_FILE, "site.yaml"])
def test_a_clinic_and_the_site_keep_their_record_under_a_flood(name: str) -> None:
    flooded = flood(LIVE, name)
    decisions = after(LIVE, flooded)
    assert decisions.page("en").shows == "page: Coughs"
    # And through a second look, from the rows that the first one left.
    decisions.answer(flooded.put(name, b"refused again").steps)
    assert decisions.page("en").shows == "page: Coughs"
    changed = {CLINIC_FILE: record(name="Moonlight"), "site.yaml": settings(name="Translated")}[name]
    decisions.answer(flooded.put(name, changed).steps)
    assert decisions.page("en").state == "live"


def test_a_hold_on_top_of_more_withdrawals_than_are_read_does_not_end_by_itself() -> None:
    uploads = LIVE.put("withdrawal.yaml", withdrawal("legal"))
    for number in range(FLOOD):
        uploads = uploads.put("withdrawal.yaml", HOLD + f"note: number {number}\n".encode())
    later = uploads.until("2026-03-25T09:00:00+09:00")
    decisions = later.decide_at_once()
    assert decisions.page("en").shows.startswith("tombstone")
    decisions.answer(uploads.delete("withdrawal.yaml").until("2026-03-25T09:00:00+09:00").steps)
    assert decisions.page("en").shows == "page: Coughs"


def test_a_withdrawal_that_cannot_be_read_counts_under_a_flood() -> None:
    flooded = flood(LIVE, "en.md").put("withdrawal.yaml", BROKEN_YAML)
    assert after(LIVE, flooded).page("en").shows == "tombstone: withdrawn"


def history(*contents: str) -> KeyHistory:
    """A history, newest first: an empty content is a delete marker."""
    return KeyHistory(
        tuple(Version("k", f"v{n}", content, len(content), not content) for n, content in enumerate(contents))
    )


NEWER = tuple(f"c{number}" for number in range(MAX_CONTENTS + 20))


@pytest.mark.parametrize(
    ("found", "kept", "contents", "markers"),
    [
        (history("a"), "", 1, 0),
        (history(*["a", "b"] * 400), "", 2, 0),
        (history(*NEWER), "", MAX_CONTENTS, 0),
        (history(*NEWER, "old"), f"v{len(NEWER)}", MAX_CONTENTS, 0),
        (history(*NEWER, "old", "old"), f"v{len(NEWER)}", MAX_CONTENTS, 0),
        (history(*NEWER, "", "old"), "", MAX_CONTENTS, 1),
        (history(*NEWER), "permanently deleted", MAX_CONTENTS, 0),
    ],
)
def test_equal_contents_count_once(found: KeyHistory, kept: str, contents: int, markers: int) -> None:
    versions = list(readable_versions((found,), kept))
    assert len({version.content_id for version in versions if not version.deleted}) == contents
    assert sum(version.deleted for version in versions) == markers
    if kept.startswith("v"):
        assert "old" in {version.etag for version in versions}


def test_spellings_of_one_key_share_the_bound() -> None:
    spellings = [KeyHistory(tuple(Version(f"k{s}", f"{s} {n}", f"{s} {n}", 3) for n in range(60))) for s in range(5)]
    assert len(list(readable_versions(spellings))) == MAX_CONTENTS


def test_content_that_was_read_once_is_not_read_again_for_an_equal_version() -> None:
    uploads = inbox().put("en.md", b"wrong").put("en.md", b"wrong too").put("en.md", b"wrong")
    decisions = uploads.decide_at_once()
    snapshot = decisions.look()
    assert reads_of_one_decision(decisions)["posts/dalbit/coughs/en.md"] == 2
    versions = snapshot.folder.history_of("posts/dalbit/coughs/en.md").versions
    assert versions[0].content_id == versions[2].content_id
