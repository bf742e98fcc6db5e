"""How heavy pages are, and how soon a phone with a slow connection shows the largest part of each.

The conditions are those of Lighthouse's mobile run ("Throttling" in its documentation): 1.6 Mbit/s down, 750 kbit/s up,
150 ms for a round trip, a processor at a quarter of its speed. Times depend on the machine; requests and bytes do not.
"""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from msgspec import Struct

from tests.browser import installed_tools
from tests.browser.page_kinds import CLINIC, PAGE_KINDS, PageKind
from tests.browser.page_visit import PHONE, SiteBrowser, open_browser
from tests.browser.served_site import serve_site

if TYPE_CHECKING:
    from playwright.sync_api import Request

_NAMES = ("home-en", "archive", "month", "tag", "post-long", "search")
# A post whose image stands near its beginning.
WEIGHED = (
    *(kind for kind in PAGE_KINDS if kind.name in _NAMES),
    PageKind("post-image", f"/en/{CLINIC}/after-mole-removal/"),
)
_NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
_SLOWER = 4
_LARGEST_PAINT = """new Promise((resolve) => {
  new PerformanceObserver((list) => {
    const last = list.getEntries().at(-1);
    resolve([last.startTime, last.element ? last.element.localName : ""]);
  }).observe({ type: "largest-contentful-paint", buffered: true });
})"""


class PageWeight(Struct, frozen=True):
    """``sizes`` are the bytes of each body as it was sent, by path.

    ``largest`` is the element that the largest contentful paint shows, ``milliseconds`` when it does.
    """

    sizes: Mapping[str, int]
    largest: str
    milliseconds: float

    @property
    def bytes_sent(self) -> int:
        return sum(self.sizes.values())


def weigh(kind: PageKind, browser: SiteBrowser, *, is_slow: bool = True) -> PageWeight:
    """One visit of a page on a phone, loaded to the end but not scrolled; ``is_slow``: under the conditions above."""
    with browser.visit("/robots.txt", PHONE) as visit:
        page = visit.page
        if is_slow:
            devtools = page.context.new_cdp_session(page)
            devtools.send("Network.enable")
            devtools.send("Network.emulateNetworkConditions", _NETWORK)
            devtools.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
        answers: list[Request] = []

        def note(request: "Request") -> None:
            answers.append(request)

        page.on("requestfinished", note)
        page.goto(browser.site.url + kind.path, wait_until="networkidle")
        milliseconds, largest = page.evaluate(_LARGEST_PAINT)
        sizes = {each.url.removeprefix(browser.site.url): _size_of(each) for each in answers}
    return PageWeight(sizes, largest, milliseconds)


def _size_of(request: "Request") -> int:
    answer = request.response()
    assert answer is not None
    return int(answer.headers["content-length"])


def print_weights(rounds: int) -> dict[str, float]:
    """Print a table of ``WEIGHED`` and return its figures. Of the times of some rounds the least counts.

    Raises RuntimeError where there is no browser.
    """
    if missing := installed_tools.describe_missing():
        raise RuntimeError(f"Pages can't be weighed: {missing}.")
    figures: dict[str, float] = {}
    with TemporaryDirectory() as kept, serve_site(Path(kept) / "site.pickle") as site, open_browser(site) as browser:
        print("page         requests   bytes  largest contentful paint")
        for kind in WEIGHED:
            visits = [weigh(kind, browser) for _ in range(rounds)]
            first = min(visits, key=lambda visit: visit.milliseconds)
            requests, sent, paint = len(first.sizes), first.bytes_sent, first.milliseconds
            print(f"{kind!s:12} {requests:8} {sent:7,}  {paint:,.0f} ms ({first.largest})")
            found = {"requests": requests, "bytes": sent, "largest_paint_ms": paint}
            figures |= {f"weight.{kind}.{name}": value for name, value in found.items()}
    return figures
