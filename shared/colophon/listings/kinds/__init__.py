"""Every kind of listings, and the loops over them. A new kind is one module here and one entry of ``KINDS``."""

from collections.abc import Iterable, Iterator
from typing import Any

from colophon.listings.kind import IndexChange, ListingGroup, ListingKind
from colophon.listings.kinds.clinic import CLINIC
from colophon.listings.kinds.front import FRONT
from colophon.listings.kinds.home import HOME
from colophon.listings.kinds.language import LANGUAGE
from colophon.listings.kinds.year import YEAR

# In dependency order: each after the kinds that it is made from.
KINDS: tuple[ListingKind[Any, Any], ...] = (YEAR, CLINIC, LANGUAGE, HOME, FRONT)


def kind_of(group: ListingGroup) -> ListingKind[Any, Any]:
    """Raises LookupError for a number that is no kind's, as in a message from newer code."""
    for kind in KINDS:
        if kind.number == group.kind:
            return kind
    raise LookupError(f"no kind of listings has the number {group.kind}")


def in_dependency_order(groups: Iterable[ListingGroup]) -> list[ListingGroup]:
    """``groups`` so that each comes after those that it is made from; those of unknown kinds come last."""
    places = {kind.number: place for place, kind in enumerate(KINDS)}
    return sorted(groups, key=lambda group: (places.get(group.kind, len(places)), group))


def in_waves(groups: Iterable[ListingGroup]) -> list[list[ListingGroup]]:
    """``groups`` in dependency order, those together that can be rebuilt at the same time.

    A kind is made from the one before it: if no group of that is in the wave so far, it need not wait for the wave.
    """
    places = {kind.number: place for place, kind in enumerate(KINDS)}
    waves: list[list[ListingGroup]] = []
    last_places: set[int] = set()
    for group in in_dependency_order(groups):
        place = places.get(group.kind, len(places))
        if not waves or place - 1 in last_places:
            waves.append([])
            last_places = set()
        waves[-1].append(group)
        last_places.add(place)
    return waves


def groups_for(lang: str = "", clinic: str = "", year: int = 0) -> list[ListingGroup]:
    """The groups that exist for exactly this: the site, a language, a clinic in a language, or a year of one."""
    scope = sum(map(bool, (lang, clinic, year)))
    return [kind.group(lang, clinic, year) for kind in KINDS if kind.exists_for == scope]


def groups_woken_by(change: IndexChange) -> Iterator[ListingGroup]:
    """The groups to rebuild after ``change``. Their rows may change then, and wake other groups."""
    for kind in KINDS:
        yield from kind.woken_by(change)


def group_of_item(pk: str, sk: str) -> ListingGroup | None:
    """The group whose row the index holds under this key; None for any other item."""
    found = (kind.group_of_item(pk, sk) for kind in KINDS)
    return next((group for group in found if group), None)


def group_of_key(key: str) -> ListingGroup | None:
    """The group that makes the site's object ``key``; None if it is no listing."""
    # The widest scope first: ``/en/search/`` is a language's directory, and no clinic can have that name.
    found = (kind.group_of_key(key) for kind in sorted(KINDS, key=lambda kind: kind.exists_for))
    return next((group for group in found if group), None)
