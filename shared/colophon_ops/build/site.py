"""Build the listings, and the whole site in one process, by the cloud's own decisions."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, Outcome, SiteRow
from colophon.images.copy import Copier
from colophon.listings.in_memory import MemoryIndex
from colophon.listings.kind import Listing, ListingGroup, ListingRow
from colophon.listings.kinds import groups_for, in_dependency_order
from colophon.listings.kinds.search import SEARCH
from colophon.listings.kinds.tags import TAGS
from colophon.listings.periods import LIMITS, ListingLimits
from colophon.listings.search_index import SearchedRow, searched_row
from colophon.page.objects import SiteObject
from colophon.page.paths import path_to_key, profile_path
from colophon.verbs.clients import all_assets
from colophon.verbs.reading import InboxReader
from colophon_ops.build.moves import build_redirects
from colophon_ops.build.plan import BuildPlan
from colophon_ops.build.posts import BuildResult, build_posts
from colophon_ops.build.rows import (
    build_card_objects,
    build_clinic_row,
    build_site_files,
    build_site_row,
    decide_stray_outcome,
)

MakeListing: TypeAlias = Callable[[Listing], SiteObject | None]


class ClinicListings(Struct, frozen=True):
    """The objects of a clinic's listings in one language, and what that language's own listings are made from.

    ``searched`` are the entries that its search finds, with no more than it shows.
    """

    lang: str
    objects: tuple[SiteObject, ...]
    rows: Mapping[ListingGroup, ListingRow]
    newest: tuple[EntryRow, ...]
    searched: tuple[SearchedRow, ...]


def build_whole_site(
    plan: BuildPlan,
    source: InboxReader,
    now: datetime,
    copier: Copier,
    ever_listed: Iterable[EntryRow] = (),
    limits: ListingLimits = LIMITS,
) -> BuildResult:
    """Build the whole site in memory: every object, and the outcome of every upload.

    ``ever_listed`` are the entries of the index that the site is compared with. A listing counts those too that the
    inbox no longer has: once it has parts, it keeps them.
    """
    site = build_site_row(source, now)
    posts = list(build_posts(plan.posts, source, site, now, copier))
    claimants = [one for post in posts for one in post.claimants]
    unresolved = [one for post in posts for one in post.unresolved]
    moves = build_redirects(claimants, unresolved, source, site, now, copier)
    entries = _add_removed((entry for post in posts for entry in post.entries), ever_listed)
    clinics = [build_clinic_row(clinic, source, site, now) for clinic in plan.clinics]
    clinic_listings = [
        listings
        for clinic in clinics
        for listings in build_clinic_listings(clinic, site, entries.get(clinic.clinic, ()), limits)
    ]
    return BuildResult(
        (
            *(each for post in posts for each in post.objects),
            *moves.objects,
            *(each for listings in clinic_listings for each in listings.objects),
            *build_shared_listings(site, clinic_listings, limits),
            *_build_searches(site, clinic_listings, limits),
            *(card for clinic in clinics for card in build_card_objects(clinic, site)),
            *build_site_files(source, now),
            *(all_assets() if site.settings else ()),
        ),
        (
            *decide_shared_outcomes(plan, source, site, clinics),
            *(outcome for post in posts for outcome in post.outcomes),
            *moves.outcomes,
        ),
        marks=tuple(mark for post in posts for mark in post.marks),
    )


def find_profile_of_tag(key: str) -> str:
    """The key of the clinic's profile if ``key`` is that of the page of a tag; else empty.

    While the clinic is withdrawn, the same tombstone is at both. A build makes only the profile's: it does not know the
    tags of posts that are withdrawn.
    """
    group = TAGS.group_of_key(key)
    return path_to_key(profile_path(group.lang, group.clinic)) if group else ""


def _add_removed(entries: Iterable[EntryRow], ever_listed: Iterable[EntryRow]) -> dict[str, list[EntryRow]]:
    """``entries`` by clinic, and those of ``ever_listed`` that are not among them, as removed ones."""
    found = {(row.lang, row.clinic, row.posted, row.post): row for row in entries}
    for row in ever_listed:
        removed = replace(row, entry=None, clinic_withdrawn=False)
        found.setdefault((row.lang, row.clinic, row.posted, row.post), removed)
    by_clinic: dict[str, list[EntryRow]] = defaultdict(list)
    for row in found.values():
        by_clinic[row.clinic].append(row)
    return by_clinic


def decide_shared_outcomes(
    plan: BuildPlan, inbox: InboxReader, site: SiteRow, clinics: Iterable[ClinicRow]
) -> Iterator[Outcome]:
    """The outcomes of uploads that belong to no post: the site's files, those of all ``clinics``, the strays."""
    yield from site.outcomes
    for clinic in clinics:
        yield from clinic.outcomes
    for key in plan.strays:
        yield decide_stray_outcome(key, inbox)


def make_listing(listing: Listing) -> SiteObject | None:
    """The object of ``listing``. None for a tombstone of nothing: a fresh build has only those of withdrawals."""
    made = listing.make(1)
    return made if made.metadata.get("kind") != "absent" else None


def build_clinic_listings(
    clinic: ClinicRow,
    site: SiteRow,
    entries: Iterable[EntryRow],
    limits: ListingLimits = LIMITS,
    make: MakeListing = make_listing,
) -> Iterator[ClinicListings]:
    """Build a clinic's listings in each of the site's languages, from all entries of its posts.

    ``make`` makes an object, or leaves it out.
    """
    by_lang: dict[str, list[EntryRow]] = defaultdict(list)
    for entry in entries:
        by_lang[entry.lang].append(entry)
    for lang in languages_of(site):
        yield build_clinic_language(lang, clinic, site, by_lang[lang], limits, make)


def build_clinic_language(
    lang: str,
    clinic: ClinicRow,
    site: SiteRow,
    entries: Sequence[EntryRow],
    limits: ListingLimits = LIMITS,
    make: MakeListing = make_listing,
) -> ClinicListings:
    """Build a clinic's listings in ``lang``, from all its ``entries`` in that language."""
    index = MemoryIndex(site, {clinic.clinic: clinic}, entries, limits=limits)
    years = sorted({entry.posted.year for entry in entries})
    groups = [group for year in years for group in groups_for(lang, clinic.clinic, year)]
    own_groups = groups_for(lang, clinic.clinic)
    objects = tuple(_decide_objects(in_dependency_order([*groups, *own_groups]), index, make))
    rows = {group: index.rows[group] for group in own_groups}
    searched = tuple(map(searched_row, index.read_newest(lang, clinic.clinic, limits.searched)))
    return ClinicListings(lang, objects, rows, index.read_newest(lang, clinic.clinic), searched)


def _build_searches(
    site: SiteRow, clinic_listings: Sequence[ClinicListings], limits: ListingLimits
) -> Iterator[SiteObject]:
    for lang in languages_of(site):
        searched = (row for listings in clinic_listings if listings.lang == lang for row in listings.searched)
        yield from build_search(lang, site, searched, limits)


def languages_of(site: SiteRow) -> tuple[str, ...]:
    """The languages of the site; none without settings."""
    return tuple(site.settings.languages) if site.settings else ()


def build_search(
    lang: str,
    site: SiteRow,
    searched: Iterable[SearchedRow],
    limits: ListingLimits = LIMITS,
    make: MakeListing = make_listing,
) -> Iterator[SiteObject]:
    """Build the search of a language, from what is ``searched`` of all clinics in it."""
    index = MemoryIndex(site, entries=tuple(searched), limits=limits)
    yield from _decide_objects([SEARCH.group(lang)], index, make)


def build_shared_listings(
    site: SiteRow,
    clinic_listings: Iterable[ClinicListings],
    limits: ListingLimits = LIMITS,
    make: MakeListing = make_listing,
) -> Iterator[SiteObject]:
    """Build the listings that belong to no single clinic, without the search of any language."""
    rows: dict[ListingGroup, ListingRow] = {}
    entries: list[EntryRow] = []
    for listings in clinic_listings:
        rows.update(listings.rows)
        entries += listings.newest
    index = MemoryIndex(site, entries=entries, rows=rows, limits=limits)
    for lang in languages_of(site):
        yield from _decide_objects([group for group in groups_for(lang) if group.kind != SEARCH.number], index, make)
    yield from _decide_objects(groups_for(), index, make)


def _decide_objects(groups: Iterable[ListingGroup], index: MemoryIndex, make: MakeListing) -> Iterator[SiteObject]:
    """The listings of ``groups`` that ``make`` makes."""
    for group in groups:
        for listing in index.decide_all(group):
            if made := make(listing):
                yield made
