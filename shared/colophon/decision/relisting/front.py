"""What belongs to no language: the front door, robots.txt, and the page for addresses at which nothing is."""

from functools import partial

from colophon.decision.identity import code_version, fingerprint
from colophon.decision.listing_rows import FrontRow
from colophon.decision.relisting.listing import Relisting, ended, listing
from colophon.decision.rows import SiteRow
from colophon.listings.finished import finished_front, finished_not_found, finished_robots
from colophon.page.paths import FRONT_KEY, NOT_FOUND_KEY, ROBOTS_KEY
from colophon.views import TombstoneView

_KEYS = (FRONT_KEY, NOT_FOUND_KEY, ROBOTS_KEY)


def decide_front(row: FrontRow, site: SiteRow) -> Relisting[FrontRow]:
    """What must stand for the site as a whole."""
    fp = fingerprint("front", site.fp, code_version())
    if not site.ever:
        return Relisting((), row)
    if site.settings is None:
        return Relisting(tuple(ended(key, fp, TombstoneView("absent", "en"), "") for key in _KEYS), row)
    makers = (finished_front, finished_not_found, finished_robots)
    listings = (listing(key, fp, partial(make, site.settings)) for key, make in zip(_KEYS, makers, strict=True))
    return Relisting(tuple(listings), row)
