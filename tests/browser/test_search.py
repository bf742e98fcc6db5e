"""The search of a clinic's archive and of a language, as a reader uses it: typed, addressed, by keyboard alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from colophon.page.paths import archive_path, directory_path, home_path, month_path
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
        visit.page.wait_for_url(f"**/en/{CLINIC}/tags/sunscreen/")
        listed = visit.page.locator("main > .entries .entry h2 a")
        assert [link.get_attribute("href") for link in listed.all()] == [f"/en/{CLINIC}/{SUNSCREEN}/"]


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


@pytest.mark.parametrize(
    ("page", "typed", "found"),
    [
        (home_path("en"), "sunscren", f"/en/{CLINIC}/{SUNSCREEN}/"),
        (home_path("ko"), "자외선차", f"/ko/{CLINIC}/{SUNSCREEN}/"),
        (home_path("ja"), "日焼け止め", f"/ja/{CLINIC}/{SUNSCREEN}/"),
        (directory_path("ko"), "차단제", f"/ko/{CLINIC}/{SUNSCREEN}/"),
        (directory_path("en"), "neouljae", "/en/neouljae/"),
        (month_path("en", CLINIC, 2025, 5), "how much", f"/en/{CLINIC}/{SUNSCREEN}/"),
    ],
)
def test_a_language_is_searched_from_any_listing(browser: SiteBrowser, page: str, typed: str, found: str) -> None:
    with browser.visit(page) as visit:
        visit.page.get_by_role("searchbox").press_sequentially(typed)
        assert found in _found(visit.page)
        assert visit.page.locator("[data-search] .results mark").count() > 0
    assert visit.errors == []


def test_a_language_is_read_only_when_it_is_searched(browser: SiteBrowser) -> None:
    with browser.visit(home_path("en")) as visit:
        visit.page.wait_for_load_state("networkidle")
        assert not [url for url in visit.requests if url.endswith(".json")]
        visit.page.get_by_role("searchbox").press_sequentially("sunscreen")
        assert _found(visit.page)
        paths = [url.removeprefix(browser.site.url) for url in visit.requests if url.endswith(".json")]
        assert paths == ["/en/search/index.json", "/en/search/00.json"]


def test_results_are_walked_by_arrows_opened_by_enter_and_left_by_escape(browser: SiteBrowser) -> None:
    with browser.visit(home_path("en")) as visit:
        field = visit.page.get_by_role("searchbox")
        field.press_sequentially("the")
        first, second = _found(visit.page)[:2]
        for key, expected in (("ArrowDown", first), ("ArrowDown", second), ("ArrowUp", first)):
            visit.page.keyboard.press(key)
            assert visit.page.evaluate("document.activeElement.getAttribute('href')") == expected
        visit.page.keyboard.press("ArrowUp")
        assert visit.page.evaluate("document.activeElement.type") == "search"
        visit.page.keyboard.press("ArrowDown")
        visit.page.keyboard.press("Escape")
        visit.page.wait_for_function("document.querySelectorAll('[data-search] .results a').length === 0")
        assert visit.page.evaluate("[document.activeElement.type, document.activeElement.value]") == ["search", ""]
        field.press_sequentially("sunscreen")
        assert _found(visit.page)
        visit.page.keyboard.press("Enter")
        # The first result is the topic, which leads to the clinic's posts on it.
        visit.page.wait_for_url(f"**/en/{CLINIC}/#q=sunscreen")


def test_posts_carry_their_label_clinics_and_topics_say_what_they_are(browser: SiteBrowser) -> None:
    with browser.visit(f"{home_path('en')}#q=skin", NARROW) as visit:
        kinds = _found(visit.page)
        labels = visit.page.locator("[data-search] .results [data-notice]").count()
        posts = [path for path in kinds if len(path.strip("/").split("/")) == 3 and "#" not in path]
        assert 0 < labels == len(posts)
        assert visit.page.get_by_text("Topic", exact=True).first.is_visible()
        assert find_overflow(visit.page) == []
        axe.install_axe(visit.page)
        assert axe.run_axe(visit.page) == []


def test_an_archive_leads_on_to_the_search_of_all_clinics(browser: SiteBrowser) -> None:
    with _archive(browser, "en") as visit:
        visit.page.get_by_role("searchbox").press_sequentially("knee")
        visit.page.locator(".everywhere a").click()
        assert "/en/neouljae/rainy-day-knees/" in _found(visit.page)
        assert visit.page.get_by_role("searchbox").input_value() == "knee"


# Every letter and what follows it in one task: before the pause after typing has ended.
_TYPE_AND_FOLLOW = """
([text, follow]) => {
  const field = document.querySelector('[data-search] input');
  field.focus();
  for (let end = 1; end <= text.length; end += 1) {
    field.value = text.slice(0, end);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  if (follow === 'Enter') {
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  } else {
    document.querySelector(follow).click();
  }
}
"""


def test_a_reader_who_types_fast_is_led_by_all_that_was_typed(browser: SiteBrowser) -> None:
    with _archive(browser, "en", "#q=hives") as visit:
        assert _found(visit.page)
        visit.page.evaluate(_TYPE_AND_FOLLOW, ["sunscreen xylophone", ".everywhere a"])
        visit.page.wait_for_url("**/en/search/#q=sunscreen+xylophone", timeout=5000)
    with _archive(browser, "en", "#q=hives") as visit:
        assert _found(visit.page)
        visit.page.evaluate(_TYPE_AND_FOLLOW, ["two fingers", "Enter"])
        visit.page.wait_for_url(f"**/en/{CLINIC}/{SUNSCREEN}/", timeout=5000)


@pytest.mark.parametrize("width", [NARROW, 390, 1280])
def test_the_field_takes_one_line_and_its_script_moves_nothing(browser: SiteBrowser, width: int) -> None:
    places = []
    for script in (False, True):
        with browser.visit(home_path("en"), width, script=script) as visit:
            box = visit.page.locator("#newest").bounding_box()
            assert box
            places.append(box["y"])
            assert visit.page.locator("[data-search]").is_visible() is script
    # One line, and the space around it.
    assert abs(places[0] - places[1]) < 80
    with browser.visit(home_path("en"), width) as visit:
        box = visit.page.locator("[data-search]").bounding_box()
        assert box
        assert box["height"] < 60
        shift = visit.page.evaluate(
            """new Promise((resolve) => {
              let sum = 0;
              const observer = new PerformanceObserver((list) => list.getEntries().forEach((e) => { sum += e.value; }));
              observer.observe({ type: 'layout-shift', buffered: true });
              setTimeout(() => resolve(sum), 200);
            })"""
        )
        assert shift == 0


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
