"""The original beside its translation: a reader opens and closes it, by hand, by keyboard, by address, and on paper."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.page_kinds import CLINIC
from tests.browser.page_visit import NARROW, WIDE, Scheme, SiteBrowser
from tests.browser.visibility import find_invisible

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATH = f"/en/{CLINIC}/how-much-sunscreen/"
_COUNT = """() => {
  const all = [...document.querySelectorAll(".original")];
  const options = {visibilityProperty: true, opacityProperty: true};
  return [all.filter((element) => element.checkVisibility(options)).length, all.length];
}"""
# Each is directly below what it is the counterpart of, at the same place, and has letters that can be read.
_MISPLACED = """() => [...document.querySelectorAll(".original[id]")].filter((element) => {
  const named = document.getElementById(element.id.replace(/-ko$/, ""));
  const above = (named.closest(".source-warning") ?? named).getBoundingClientRect();
  const box = element.getBoundingClientRect(), style = getComputedStyle(element);
  return box.height < 12 || box.left < above.left - 1
    || (element.tagName !== "TR" && box.right > innerWidth) || box.top < above.top || parseFloat(style.fontSize) < 12;
}).map((element) => element.outerHTML.slice(0, 80))"""
# In how many frames something moved that no click moved. Chromium may paint before it goes to a fragment: one frame.
_MOVING_FRAMES = """() => new Promise((resolve) => {
  const frames = new Set();
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) frames.add(entry.startTime);
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(frames.size), 300);
})"""
# What a site's own sheet may try: show it to everybody, or hide, cover or move it where it is open.
SHEETS = (
    ".original { display: block !important } tr.original { display: table-row !important }",
    ".original, .original * { display: none !important; opacity: 0 !important; visibility: hidden !important }",
    ".original { position: fixed !important; top: 0 !important; transform: translateY(-200vh) !important }",
    ".original, .original * { font-size: 0 !important; clip-path: inset(50%) !important; zoom: .1 !important }",
    ".original { float: left !important; height: 0 !important; overflow: hidden !important; order: -1 !important }",
)
_ADOPT = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""


def _are_shown(page: "Page") -> bool:
    shown, all_of_them = page.evaluate(_COUNT)
    assert all_of_them > 20
    assert shown in (0, all_of_them)
    return bool(shown)


def test_it_is_hidden_until_a_reader_opens_it_by_the_keyboard_and_hidden_again_from_there(browser: SiteBrowser) -> None:
    with browser.visit(PATH, NARROW, script=False) as visit:
        page = visit.page
        assert not _are_shown(page)
        page.get_by_role("link", name="Show the original beside the translation").focus()
        page.keyboard.press("Enter")
        assert page.url.endswith("#compare")
        assert _are_shown(page)
        # The next stop of the keyboard is the way back, and that leads to the way in.
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Hide the original"
        page.keyboard.press("Enter")
        assert not _are_shown(page)
        assert page.evaluate("document.activeElement.textContent") == "Show the original beside the translation"


def test_the_link_of_a_paragraph_opens_all_and_leads_to_its_counterpart(browser: SiteBrowser) -> None:
    with browser.visit(PATH, WIDE) as visit:
        page = visit.page
        page.locator("#p2 .to-original").focus()
        page.keyboard.press("Enter")
        assert page.url.endswith("#p2-ko")
        assert _are_shown(page)
        assert page.evaluate(_MOVING_FRAMES) == 0
        assert not page.locator(".to-original").first.is_visible()
        assert page.get_by_role("link", name="Hide the original").is_visible()


@pytest.mark.parametrize(("width", "scheme"), [(NARROW, "light"), (WIDE, "dark")])
@pytest.mark.parametrize("fragment", ["#compare", "#p7-ko", "#p26-ko", "#fn-1-ko"])
def test_an_address_opens_all_and_leads_there_and_nothing_moves_after_that(
    browser: SiteBrowser, fragment: str, width: int, scheme: Scheme
) -> None:
    with browser.visit(f"{PATH}{fragment}", width, scheme=scheme) as visit:
        page = visit.page
        assert _are_shown(page)
        target = page.locator(fragment if fragment != "#fn-1-ko" else ".original:has(#fn-1-ko)")
        box = target.bounding_box()
        assert box is not None
        assert 0 <= box["y"] < page.viewport_size["height"]  # type: ignore[index]
        assert page.evaluate(_MISPLACED) == []
        assert page.evaluate(_MOVING_FRAMES) <= 1
        assert find_invisible(page) == []


def test_the_counterpart_that_an_address_names_has_its_translation_in_view(browser: SiteBrowser) -> None:
    with browser.visit(f"{PATH}#p7-ko", NARROW) as visit:
        box = visit.page.locator("#p7").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] > 0


@pytest.mark.parametrize(("fragment", "printed"), [("", False), ("#compare", True), ("#p7-ko", True)])
def test_paper_has_what_the_screen_had(browser: SiteBrowser, fragment: str, printed: bool) -> None:
    with browser.visit(f"{PATH}{fragment}") as visit:
        visit.page.emulate_media(media="print")
        assert _are_shown(visit.page) is printed
        assert not visit.page.locator(".beside a").first.is_visible()


def test_a_reader_of_the_screen_hears_it_only_when_it_is_open(browser: SiteBrowser) -> None:
    with browser.visit(PATH) as visit:
        assert "blockquote" not in visit.page.locator(".post-body").aria_snapshot()
        visit.page.goto(f"{visit.page.url}#compare")
        heard = visit.page.locator(".post-body").aria_snapshot()
        assert heard.count("blockquote") > 15
        assert "heading" not in visit.page.locator(".original >> nth=2").aria_snapshot()


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("fragment", ["", "#compare"])
def test_no_sheet_of_the_site_s_own_opens_it_or_hides_what_is_open(
    browser: SiteBrowser, fragment: str, sheet: str
) -> None:
    with browser.visit(f"{PATH}{fragment}", NARROW) as visit:
        visit.page.evaluate(_ADOPT, sheet)
        assert _are_shown(visit.page) is bool(fragment)
        if fragment:
            assert visit.page.evaluate(_MISPLACED) == []
