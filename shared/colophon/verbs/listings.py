"""Rebuild a group of listings from the index: token, look, swap, record."""

import json
from collections.abc import Iterable
from functools import partial
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import asdict, replace

from colophon.decision.listing_rows import ListingRow
from colophon.decision.relisting.archive import decide_archive
from colophon.decision.relisting.front import decide_front
from colophon.decision.relisting.language import decide_directory, decide_home
from colophon.decision.relisting.listing import Relisting
from colophon.decision.relisting.year import decide_year
from colophon.decision.rows import PageToken
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import Bells
from colophon.stores.site import Site
from colophon.upload.messages import UnreadableEnvelopeError
from colophon.verbs.clients import Assets
from colophon.verbs.swap import LIMIT, Swaps, until_landed

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


_TOGETHER = 20


def ring_listings(groups: Iterable[Group], listings: Bells) -> None:
    """Ring for ``groups``, some of them with each message."""
    named = [asdict(group) for group in sorted(groups)]
    starts = range(0, len(named), _TOGETHER)
    listings.send([json.dumps({"listings": named[start : start + _TOGETHER]}) for start in starts])


def groups_in(body: str) -> tuple[Group, ...]:
    """The groups that a message names. Raises UnreadableEnvelopeError for anything else."""
    try:
        return tuple(Group(**group) for group in json.loads(body)["listings"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableEnvelopeError(f"no ring for listings: {type(error).__name__}") from error
