"""axe-core finds nothing, on any kind of page, narrow or wide, by day or by night."""

import pytest

from tests.browser import axe
from tests.browser.kinds import KINDS, Kind
from tests.browser.looking import NARROW, WIDE, Eyes


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_nobody_is_shut_out(eyes: Eyes, kind: Kind) -> None:
    with eyes.on(kind.path) as look:
        axe.install(look.page)
        found = []
        for width in (WIDE, NARROW):
            look.page.set_viewport_size({"width": width, "height": 800})
            for scheme in ("light", "dark"):
                look.page.emulate_media(color_scheme=scheme)
                found += [f"{width} px, {scheme}: {line}" for line in axe.violations(look.page)]
    assert found == []
    assert look.status == kind.status


def test_the_checker_reports_what_is_planted(eyes: Eyes) -> None:
    sheet = next(iter(eyes.site.sheets()))
    path = eyes.site.plant(
        "planted/pale.html",
        f'<!doctype html><html lang="en"><title>x</title><link rel="stylesheet" href="/{sheet}">'
        '<main><h1>A page</h1><img src="/404.html"><p><a href="/"></a></main>',
    )
    with eyes.on(path) as look:
        axe.install(look.page)
        rules = {line.split(":")[0] for line in axe.violations(look.page)}
    assert {"image-alt", "link-name"} <= rules
