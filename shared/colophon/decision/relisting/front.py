"""What belongs to no language: the front door, robots.txt, and the page for addresses at which nothing is."""

from functools import partial

from colophon.decision.identity import code_version, fingerprint
from colophon.decision.listing_rows import FrontRow
from colophon.decision.relisting.listing import ListingDecision, live_listing, tombstone_listing
from colophon.decision.rows import SiteRow
from colophon.listings.finished import finish_front, finish_not_found, finish_robots
from colophon.page.paths import FRONT_KEY, NOT_FOUND_KEY, ROBOTS_KEY
from colophon.views import TombstoneView

_KEYS = (FRONT_KEY, NOT_FOUND_KEY, ROBOTS_KEY)


def decide_front(row: FrontRow, site: SiteRow) -> ListingDecision[FrontRow]:
    """What must stand for the site as a whole."""
    fp = fingerprint("front", site.fp, code_version())
    if not site.ever_valid:
        return ListingDecision((), row)
    if site.settings is None:
        return ListingDecision(
            tuple(tombstone_listing(key, fp, TombstoneView("absent", "en"), "") for key in _KEYS), row
        )
    makers = (finish_front, finish_not_found, finish_robots)
    listings = (live_listing(key, fp, partial(make, site.settings)) for key, make in zip(_KEYS, makers, strict=True))
    return ListingDecision(tuple(listings), row)
