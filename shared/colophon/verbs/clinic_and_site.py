"""Keep the index's rows of the clinics and of the site: token, look, swap, record."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from colophon.decision.clinic import ClinicLook, decide_clinic, is_clinic_settled
from colophon.decision.listing_rows import ArchiveRow, DirectoryRow, FrontRow, HomeRow
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.decision.site import SITE_FILES, SiteDecision, decide_site, is_site_settled
from colophon.decision.sweep import agenda
from colophon.page.finished import finished_site_style
from colophon.site_settings import style_of
from colophon.upload.keys import ClinicFile
from colophon.upload.versions import Folder
from colophon.verbs.clients import PublishDoors
from colophon.verbs.reading import Source, settle
from colophon.verbs.swap import until_landed

# What makes listings is imported where a clinic or the site is new: a post, for which most processes start, needs none.
if TYPE_CHECKING:
    from colophon.decision.relisting.listing import Listing
    from colophon.verbs.clients import PublishDoors


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


if TYPE_CHECKING:
    # A build asks what the site's files say, and starts without AWS's client.
    from colophon.stores.site import Site
    from colophon.verbs.clients import PublishDoors


def keep_site(doors: "PublishDoors", *, fresh: bool = False) -> None:
    """Bring the site's row to what its own files say. The posts are rung by the row's change, never from here.

    ``fresh``: what every page loads is put where it is missing, whatever this process believes to be there.
    """
    until_landed(partial(_attempt_site, doors, fresh=fresh), "the site")


def decided_site(row: SiteRow, source: Source, folder: Folder | None = None) -> SiteDecision:
    """What becomes of the site by the files that ``source`` holds; ``folder`` is what was seen of them, if anything."""
    verdicts: dict[str, object] = {}
    look = folder or source.folder(SITE_FILES)
    return settle(partial(decide_site, row, look, verdicts), verdicts, source)


def _attempt_site(doors: "PublishDoors", *, fresh: bool) -> None:
    row = doors.index.site()
    if fresh:
        doors.assets.renew()
    folder = doors.inbox.folder(SITE_FILES)
    settled = is_site_settled(row, folder)
    if settled and _stands(style_of(row.settings), doors.site):
        return
    decision = decided_site(row, doors.inbox, folder)
    if decision.style:
        # Before the row: a page that is made from the row links to the sheet at once.
        doors.site.put_once(finished_site_style(decision.style))
    if not settled:
        put_site_shelves(row, decision.row, doors)
        doors.index.record_site(decision.row)


def _stands(path: str, site: "Site") -> bool:
    """Whether the sheet at ``path`` is there, so that a ring makes good what a site bucket has lost."""
    return not path or bool(site.token(path.removeprefix("/")).etag)


def keep_clinic(clinic: str, doors: PublishDoors) -> None:
    """Bring a clinic's row to what its folder says. Its posts are rung by the row's change, never from here."""
    until_landed(partial(_attempt_clinic, clinic, doors), clinic)


def _attempt_clinic(clinic: str, doors: PublishDoors) -> None:
    verdicts: dict[str, object] = {}
    known, site = doors.index.clinic(clinic)
    folder = doors.inbox.folder(ClinicFile(clinic).key.removesuffix("clinic.yaml"))
    look = ClinicLook(known, site, folder, doors.now(), verdicts)
    never = not known.n and not folder.histories
    if not never and not is_clinic_settled(look):
        row = settle(partial(decide_clinic, look), verdicts, doors.inbox)
        put_clinic_shelves(known, row, site, doors)
        doors.index.record_clinic(row, agenda([(ClinicFile(clinic).key, known.next_at, row.next_at)]))
