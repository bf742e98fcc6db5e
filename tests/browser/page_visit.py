"""One visit of a page in Chromium: its requests and its errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from tests.browser import installed_tools
from tests.browser.served_site import ServedSite

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

Scheme: TypeAlias = Literal["light", "dark"]
NARROW, PHONE, WIDE = 320, 390, 1280
HEIGHT = 800
# An image that is not there can't be decoded either, which is all the same here.
_ALL_IMAGES = """Promise.all([...document.images].map((image) => {
  image.loading = "eager";
  return image.decode().catch(() => {});
}))"""
_BROKEN = "[...document.images].filter(image => !image.naturalWidth).map(image => image.src)"


@dataclass
class PageVisit:
    """``requests`` are URLs; ``errors`` the warnings and errors of the console and of the page's scripts."""

    page: "Page"
    status: int = 0
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def record_console(self, message: "ConsoleMessage") -> None:
        at = message.location["url"]
        # The page's own status is checked separately, and the browser requests a default icon by itself.
        of_the_page = (at == self.page.url or at.endswith("/favicon.ico")) and "the server responded" in message.text
        if message.type in ("error", "warning") and not of_the_page:
            self.errors.append(f"{message.text} ({at})")

    def find_missing_images(self) -> list[str]:
        """The images of the page that are not there."""
        self.load_all_images()
        found: list[str] = self.page.evaluate(_BROKEN)
        return found

    def load_all_images(self) -> None:
        """Bring in the images that load late, and wait until each can be seen or has failed."""
        self.page.evaluate(_ALL_IMAGES)


class SiteBrowser(Struct, frozen=True):
    """A browser in front of a served site."""

    browser: "Browser"
    site: ServedSite

    @contextmanager
    def visit(
        self, path: str, width: int = WIDE, *, scheme: Scheme = "light", script: bool = True
    ) -> Iterator[PageVisit]:
        """The page at ``path``, loaded to the end in a window of its own that remembers nothing."""
        context = self.browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        try:
            visit = PageVisit(context.new_page())
            visit.page.on("request", lambda request: visit.requests.append(request.url))
            visit.page.on("console", visit.record_console)
            visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
            answer = visit.page.goto(self.site.url + path)
            visit.status = answer.status if answer else 0
            yield visit
        finally:
            context.close()


@contextmanager
def open_browser(site: ServedSite) -> Iterator[SiteBrowser]:
    """Chromium in front of ``site``. It can reach this machine and nothing else."""
    installed_tools.add_driver_to_path()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        browser = driver.chromium.launch(
            executable_path=installed_tools.find_chromium(), args=[alone, "--disable-quic"]
        )
        try:
            yield SiteBrowser(browser, site)
        finally:
            browser.close()
