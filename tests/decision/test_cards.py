"""A clinic's cards: where they are, when they move, and which of them end with the clinic."""

from colophon.decision.clinic import ClinicSnapshot, ended_card_keys
from colophon.decision.drawings import draw_clinic_cards
from colophon.decision.rows import ClinicRow
from colophon.verbs.reading import decide_with_reads
from tests.decision.builder import Uploads, inbox
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
    snapshot = ClinicSnapshot(
        folder=decisions.source.read_folder(f"clinics/{CLINIC}/"),
        contents={},
        row=before.clinic() if recorded else ClinicRow(CLINIC),
        site=before.site,
        now=decisions.now,
    )
    row = decisions.clinic()
    return decide_with_reads(lambda each: ended_card_keys(row, each), snapshot, decisions.source)


def keys(paths: dict[str, str]) -> set[str]:
    return {path.removeprefix("/") for path in paths.values()}


def test_an_open_clinic_has_a_card_in_every_language_of_the_site() -> None:
    found, decisions = cards(OPEN), OPEN.decide()
    assert found.keys() == {"en", "ja", "ko"}
    assert all(path.startswith(f"/cards/{CLINIC}/{lang}.") for lang, path in found.items())
    assert decisions.site.settings
    made = list(draw_clinic_cards(decisions.clinic(), decisions.site.settings, found))
    assert {card.key for card in made} == keys(found)
    assert {card.metadata["cache-tag"] for card in made} == {f"c:{CLINIC}"}


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
    # The Korean card shows the Korean name alone.
    assert cards(RENAMED)["ko"] == cards(OPEN)["ko"]


def test_what_has_no_glyph_gives_way_to_another_registered_name() -> None:
    thai = OPEN.put(CLINIC_FILE, record(name="คลินิก"))
    assert cards(thai).keys() == {"en", "ja", "ko"}
    assert cards(thai)["en"] != cards(OPEN)["en"]


def test_earlier_cards_stay_until_the_clinic_is_withdrawn() -> None:
    row = RENAMED.decide().clinic()
    assert set(row.earlier_cards) == keys(cards(OPEN)) - keys(cards(RENAMED))
    back = RENAMED.put(CLINIC_FILE, record())
    assert cards(back) == cards(OPEN)
    assert not set(back.decide().clinic().earlier_cards) & keys(cards(back))
    assert ended(RENAMED) >= keys(cards(OPEN)) | keys(cards(RENAMED))
    assert RENAMED.put(CLINIC_WITHDRAWAL, withdrawal()).decide().clinic().earlier_cards == ()


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
