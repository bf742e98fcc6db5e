"""A new clinic: its listings and cards are there before its row, from which pages are made that link to them."""

from colophon.stores.row_encoding import encode_row, site_key
from colophon.verbs.clinic_and_site import update_clinic
from tests.decision.builder import folder
from tests.decision.files import CLINIC, CLINIC_FILE, CLINIC_WITHDRAWAL, record, withdrawal
from tests.verbs.account import Account, clients


def updated(uploads: dict[str, bytes]) -> Account:
    """An account in which only the site was there, once the clinic has been looked at."""
    site = folder().decide().site
    account = Account(uploads, {"site": {**site_key(), **encode_row(site)}})
    update_clinic(CLINIC, clients(account))
    return account


def test_a_clinic_is_recorded_once_its_listings_and_its_cards_are_put() -> None:
    account = updated({CLINIC_FILE: record()})
    puts = [asked["Key"] for asked in account.asked_of("put_object")]
    assert f"en/{CLINIC}/index.html" in puts
    assert f"en/{CLINIC}/profile/index.html" in puts
    assert [key for key in puts if key.startswith("cards/")]
    assert all(asked.get("IfNoneMatch") == "*" for asked in account.asked_of("put_object"))
    (recorded,) = account.asked_of("put_item")
    assert recorded["Item"]["pk"] == {"S": f"clinic#{CLINIC}"}
    assert account.calls[-1] == "put_item"


def test_the_cards_of_a_withdrawn_clinic_become_tombstones_before_it_is_recorded() -> None:
    shown = [
        asked["Key"] for asked in updated({CLINIC_FILE: record()}).asked_of("put_object") if "cards/" in asked["Key"]
    ]
    account = updated({CLINIC_FILE: record(), CLINIC_WITHDRAWAL: withdrawal()})
    ended = {asked["Key"]: asked["Metadata"].get("status") for asked in account.asked_of("put_object")}
    assert {ended[key] for key in shown} == {"410"}
    assert account.calls[-1] == "put_item"
