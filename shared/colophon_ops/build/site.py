"""Build the listings, and the whole site in one process, by the cloud's own decisions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from colophon.decision.listing_rows import ArchiveRow, DirectoryRow, EntryRow, FrontRow, HomeRow, YearRow
from colophon.decision.relisting.archive import decide_archive
from colophon.decision.relisting.front import decide_front
from colophon.decision.relisting.language import decide_directory, decide_home
from colophon.decision.relisting.listing import Listing
from colophon.decision.relisting.year import decide_year
from colophon.decision.rows import ClinicRow, Outcome, SiteRow
from colophon.images.copy import Copier
from colophon.listings.view import NEWEST_COUNT
from colophon.page.objects import SiteObject
from colophon.verbs.clients import all_assets
from colophon.verbs.reading import InboxReader
from colophon_ops.build.moves import build_redirects
from colophon_ops.build.plan import BuildPlan
from colophon_ops.build.posts import BuildResult, build_posts
from colophon_ops.build.rows import build_clinic_row, build_site_row, build_site_style, decide_stray_outcome


class ClinicListings(Struct, frozen=True):
    """The objects of a clinic's listings in one language, and the inputs of that language's own listings."""

    objects: tuple[SiteObject, ...]
    row: ArchiveRow
    newest: tuple[EntryRow, ...]


def build_whole_site(plan: BuildPlan, source: InboxReader, now: datetime, copier: Copier) -> BuildResult:
    """Build the whole site in memory: every object, and the outcome of every upload."""
    site = build_site_row(source)
    posts = list(build_posts(plan.posts, source, site, now, copier))
    claimants = [one for post in posts for one in post.claimants]
    unresolved = [one for post in posts for one in post.unresolved]
    moves = build_redirects(claimants, unresolved, source, site, now, copier)
    clinic_listings = [
        listings
        for clinic in plan.clinics
        for listings in build_clinic_listings(
            build_clinic_row(clinic, source, site, now),
            site,
            (entry for post in posts for entry in post.entries if entry.clinic == clinic),
        )
    ]
    return BuildResult(
        (
            *(each for post in posts for each in post.objects),
            *moves.objects,
            *(each for listings in clinic_listings for each in listings.objects),
            *build_shared_listings(site, clinic_listings),
            *build_site_style(source),
            *(all_assets() if site.settings else ()),
        ),
        (
            *decide_shared_outcomes(plan, source, site, now),
            *(outcome for post in posts for outcome in post.outcomes),
            *moves.outcomes,
        ),
    )


def decide_shared_outcomes(plan: BuildPlan, inbox: InboxReader, site: SiteRow, now: datetime) -> Iterator[Outcome]:
    """The outcomes of uploads that belong to no post: the site's files, the clinics' files, the strays."""
    yield from site.outcomes
    for clinic in plan.clinics:
        yield from build_clinic_row(clinic, inbox, site, now).outcomes
    for key in plan.strays:
        yield decide_stray_outcome(key, inbox)


def build_clinic_listings(clinic: ClinicRow, site: SiteRow, entries: Iterable[EntryRow]) -> Iterator[ClinicListings]:
    """Build a clinic's listings in each of the site's languages, from all entries of its posts."""
    by_lang: dict[str, list[EntryRow]] = defaultdict(list)
    for entry in entries:
        by_lang[entry.lang].append(entry)
    for lang in site.settings.languages if site.settings else ():
        yield build_clinic_language(lang, clinic, site, by_lang[lang])


def build_clinic_language(lang: str, clinic: ClinicRow, site: SiteRow, entries: Iterable[EntryRow]) -> ClinicListings:
    """Build a clinic's listings in ``lang``, from all its ``entries`` in that language."""
    by_year: dict[int, list[EntryRow]] = defaultdict(list)
    for entry in entries:
        by_year[entry.posted.year].append(entry)
    objects: list[SiteObject] = []
    years: list[YearRow] = []
    for number, rows in sorted(by_year.items()):
        year = decide_year(YearRow(lang, clinic.clinic, number), tuple(rows), clinic, site)
        objects += _present_objects(year.listings)
        years.append(year.row)
    newest = newest_entries(entry for rows in by_year.values() for entry in rows)
    archive = decide_archive(ArchiveRow(lang, clinic.clinic), years, newest, clinic, site)
    objects += _present_objects(archive.listings)
    return ClinicListings(tuple(objects), archive.row, newest)


def build_shared_listings(site: SiteRow, clinic_listings: Iterable[ClinicListings]) -> Iterator[SiteObject]:
    """Build the listings that belong to no single clinic."""
    by_lang: dict[str, list[ClinicListings]] = defaultdict(list)
    for listings in clinic_listings:
        by_lang[listings.row.lang].append(listings)
    for lang in site.settings.languages if site.settings else ():
        newest = (row for listings in by_lang[lang] for row in listings.newest)
        yield from build_language_listings(lang, site, (listings.row for listings in by_lang[lang]), newest)
    yield from build_front_listings(site)


def build_language_listings(
    lang: str, site: SiteRow, archives: Iterable[ArchiveRow], newest: Iterable[EntryRow]
) -> Iterator[SiteObject]:
    """Build a language's own listings, from its clinics' ``archives`` and the newest entries of each."""
    directory = decide_directory(DirectoryRow(lang), tuple(archives), site)
    yield from _present_objects(directory.listings)
    yield from _present_objects(decide_home(HomeRow(lang), directory.row, newest_entries(newest), site).listings)


def build_front_listings(site: SiteRow) -> Iterator[SiteObject]:
    """Build the objects that belong to no language."""
    return _present_objects(decide_front(FrontRow(), site).listings)


def newest_entries(entries: Iterable[EntryRow]) -> tuple[EntryRow, ...]:
    """The entries that listings of the newest posts show."""
    ordered = sorted(entries, key=lambda row: (row.posted, row.clinic, row.post), reverse=True)
    return tuple(ordered[:NEWEST_COUNT])


def _present_objects(listings: Iterable[Listing]) -> Iterator[SiteObject]:
    """The listings and the tombstones of withdrawals. A fresh build has no other tombstones."""
    for listing in listings:
        made = listing.make(1)
        if made.metadata.get("kind") != "absent":
            yield made
