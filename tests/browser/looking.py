"""One page looked at in Chromium: what it asked for, and what it complained of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from tests.browser import tools
from tests.browser.served import Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

Scheme: TypeAlias = Literal["light", "dark"]
NARROW, WIDE = 320, 1280
HEIGHT = 800
# An image that is not there can't be decoded either, which is all the same here.
_ALL_IMAGES = """Promise.all([...document.images].map((image) => {
  image.loading = "eager";
  return image.decode().catch(() => {});
}))"""
_BROKEN = "[...document.images].filter(image => !image.naturalWidth).map(image => image.src)"


@dataclass
class Look:
    """``requests`` are the addresses asked for; ``complaints`` what the console and the page's scripts said."""

    page: "Page"
    status: int = 0
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def heard(self, message: "ConsoleMessage") -> None:
        at = message.location["url"]
        # The browser says of the page itself that it was not found: the status is looked at by itself.
        # Nor is it the page that asks for the icon of a site that names none.
        of_the_page = (at == self.page.url or at.endswith("/favicon.ico")) and "the server responded" in message.text
        if message.type in ("error", "warning") and not of_the_page:
            self.complaints.append(f"{message.text} ({at})")

    def missing_images(self) -> list[str]:
        """The images of the page that are not there."""
        self.scroll_through()
        found: list[str] = self.page.evaluate(_BROKEN)
        return found

    def scroll_through(self) -> None:
        """Bring in the images that load late, and wait until each can be seen or has failed."""
        self.page.evaluate(_ALL_IMAGES)


class Eyes(Struct, frozen=True):
    """A browser in front of a served site."""

    browser: "Browser"
    site: Served

    @contextmanager
    def on(self, path: str, width: int = WIDE, *, scheme: Scheme = "light", script: bool = True) -> Iterator[Look]:
        """The page at ``path``, loaded to the end in a window of its own that remembers nothing."""
        context = self.browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        try:
            look = Look(context.new_page())
            look.page.on("request", lambda request: look.requests.append(request.url))
            look.page.on("console", look.heard)
            look.page.on("pageerror", lambda error: look.complaints.append(str(error)))
            answer = look.page.goto(self.site.url + path)
            look.status = answer.status if answer else 0
            yield look
        finally:
            context.close()


@contextmanager
def eyes_on(site: Served) -> Iterator[Eyes]:
    """Chromium in front of ``site``. It can reach this machine and nothing else."""
    tools.use_driver()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        browser = driver.chromium.launch(executable_path=tools.chromium(), args=[alone, "--disable-quic"])
        try:
            yield Eyes(browser, site)
        finally:
            browser.close()
