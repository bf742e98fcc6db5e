"""The clients that a verb works through, and its clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from colophon.listings.search import finish_search_script
from colophon.page.finished import finish_style
from colophon.page.objects import SiteObject
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.queues import MessageQueue
from colophon.stores.site import Site

if TYPE_CHECKING:
    from colophon.stores.site import Site


def all_assets() -> tuple[SiteObject, ...]:
    """Every asset that goes out with the code."""
    return (finish_style(), finish_search_script())


class AssetWriter:
    """Puts the assets out once in this process's life, before the first page that needs them."""

    def __init__(self, site: "Site") -> None:
        self._site = site
        self._all_present = False

    def ensure(self) -> None:
        """Put every asset that is not there. Raises Lost when it can't be said whether one is.

        It is the first work of every process, and they nearly always are there: so they are looked for first.
        """
        if not self._all_present:
            self.put_missing()
            self._all_present = True

    def put_missing(self) -> None:
        """Put every asset that is not there, whatever this process believes. Raises Lost as ``ensure`` does."""
        for asset in all_assets():
            self._site.check_and_put(asset)


@dataclass(slots=True)
class ImageClients:
    """What ``image`` works through."""

    inbox: Inbox
    index: Index
    site: Site
    now: Callable[[], datetime]


@dataclass(slots=True)
class PublishClients(ImageClients):
    """What ``publish`` works through: it may ring its own queue and the image function's."""

    intake: MessageQueue
    images: MessageQueue
    assets: AssetWriter
