"""Listings that pages link to are put, empty, before anything is recorded that lets a page link to them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from colophon.decision.listing_rows import ArchiveRow, DirectoryRow, FrontRow, HomeRow
from colophon.decision.rows import ClinicRow, SiteRow

# What makes listings is imported where a clinic or the site is new: a post, for which most processes start, needs none.
if TYPE_CHECKING:
    from colophon.decision.relisting.listing import Listing
    from colophon.verbs.doors import PublishDoors


def put_clinic_shelves(known: ClinicRow, row: ClinicRow, site: SiteRow, doors: "PublishDoors") -> None:
    """Put the clinic's listings in each language that ``known`` did not have yet; what stands there stays."""
    from colophon.decision.relisting.archive import decide_archive

    for lang in sorted(set(row.langs) - set(known.langs)):
        _put(decide_archive(ArchiveRow(lang, row.clinic), (), (), row, site).listings, doors)


def put_site_shelves(known: SiteRow, row: SiteRow, doors: "PublishDoors") -> None:
    """Put the listings of each language that ``known`` did not have yet, and what belongs to no language."""
    from colophon.decision.relisting.front import decide_front
    from colophon.decision.relisting.language import decide_directory, decide_home

    had = known.settings.languages if known.settings else ()
    langs = sorted(set(row.settings.languages) - set(had)) if row.settings else []
    for lang in langs:
        directory = decide_directory(DirectoryRow(lang), (), row)
        _put((*directory.listings, *decide_home(HomeRow(lang), directory.row, (), row).listings), doors)
    if langs:
        _put(decide_front(FrontRow(), row).listings, doors)


def _put(listings: "Iterable[Listing]", doors: "PublishDoors") -> None:
    doors.assets.ensure()
    for listing in listings:
        doors.site.put_once(listing.make(1))
