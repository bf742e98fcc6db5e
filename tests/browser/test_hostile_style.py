"""A sheet of a site's own either is refused, or every notice is seen in spite of it."""

import pytest

from colophon.problem import Refused
from colophon.site_style.read import read_site_style
from tests.browser.page_visit import NARROW, SiteBrowser
from tests.browser.uploads import HARD
from tests.browser.visibility import find_invisible

PLAIN = "body { font-family: serif } h1 { color: darkred }"
HOSTILE = (
    ".notice { display: none !important }",
    "p { display: none !important }",
    "[data-version] { visibility: hidden }",
    "section { opacity: 0 !important }",
    "article > * { opacity: .01 }",
    "main { font-size: 1px !important } p { font-size: inherit !important }",
    "html { font-size: 1px !important }",
    "p { font-size: 0; line-height: 0 }",
    ":root { --notice-size: 0px; --label-size: .1px }",
    "* { color: white !important; background: white !important }",
    "* { -webkit-text-fill-color: transparent !important }",
    "body { transform: scale(.01) }",
    "main { height: 0; overflow: hidden }",
    "main { max-height: 2rem; overflow: clip }",
    "article { display: contents } article * { position: absolute; left: -9999px }",
    "section { margin-left: -9999px !important }",
    "p { text-indent: -9999px; white-space: nowrap; overflow: hidden }",
    "p { clip-path: inset(50%) } section { clip-path: circle(0) }",
    "main { mask-image: linear-gradient(transparent, transparent) }",
    "section { content-visibility: hidden }",
    "section { width: 0 !important; overflow: hidden !important }",
    "section { display: block; height: 1px; overflow: hidden } section * { line-height: 1px !important }",
    "@media print { p, section { display: none } }",
    "@media (max-width: 500px) { section { display: none } }",
    "@supports (display: block) { @layer late { .notice { display: none !important } } }",
    "@layer notices { .notice { display: none !important } }",
    "section, .notice-box { all: unset; display: none }",
    "main { animation: gone 1ms forwards } @keyframes gone { to { opacity: 0 } }",
    "p { animation: gone 1ms forwards } @keyframes gone { to { font-size: 0; color: transparent } }",
    "main { direction: rtl; position: relative; right: 200vw }",
    "main { zoom: .01 }",
    "article { rotate: x 90deg }",
    "html { color-scheme: only dark } body { color: #000; background: #000 }",
    "p { color: var(--notice-paper) !important } a { color: var(--notice-paper) !important }",
    ":root { --notice-ink: var(--notice-paper); --label-ink: var(--label-paper) }",
    ":root { --notice-ink: #fdf4df !important; --notice-paper: #fdf4df !important; --label-paper: #fff }",
    "main { filter: opacity(0) } main { mix-blend-mode: lighten }",
    "body::after { content: ''; position: fixed; inset: 0; background: white; z-index: 9 }",
    "h1::after { content: ''; position: absolute; inset: 0; height: 5000px; background: white; z-index: 9 }",
    "figure { position: absolute; inset: 0; background: white; z-index: 9 } img { height: 9999px }",
)


@pytest.mark.parametrize(
    "sheet",
    [
        PLAIN,
        *HOSTILE,
    ],
)
def test_no_sheet_that_is_taken_hides_a_notice(browser: SiteBrowser, sheet: str) -> None:
    try:
        taken = read_site_style(sheet.encode()).decode()
    except Refused:
        return
    with browser.visit(_page_with_sheet(browser, taken), NARROW) as visit:
        on_screen = find_invisible(visit.page)
        visit.page.emulate_media(media="print")
        assert (on_screen, find_invisible(visit.page)) == ([], [])


def test_the_sheet_of_this_test_does_reach_the_page(browser: SiteBrowser) -> None:
    with browser.visit(_page_with_sheet(browser, PLAIN), NARROW) as visit:
        assert visit.page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(139, 0, 0)"


def _page_with_sheet(browser: SiteBrowser, sheet: str) -> str:
    """A post's page that links ``sheet`` where a site's own is linked; its path."""
    own = browser.site.plant("planted/site.css", sheet)
    _, page = browser.site.stored[f"{HARD.path('en')[1:]}index.html"]
    html = page.decode().replace("</head>", f'<link rel="stylesheet" href="{own}">\n</head>')
    return browser.site.plant("planted/dressed.html", html)
