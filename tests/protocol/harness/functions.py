"""What the functions are made of in a schedule: clients of the emulated account, or broken ones in their place."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

from colophon.listings.periods import LIMITS, ListingLimits
from colophon.page.objects import SiteObject
from colophon.stores.listing_index import ListingIndex
from colophon.stores.site import Site
from colophon.stores.stream import RowChange
from colophon.verbs.clients import AssetWriter, PublishClients
from colophon.verbs.listings import ListingClients
from colophon.verbs.relist import RelistClients, relist
from tests.protocol.harness.cloud import SITE, TABLE
from tests.protocol.harness.links import is_listing
from tests.protocol.harness.transport import Transport

if TYPE_CHECKING:
    from tests.protocol.harness.world import World


class NoListings(Exception):
    """This world keeps no listings."""


class NoAssets(AssetWriter):
    """The assets are out already."""

    def ensure(self) -> None:
        """Nothing to put."""

    def repair(self) -> None:
        """Nothing to put."""


class Functions(Struct, frozen=True):
    """What the functions are made of: their clients, and what ``relist`` does. A broken one may stand in for each.

    ``limits`` are what one listing may hold.
    """

    publish_clients: Callable[["World"], PublishClients]
    listing_clients: Callable[["World"], ListingClients]
    relist: Callable[[Sequence[RowChange], RelistClients], object] = relist
    limits: ListingLimits = LIMITS


class UnscheduledListings(Site):
    """Where listings are put, but not as steps."""

    transport: Transport

    def put_if_absent(self, new: SiteObject) -> None:
        if not is_listing(new.key):
            return super().put_if_absent(new)
        with self.transport.unscheduled():
            return super().put_if_absent(new)


class NoListingIndex:
    """An index of listings that must not be used."""

    def __getattr__(self, _: str) -> object:
        raise NoListings


def site_of(world: "World", kind: type[Site] = Site) -> Site:
    """The site's bucket as handlers of ``world`` go through it, of ``kind`` except for listings."""
    if world.listing:
        return kind(world.cloud.s3, SITE)
    site: Any = type("Aside", (UnscheduledListings, kind), {})(world.cloud.s3, SITE)
    site.transport = world.transport
    return cast(Site, site)


def real_publish_clients(world: "World") -> PublishClients:
    """The clients of publish and image. The assets are already on the site."""
    queues = (world.queue("intake"), world.queue("images"))
    site = site_of(world)
    return PublishClients(world.inbox, world.index, site, world.clock, *queues, NoAssets(site))


def real_listing_clients(world: "World") -> ListingClients:
    """The clients of relist for the listings."""
    site = Site(world.cloud.s3, SITE)
    real = ListingIndex(world.cloud.dynamodb, TABLE, world.functions.limits)
    index = real if world.listing else cast(ListingIndex, NoListingIndex())
    return ListingClients(index, site, NoAssets(site), now=world.clock)


REAL = Functions(real_publish_clients, real_listing_clients)
