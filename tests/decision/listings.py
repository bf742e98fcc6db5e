"""The listings of an inbox in memory, decided from the entries of its pages."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from colophon.decision.listing_rows import ArchiveRow, DirectoryRow, EntryRow, FrontRow, HomeRow, YearRow
from colophon.decision.relisting.archive import decide_archive
from colophon.decision.relisting.front import decide_front
from colophon.decision.relisting.language import decide_directory, decide_home
from colophon.decision.relisting.listing import Listing
from colophon.decision.relisting.year import decide_year
from colophon.decision.rows import ClinicRow, SiteRow
from colophon_ops.build.site import newest_entries


@dataclass
class Listings:
    """The rows of all groups of listings, and the objects by their keys."""

    years: dict[tuple[str, str, int], YearRow] = field(default_factory=dict)
    archives: dict[tuple[str, str], ArchiveRow] = field(default_factory=dict)
    directories: dict[str, DirectoryRow] = field(default_factory=dict)
    homes: dict[str, HomeRow] = field(default_factory=dict)
    front: FrontRow = field(default_factory=FrontRow)
    objects: dict[str, Listing] = field(default_factory=dict)
    fingerprints: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def copy(self) -> "Listings":
        """The same listings, for an inbox to which more is uploaded."""
        return Listings(
            dict(self.years),
            dict(self.archives),
            dict(self.directories),
            dict(self.homes),
            self.front,
            dict(self.objects),
            dict(self.fingerprints),
        )

    def shows(self, key: str) -> str:
        """What readers get at ``key``: "listing", "tombstone: <kind>" or "nothing"."""
        if key not in self.objects:
            return "nothing"
        kind = self.objects[key].make(1).metadata.get("kind")
        return f"tombstone: {kind}" if kind else "listing"

    def bytes_at(self, key: str) -> str:
        """What the listing at ``key`` says."""
        return self.objects[key].make(1).content.decode()

    def answer(self, entries: Iterable[EntryRow], clinics: Iterable[ClinicRow], site: SiteRow) -> None:
        """Bring every listing to what ``entries``, ``clinics`` and ``site`` say."""
        rows, known = tuple(entries), tuple(clinics)
        for lang in sorted({*(site.settings.languages if site.settings else ()), *site.removed_languages}):
            in_lang = tuple(row for row in rows if row.lang == lang)
            for clinic in known:
                self._answer_clinic(lang, clinic, tuple(row for row in in_lang if row.clinic == clinic.clinic), site)
            archives = [row for (of, _), row in sorted(self.archives.items()) if of == lang]
            directory = decide_directory(self.directories.get(lang, DirectoryRow(lang)), archives, site)
            home = decide_home(self.homes.get(lang, HomeRow(lang)), directory.row, newest_entries(in_lang), site)
            self.directories[lang], self.homes[lang] = directory.row, home.row
            self._put(*directory.listings, *home.listings)
        front = decide_front(self.front, site)
        self.front = front.row
        self._put(*front.listings)

    def _answer_clinic(self, lang: str, clinic: ClinicRow, rows: tuple[EntryRow, ...], site: SiteRow) -> None:
        for year in sorted({row.posted.year for row in rows}):
            place = (lang, clinic.clinic, year)
            own = tuple(row for row in rows if row.posted.year == year)
            decided = decide_year(self.years.get(place, YearRow(*place)), own, clinic, site)
            self.years[place] = decided.row
            self._put(*decided.listings)
        years = [row for (of, name, _), row in sorted(self.years.items()) if (of, name) == (lang, clinic.clinic)]
        before = self.archives.get((lang, clinic.clinic), ArchiveRow(lang, clinic.clinic))
        archive = decide_archive(before, years, newest_entries(rows), clinic, site)
        self.archives[lang, clinic.clinic] = archive.row
        self._put(*archive.listings)

    def _put(self, *listings: Listing) -> None:
        for listing in listings:
            if listing.key not in self.objects or self.objects[listing.key].fp != listing.fp:
                self.objects[listing.key] = listing
                self.fingerprints[listing.key] = (*self.fingerprints.get(listing.key, ()), listing.fp)
