"""Bring a group of listings to what the index says: token, look, swap, record."""

from functools import partial
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.listing_rows import ListingRow
from colophon.decision.relisting.archive import decide_archive
from colophon.decision.relisting.front import decide_front
from colophon.decision.relisting.language import decide_directory, decide_home
from colophon.decision.relisting.listing import Relisting
from colophon.decision.relisting.year import decide_year
from colophon.decision.rows import PageToken
from colophon.stores.listing_index import ListingIndex
from colophon.stores.site import Site
from colophon.verbs.assets import Assets
from colophon.verbs.attempts import LIMIT, until_landed
from colophon.verbs.swaps import Swaps

R = TypeVar("R", bound=ListingRow)


class Shelves(Struct, frozen=True):
    """What listings are kept through."""

    index: ListingIndex
    site: Site
    assets: Assets


class Group(Struct, frozen=True, order=True):
    """Listings that are made from one look. In this order each finds done what it is made from.

    Of ``year``, ``archive``, ``directory``, ``home`` and ``front``; what a kind has no use for is empty. ``fresh`` asks
    to take from the site itself, not from the row, what stands there.
    """

    place: int
    lang: str = ""
    clinic: str = ""
    year: int = 0
    fresh: bool = False


def year_group(lang: str, clinic: str, year: int) -> Group:
    return Group(0, lang, clinic, year)


def archive_group(lang: str, clinic: str) -> Group:
    return Group(1, lang, clinic)


def directory_group(lang: str) -> Group:
    return Group(2, lang)


def home_group(lang: str) -> Group:
    return Group(3, lang)


def front_group() -> Group:
    return Group(4)


def bring(group: Group, shelves: Shelves) -> None:
    """Bring the listings of ``group`` to what the index says now. Raises Unavailable."""
    keep = (_year, _archive, _directory, _home, _front)[group.place]
    until_landed(partial(keep, group, Swaps(shelves.site, fresh=group.fresh), shelves), str(group), LIMIT * 4)


def _year(group: Group, swaps: Swaps, shelves: Shelves) -> None:
    row, clinic, site = shelves.index.year(group.lang, group.clinic, group.year)
    swaps.meet(row.tokens)
    entries = shelves.index.entries(group.lang, group.clinic, group.year)
    _stand(row, decide_year(row, entries, clinic, site), swaps, shelves)


def _archive(group: Group, swaps: Swaps, shelves: Shelves) -> None:
    row, clinic, site = shelves.index.archive(group.lang, group.clinic)
    swaps.meet(row.tokens)
    years = shelves.index.years(group.lang, group.clinic)
    newest = shelves.index.newest(group.lang, group.clinic)
    _stand(row, decide_archive(row, years, newest, clinic, site), swaps, shelves)


def _directory(group: Group, swaps: Swaps, shelves: Shelves) -> None:
    row, site = shelves.index.directory(group.lang)
    swaps.meet(row.tokens)
    _stand(row, decide_directory(row, shelves.index.archives(group.lang), site), swaps, shelves)


def _home(group: Group, swaps: Swaps, shelves: Shelves) -> None:
    row, directory, site = shelves.index.home(group.lang)
    swaps.meet(row.tokens)
    _stand(row, decide_home(row, directory, shelves.index.newest(group.lang), site), swaps, shelves)


def _front(group: Group, swaps: Swaps, shelves: Shelves) -> None:
    row, site = shelves.index.front()
    swaps.meet(row.tokens)
    _stand(row, decide_front(row, site), swaps, shelves)


def _stand(known: R, decided: Relisting[R], swaps: Swaps, shelves: Shelves) -> None:
    tokens = dict(known.tokens)
    for listing in decided.listings:
        recorded = tokens.get(listing.key, PageToken())
        if swaps.has_met(listing.key) or recorded.fp != listing.fp:
            shelves.assets.ensure()
            tokens[listing.key] = swaps.swap(listing.key, recorded, listing.fp, listing.make)
    row = replace(decided.row, tokens=tokens)
    if row != known:
        shelves.index.record(row)
