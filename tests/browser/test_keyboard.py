"""With a keyboard alone: past the header in one step, and always seeing where one is."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.kinds import KINDS, Kind
from tests.browser.looking import NARROW, Eyes

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOST_STOPS = 40
# Where the keyboard is, and whether a reader sees that it is there.
STOP = """
(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const main = document.querySelector("main");
  return {
    html: element.outerHTML.slice(0, 160),
    href: element.getAttribute("href") || "",
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 1 && box.height > 1 && box.right > 0 && box.bottom > 0
      && box.left < innerWidth && box.top < innerHeight,
    past: !main || !!(main.compareDocumentPosition(element)
      & (Node.DOCUMENT_POSITION_CONTAINED_BY | Node.DOCUMENT_POSITION_FOLLOWING)),
  };
})()
"""


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_every_stop_is_seen(eyes: Eyes, kind: Kind) -> None:
    with eyes.on(kind.path, NARROW) as look:
        stops = _walked(look.page)
        links = look.page.locator("a[href]").count()
    assert [stop["html"] for stop in stops if not (stop["ring"] and stop["seen"])] == []
    assert len(stops) >= min(links, MOST_STOPS)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_the_first_stop_leads_past_the_header(eyes: Eyes, kind: Kind) -> None:
    with eyes.on(kind.path) as look:
        first = _tab(look.page)
        assert first is not None
        assert first["href"].startswith("#"), f"The first stop is {first['html']}"
        assert first["seen"]
        look.page.keyboard.press("Enter")
        after = _tab(look.page)
    assert after is None or after["past"], f"After the first stop comes {after['html']}"


def test_a_stop_that_is_not_seen_is_noticed(eyes: Eyes) -> None:
    sheet = eyes.site.plant("planted/bare.css", "a { outline: none }")
    page = f'<!doctype html><title>x</title><link rel="stylesheet" href="{sheet}"><a href="/">x</a>'
    with eyes.on(eyes.site.plant("planted/bare.html", page)) as look:
        assert [stop["ring"] for stop in _walked(look.page)] == [False]


def _walked(page: "Page") -> list[dict[str, Any]]:
    """Every stop of the tab key until it leaves the page, the first ``MOST_STOPS`` of them."""
    stops: list[dict[str, Any]] = []
    while len(stops) < MOST_STOPS and (stop := _tab(page)):
        stops.append(stop)
    return stops


def _tab(page: "Page") -> dict[str, Any] | None:
    page.keyboard.press("Tab")
    stop: dict[str, Any] | None = page.evaluate(STOP)
    return stop
