"""With a keyboard alone: past the header in one step, with a visible focus."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

_MOST_STOPS = 40
# Where the keyboard is, and whether a reader sees that it is there.
_STOP = """
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


def find_keyboard_problems(page: "Page") -> list[str]:
    """What hinders a reader without a mouse who opens ``page``."""
    page.goto(page.url.partition("#")[0])
    links = page.locator("a[href]:visible").count()
    stops = _tab_stops(page)
    found = [f"It is not seen that the keyboard is at {stop['html']}" for stop in stops if not stop["ring"]]
    found += [f"Out of sight: {stop['html']}" for stop in stops if not stop["seen"]]
    if len(stops) < min(links, _MOST_STOPS):
        found.append(f"Of {links} links the keyboard reaches {len(stops)}.")
    return found


def find_skip_link_problems(page: "Page") -> list[str]:
    """What is wrong with the first stop of a page that has just been opened: it leads to the text."""
    first = _press_tab(page)
    if first is None or not first["href"].startswith("#") or not first["seen"]:
        return [f"The first stop is {first and first['html']}"]
    page.keyboard.press("Enter")
    after = _press_tab(page)
    return [] if after is None or after["past"] else [f"After the first stop comes {after['html']}"]


def _tab_stops(page: "Page") -> list[dict[str, Any]]:
    """Every stop of the tab key until it leaves the page, the first ``_MOST_STOPS`` of them."""
    stops: list[dict[str, Any]] = []
    while len(stops) < _MOST_STOPS and (stop := _press_tab(page)):
        stops.append(stop)
    return stops


def _press_tab(page: "Page") -> dict[str, Any] | None:
    page.keyboard.press("Tab")
    stop: dict[str, Any] | None = page.evaluate(_STOP)
    return stop
