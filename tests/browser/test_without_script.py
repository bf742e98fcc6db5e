"""Without scripts nothing is missing but the search, and of the search nothing is left that would not work."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.kinds import KINDS, Kind
from tests.browser.looking import Eyes

if TYPE_CHECKING:
    from playwright.sync_api import Page

_WORDS = """(() => {
  for (const search of document.querySelectorAll("[data-search]")) search.remove();
  return document.body.innerText;
})()"""
_CONTROLS = "button, input, select, textarea, [role=status]"


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_page_says_the_same_without_scripts(eyes: Eyes, kind: Kind) -> None:
    with eyes.on(kind.path) as look:
        told = _words(look.page)
    with eyes.on(kind.path, script=False) as look:
        controls = look.page.locator(_CONTROLS)
        assert not any(control.is_visible() for control in controls.all())
        assert _words(look.page) == told
        assert told.count("\n") > 1


def _words(page: "Page") -> str:
    return str(page.evaluate(_WORDS))
