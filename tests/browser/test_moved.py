"""An old address in a browser: the reader ends at the new one."""

from tests.browser.looking import Eyes
from tests.browser.uploads import ALBUM, MOVED


def test_an_old_address_leads_to_the_new_one(eyes: Eyes) -> None:
    with eyes.on(MOVED.path("en")) as look:
        asked = look.page.context.request.get(eyes.site.url + MOVED.path("en"), max_redirects=0)
        assert (asked.status, asked.headers["location"]) == (301, ALBUM.path("en"))
        assert (look.status, look.page.url) == (200, eyes.site.url + ALBUM.path("en"))
        assert look.complaints == []
