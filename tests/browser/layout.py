"""A page fits where it is shown: on a narrow telephone, and in a window of 1280 px at 200 %, with whole words."""

from typing import TYPE_CHECKING

from tests.browser.page_visit import HEIGHT, NARROW

if TYPE_CHECKING:
    from playwright.sync_api import Page

ZOOMED = 640
# What sticks out at the end of a line, cut off or not, unless an element around it scrolls.
_TOO_WIDE = """
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
# Elements with a text of their own in Korean, where lines may break within a word, or in another language where they
# may not break as that is written.
_CUT_WORDS = """
[...document.querySelectorAll("body *")].filter((element) => {
  const text = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const lang = element.closest("[lang]").lang, way = getComputedStyle(element).wordBreak;
  return text && (way === "keep-all") !== /^ko\\b/.test(lang);
}).map((element) => element.outerHTML.slice(0, 120))
"""


def find_cut_words(page: "Page") -> list[str]:
    """Where lines break otherwise than the language of the text has it: Korean breaks between words alone."""
    return list(page.evaluate(_CUT_WORDS))


def find_overflow(page: "Page") -> list[str]:
    """What is wider than a narrow page, or than one that is zoomed in on."""
    found = []
    for width in (ZOOMED, NARROW):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"{width} px: {html}" for html in page.evaluate(_TOO_WIDE)]
    return found
