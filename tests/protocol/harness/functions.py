"""What the functions are made of in a schedule: real doors to the emulated account, or broken ones in their place."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

from colophon.page.objects import SiteObject
from colophon.stores.listing_index import ListingIndex
from colophon.stores.site import Site
from colophon.stores.stream import RowChange
from colophon.verbs.clients import Assets, PublishDoors
from colophon.verbs.listings import Shelves
from colophon.verbs.relist import RelistDoors, relist
from tests.protocol.harness.cloud import SITE, TABLE
from tests.protocol.harness.links import is_listing
from tests.protocol.harness.stage import Stage

if TYPE_CHECKING:
    from tests.protocol.harness.world import World


class NotListed(Exception):
    """This world keeps no listings."""


class Out(Assets):
    """The assets are out already."""

    def ensure(self) -> None:
        """Nothing to put."""

    def renew(self) -> None:
        """Nothing to put."""


class Functions(Struct, frozen=True):
    """What the functions are made of: their doors, and what ``relist`` does. A broken one may stand in for each."""

    doors: Callable[["World"], PublishDoors]
    shelves: Callable[["World"], Shelves]
    relist: Callable[[Sequence[RowChange], RelistDoors], None] = relist


class SetsAside(Site):
    """Where listings are put, but not as steps."""

    stage: Stage

    def put_once(self, new: SiteObject) -> None:
        if not is_listing(new.key):
            return super().put_once(new)
        with self.stage.unseen():
            return super().put_once(new)


class Closed:
    """An index of listings that nobody may ask."""

    def __getattr__(self, _: str) -> object:
        raise NotListed


def site_of(world: "World", kind: type[Site] = Site) -> Site:
    """The site's bucket as handlers of ``world`` go through it, every way but the shelves' that of ``kind``."""
    if world.listing:
        return kind(world.cloud.s3, SITE)
    site: Any = type("Aside", (SetsAside, kind), {})(world.cloud.s3, SITE)
    site.stage = world.stage
    return cast(Site, site)


def real_doors(world: "World") -> PublishDoors:
    """The doors as publish and image have them, the assets already out."""
    bells = (world.mailbox("intake"), world.mailbox("images"))
    site = site_of(world)
    return PublishDoors(world.inbox, world.index, site, lambda: world.now, *bells, Out(site))


def real_shelves(world: "World") -> Shelves:
    """The doors as relist has them to the listings."""
    site = Site(world.cloud.s3, SITE)
    index = ListingIndex(world.cloud.dynamodb, TABLE) if world.listing else cast(ListingIndex, Closed())
    return Shelves(index, site, Out(site))


REAL = Functions(real_doors, real_shelves)
