"""Whether readers see the notices: judged by what the browser lays out and paints, so that no trick passes."""

import io
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Page

NOTICES = "[data-notice], .notice-box :is(h2, summary, dt, dd), .source-warning"
_LEAST_SHARE = 0.02
_LEAST_CONTRAST = 4.5
# Pixels: a word that is painted in part, as one with a full stop alone, is narrower.
_LEAST_WIDTH = 24
# The first pixel from the left, negative where text runs from the right, and the size of the page.
_AREA = """() => {
  const root = document.documentElement, isRtl = getComputedStyle(root).direction === "rtl";
  return [isRtl ? root.clientWidth - root.scrollWidth : 0, root.scrollWidth, root.scrollHeight];
}"""
# Per element: its name, its lines of text as boxes on the page, and what is wrong with their layout: their size, their
# place, and whether a finger on them would hit something else. That is asked in the window alone: a high one sees more.
_LAID_OUT = """selector => {
  const root = document.documentElement;
  const isHit = (element, line) => [.2, .5, .8].every((share) => {
    const hit = document.elementFromPoint(line.left + line.width * share, line.top + line.height / 2);
    return element.contains(hit);
  });
  const readText = (element, node) => {
    const style = getComputedStyle(node.parentElement), range = document.createRange(), faults = [];
    range.selectNodeContents(node);
    const lines = [...range.getClientRects()].filter((line) => line.width > 1), letters = node.data.trim().length;
    const size = parseFloat(style.fontSize) * (node.parentElement.currentCSSZoom ?? 1);
    const inWindow = lines.filter((line) => line.top >= 0 && line.bottom < innerHeight && line.right < innerWidth);
    if (!lines.length) faults.push("not laid out");
    if (size < 11.5 || size > 60) faults.push(`font size ${size}`);
    if (style.visibility !== "visible" || /override/.test(style.unicodeBidi)) faults.push("visibility");
    const isStruckOut = /line-through/.test(style.textDecorationLine) && !node.parentElement.closest("del, s");
    if (isStruckOut) faults.push("struck out");
    if (lines.some((line) => line.height < 11)) faults.push("height of a line");
    if (lines.some((line) => line.left + scrollX < 0 || line.top + scrollY < 0)) faults.push("outside of the page");
    if (lines.some((line) => line.left > root.clientWidth - 12)) faults.push("outside of the window");
    if (lines.reduce((sum, line) => sum + line.width, 0) < letters * 3) faults.push("width of the words");
    if (new Set(lines.map((line) => Math.round(line.top / 4))).size > 1 + letters / 3) faults.push("too narrow");
    if (!inWindow.every((line) => isHit(element, line))) faults.push("under something");
    return [faults, lines];
  };
  // Narrow screens may fold the list after a toggle. Then the toggle must be seen, and what is in the list once it is
  // open; anywhere else the list must be seen, and the toggle need not be there.
  const isNeeded = (element) => {
    const part = element.closest(".notice-box :is(details, dl)");
    const toggle = part?.matches("details") ? part : part?.previousElementSibling;
    if (!toggle?.matches("details")) return true;
    const folds = matchMedia("screen and (max-width: 34rem)").matches;
    return part === toggle ? folds : toggle.open || !folds;
  };
  const found = [...document.querySelectorAll(selector)].filter(isNeeded).map((element) => {
    const words = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), faults = new Set(), boxes = [];
    for (let node; (node = words.nextNode());) {
      if (!node.data.trim()) continue;
      const [wrong, lines] = readText(element, node);
      wrong.forEach((fault) => faults.add(fault));
      boxes.push(...lines.map(({left, top, right, bottom}) =>
        [left + scrollX, top + scrollY, right + scrollX, bottom + scrollY]));
    }
    return {name: element.dataset.notice || element.className || element.localName, faults: [...faults], boxes};
  });
  const boxOf = (one) => document.querySelector(one)?.getBoundingClientRect();
  const pairs = [[".post-header > .notice", "h1"], [".notice-box", ".post-body"], [".notice-box", ".entries"]];
  const isBelow = ([one, other]) => boxOf(other)?.height && boxOf(one)?.top >= boxOf(other).bottom;
  const moved = pairs.filter(isBelow).map((pair) => pair.join(" below "));
  if (boxOf(".notice, .notice-box")?.top + scrollY > 4000) moved.push("far down");
  return moved.length ? [...found, {name: "page", faults: moved, boxes: []}] : found;
}"""


def find_invisible(page: "Page", selector: str = NOTICES, *, down_to: int = 16000) -> list[str]:
    """Which of the elements readers can't read, with the reasons.

    A reason is the layout, or the paint of a line of text: fewer than 2 pixels in a hundred have the contrast that
    WCAG 2.2 demands of text (1.4.3: 4.5) to its commonest colour. The paint is judged down to a pixel of the page.
    """
    found: list[dict[str, Any]] = page.evaluate(_LAID_OUT, selector)
    left, width, height = page.evaluate(_AREA)
    for each in found:
        if not each["boxes"] and each["name"] != "page":
            each["faults"].append("no words")
        each["lines"] = [
            box for box in each["boxes"] if box[3] < min(height, down_to) and box[2] - box[0] > _LEAST_WIDTH
        ]
    # Down to the last line that is judged: a picture of a whole page takes most of the time.
    lowest = max([1.0, *(box[3] for each in found for box in each["lines"])])
    area: FloatRect = {"x": left, "y": 0, "width": min(width, 1400), "height": min(height, ceil(lowest) + 1)}
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True, clip=area))).convert("RGB")
    for each in found:
        if not all(_is_painted(picture, box, left) for box in each["lines"]):
            each["faults"].append("contrast")
    return [f"{each['name']}: {', '.join(each['faults'])}" for each in found if each["faults"]]


def _is_painted(page: Image.Image, box: list[float], origin: int) -> bool:
    left, top, right, bottom = round(box[0]) - origin, round(box[1]), round(box[2]) - origin, round(box[3])
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, page.width), min(bottom, page.height)
    if right - left < 2 or bottom - top < 8:
        return False
    colours = page.crop((left, top, right, bottom)).getcolors((right - left) * (bottom - top)) or []
    _, paper = max(colours)
    ink = sum(times for times, colour in colours if _contrast(colour, paper) >= _LEAST_CONTRAST)
    return ink >= _LEAST_SHARE * sum(times for times, _ in colours)


@lru_cache(maxsize=4096)
def _contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, ...]) -> float:
    red, green, blue = (part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
