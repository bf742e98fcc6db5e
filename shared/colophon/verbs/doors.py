"""The doors that a verb works through, and its clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.queues import Bells
from colophon.stores.site import Site
from colophon.verbs.assets import Assets


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
    assets: Assets
