"""A page with ten images: nothing jumps when they come, and each reader gets the size that the screen needs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from colophon.page.paths import home_path, month_path
from tests.browser.page_visit import HEIGHT, NARROW, PHONE, WIDE, SiteBrowser
from tests.browser.uploads import ALBUM, SHAPES

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Every shift that the browser noted since the page began (Layout Instability API; Chromium keeps them for later).
_SHIFTS = """new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntries().map((entry) => entry.value)))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve([]), 300);
})"""
_CHOSEN = """[...document.querySelectorAll("figure img")].map((image) => image.currentSrc)"""
# Long enough for the page to be painted before its first image comes; in milliseconds, and no limit of speed.
_FAR_AWAY = {"offline": False, "latency": 150, "downloadThroughput": -1, "uploadThroughput": -1}
# What a reader does who looks at one figure after the other.
_TO_FIGURE = """async (number) => {
  const image = document.querySelectorAll("figure img")[number];
  image.scrollIntoView();
  while (!image.complete) await new Promise((resolve) => setTimeout(resolve, 20));
}"""

_TO_EACH_PICTURE = """async () => {
  for (const image of document.querySelectorAll(".entry img")) {
    image.scrollIntoView();
    while (!image.complete) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}"""


@contextmanager
def album(browser: SiteBrowser, width: int, density: float = 1, path: str = ALBUM.path("en")) -> Iterator["Page"]:
    """The page on a screen of ``density`` device pixels to a pixel; each image takes its time to come."""
    context = browser.browser.new_context(viewport={"width": width, "height": HEIGHT}, device_scale_factor=density)
    try:
        page = context.new_page()
        page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", _FAR_AWAY)
        page.goto(browser.site.url + path, wait_until="domcontentloaded")
        yield page
    finally:
        context.close()


def read_through(page: "Page") -> None:
    for number in range(len(SHAPES)):
        page.evaluate(_TO_FIGURE, number)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_nothing_moves_when_the_images_come(browser: SiteBrowser, width: int) -> None:
    with album(browser, width) as page:
        read_through(page)
        assert sum(page.evaluate(_SHIFTS)) == 0


@pytest.mark.parametrize("width", [NARROW, PHONE, WIDE])
@pytest.mark.parametrize("listing", [home_path("en"), month_path("en", ALBUM.clinic, 2026, 1)])
def test_nothing_moves_when_the_pictures_of_a_list_come(browser: SiteBrowser, listing: str, width: int) -> None:
    with album(browser, width, path=listing) as page:
        page.evaluate(_TO_EACH_PICTURE)
        assert sum(page.evaluate(_SHIFTS)) == 0


def test_the_check_sees_a_page_that_jumps(browser: SiteBrowser) -> None:
    with album(browser, WIDE) as page:
        html = page.content()
    bare = re.sub(r' (?:width|height)="[0-9]+"', "", html)
    with album(browser, WIDE, path=browser.site.plant("planted/jumping.html", bare)) as page:
        read_through(page)
        assert sum(page.evaluate(_SHIFTS)) > 0


@pytest.mark.parametrize(
    ("width", "density", "wanted"),
    [
        (NARROW, 1, (480, 480, 480, 480, 480)),
        (NARROW, 3, (960, 960, 700, 960, 480)),
        (WIDE, 1, (960, 960, 700, 960, 480)),
        (WIDE, 2, (1600, 1500, 700, 1600, 480)),
    ],
)
def test_the_size_that_the_screen_needs_is_fetched(
    browser: SiteBrowser, width: int, density: float, wanted: tuple[int, ...]
) -> None:
    with album(browser, width, density) as page:
        read_through(page)
        chosen = page.evaluate(_CHOSEN)
    assert all(address.endswith(".webp") for address in chosen)
    assert tuple(int(re.findall(r"-([0-9]+)\.webp$", address)[0]) for address in chosen) == wanted * 2


def test_images_far_below_wait_until_a_reader_comes_near(browser: SiteBrowser) -> None:
    with browser.visit(ALBUM.path("en")) as visit:
        early = {request for request in visit.requests if "/images/" in request}
        assert 1 <= len(early) < len(SHAPES)
