"""Every kind of page holds every promise: valid to look at, for everybody, asking nobody else for anything."""

from typing import TYPE_CHECKING

import pytest

from tests.browser import axe
from tests.browser.keyboard import stumbles, way_past_the_header
from tests.browser.kinds import KINDS, Kind
from tests.browser.layout import sticking_out
from tests.browser.looking import NARROW, Eyes, Look
from tests.browser.shown import unseen

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Neither tells what a post says.
WITHOUT_NOTICES = ("front", "not-found", "profile", "profile-ja")
# The search is what scripts are for: it is left out of what a page says without them.
_WORDS = """(() => {
  const shown = document.body.cloneNode(true);
  document.body.replaceWith(shown);
  for (const search of shown.querySelectorAll("[data-search]")) search.remove();
  return shown.innerText;
})()"""
_CONTROLS = "button, input, select, textarea, [role=status]"


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_page_is_for_everybody_and_asks_nobody_elsewhere(eyes: Eyes, kind: Kind) -> None:
    with eyes.on(kind.path) as look:
        found = {
            "first stop of the keyboard": way_past_the_header(look.page),
            "images": look.missing_images(),
            "axe-core": axe.shut_out(look.page),
            "layout": sticking_out(look.page),
            "keyboard": stumbles(look.page),
            "console": look.complaints,
            "elsewhere": _elsewhere(eyes, look),
        }
    assert {check: said for check, said in found.items() if said} == {}
    assert look.status == kind.status


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_without_scripts_nothing_is_missing_and_every_notice_is_seen(eyes: Eyes, kind: Kind) -> None:
    with eyes.on(kind.path, NARROW) as look:
        told = _words(look.page)
    with eyes.on(kind.path, NARROW, scheme="dark", script=False) as look:
        found = {"on the screen": unseen(look.page)}
        look.page.emulate_media(media="print")
        found["on paper"] = unseen(look.page)
        look.page.emulate_media(media="screen")
        notices = look.page.locator("[data-notice]").count()
        found["dead controls"] = [one.inner_text() for one in look.page.locator(_CONTROLS).all() if one.is_visible()]
        assert _words(look.page) == told
    assert {check: said for check, said in found.items() if said} == {}
    assert notices or kind.name in WITHOUT_NOTICES


def _elsewhere(eyes: Eyes, look: Look) -> list[str]:
    return [url for url in look.requests if not url.startswith(f"{eyes.site.url}/")]


def _words(page: "Page") -> str:
    return str(page.evaluate(_WORDS))
