"""The search of a clinic's archive, as a reader uses it: by typing, by an address, by a topic, by keyboard alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from colophon.page.paths import archive_path
from tests.browser import axe
from tests.browser.layout import find_overflow
from tests.browser.page_kinds import CLINIC
from tests.browser.page_visit import NARROW, PageVisit, SiteBrowser
from tests.browser.uploads import EMPTY, HARD
from tests.browser.uploads import NARROW as HARD_CLINIC
from tests.browser.visibility import find_invisible

if TYPE_CHECKING:
    from playwright.sync_api import Page

SUNSCREEN = "how-much-sunscreen"
# What readers type, and what they find by it: words of titles, excerpts and topics, spaced as they like.
TYPED = [
    ("en", "sunscreen"),
    ("en", "TWO fingers"),
    ("en", "melasma"),
    ("en", "차단제"),
    ("ko", "차단제"),
    ("ko", "자외선차단제"),
    ("ko", "얼마나 바를지"),
    ("ja", "日焼け止め"),
    ("ja", "どれだけ"),
]


@pytest.mark.parametrize(("lang", "typed"), TYPED)
def test_a_post_is_found_by_typing(browser: SiteBrowser, lang: str, typed: str) -> None:
    with _archive(browser, lang) as visit:
        visit.page.get_by_role("searchbox").press_sequentially(typed)
        visit.page.wait_for_url("**#q=" + quote(typed).replace("%20", "+"))
        assert f"/{lang}/{CLINIC}/{SUNSCREEN}/" in _found(visit.page)
    assert visit.errors == []


def test_nothing_is_loaded_before_a_search(browser: SiteBrowser) -> None:
    with _archive(browser, "en") as visit:
        visit.page.wait_for_load_state("networkidle")
        assert not [url for url in visit.requests if url.endswith(".json")]
        visit.page.get_by_role("searchbox").press_sequentially("sunscreen")
        assert _found(visit.page)
        assert [url for url in visit.requests if url.endswith(".json")] == [
            f"{browser.site.url}/en/{CLINIC}/search-2025.json"
        ]


def test_a_search_without_results_says_so(browser: SiteBrowser) -> None:
    with _archive(browser, "en") as visit:
        visit.page.get_by_role("searchbox").press_sequentially("xylophone")
        visit.page.wait_for_timeout(600)
        assert visit.page.get_by_role("status").inner_text().strip()
        assert visit.page.locator("[data-search] .results a").count() == 0


def test_an_address_holds_a_search(browser: SiteBrowser) -> None:
    with _archive(browser, "ko", "#q=" + quote("차단제")) as visit:
        assert _found(visit.page) == [f"/ko/{CLINIC}/{SUNSCREEN}/"]
        visit.page.evaluate("location.hash = 'q=' + encodeURIComponent('두드러기')")
        visit.page.wait_for_timeout(600)
        assert _found(visit.page) == [f"/ko/{CLINIC}/hives-in-the-evening/"]


def test_a_topic_leads_to_its_posts(browser: SiteBrowser) -> None:
    with _archive(browser, "en") as visit:
        visit.page.locator(".topics").get_by_role("link", name="sunscreen", exact=True).click()
        assert _found(visit.page) == [f"/en/{CLINIC}/{SUNSCREEN}/"]


def test_a_result_is_reached_by_keyboard_alone(browser: SiteBrowser) -> None:
    with _archive(browser, "en") as visit:
        visit.page.get_by_role("searchbox").focus()
        visit.page.keyboard.insert_text("sunscreen")
        assert _found(visit.page)
        visit.page.keyboard.press("Tab")
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url(f"**/en/{CLINIC}/{SUNSCREEN}/")


def test_results_are_labelled_fit_and_are_accessible(browser: SiteBrowser) -> None:
    address = archive_path("en", HARD_CLINIC.name) + "#q=" + quote("shorter words")
    with browser.visit(address, NARROW) as visit:
        assert _found(visit.page) == [HARD.path("en")]
        assert find_invisible(visit.page, "[data-search] [data-notice]") == []
        assert visit.page.locator("[data-search] .results [data-notice]").count() == 1
        assert find_overflow(visit.page) == []
        axe.install_axe(visit.page)
        assert axe.run_axe(visit.page) == []


def test_an_empty_archive_offers_no_search(browser: SiteBrowser) -> None:
    with browser.visit(archive_path("en", EMPTY.name)) as visit:
        assert visit.page.get_by_role("searchbox").count() == 0


@contextmanager
def _archive(browser: SiteBrowser, lang: str, fragment: str = "") -> Iterator[PageVisit]:
    with browser.visit(archive_path(lang, CLINIC) + fragment) as visit:
        yield visit


def _found(page: "Page") -> list[str]:
    """The paths of the results, once there are any."""
    links = page.locator("[data-search] .results a")
    links.first.wait_for(timeout=5000)
    return [link.get_attribute("href") or "" for link in links.all()]
