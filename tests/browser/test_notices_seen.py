"""Every notice of a page is seen: on a narrow screen, in the dark, on paper, and without scripts."""

import pytest

from tests.browser.kinds import KINDS, Kind
from tests.browser.looking import NARROW, Eyes
from tests.browser.shown import unseen

# Neither tells what a post says.
WITHOUT_NOTICES = ("front", "not-found", "profile", "profile-ja")
HIDDEN = {
    "not displayed": "display: none",
    "transparent": "opacity: 0",
    "of no size": "font-size: 0",
    "of the paper's colour": "color: #fff",
    "far away": "position: absolute; left: -9999px",
    "above the page": "position: absolute; top: -9999px",
    "indented": "text-indent: -9999px; overflow: hidden",
    "cut off": "clip-path: inset(50%)",
    "shrunk": "transform: scale(.01)",
    "folded": "height: 0; overflow: hidden",
    "covered": "} body::after { content: ''; position: fixed; inset: 0; background: #fff",
}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.name not in WITHOUT_NOTICES], ids=str)
def test_every_notice_is_seen(eyes: Eyes, kind: Kind) -> None:
    with eyes.on(kind.path, NARROW, scheme="dark", script=False) as look:
        on_the_screen = unseen(look.page)
        look.page.emulate_media(media="print", color_scheme="dark")
        assert (on_the_screen, unseen(look.page)) == ([], [])
        assert look.page.locator("[data-notice]").count() > 0


@pytest.mark.parametrize("how", HIDDEN)
def test_a_notice_that_is_hidden_is_noticed(eyes: Eyes, how: str) -> None:
    with eyes.on(_with_a_notice(eyes, HIDDEN[how])) as look:
        assert unseen(look.page) == ["label"]


def test_a_notice_that_is_not_hidden_is_seen(eyes: Eyes) -> None:
    with eyes.on(_with_a_notice(eyes, "color: #222")) as look:
        assert unseen(look.page) == []


def _with_a_notice(eyes: Eyes, style: str) -> str:
    sheet = eyes.site.plant("planted/notice.css", f"p {{ {style} }}")
    return eyes.site.plant(
        "planted/notice.html",
        f'<!doctype html><title>x</title><link rel="stylesheet" href="{sheet}">'
        '<h1>A page</h1><p data-notice="label">A notice that its readers are owed.</p>',
    )
