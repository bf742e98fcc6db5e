"""A new site: its listings and pictures are there before its row, and a forced request finds what was lost."""

from typing import Any

import pytest

from colophon.stores.row_encoding import clinic_key, encode_row, site_key
from colophon.verbs.clinic_and_site import update_clinic, update_site
from tests.decision.builder import folder
from tests.decision.files import CLINIC, CLINIC_FILE, record, settings
from tests.verbs.account import Account, clients

SETTINGS = {"site.yaml": settings(languages="en, ko")}


def put(account: Account) -> list[str]:
    return [asked["Key"] for asked in account.asked_of("put_object")]


def test_a_site_is_recorded_once_its_listings_and_pictures_are_put() -> None:
    account = Account(SETTINGS)
    update_site(clients(account))
    keys = set(put(account))
    # Those of each language, those of none, and what pages load.
    assert keys >= {"en/index.html", "ko/index.html", "en/feed.xml", "en/search/index.html", "en/sitemap.xml"}
    assert keys >= {"index.html", "404.html", "robots.txt", "sitemap.xml", "favicon.ico"}
    assert [key for key in keys if key.startswith("assets/icon.")]
    assert len([key for key in keys if key.startswith("assets/card.")]) == 2
    assert account.calls[-1] == "put_item"


def recorded(account: Account) -> dict[str, Any]:
    (written,) = account.asked_of("put_item")
    item: dict[str, Any] = written["Item"]
    return item


@pytest.mark.parametrize("kind", ["assets/icon.", "assets/card."])
def test_a_picture_of_the_site_that_was_lost_is_put_again_by_force(kind: str) -> None:
    first = Account(SETTINGS)
    update_site(clients(first))
    lost = {key for key in put(first) if key.startswith(kind)}
    for force in (False, True):
        again = Account(SETTINGS, {"site": recorded(first)})
        again.lost = lost
        update_site(clients(again), force=force)
        assert lost.intersection(put(again)) == (lost if force else set())
        assert again.asked_of("put_item") == []


def test_a_card_of_a_clinic_that_was_lost_is_put_again_by_force() -> None:
    site = {"site": {**site_key(), **encode_row(folder().decide().site)}}
    first = Account({CLINIC_FILE: record()}, site)
    update_clinic(CLINIC, clients(first))
    cards = {key for key in put(first) if key.startswith("cards/")}
    item = recorded(first)
    assert {name: item[name] for name in ("pk", "sk")} == clinic_key(CLINIC)
    for force in (False, True):
        again = Account({CLINIC_FILE: record()}, {**site, f"clinic#{CLINIC}": item})
        again.lost = cards
        update_clinic(CLINIC, clients(again), force=force)
        assert set(put(again)) == (cards if force else set())
        assert again.asked_of("put_item") == []
