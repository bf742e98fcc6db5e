"""The console stays silent, nothing comes from elsewhere, the policy is kept, and every image is there."""

import pytest

from tests.browser.kinds import KINDS, Kind
from tests.browser.looking import Eyes

PLANTED = {
    "an inline script": "<script>document.title = 'no'</script>",
    "an inline style": '<p style="color: red">no</p>',
    "an image from elsewhere": '<img src="https://elsewhere.example/a.png" alt="">',
    "a script from elsewhere": '<script src="https://elsewhere.example/a.js"></script>',
    "a sheet from elsewhere": '<link rel="stylesheet" href="https://elsewhere.example/a.css">',
}
BROKEN = "[...document.images].filter(image => !image.naturalWidth).map(image => image.src)"


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_page_asks_for_nothing_elsewhere_and_breaks_no_policy(eyes: Eyes, kind: Kind) -> None:
    with eyes.on(kind.path) as look:
        look.scroll_through()
        broken = look.page.evaluate(BROKEN)
    assert look.status == kind.status
    assert look.complaints == []
    assert broken == []
    assert [url for url in look.requests if not url.startswith(f"{eyes.site.url}/")] == []


@pytest.mark.parametrize("what", PLANTED)
def test_the_console_reports_what_is_planted(eyes: Eyes, what: str) -> None:
    path = eyes.site.plant("planted/loud.html", f'<!doctype html><html lang="en"><title>x</title>{PLANTED[what]}')
    with eyes.on(path) as look:
        look.page.wait_for_timeout(50)
    assert any("Content Security Policy" in complaint for complaint in look.complaints)


def test_an_image_that_is_not_there_is_noticed(eyes: Eyes) -> None:
    path = eyes.site.plant("planted/hole.html", '<!doctype html><title>x</title><img src="/images/none.png" alt="">')
    with eyes.on(path) as look:
        look.scroll_through()
        assert look.page.evaluate(BROKEN) == [f"{eyes.site.url}/images/none.png"]
    assert any("404" in complaint for complaint in look.complaints)


def test_a_request_elsewhere_is_noticed(eyes: Eyes) -> None:
    link = '<!doctype html><title>x</title><a href="https://elsewhere.example/">x</a>'
    with eyes.on(eyes.site.plant("planted/away.html", link)) as look:
        look.page.click("a", no_wait_after=True)
        look.page.wait_for_timeout(50)
    assert "https://elsewhere.example/" in look.requests
