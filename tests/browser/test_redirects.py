"""An old address in a browser: the reader ends at the new one."""

from tests.browser.page_visit import SiteBrowser
from tests.browser.uploads import ALBUM, MOVED


def test_an_old_address_leads_to_the_new_one(browser: SiteBrowser) -> None:
    with browser.visit(MOVED.path("en")) as visit:
        asked = visit.page.context.request.get(browser.site.url + MOVED.path("en"), max_redirects=0)
        assert (asked.status, asked.headers["location"]) == (301, ALBUM.path("en"))
        assert (visit.status, visit.page.url) == (200, browser.site.url + ALBUM.path("en"))
        assert visit.errors == []
