"""A clinic's cards: where they are, when they move, and which of them end with the clinic."""

import pytest
from msgspec.structs import replace

from colophon.decision.clinic import ClinicSnapshot, decide_clinic, ended_card_keys, is_clinic_up_to_date
from colophon.decision.drawings import clinic_card_paths, draw_clinic_cards
from colophon.decision.rows import ClinicRow
from colophon.drawing import card
from colophon.drawing.spelling import spell_with_glyphs
from colophon.verbs.reading import decide_with_reads
from colophon_emulator.lock import patch
from tests.decision.builder import Uploads, inbox
from tests.decision.decisions import Decisions
from tests.decision.files import (
    BROKEN_YAML,
    CLINIC,
    CLINIC_FILE,
    CLINIC_WITHDRAWAL,
    HOLD,
    HOLD_ENDS,
    record,
    settings,
    withdrawal,
)

SITE = inbox().put("site.yaml", settings())
OPEN = SITE.put(CLINIC_FILE, record())
RENAMED = OPEN.put(CLINIC_FILE, record(name="Dalbit Clinic"))


def cards(uploads: Uploads) -> dict[str, str]:
    return dict(uploads.decide().clinic().card_paths)


def ended(uploads: Uploads, *, recorded: bool = True) -> set[str]:
    """What ends when the clinic is withdrawn now. Not ``recorded``: no handler has recorded a row of it before."""
    before = uploads.decide()
    decisions = uploads.put(CLINIC_WITHDRAWAL, withdrawal()).decide()
    snapshot = snapshot_of(decisions, before.clinic() if recorded else ClinicRow(CLINIC))
    row = decisions.clinic()
    return decide_with_reads(lambda each: ended_card_keys(row, each), snapshot, decisions.source)


def snapshot_of(decisions: Decisions, row: ClinicRow) -> ClinicSnapshot:
    folder = decisions.source.read_folder(f"clinics/{CLINIC}/")
    return ClinicSnapshot(folder=folder, contents={}, row=row, site=decisions.site, now=decisions.now)


def keys(paths: dict[str, str]) -> set[str]:
    return {path.removeprefix("/") for path in paths.values()}


def test_an_open_clinic_has_a_card_in_every_language_of_the_site() -> None:
    found, decisions = cards(OPEN), OPEN.decide()
    assert found.keys() == {"en", "ja", "ko"}
    assert all(path.startswith(f"/cards/{CLINIC}/{lang}.") for lang, path in found.items())
    assert decisions.site.settings
    made = list(draw_clinic_cards(decisions.clinic(), decisions.site.settings, found))
    assert {drawn.key for drawn in made} == keys(found)
    assert {drawn.metadata["cache-tag"] for drawn in made} == {f"c:{CLINIC}"}


def test_a_clinic_that_shows_nothing_has_none() -> None:
    for closed in (
        SITE,
        OPEN.put(CLINIC_FILE, record(status="suspended")),
        OPEN.put(CLINIC_FILE, record(permission=False)),
        OPEN.put(CLINIC_WITHDRAWAL, withdrawal()),
        OPEN.delete(CLINIC_FILE),
        inbox().put(CLINIC_FILE, record()),
    ):
        assert cards(closed) == {}


def test_only_what_is_on_a_card_moves_it() -> None:
    assert cards(OPEN.put(CLINIC_FILE, record(accepts=["other"]))) == cards(OPEN)
    assert cards(OPEN.put("site.yaml", settings(name="Other Posts"))) == cards(OPEN)
    assert cards(RENAMED)["en"] != cards(OPEN)["en"]
    # Readers of a language without a name of its own see the English one first.
    assert cards(RENAMED)["ja"] != cards(OPEN)["ja"]
    # The Korean card shows the Korean name alone.
    assert cards(RENAMED)["ko"] == cards(OPEN)["ko"]


def test_what_has_no_glyph_gives_way_to_another_registered_name() -> None:
    thai = OPEN.put(CLINIC_FILE, record(name="คลินิก"))
    assert cards(thai).keys() == {"en", "ja", "ko"}
    assert cards(thai)["en"] != cards(OPEN)["en"]


@pytest.mark.parametrize("name", ["Haneul ✨", "臺灣", "Łódź", "Nguyễn", "K-Haneul™", "Сеул"])
def test_any_name_can_be_on_a_card(name: str) -> None:
    """The Korean name is drawn where this one can't be; without it there is no card, and pages have the site's."""
    uploads = OPEN.put(CLINIC_FILE, record(name=name))
    only = OPEN.put(CLINIC_FILE, record(name=name).replace("달빛이비인후과의원".encode(), "Клиника".encode()))
    for each, langs in (
        (uploads, {"en", "ja", "ko"}),
        (only, {"en", "ja", "ko"} if spell_with_glyphs(name) else set()),
    ):
        decisions = each.decide()
        row = decisions.clinic()
        assert row.record
        assert decisions.site.settings
        assert row.card_paths.keys() == langs
        assert {drawn.key for drawn in draw_clinic_cards(row, decisions.site.settings, langs)} == keys(
            dict(row.card_paths)
        )


def test_a_name_is_drawn_without_the_signs_that_have_no_glyph() -> None:
    assert cards(OPEN.put(CLINIC_FILE, record(name="Dalbit Ear Clinic ✨"))) == cards(OPEN)


def test_earlier_cards_stay_until_the_clinic_is_withdrawn() -> None:
    row = RENAMED.decide().clinic()
    assert set(row.earlier_cards) == keys(cards(OPEN)) - keys(cards(RENAMED))
    back = RENAMED.put(CLINIC_FILE, record())
    assert cards(back) == cards(OPEN)
    assert not set(back.decide().clinic().earlier_cards) & keys(cards(back))
    assert ended(RENAMED) >= keys(cards(OPEN)) | keys(cards(RENAMED))
    assert RENAMED.put(CLINIC_WITHDRAWAL, withdrawal()).decide().clinic().earlier_cards == ()


def test_the_row_keeps_the_newest_of_many_earlier_cards() -> None:
    decisions = RENAMED.decide()
    snapshot = snapshot_of(decisions, OPEN.decide().clinic())
    many = tuple(f"cards/{CLINIC}/en.{number:012}.png" for number in range(120))
    full = replace(snapshot, row=replace(snapshot.row, earlier_cards=many))
    for judged, before in ((snapshot, ()), (full, many)):
        row = decide_with_reads(decide_clinic, judged, decisions.source)
        new = tuple(sorted(keys(cards(OPEN)) - keys(cards(RENAMED))))
        assert row.earlier_cards == (*before, *new)[-50:]


def test_a_withdrawal_that_left_cards_in_the_row_is_not_done() -> None:
    """As of code that knows no cards, which keeps them as fields of newer code."""
    withdrawn, row = OPEN.put(CLINIC_WITHDRAWAL, withdrawal()).decide(), OPEN.decide().clinic()
    assert is_clinic_up_to_date(snapshot_of(withdrawn, withdrawn.clinic()))
    for left in ({"card_paths": row.card_paths}, {"earlier_cards": ("cards/x/en.1.png",)}):
        snapshot = snapshot_of(withdrawn, replace(withdrawn.clinic(), **left))
        assert not is_clinic_up_to_date(snapshot)
        decided = decide_with_reads(decide_clinic, snapshot, withdrawn.source)
        assert (decided.card_paths, decided.earlier_cards) == ({}, ())


def test_a_withdrawal_ends_cards_of_earlier_recipes() -> None:
    decisions = OPEN.decide()
    record_in_use, site = decisions.clinic().record, decisions.site.settings
    assert record_in_use
    assert site
    with patch(card, "CARD_RECIPES", ("0.earlier",)):
        earlier = keys(clinic_card_paths(CLINIC, record_in_use, site, 0))
    assert not earlier & keys(cards(OPEN))
    assert not earlier & ended(OPEN, recorded=False)
    with patch(card, "CARD_RECIPES", ("0.earlier", *card.CARD_RECIPES)):
        assert ended(OPEN, recorded=False) >= earlier | keys(cards(OPEN))


def test_a_withdrawal_ends_cards_that_no_row_has() -> None:
    """A card is published before it is recorded: its handler may have been interrupted, or be late."""
    assert ended(RENAMED, recorded=False) >= keys(cards(OPEN)) | keys(cards(RENAMED))
    refused = RENAMED.put(CLINIC_FILE, BROKEN_YAML)
    assert ended(refused, recorded=False) >= keys(cards(OPEN)) | keys(cards(RENAMED))


def test_a_reinstated_clinic_has_new_paths_and_they_end_with_the_next_withdrawal() -> None:
    again = OPEN.put(CLINIC_WITHDRAWAL, withdrawal()).delete(CLINIC_WITHDRAWAL)
    assert cards(again).keys() == cards(OPEN).keys()
    assert not keys(cards(again)) & keys(cards(OPEN))
    over = OPEN.put(CLINIC_WITHDRAWAL, HOLD).until(HOLD_ENDS)
    assert not keys(cards(over)) & keys(cards(OPEN))
    assert ended(again) >= keys(cards(OPEN)) | keys(cards(again))


def test_cards_end_in_languages_that_the_site_has_no_longer() -> None:
    fewer = OPEN.put("site.yaml", settings(languages="en, ko"))
    assert cards(OPEN)["ja"].removeprefix("/") in ended(fewer, recorded=False)
