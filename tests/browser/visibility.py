"""Whether readers see an element: judged by the pixels of the page, so that no trick of a style sheet passes."""

import io
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page

_LEAST_SHARE = 0.01
_LEAST_CONTRAST = 3.0
_LEAST_SIDE = 12
_BOXES = """selector => [...document.querySelectorAll(selector)].map((element) => {
  const box = element.getBoundingClientRect();
  return {name: element.dataset.notice || element.outerHTML.slice(0, 120),
          box: [box.left + scrollX, box.top + scrollY, box.right + scrollX, box.bottom + scrollY].map(Math.round)};
})"""


def find_invisible(page: "Page", selector: str = "[data-notice]") -> list[str]:
    """Which of the elements have no room on the page, or no words that stand out from what is behind them.

    Standing out: at least one pixel in a hundred has a contrast of 3 (as in WCAG 2.2) to the commonest colour.
    """
    boxes: list[dict[str, Any]] = page.evaluate(_BOXES, selector)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    return [found["name"] for found in boxes if not _is_visible(picture, found["box"])]


def _is_visible(page: Image.Image, box: list[int]) -> bool:
    left, top, right, bottom = box
    inside = left >= 0 and top >= 0 and right <= page.width and bottom <= page.height
    if not inside or min(right - left, bottom - top) < _LEAST_SIDE:
        return False
    colours = page.crop((left, top, right, bottom)).getcolors((right - left) * (bottom - top)) or []
    _, paper = max(colours)
    ink = sum(times for times, colour in colours if _contrast(colour, paper) >= _LEAST_CONTRAST)
    return ink >= _LEAST_SHARE * sum(times for times, _ in colours)


def _contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, ...]) -> float:
    red, green, blue = (part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
