"""What a reader has on the first screen of a phone: of a post nearly its text, of a home page the first title."""

from typing import TYPE_CHECKING, Any

import pytest

from colophon.language.served import served_languages
from colophon.page.paths import archive_path, home_path, month_path
from tests.browser.page_kinds import CLINIC
from tests.browser.page_visit import PHONE, WIDE, SiteBrowser
from tests.browser.visibility import find_invisible

if TYPE_CHECKING:
    from playwright.sync_api import Page

PHONE_HEIGHT = 844
# Its title and its excerpt are of usual length.
POSTS = [f"/{lang}/{CLINIC}/how-much-sunscreen/" for lang in ("en", "ja", "ko")]
LISTINGS = [
    *(home_path(lang) for lang in served_languages()),
    archive_path("en", CLINIC),
    archive_path("ja", CLINIC),
    month_path("en", CLINIC, 2025, 5),
    month_path("ko", CLINIC, 2025, 5),
    f"/en/{CLINIC}/2025/",
    f"/en/{CLINIC}/tags/sunscreen/",
]
_BOX = "selector => document.querySelector(selector).getBoundingClientRect().toJSON()"
# The lines of text that a reader counts, by their lower edges.
_LINES = """() => {
  const words = document.createTreeWalker(document.querySelector(".notice-box"), NodeFilter.SHOW_TEXT);
  const lines = new Set(), range = document.createRange();
  for (let node; (node = words.nextNode());) {
    range.selectNodeContents(node);
    if (node.data.trim()) for (const box of range.getClientRects()) lines.add(Math.round(box.bottom / 6));
  }
  return lines.size;
}"""
# What is shown of a picture: all of it in its own shape, or a part.
_CROPPED = """() => [...document.querySelectorAll(".entry img")].filter((image) => {
  const {objectFit, clipPath} = getComputedStyle(image), {width, height} = image.getBoundingClientRect();
  const keepsShape = Math.abs(width / height - image.naturalWidth / image.naturalHeight) < .02;
  return clipPath !== "none" || width < 40 || !(keepsShape || /contain|scale-down/.test(objectFit));
}).map((image) => image.src)"""


@pytest.mark.parametrize("path", POSTS)
def test_the_text_of_a_post_begins_within_one_and_a_half_screens_and_every_notice_is_before_it(
    browser: SiteBrowser, path: str
) -> None:
    with browser.visit(path, PHONE) as visit:
        _use_phone(visit.page)
        assert _box(visit.page, ".post-body")["top"] <= 1.5 * PHONE_HEIGHT
        assert find_invisible(visit.page) == []
        for notice in visit.page.locator("[data-notice]").all():
            place = notice.bounding_box()
            assert place
            assert place["y"] + place["height"] <= 1.5 * PHONE_HEIGHT


@pytest.mark.parametrize("lang", served_languages())
def test_the_first_title_of_a_home_page_is_on_the_first_screen(browser: SiteBrowser, lang: str) -> None:
    with browser.visit(home_path(lang), PHONE) as visit:
        _use_phone(visit.page)
        assert _box(visit.page, ".entry :is(h2, h3)")["bottom"] <= PHONE_HEIGHT


@pytest.mark.parametrize("path", LISTINGS)
def test_the_notices_of_a_listing_are_two_lines_and_lead_to_the_page_that_says_more(
    browser: SiteBrowser, path: str
) -> None:
    with browser.visit(path, PHONE) as visit:
        _use_phone(visit.page)
        assert visit.page.evaluate(_LINES) <= 2
        visit.page.set_viewport_size({"width": WIDE, "height": PHONE_HEIGHT})
        assert visit.page.evaluate(_LINES) <= 2
        visit.page.locator(".notice-box a").click()
        visit.page.wait_for_url("**/about/")
        assert visit.page.locator("h1").is_visible()


def test_clinic_dates_and_system_unfold_by_touch_and_by_keyboard(browser: SiteBrowser) -> None:
    with browser.visit(POSTS[0], PHONE, script=False) as visit:
        _use_phone(visit.page)
        toggle, facts = visit.page.locator(".notice-box summary"), visit.page.locator(".notice-box dl")
        assert not facts.is_visible()
        toggle.click()
        assert facts.is_visible()
        toggle.press("Enter")
        assert not facts.is_visible()
        place = toggle.bounding_box()
        assert place
        assert place["height"] >= 24


@pytest.mark.parametrize("where", ["in a wide window", "on paper", "without the style sheet"])
def test_clinic_dates_and_system_are_open_elsewhere(browser: SiteBrowser, where: str) -> None:
    with browser.visit(POSTS[0], WIDE if where == "in a wide window" else PHONE, script=False) as visit:
        if where == "on paper":
            visit.page.emulate_media(media="print")
        if where == "without the style sheet":
            # As in a browser that knows no cascade layers, which leaves out all that is in them.
            visit.page.evaluate("document.querySelector('link[rel=stylesheet]').remove()")
        assert visit.page.locator(".notice-box dl").is_visible()
        assert visit.page.locator(".notice-box dd").first.is_visible()


@pytest.mark.parametrize("width", [PHONE, WIDE])
@pytest.mark.parametrize("path", [home_path("en"), home_path("ko"), archive_path("en", "narrow-gate")])
def test_no_picture_of_a_list_is_cropped(browser: SiteBrowser, path: str, width: int) -> None:
    with browser.visit(path, width) as visit:
        visit.load_all_images()
        assert visit.page.locator(".entry img").count()
        assert visit.page.evaluate(_CROPPED) == []


def test_a_picture_that_is_cropped_is_noticed(browser: SiteBrowser) -> None:
    with browser.visit(home_path("en")) as visit:
        visit.load_all_images()
        visit.page.evaluate(
            """() => {
              const sheet = new CSSStyleSheet();
              sheet.replaceSync(".entry img { object-fit: cover !important; aspect-ratio: 4 / 1 !important }");
              document.adoptedStyleSheets = [sheet];
            }"""
        )
        assert visit.page.evaluate(_CROPPED) != []


def _use_phone(page: "Page") -> None:
    page.set_viewport_size({"width": PHONE, "height": PHONE_HEIGHT})


def _box(page: "Page", selector: str) -> dict[str, Any]:
    box: dict[str, Any] = page.evaluate(_BOX, selector)
    return box
