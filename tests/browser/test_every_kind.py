"""Every kind of page: accessible, complete without scripts, and without requests to other hosts."""

from typing import TYPE_CHECKING

import pytest

from tests.browser import axe
from tests.browser.keyboard import find_keyboard_problems, find_skip_link_problems
from tests.browser.layout import find_cut_words, find_overflow
from tests.browser.page_kinds import PAGE_KINDS, PageKind
from tests.browser.page_visit import NARROW, PageVisit, SiteBrowser
from tests.browser.visibility import find_invisible

if TYPE_CHECKING:
    from playwright.sync_api import Page

# They repeat no text of a post.
WITHOUT_NOTICES = ("front", "not-found", "profile", "profile-ja")
# The search and the posts beside this one are what scripts are for: they are left out of what a page says without them.
_WORDS = """(() => {
  const shown = document.body.cloneNode(true);
  document.body.replaceWith(shown);
  for (const scripted of shown.querySelectorAll("[data-search], [data-neighbours]")) scripted.remove();
  return shown.innerText;
})()"""
_CONTROLS = "button, input, select, textarea, [role=status]"


@pytest.mark.parametrize("kind", PAGE_KINDS, ids=str)
def test_a_page_is_accessible_and_requests_nothing_from_other_hosts(browser: SiteBrowser, kind: PageKind) -> None:
    with browser.visit(kind.path) as visit:
        found = {
            # An address with a search moves the focus to the field, as any fragment moves it to its target.
            "first stop of the keyboard": [] if "#" in kind.path else find_skip_link_problems(visit.page),
            "images": visit.find_missing_images(),
            "axe-core": axe.find_violations(visit.page),
            "layout": find_overflow(visit.page),
            "lines": find_cut_words(visit.page),
            "keyboard": find_keyboard_problems(visit.page),
            "console": visit.errors,
            "elsewhere": _foreign_requests(browser, visit),
        }
    assert {check: said for check, said in found.items() if said} == {}
    assert visit.status == kind.status


@pytest.mark.parametrize("kind", PAGE_KINDS, ids=str)
def test_without_scripts_nothing_is_missing_and_every_notice_is_visible(browser: SiteBrowser, kind: PageKind) -> None:
    with browser.visit(kind.path, NARROW) as visit:
        told = _visible_text(visit.page)
    with browser.visit(kind.path, NARROW, scheme="dark", script=False) as visit:
        found = {"on the screen": find_invisible(visit.page)}
        _click_toggles(visit.page)
        found["unfolded"] = find_invisible(visit.page)
        _click_toggles(visit.page)
        visit.page.emulate_media(media="print")
        found["on paper"] = find_invisible(visit.page)
        visit.page.emulate_media(media="screen")
        notices = visit.page.locator("[data-notice]").count()
        found["dead controls"] = [one.inner_text() for one in visit.page.locator(_CONTROLS).all() if one.is_visible()]
        assert _visible_text(visit.page) == told
    assert {check: said for check, said in found.items() if said} == {}
    assert notices or kind.name in WITHOUT_NOTICES


def _click_toggles(page: "Page") -> None:
    """Unfold what narrow screens fold of a post's notices, or fold it again."""
    for toggle in page.locator(".notice-box summary").all():
        toggle.click()


def _foreign_requests(browser: SiteBrowser, visit: PageVisit) -> list[str]:
    return [url for url in visit.requests if not url.startswith(f"{browser.site.url}/")]


def _visible_text(page: "Page") -> str:
    return str(page.evaluate(_WORDS))
