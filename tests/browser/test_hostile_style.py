"""A sheet of a site's own either is refused, or every notice is seen in spite of it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from colophon.problem import Refused
from colophon.site_style.read import read_site_style
from tests.browser.page_visit import NARROW, WIDE, PageVisit, SiteBrowser
from tests.browser.uploads import HARD
from tests.browser.visibility import find_invisible
from tests.site_style.hostile_sheets import FOLD, HOSTILE, PAINT
from tests.site_style.test_hiding import HIDING
from tests.site_style.test_read import LOOK

if TYPE_CHECKING:
    from playwright.sync_api import Page

PLAIN = "body { font-family: serif } h1 { color: darkred }"
# What a sheet may say of anything but notices, said of what is in them, by names that are not theirs.
INSIDE = tuple(
    f"details, summary, dl, dt, dd, h2, time, strong, a, span {{ {'; '.join(f'{each} !important' for each in some)} }}"
    for some in (HIDING[first : first + 12] for first in range(0, len(HIDING), 12))
)
HEIGHT = 1900
_SWAP = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
  scrollTo(0, 0);
}"""


@pytest.fixture
def visit(browser: SiteBrowser) -> Iterator[PageVisit]:
    """A short page with every kind of notice, nothing of it folded, in a window in which all of it is seen."""
    with browser.visit(_plant_page(browser), NARROW) as visit:
        visit.page.set_default_timeout(10_000)
        visit.page.locator(".notice-box summary").click()
        visit.page.set_viewport_size({"width": NARROW, "height": HEIGHT})
        yield visit


def test_no_sheet_that_is_taken_hides_a_notice(visit: PageVisit) -> None:
    assert _judge(visit.page, (PLAIN, LOOK, *INSIDE, *HOSTILE)) == {}


@pytest.mark.parametrize("media", [{"color_scheme": "dark"}, {"media": "print"}, {"forced_colors": "active"}])
def test_no_sheet_that_is_taken_washes_out_a_notice_in_the_dark_or_on_paper(
    visit: PageVisit, media: dict[str, str]
) -> None:
    visit.page.emulate_media(**media)
    assert _judge(visit.page, (PLAIN, LOOK, *_together(PAINT, 4))) == {}


def test_no_sheet_that_is_taken_takes_away_the_toggle_of_what_is_folded_or_folds_more(visit: PageVisit) -> None:
    visit.page.locator(".notice-box summary").click()
    assert not visit.page.locator(".notice-box dl").is_visible()
    assert _judge(visit.page, (PLAIN, LOOK, *INSIDE, *FOLD)) == {}


@pytest.mark.parametrize("media", ["on paper", "in a wide window"])
def test_no_sheet_that_is_taken_folds_anything_but_on_narrow_screens(visit: PageVisit, media: str) -> None:
    visit.page.locator(".notice-box summary").click()
    if media == "on paper":
        visit.page.emulate_media(media="print")
    else:
        visit.page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    assert visit.page.locator(".notice-box dl").is_visible()
    assert _judge(visit.page, (PLAIN, LOOK, *INSIDE, *FOLD)) == {}


def test_without_the_layer_that_holds_the_notices_most_of_these_sheets_hide_them(visit: PageVisit) -> None:
    visit.page.evaluate("document.querySelector('link[rel=stylesheet]').remove()")
    assert len(_judge(visit.page, INSIDE)) > len(INSIDE) / 2


def test_the_sheet_of_this_test_does_reach_the_page(visit: PageVisit) -> None:
    _judge(visit.page, (PLAIN,))
    assert visit.page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(139, 0, 0)"


def _judge(page: "Page", sheets: tuple[str, ...]) -> dict[str, list[str]]:
    """By the sheets of ``sheets`` that are taken: the notices that nobody can read with it."""
    found = {}
    for sheet in _taken(sheets):
        page.evaluate(_SWAP, sheet)
        # Twice if need be: the browser finds a font for an uncommon letter late, and the page moves.
        if find_invisible(page, down_to=HEIGHT) and (unseen := find_invisible(page, down_to=HEIGHT)):
            found[sheet] = unseen
    return found


def _together(sheets: tuple[str, ...], number: int) -> tuple[str, ...]:
    """The sheets that are taken, so many at a time: none has a notice of its own to hide."""
    taken = _taken(sheets)
    return tuple("\n".join(taken[first : first + number]) for first in range(0, len(taken), number))


def _taken(sheets: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sheet for sheet in sheets if _is_taken(sheet))


def _is_taken(sheet: str) -> bool:
    try:
        read_site_style(sheet.encode())
    except Refused:
        return False
    return True


def _plant_page(browser: SiteBrowser) -> str:
    """The page of a post, of its text only the source warning, and below it the entries of a listing; its path."""
    post, listing = (
        browser.site.stored[f"{path}index.html"][1] for path in (HARD.path("en")[1:], f"en/{HARD.clinic}/")
    )
    entries = re.search(r'<ol class="entries">.*?</ol>', listing.decode(), re.DOTALL)
    warning = re.search(r'<div class="source-warning".*?</div>', post.decode(), re.DOTALL)
    assert entries
    assert warning
    body = re.compile(r'(<div class="post-body"[^>]*>).*?</article>', re.DOTALL)
    html, replaced = body.subn(rf"\1{warning[0]}</div>\n</article>{entries[0]}", post.decode())
    assert replaced == 1
    return browser.site.plant("planted/dressed.html", html)
