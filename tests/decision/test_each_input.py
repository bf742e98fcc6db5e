"""Each input of a decision, changed alone, gives it another identity; and no identity ever comes back."""

from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from msgspec.structs import replace

from colophon.decision.page import decide_page
from colophon.decision.purging import clinic_tags_to_purge, post_tags_to_purge
from colophon.decision.rows import ClinicRow, EntryRef, Outcome, PageRow, PageToken, PostRow
from colophon.decision.shown import next_entry_ref
from colophon.decision.snapshot import PostSnapshot, is_page_up_to_date
from colophon.edition.read import read_edition
from colophon.upload.keys import PageRef
from colophon.verbs.reading import decide_with_reads
from colophon.views import Facts, PostView
from colophon.withdrawal import UNREADABLE_WITHDRAWAL
from tests.decision.builder import folder
from tests.decision.decisions import Decisions
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
    text,
    withdrawal,
)

PAGE = PageRef(POST, "en")
LIVE = folder().put("en.md", text("Coughs"))


def known(snapshot: PostSnapshot, **changes: object) -> PostSnapshot:
    """``snapshot`` with other values in the row of its page."""
    row = snapshot.row
    pages = {**row.pages, "en": replace(row.pages["en"], **changes)}  # type: ignore[arg-type]
    return replace(snapshot, row=replace(row, pages=pages))


def test_a_page_that_waits_for_its_clinics_listings_is_another_when_they_are_there() -> None:
    decisions = LIVE.decide()
    with_listings = decisions.look()
    without = replace(with_listings, clinic=replace(with_listings.clinic, langs=()))
    assert is_page_up_to_date(PAGE, with_listings)
    assert not is_page_up_to_date(PAGE, without)
    decisions.decide_page("en")
    waiting, live = (
        decide_page(PAGE, replace(each, contents=_contents(decisions))) for each in (without, with_listings)
    )
    assert (waiting.row.outcome.state, live.row.outcome.state) == ("waiting", "live")
    assert waiting.fp != live.fp


def _contents(decisions: Decisions) -> dict[str, object]:
    """What was read of the post, read once more."""
    source = decisions.source
    found: dict[str, object] = {}
    for history in source.read_folder(POST.folder).histories.values():
        for version in history.versions:
            found[version.id] = read_edition("en", source.read_content(version))
    return found


@pytest.mark.parametrize("facts", [None, Facts("en", "/en/other/", original=False, source_warnings=3)])
def test_what_siblings_show_has_an_identity_that_depends_on_the_one_before(facts: Facts | None) -> None:
    """Other code may make other facts of the same inputs, and after a rollback the first facts come again."""
    decisions = LIVE.decide()
    contents = _contents(decisions)
    ids = {
        decide_page(
            PAGE, replace(known(decisions.look(), facts=facts, facts_id=before), contents=contents)
        ).row.facts_id
        for before in ("", "x", "y")
    }
    assert len(ids) == 3


def test_an_entry_has_an_identity_that_depends_on_the_one_before_and_on_the_clinic() -> None:
    decisions = LIVE.decide()
    look, contents = decisions.look(), _contents(decisions)
    entry = decide_page(PAGE, replace(look, contents=contents)).entry
    assert entry is not None
    before = [EntryRef(date(2026, 1, 1), name, "other") for name in ("x", "y")]
    refs = [next_entry_ref(ref, entry, "fp", look) for ref in (None, *before)]
    assert len({ref.id for ref in refs if ref}) == 3
    renamed = replace(look, clinic=replace(look.clinic, fp="renamed"))
    ref = next_entry_ref(None, entry, "fp", look)
    assert next_entry_ref(ref, entry, "fp", look) == ref
    assert next_entry_ref(ref, entry, "fp", renamed) != ref


def test_what_is_said_of_a_clinic_is_another_when_its_hold_is_over() -> None:
    held = LIVE.put(CLINIC_WITHDRAWAL, HOLD)
    over = held.until(HOLD_ENDS)
    rows = [each.decide().clinic() for each in (LIVE, held, over)]
    assert [row.withdrawal is not None for row in rows] == [False, True, False]
    assert len({row.fp for row in rows}) == 3
    assert len({row.withdrawal_id for row in rows}) == 3


def test_an_image_never_has_an_identity_again() -> None:
    image, order = "throat.png", "throat.png.withdrawal.yaml"
    uploads = folder().put(image, drawing(1))
    steps = [uploads]
    for _ in range(2):
        steps.append(steps[-1].put(order, withdrawal()))
        steps.append(steps[-1].delete(order))
    steps.append(steps[-1].delete(image))
    steps.append(steps[-1].put(image, drawing(1)))
    steps.append(steps[-1].delete(image))
    rows = [each.decide().image(image) for each in steps]
    assert [row.state for row in rows] == [
        "ready", "withdrawn", "ready", "withdrawn", "ready", "absent", "ready", "absent",
    ]  # fmt: skip
    assert len({row.fp for row in rows}) == len(rows)


def test_the_address_of_a_text_that_was_never_valid_is_closed_once_a_withdrawal_there_has_ended() -> None:
    """The tombstone of the withdrawal may be being put now, by another handler: it must not stay."""
    uploads = folder().put("en.md", BROKEN_TEXT)
    assert uploads.decide_at_once().page("en").shows == "nothing"
    ended = uploads.put("withdrawal.yaml", withdrawal()).delete("withdrawal.yaml")
    assert ended.decide_at_once().page("en").shows == "tombstone: absent"


def _page(etag: str, siblings: dict[str, str], facts: Facts | None = None) -> PageRow:
    outcome = Outcome("posts/dalbit/coughs/en.md", "live", version="v")
    token = PageToken(etag, len(etag), "fp")
    return PageRow(outcome, token=token, facts=facts, facts_id="id", siblings=siblings, visible_id="same")


FACTS = Facts("en", "/en/dalbit/coughs/", original=False, source_warnings=0)


def test_a_page_that_linked_to_a_language_which_was_taken_down_is_purged_when_it_is_made_again() -> None:
    gone = _page("gone", {})
    before = PostRow(POST, {"en": _page("old", {"ja": "1"}, FACTS), "ja": gone})
    after = PostRow(POST, {"en": _page("newer", {}, FACTS), "ja": gone})
    assert list(post_tags_to_purge(before, after)) == ["p:dalbit/coughs"]
    still_there = replace(gone, facts=FACTS)
    before, after = (replace(row, pages={**row.pages, "ja": still_there}) for row in (before, after))
    assert list(post_tags_to_purge(before, after)) == []


def test_a_clinic_that_is_withdrawn_after_it_was_suspended_is_purged_again() -> None:
    suspended = folder().put(CLINIC_FILE, record(status="suspended")).decide().clinic()
    withdrawn = replace(suspended, withdrawal=UNREADABLE_WITHDRAWAL)
    assert list(clinic_tags_to_purge(suspended, withdrawn)) == ["c:dalbit"]
    assert list(clinic_tags_to_purge(withdrawn, suspended)) == []
    assert list(clinic_tags_to_purge(ClinicRow("dalbit"), suspended)) == []


def test_a_page_is_refreshed_at_the_very_moment_that_it_is_due() -> None:
    decisions = LIVE.decide()
    moment = datetime.fromisoformat(HOLD_ENDS)
    look = known(decisions.look(), next_at=moment)
    moments = [replace(look, now=moment + timedelta(seconds=seconds)) for seconds in (-1, 0, 1)]
    assert [is_page_up_to_date(PAGE, each) for each in moments] == [True, False, False]
    assert all(one.now < other.now for one, other in pairwise(moments))
    assert isinstance(decisions.page("en").view, PostView)


def test_a_translation_whose_original_is_lost_is_another_than_one_that_is_compared_with_it() -> None:
    """The original's row names an upload that the inbox no longer has: someone has deleted it for good."""
    decisions = folder().put("ko.md", original("기침")).put("en.md", text("Coughs")).decide()
    look = decisions.look()
    ko = look.row.pages["ko"]
    assert ko.compared_version
    assert ko.provenance
    renamed = replace(ko, provenance=replace(ko.provenance, version="no such version"))
    pages = {**look.row.pages, "ko": renamed}
    lost = replace(look, row=replace(look.row, pages=pages))
    assert is_page_up_to_date(PAGE, look)
    assert not is_page_up_to_date(PAGE, lost)
    compared, without = (decide_with_reads(partial(decide_page, PAGE), each, decisions.source) for each in (look, lost))
    assert compared.fp != without.fp
