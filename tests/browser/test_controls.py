"""Each check reports what is planted: one that can't fail would hold nothing."""

import pytest

from tests.browser import axe
from tests.browser.keyboard import stumbles, way_past_the_header
from tests.browser.layout import sticking_out
from tests.browser.looking import Eyes
from tests.browser.shown import unseen

PLANTED = {
    "an inline script": "<script>document.title = 'no'</script>",
    "an inline style": '<p style="color: red">no</p>',
    "an image from elsewhere": '<img src="https://elsewhere.example/a.png" alt="">',
    "a script from elsewhere": '<script src="https://elsewhere.example/a.js"></script>',
    "a sheet from elsewhere": '<link rel="stylesheet" href="https://elsewhere.example/a.css">',
}
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


@pytest.mark.parametrize("what", PLANTED)
def test_the_console_reports_what_is_planted(eyes: Eyes, what: str) -> None:
    path = eyes.site.plant("planted/loud.html", f'<!doctype html><html lang="en"><title>x</title>{PLANTED[what]}')
    with eyes.on(path) as look:
        look.page.wait_for_timeout(50)
    assert any("Content Security Policy" in complaint for complaint in look.complaints)


def test_an_image_that_is_not_there_is_noticed(eyes: Eyes) -> None:
    path = eyes.site.plant("planted/hole.html", '<!doctype html><title>x</title><img src="/images/none.png" alt="">')
    with eyes.on(path) as look:
        assert look.missing_images() == [f"{eyes.site.url}/images/none.png"]
    assert any("404" in complaint for complaint in look.complaints)


def test_a_request_elsewhere_is_noticed(eyes: Eyes) -> None:
    link = '<!doctype html><title>x</title><a href="https://elsewhere.example/">x</a>'
    with eyes.on(eyes.site.plant("planted/away.html", link)) as look:
        look.page.click("a", no_wait_after=True)
        look.page.wait_for_timeout(50)
    assert "https://elsewhere.example/" in look.requests


def test_the_checker_reports_what_is_planted(eyes: Eyes) -> None:
    page = (
        '<!doctype html><html lang="en"><title>x</title><main><h1>A page</h1>'
        '<img src="/404.html"><p>An <a href="/"></a></main>'
    )
    with eyes.on(eyes.site.plant("planted/unnamed.html", page)) as look:
        axe.install(look.page)
        assert {line.split(":")[0] for line in axe.violations(look.page)} == {"image-alt", "link-name"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_checker_reports_words_too_pale_to_read(eyes: Eyes, scheme: str) -> None:
    sheet = eyes.site.plant("planted/pale.css", f"@media (prefers-color-scheme: {scheme}) {{ p {{ color: #ccc }} }}")
    page = (
        f'<!doctype html><html lang="en"><title>x</title><link rel="stylesheet" href="{sheet}">'
        "<main><h1>A page</h1><p>Words that are too pale.</p></main>"
    )
    with eyes.on(eyes.site.plant("planted/pale.html", page)) as look:
        axe.install(look.page)
        for shown in ("light", "dark"):
            look.page.emulate_media(color_scheme=shown)
            found = [line.split(":")[0] for line in axe.violations(look.page, colours_only=True)]
            assert found == (["color-contrast"] if shown == scheme else [])


@pytest.mark.parametrize("clipped", ["", "overflow-x: hidden"])
def test_what_sticks_out_is_noticed(eyes: Eyes, clipped: str) -> None:
    sheet = eyes.site.plant("planted/wide.css", f"html, body {{ {clipped} }}")
    page = (
        f'<!doctype html><title>x</title><link rel="stylesheet" href="{sheet}">'
        "<pre>A line that is so long that it can't be shown on a telephone without scrolling sideways.</pre>"
    )
    with eyes.on(eyes.site.plant("planted/wide.html", page)) as look:
        assert sticking_out(look.page) != []


def test_a_stop_that_is_not_seen_is_noticed(eyes: Eyes) -> None:
    sheet = eyes.site.plant("planted/bare.css", "a { outline: none }")
    page = f'<!doctype html><title>x</title><link rel="stylesheet" href="{sheet}"><a href="/">x</a>'
    with eyes.on(eyes.site.plant("planted/bare.html", page)) as look:
        assert len(stumbles(look.page)) == 1


def test_a_header_that_can_not_be_passed_is_noticed(eyes: Eyes) -> None:
    page = '<!doctype html><title>x</title><p><a href="/">Home</a><main>A page</main>'
    with eyes.on(eyes.site.plant("planted/header.html", page)) as look:
        assert way_past_the_header(look.page) != []


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
