"""The clients that a verb works through, and its clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from colophon.listings.search import finish_search_script
from colophon.page.finished import finish_style
from colophon.page.objects import SiteObject
from colophon.page.scripts import finish_post_script
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.queues import MessageQueue
from colophon.stores.site import Site
from colophon.verbs.answers import Answer
from colophon.verbs.tasks import TaskRunner, run_in_order


def all_assets() -> tuple[SiteObject, ...]:
    """The style sheet and the scripts, each at a key that holds the hash of its content."""
    return (finish_style(), finish_search_script(), finish_post_script())


class AssetWriter:
    """Publishes the assets once per process, before the first page that links to them."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._all_present = False

    def ensure(self) -> None:
        """Put the assets that are missing. Raises Conflict when S3 does not say whether one is there.

        After a deployment they are missing once; after that a HEAD request finds them.
        """
        if not self._all_present:
            for asset in all_assets():
                self._site.check_and_put(asset)
            self._all_present = True

    def repair(self) -> None:
        """Put the assets that are missing, even if ``ensure`` found them before, or that hold anything else.

        Raises Conflict as ``ensure`` does.
        """
        for asset in all_assets():
            self._site.repair(asset)


@dataclass(slots=True)
class ImageClients:
    """What ``image`` works through."""

    inbox: Inbox
    index: Index
    site: Site
    now: Callable[[], datetime]
    # Called with a key whose row has no room in its post's item: an operator should know.
    alarm: Callable[[str], None] = field(default=lambda _: None, kw_only=True)
    # Called with each answer once it is recorded.
    answered: Callable[[Answer], None] = field(default=lambda _: None, kw_only=True)


@dataclass(slots=True)
class PublishClients(ImageClients):
    """What ``publish`` works through: it may send to its own queue and to the image function's.

    ``run_posts`` runs the posts of one batch side by side.
    """

    intake: MessageQueue
    images: MessageQueue
    assets: AssetWriter
    run_posts: TaskRunner = field(default=run_in_order, kw_only=True)
