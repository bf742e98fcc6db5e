"""What listings are made from: every value that their templates may show, and nothing else."""

from collections.abc import Mapping

from msgspec import Struct

from colophon.clinic.record import ClinicRecord
from colophon.page.entry import Entry
from colophon.page.names import ClinicName
from colophon.site_settings import SiteSettings

# How many of the newest posts an archive, a home page and a feed show.
NEWEST_COUNT = 20


class ClinicInLanguage(Struct, frozen=True):
    """A clinic in one language: where every listing of the clinic belongs. ``names`` begin with that for readers."""

    lang: str
    slug: str
    names: tuple[ClinicName, ...]
    site: SiteSettings


class MonthView(Struct, frozen=True):
    """``/<lang>/<clinic>/<yyyy>/<mm>/``: all live pages that were posted in it, the newest first."""

    clinic: ClinicInLanguage
    year: int
    month: int
    entries: tuple[Entry, ...]


class YearCount(Struct, frozen=True):
    """How many live pages each month of a year has; only months (1 to 12) that have any, the latest first."""

    year: int
    months: Mapping[int, int]


class ArchiveView(Struct, frozen=True):
    """``/<lang>/<clinic>/``: years (the latest first), newest posts, tags in order. It may be empty."""

    clinic: ClinicInLanguage
    years: tuple[YearCount, ...]
    newest: tuple[Entry, ...]
    tags: tuple[str, ...]


class ProfileView(Struct, frozen=True):
    """``/<lang>/<clinic>/profile/``: who the clinic is and where it publishes itself."""

    clinic: ClinicInLanguage
    record: ClinicRecord


class ClinicSummary(Struct, frozen=True, omit_defaults=True):
    """A clinic as a home page and the directory name it; ``tags`` are those of its posts, in order."""

    clinic: str
    names: tuple[ClinicName, ...]
    tags: tuple[str, ...] = ()


class HomeView(Struct, frozen=True):
    """``/<lang>/``: the newest posts of all clinics, and some clinics; ``total`` is how many clinics have posts."""

    lang: str
    site: SiteSettings
    newest: tuple[Entry, ...]
    clinics: tuple[ClinicSummary, ...]
    total: int


class DirectoryView(Struct, frozen=True):
    """``/<lang>/search/``: every clinic that has posts in the language, with their tags, by name."""

    lang: str
    site: SiteSettings
    clinics: tuple[ClinicSummary, ...]


class FeedView(Struct, frozen=True):
    """A feed of a language (``shelf`` None) or of a clinic in it: the newest first, at most ``NEWEST``."""

    lang: str
    site: SiteSettings
    clinic: ClinicInLanguage | None
    entries: tuple[Entry, ...]


class YearView(Struct, frozen=True):
    """A year of a clinic, for machines: its sitemap and its search shard. Never empty; the newest first."""

    clinic: ClinicInLanguage
    year: int
    entries: tuple[Entry, ...]


class ClinicYears(Struct, frozen=True):
    """The years in which a clinic has posts in one language, the latest first."""

    clinic: str
    years: tuple[int, ...]


class LanguageSitemap(Struct, frozen=True):
    """The sitemap index of a language: every clinic that has posts in it, in the order of their keys."""

    lang: str
    site: SiteSettings
    clinics: tuple[ClinicYears, ...]
