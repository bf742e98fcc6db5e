"""Every kind of listings, and the loops over them. A new kind is one module here and one entry of ``KINDS``."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from msgspec.structs import replace

from colophon.listings.kind import IndexChange, ListingGroup, ListingKind, Scope, Timing
from colophon.listings.kinds.clinic import CLINIC
from colophon.listings.kinds.front import FRONT
from colophon.listings.kinds.home import HOME
from colophon.listings.kinds.language import LANGUAGE
from colophon.listings.kinds.parts import DAY, MONTH, PREFIX
from colophon.listings.kinds.search import SEARCH
from colophon.listings.kinds.tags import TAGS
from colophon.listings.kinds.year import YEAR
from colophon.listings.kinds.year_page import YEAR_PAGE
from colophon.listings.periods import periods_of

# In dependency order: each after the kinds that it is made from.
KINDS: tuple[ListingKind[Any, Any], ...] = (
    *(PREFIX, DAY, MONTH, YEAR),
    *(YEAR_PAGE, TAGS, CLINIC),
    *(LANGUAGE, HOME, FRONT, SEARCH),
)

# A group names so many posts at most.
_MAX_POSTS = 50


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

    A group need not wait for the wave before it, if none of the kinds that its own is made from is in that wave. Only
    the front is also made from rows of languages; a change of those that it shows wakes it again.
    """
    made_from = {kind.number: kind.made_from for kind in KINDS}
    waves: list[list[ListingGroup]] = []
    for group in in_dependency_order(groups):
        last = {each.kind for each in waves[-1]} if waves else set()
        if not waves or last.intersection(made_from.get(group.kind, ())):
            waves.append([])
        waves[-1].append(group)
    return waves


def groups_for(lang: str = "", clinic: str = "", year: int = 0) -> list[ListingGroup]:
    """The groups that exist for exactly this: the site, a language, a clinic in a language, or a year of one."""
    scope = sum(map(bool, (lang, clinic, year)))
    return [kind.group(lang, clinic, year) for kind in KINDS if kind.exists_for == scope]


def part_groups_for(lang: str, clinic: str, day: date, post: str) -> list[ListingGroup]:
    """The groups that would list ``post``, posted on ``day``, if its year had too many posts: the widest first."""
    periods = {len(period.names): period for period in periods_of(day, post)}
    kinds = sorted((kind for kind in KINDS if kind.exists_for > Scope.YEAR), key=lambda kind: kind.exists_for)
    groups = [kind.group_of_period(lang, clinic, periods[kind.exists_for - Scope.CLINIC]) for kind in kinds]
    # Only a prefix reads some of its entries; any other part reads them all.
    return [replace(group, posts=(post,)) if group.prefix else group for group in groups]


def merge_groups(groups: Iterable[ListingGroup]) -> list[ListingGroup]:
    """``groups`` in dependency order, each once: with the posts of all of them, or without if any may have changed.

    Without, too, if there are very many: a message has room for those of twenty groups (256 KiB: Amazon SQS developer
    guide, "Message quotas").
    """
    posts: dict[ListingGroup, set[str] | None] = {}
    for group in groups:
        whole = replace(group, posts=())
        known = posts.setdefault(whole, set())
        posts[whole] = known | set(group.posts) if group.posts and known is not None else None
    named = {whole: tuple(sorted(known or ())) for whole, known in posts.items()}
    merged = (replace(whole, posts=names if len(names) <= _MAX_POSTS else ()) for whole, names in named.items())
    return in_dependency_order(merged)


def groups_woken_by(change: IndexChange) -> Iterator[ListingGroup]:
    """The groups to rebuild after ``change``. Their rows may change then, and wake other groups."""
    for kind in KINDS:
        yield from kind.woken_by(change)


def groups_by_timing(changes: Iterable[IndexChange]) -> dict[Timing, list[ListingGroup]]:
    """The groups to rebuild after ``changes``, each once for when that is to be."""
    woken: dict[Timing, dict[ListingGroup, None]] = {timing: {} for timing in Timing}
    for change in changes:
        for kind in KINDS:
            woken[kind.timing(change)] |= dict.fromkeys(kind.woken_by(change))
    return {timing: list(groups) for timing, groups in woken.items()}


def group_of_item(pk: str, sk: str) -> ListingGroup | None:
    """The group whose row the index holds under this key; None for any other item."""
    found = (kind.group_of_item(pk, sk) for kind in KINDS)
    return next((group for group in found if group), None)


def group_of_key(key: str) -> ListingGroup | None:
    """The group that makes the site's object ``key``, unless its year is listed by parts; None if it is no listing."""
    return next(iter(groups_of_key(key)), None)


def groups_of_key(key: str) -> list[ListingGroup]:
    """The groups that may make the site's object ``key``: several for a page of a month; none if it is no listing."""
    # The widest scope first: ``/en/search/`` is a language's directory, and no clinic can have that name.
    kinds = sorted(KINDS, key=lambda kind: kind.exists_for)
    found = [(kind.exists_for, group) for kind in kinds if (group := kind.group_of_key(key))]
    return [group for scope, group in found if group == found[0][1] or min(scope, found[0][0]) >= Scope.YEAR]
