"""Each check reports what is planted: one that can't fail would hold nothing."""

import pytest

from tests.browser import axe
from tests.browser.keyboard import find_keyboard_problems, find_skip_link_problems
from tests.browser.layout import find_overflow
from tests.browser.page_visit import SiteBrowser
from tests.browser.visibility import find_invisible

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
def test_the_console_reports_what_is_planted(browser: SiteBrowser, what: str) -> None:
    path = browser.site.plant("planted/loud.html", f'<!doctype html><html lang="en"><title>x</title>{PLANTED[what]}')
    with browser.visit(path) as visit:
        visit.page.wait_for_timeout(50)
    assert any("Content Security Policy" in error for error in visit.errors)


def test_an_image_that_is_not_there_is_noticed(browser: SiteBrowser) -> None:
    path = browser.site.plant("planted/hole.html", '<!doctype html><title>x</title><img src="/images/none.png" alt="">')
    with browser.visit(path) as visit:
        assert visit.find_missing_images() == [f"{browser.site.url}/images/none.png"]
    assert any("404" in error for error in visit.errors)


def test_a_request_elsewhere_is_noticed(browser: SiteBrowser) -> None:
    link = '<!doctype html><title>x</title><a href="https://elsewhere.example/">x</a>'
    with browser.visit(browser.site.plant("planted/away.html", link)) as visit:
        visit.page.click("a", no_wait_after=True)
        visit.page.wait_for_timeout(50)
    assert "https://elsewhere.example/" in visit.requests


def test_the_checker_reports_what_is_planted(browser: SiteBrowser) -> None:
    page = (
        '<!doctype html><html lang="en"><title>x</title><main><h1>A page</h1>'
        '<img src="/404.html"><p>An <a href="/"></a></main>'
    )
    with browser.visit(browser.site.plant("planted/unnamed.html", page)) as visit:
        axe.install_axe(visit.page)
        assert {line.split(":")[0] for line in axe.run_axe(visit.page)} == {"image-alt", "link-name"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_checker_reports_words_too_pale_to_read(browser: SiteBrowser, scheme: str) -> None:
    sheet = browser.site.plant("planted/pale.css", f"@media (prefers-color-scheme: {scheme}) {{ p {{ color: #ccc }} }}")
    page = (
        f'<!doctype html><html lang="en"><title>x</title><link rel="stylesheet" href="{sheet}">'
        "<main><h1>A page</h1><p>Words that are too pale.</p></main>"
    )
    with browser.visit(browser.site.plant("planted/pale.html", page)) as visit:
        axe.install_axe(visit.page)
        for shown in ("light", "dark"):
            visit.page.emulate_media(color_scheme=shown)
            found = [line.split(":")[0] for line in axe.run_axe(visit.page, colours_only=True)]
            assert found == (["color-contrast"] if shown == scheme else [])


@pytest.mark.parametrize("clipped", ["", "overflow-x: hidden"])
def test_what_sticks_out_is_noticed(browser: SiteBrowser, clipped: str) -> None:
    sheet = browser.site.plant("planted/wide.css", f"html, body {{ {clipped} }}")
    page = (
        f'<!doctype html><title>x</title><link rel="stylesheet" href="{sheet}">'
        "<pre>A line that is so long that it can't be shown on a telephone without scrolling sideways.</pre>"
    )
    with browser.visit(browser.site.plant("planted/wide.html", page)) as visit:
        assert find_overflow(visit.page) != []


def test_a_stop_that_is_not_seen_is_noticed(browser: SiteBrowser) -> None:
    sheet = browser.site.plant("planted/bare.css", "a { outline: none }")
    page = f'<!doctype html><title>x</title><link rel="stylesheet" href="{sheet}"><a href="/">x</a>'
    with browser.visit(browser.site.plant("planted/bare.html", page)) as visit:
        assert len(find_keyboard_problems(visit.page)) == 1


def test_a_header_that_can_not_be_passed_is_noticed(browser: SiteBrowser) -> None:
    page = '<!doctype html><title>x</title><p><a href="/">Home</a><main>A page</main>'
    with browser.visit(browser.site.plant("planted/header.html", page)) as visit:
        assert find_skip_link_problems(visit.page) != []


@pytest.mark.parametrize("how", HIDDEN)
def test_a_notice_that_is_hidden_is_noticed(browser: SiteBrowser, how: str) -> None:
    with browser.visit(_with_a_notice(browser, HIDDEN[how])) as visit:
        assert [found.partition(":")[0] for found in find_invisible(visit.page)] == ["label"]


def test_a_notice_that_is_not_hidden_is_seen(browser: SiteBrowser) -> None:
    with browser.visit(_with_a_notice(browser, "color: #222")) as visit:
        assert find_invisible(visit.page) == []


def _with_a_notice(browser: SiteBrowser, style: str) -> str:
    sheet = browser.site.plant("planted/notice.css", f"p {{ {style} }}")
    return browser.site.plant(
        "planted/notice.html",
        f'<!doctype html><title>x</title><link rel="stylesheet" href="{sheet}">'
        '<h1>A page</h1><p data-notice="label">A notice that its readers are owed.</p>',
    )
