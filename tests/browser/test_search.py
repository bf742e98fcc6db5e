"""The search of a clinic's archive, as a reader uses it: by typing, by an address, by a topic, by keyboard alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from colophon.page.paths import archive_path
from tests.browser import axe
from tests.browser.kinds import CLINIC
from tests.browser.layout import sticking_out
from tests.browser.looking import NARROW, Eyes, Look
from tests.browser.shown import unseen
from tests.browser.uploads import EMPTY, HARD
from tests.browser.uploads import NARROW as HARD_CLINIC

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
def test_a_post_is_found_by_typing(eyes: Eyes, lang: str, typed: str) -> None:
    with _archive(eyes, lang) as look:
        look.page.get_by_role("searchbox").press_sequentially(typed)
        look.page.wait_for_url("**#q=" + quote(typed).replace("%20", "+"))
        assert f"/{lang}/{CLINIC}/{SUNSCREEN}/" in _found(look.page)
    assert look.complaints == []


def test_nothing_is_loaded_before_somebody_searches(eyes: Eyes) -> None:
    with _archive(eyes, "en") as look:
        look.page.wait_for_load_state("networkidle")
        assert not [url for url in look.requests if url.endswith(".json")]
        look.page.get_by_role("searchbox").press_sequentially("sunscreen")
        assert _found(look.page)
        assert [url for url in look.requests if url.endswith(".json")] == [
            f"{eyes.site.url}/en/{CLINIC}/search-2025.json"
        ]


def test_what_is_nowhere_is_told_in_words(eyes: Eyes) -> None:
    with _archive(eyes, "en") as look:
        look.page.get_by_role("searchbox").press_sequentially("xylophone")
        look.page.wait_for_timeout(600)
        assert look.page.get_by_role("status").inner_text().strip()
        assert look.page.locator("[data-search] .results a").count() == 0


def test_an_address_holds_a_search(eyes: Eyes) -> None:
    with _archive(eyes, "ko", "#q=" + quote("차단제")) as look:
        assert _found(look.page) == [f"/ko/{CLINIC}/{SUNSCREEN}/"]
        look.page.evaluate("location.hash = 'q=' + encodeURIComponent('두드러기')")
        look.page.wait_for_timeout(600)
        assert _found(look.page) == [f"/ko/{CLINIC}/hives-in-the-evening/"]


def test_a_topic_leads_to_its_posts(eyes: Eyes) -> None:
    with _archive(eyes, "en") as look:
        look.page.locator(".topics").get_by_role("link", name="sunscreen", exact=True).click()
        assert _found(look.page) == [f"/en/{CLINIC}/{SUNSCREEN}/"]


def test_a_result_is_reached_by_keyboard_alone(eyes: Eyes) -> None:
    with _archive(eyes, "en") as look:
        look.page.get_by_role("searchbox").focus()
        look.page.keyboard.insert_text("sunscreen")
        assert _found(look.page)
        look.page.keyboard.press("Tab")
        look.page.keyboard.press("Enter")
        look.page.wait_for_url(f"**/en/{CLINIC}/{SUNSCREEN}/")


def test_results_are_labelled_fit_and_shut_nobody_out(eyes: Eyes) -> None:
    address = archive_path("en", HARD_CLINIC.name) + "#q=" + quote("shorter words")
    with eyes.on(address, NARROW) as look:
        assert _found(look.page) == [HARD.path("en")]
        assert unseen(look.page, "[data-search] [data-notice]") == []
        assert look.page.locator("[data-search] .results [data-notice]").count() == 1
        assert sticking_out(look.page) == []
        axe.install(look.page)
        assert axe.violations(look.page) == []


def test_an_empty_archive_offers_no_search(eyes: Eyes) -> None:
    with eyes.on(archive_path("en", EMPTY.name)) as look:
        assert look.page.get_by_role("searchbox").count() == 0


@contextmanager
def _archive(eyes: Eyes, lang: str, fragment: str = "") -> Iterator[Look]:
    with eyes.on(archive_path(lang, CLINIC) + fragment) as look:
        yield look


def _found(page: "Page") -> list[str]:
    """The paths of the results, once there are any."""
    links = page.locator("[data-search] .results a")
    links.first.wait_for(timeout=5000)
    return [link.get_attribute("href") or "" for link in links.all()]
