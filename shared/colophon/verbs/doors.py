"""The doors that a verb works through, and its clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from colophon.page.finished import finished_style
from colophon.stores.bells import Bells
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.site import Site


@dataclass(slots=True)
class Doors:
    """What ``image`` works through."""

    inbox: Inbox
    index: Index
    site: Site
    now: Callable[[], datetime]


@dataclass(slots=True)
class PublishDoors(Doors):
    """What ``publish`` works through: it may ring its own queue and the image function's."""

    intake: Bells
    images: Bells
    styled: bool = False

    def ensure_style(self) -> None:
        """Put the style sheet out before the first page that needs it."""
        if not self.styled:
            self.site.put_once(finished_style())
            self.styled = True
