"""What listings are made from: entries, and what of the site and of a clinic may be shown in a language."""

from collections.abc import Iterable

from msgspec import Struct

from colophon.decision.clinic import is_open
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.listings.periods import NEWEST_COUNT
from colophon.page.entry import Entry
from colophon.page.names import ClinicName, clinic_names
from colophon.site_settings import SiteSettings
from colophon.views import TombstoneView


class ClinicInLanguage(Struct, frozen=True):
    """A clinic in one language, as its listings show it. ``names`` begin with the one for readers of the language."""

    lang: str
    slug: str
    names: tuple[ClinicName, ...]
    site: SiteSettings


def live_entries(rows: Iterable[EntryRow]) -> tuple[Entry, ...]:
    """The entries of live pages, the newest first; those of one day by clinic and post."""
    found = [row.entry for row in rows if row.entry]
    return tuple(sorted(found, key=lambda entry: (-entry.posted.toordinal(), entry.clinic, entry.post)))


def newest_rows(rows: Iterable[EntryRow], count: int = NEWEST_COUNT) -> tuple[EntryRow, ...]:
    """The first of ``rows``, as many as it takes to show ``count`` live pages."""
    found: list[EntryRow] = []
    shown = 0
    for row in rows:
        found.append(row)
        shown += row.entry is not None
        if shown == count:
            break
    return tuple(found)


def entry_ids(rows: Iterable[EntryRow]) -> list[tuple[str, str, str, str]]:
    """The identity of a set of entries, with those of removed pages."""
    return sorted((row.posted.isoformat(), row.clinic, row.post, row.id) for row in rows)


def settings_for(site: SiteRow, lang: str) -> SiteSettings | None:
    """The site's settings, if the site has ``lang``."""
    return site.settings if site.settings and lang in site.settings.languages else None


def site_id(site: SiteRow, lang: str) -> str:
    """The identity of the settings that listings in ``lang`` show.

    For a language that the site no longer has, that is the settings that removed it: no later change of the site
    rebuilds the listings of such a language.
    """
    return site.fp if settings_for(site, lang) else site.removed_languages.get(lang, "")


def find_clinic_in_language(lang: str, clinic: ClinicRow, site: SiteRow) -> ClinicInLanguage | None:
    """The clinic in ``lang``; None if nothing of it may be shown there."""
    settings = settings_for(site, lang)
    if settings is None or clinic.record is None or not is_open(clinic):
        return None
    names = tuple(clinic_names(clinic.record, lang, settings.original_language))
    return ClinicInLanguage(lang, clinic.clinic, names, settings)


def absent_tombstone(lang: str, site: SiteRow) -> TombstoneView:
    """The tombstone of a listing that has nothing to list."""
    return TombstoneView("absent", lang, site.settings)


def closed_clinic_tombstone(lang: str, clinic: ClinicRow, site: SiteRow) -> TombstoneView:
    """The tombstone of a closed clinic's listing.

    In the site's languages the clinic's withdrawal covers its listings as it covers its posts.
    """
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
