"""Newer and older posts on a post's page, as readers come near its end; and the way to its entry in its month."""

from typing import TYPE_CHECKING

import pytest

from tests.browser import axe
from tests.browser.layout import find_overflow
from tests.browser.page_kinds import CLINIC
from tests.browser.page_visit import NARROW, WIDE, SiteBrowser
from tests.browser.visibility import find_invisible

if TYPE_CHECKING:
    from playwright.sync_api import Page

POST = f"/en/{CLINIC}/how-much-sunscreen/"
NEWER = f"/en/{CLINIC}/hives-in-the-evening/"
SHARD = f"/en/{CLINIC}/search-2025.json"
# The sum of the layout shifts so far (Layout Instability, 3).
_SHIFTS = """new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const shift of list.getEntries()) sum += shift.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 200);
})"""


def _scroll_down(page: "Page") -> None:
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.locator("[data-neighbours] .newer a").wait_for(timeout=5000)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_newer_post_is_shown_with_its_label_and_nothing_moves(browser: SiteBrowser, width: int) -> None:
    with browser.visit(POST, width) as visit:
        _scroll_down(visit.page)
        # The checks below change the page.
        assert visit.page.evaluate(_SHIFTS) == 0
        group = visit.page.locator("[data-neighbours] .newer")
        assert group.locator("a").get_attribute("href") == NEWER
        assert group.locator("li > *").first.inner_text() == visit.page.locator(".post-header .notice").inner_text()
        assert find_invisible(visit.page, "[data-neighbours] .notice") == []
        assert find_overflow(visit.page) == []
        axe.install_axe(visit.page)
        assert axe.run_axe(visit.page) == []
    assert visit.errors == []


def test_a_neighbour_is_reached_by_keyboard_alone(browser: SiteBrowser) -> None:
    with browser.visit(POST) as visit:
        _scroll_down(visit.page)
        visit.page.locator(".read-on a").last.focus()
        visit.page.keyboard.press("Tab")
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url(f"**{NEWER}")


def test_nothing_is_loaded_for_readers_at_the_beginning_of_a_long_page(browser: SiteBrowser) -> None:
    with browser.visit(POST, NARROW) as visit:
        visit.page.wait_for_load_state("networkidle")
        assert not [url for url in visit.requests if url.endswith(".json")]
        _scroll_down(visit.page)
        assert [url for url in visit.requests if url.endswith(".json")] == [f"{browser.site.url}{SHARD}"]


def test_without_scripts_there_is_no_trace_of_it(browser: SiteBrowser) -> None:
    with browser.visit(POST, script=False) as visit:
        box = visit.page.locator("[data-neighbours]").bounding_box()
        assert box is None or box["height"] == 0


def test_the_page_leads_to_its_own_entry_in_its_month(browser: SiteBrowser) -> None:
    with browser.visit(POST) as visit:
        visit.page.locator(".read-on a").first.click()
        visit.page.wait_for_url("**/2025/05/#how-much-sunscreen")
        assert visit.page.locator(".entry:target h2 a").get_attribute("href") == POST
