"""One listing as it must stand: where, by which identity, and how its bytes are made."""

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from msgspec import Struct

from colophon.decision.clinic import is_open
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.listings.view import ClinicInLanguage
from colophon.page.entry import Entry
from colophon.page.finished import finish_tombstone
from colophon.page.names import clinic_names
from colophon.page.objects import SiteObject
from colophon.site_settings import SiteSettings
from colophon.views import TombstoneView

RowT = TypeVar("RowT")


class Listing(Struct, frozen=True):
    """``make`` gives the object for a revision. ``fp`` never returns to an old value."""

    key: str
    fp: str
    make: Callable[[int], SiteObject]


class ListingDecision(Struct, Generic[RowT], frozen=True):
    """A group of listings made from one look, and the row to keep (its tokens and ``n`` not yet filled in)."""

    listings: tuple[Listing, ...]
    row: RowT


def live_listing(path_key: str, fp: str, make: Callable[[int, str], SiteObject]) -> Listing:
    """A listing whose bytes ``make`` gives for a revision and ``fp``."""
    return Listing(path_key, fp, partial(_make_with_fp, make, fp))


def tombstone_listing(path_key: str, fp: str, view: TombstoneView, cache_tags: str) -> Listing:
    """The tombstone that stands where a listing was, or would be."""
    return Listing(path_key, fp, lambda rev: finish_tombstone(path_key, view, cache_tags, rev, fp))


def absent_tombstone(lang: str, site: SiteRow) -> TombstoneView:
    """The tombstone of a listing that has nothing to list."""
    return TombstoneView("absent", lang, site.settings)


def closed_clinic_tombstone(lang: str, clinic: ClinicRow, site: SiteRow) -> TombstoneView:
    """The tombstone of a closed clinic's listing: its withdrawal covers listings as it covers posts, in the languages
    that the site has."""
    withdrawal = clinic.withdrawal
    if withdrawal is None or not settings_for(site, lang):
        return absent_tombstone(lang, site)
    return TombstoneView(
        withdrawal.kind,
        lang,
        site.settings,
        withdrawal.reason,
        withdrawal.at,
        withdrawal.until,
        withdrawal.reference or "",
    )


def live_entries(rows: tuple[EntryRow, ...]) -> tuple[Entry, ...]:
    """The entries of pages that are there, the newest first; of one day in the order of their names."""
    found = [row.entry for row in rows if row.entry]
    return tuple(sorted(found, key=lambda entry: (-entry.posted.toordinal(), entry.clinic, entry.post)))


def entry_ids(rows: tuple[EntryRow, ...]) -> list[tuple[str, str, str, str]]:
    """The identity of a set of entries, blanks too."""
    return sorted((row.posted.isoformat(), row.clinic, row.post, row.id) for row in rows)


def settings_for(site: SiteRow, lang: str) -> SiteSettings | None:
    """The site's settings, if it has ``lang``."""
    return site.settings if site.settings and lang in site.settings.languages else None


def site_id(site: SiteRow, lang: str) -> str:
    """The identity of what the site says of ``lang``: its settings; of a language that it has no more, those that took
    it away, for nobody rings for such a language when the site changes again."""
    return site.fp if settings_for(site, lang) else site.removed_languages.get(lang, "")


def find_clinic_in_language(lang: str, clinic: ClinicRow, site: SiteRow) -> ClinicInLanguage | None:
    """The clinic's place in ``lang``, or None where nothing of it may be shown."""
    settings = settings_for(site, lang)
    if settings is None or clinic.record is None or not is_open(clinic):
        return None
    names = tuple(clinic_names(clinic.record, lang, settings.original_language))
    return ClinicInLanguage(lang, clinic.clinic, names, settings)


def _make_with_fp(make: Callable[[int, str], SiteObject], fp: str, rev: int) -> SiteObject:
    return make(rev, fp)
