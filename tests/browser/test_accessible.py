"""axe-core finds nothing, on any kind of page, narrow or wide, by day or by night."""

import pytest

from tests.browser import axe
from tests.browser.kinds import KINDS, Kind
from tests.browser.looking import HEIGHT, NARROW, WIDE, Eyes


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_nobody_is_shut_out(eyes: Eyes, kind: Kind) -> None:
    with eyes.on(kind.path) as look:
        axe.install(look.page)
        found = []
        for width in (WIDE, NARROW):
            look.page.set_viewport_size({"width": width, "height": HEIGHT})
            look.page.emulate_media(color_scheme="light")
            found += [f"{width} px, light: {line}" for line in axe.violations(look.page)]
            # The same elements in the same places: what the dark can change is their colours.
            look.page.emulate_media(color_scheme="dark")
            found += [f"{width} px, dark: {line}" for line in axe.violations(look.page, colours_only=True)]
    assert found == []
    assert look.status == kind.status


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
