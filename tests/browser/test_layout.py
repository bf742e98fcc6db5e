"""A page fits where it is shown: on a narrow telephone, and in a window of 1280 px at 200 %."""

import pytest

from tests.browser.kinds import KINDS, Kind
from tests.browser.looking import HEIGHT, NARROW, Eyes

ZOOMED = 640
# What sticks out at the end of a line, be it cut off, unless something around it scrolls by itself.
TOO_WIDE = """
(() => {
  const page = document.scrollingElement;
  const scrolls = (element) => element && element !== page
    && (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
  const wide = page.scrollWidth > page.clientWidth ? [`the page is ${page.scrollWidth} px wide`] : [];
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (nodes.nextNode()) {
    const node = nodes.currentNode, around = node.parentElement;
    range.selectNode(node);
    const boxes = node.nodeType === Node.TEXT_NODE ? [...range.getClientRects()] : [node.getBoundingClientRect()];
    if (boxes.some((box) => box.width > 1 && box.right > innerWidth + 0.5) && !scrolls(around))
      wide.push((node.outerHTML || node.data).slice(0, 120));
  }
  return wide;
})()
"""


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_nothing_sticks_out(eyes: Eyes, kind: Kind) -> None:
    with eyes.on(kind.path, NARROW, scale=2) as look:
        narrow = look.page.evaluate(TOO_WIDE)
        look.page.set_viewport_size({"width": ZOOMED, "height": HEIGHT})
        assert (narrow, look.page.evaluate(TOO_WIDE)) == ([], [])
    assert look.status == kind.status


@pytest.mark.parametrize("clipped", ["", "overflow-x: hidden"])
def test_what_sticks_out_is_noticed(eyes: Eyes, clipped: str) -> None:
    sheet = eyes.site.plant("planted/wide.css", f"html, body {{ {clipped} }}")
    page = (
        f'<!doctype html><title>x</title><link rel="stylesheet" href="{sheet}">'
        "<pre>A line that is so long that it can't be shown on a telephone without scrolling sideways.</pre>"
    )
    with eyes.on(eyes.site.plant("planted/wide.html", page), NARROW) as look:
        assert look.page.evaluate(TOO_WIDE) != []
