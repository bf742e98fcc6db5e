"""The style sheet and the scripts are there before the first page that links to them."""

import re
from typing import Any

import pytest

from colophon.page.finished import finish_page
from colophon.stores.site import Site
from colophon.stores.table import Conflict
from colophon.verbs.clients import AssetWriter, all_assets
from colophon.views import PostView
from tests.decision.builder import folder
from tests.decision.files import original, text
from tests.listings.conftest import PAGES
from tests.verbs.account import Account

KEYS = [asset.key for asset in all_assets()]


class _Conflicting(Account):
    """The first PUT of ``key`` meets another one."""

    def __init__(self, key: str) -> None:
        super().__init__({})
        self.lost, self.key = set(KEYS), key

    def _answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        if operation == "put_object" and asked["Key"] == self.key:
            self.key = ""
            raise Conflict(asked["Key"])
        return super()._answer(operation, asked)


def writer(account: Account) -> AssetWriter:
    client: Any = account
    return AssetWriter(Site(client, "site"))


@pytest.mark.parametrize("lost", [(), *((key,) for key in KEYS), tuple(KEYS)])
def test_what_is_missing_is_put_once_in_a_process(lost: tuple[str, ...]) -> None:
    account = Account({})
    account.lost = set(lost)
    assets = writer(account)
    assets.ensure()
    assets.ensure()
    assert [asked["Key"] for asked in account.asked_of("put_object")] == list(lost)
    assert len(account.asked_of("head_object")) == len(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_after_a_conflict_the_next_attempt_looks_at_every_asset_again(key: str) -> None:
    """Else the page of that attempt, and every further one of the process, would link to what is not there."""
    account = _Conflicting(key)
    assets = writer(account)
    with pytest.raises(Conflict):
        assets.ensure()
    assets.ensure()
    put = {asked["Key"] for asked in account.asked_of("put_object")}
    assert put == set(KEYS)
    assert [asked["Key"] for asked in account.asked_of("put_object")].count(key) == 2


def test_pages_load_each_of_these_assets_and_no_other() -> None:
    view = folder().put("en.md", text("Coughs")).put("ko.md", original("기침")).decide().page("en").view
    assert isinstance(view, PostView)
    pages = [finish_page(view.page, view, 1, "fp").content, *(render("en", 3) for render in PAGES.values())]
    loaded = {
        found for page in pages for found in re.findall(r'(?:href|src)="/(assets/[^"]+\.(?:css|js))"', page.decode())
    }
    assert loaded == set(KEYS)
