"""Keep the index's rows of the clinics and of the site: token, look, swap, record."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from colophon.decision.clinic import ClinicSnapshot, decide_clinic, is_clinic_up_to_date
from colophon.decision.listing_rows import ArchiveRow, DirectoryRow, FrontRow, HomeRow
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.decision.site import SITE_PREFIX, SiteDecision, SiteSnapshot, decide_site, is_site_up_to_date
from colophon.decision.sweep import due_changes
from colophon.page.finished import finish_site_style
from colophon.site_settings import site_style_path
from colophon.upload.keys import ClinicFile
from colophon.upload.versions import Folder
from colophon.verbs.clients import PublishClients
from colophon.verbs.reading import InboxReader, decide_with_reads
from colophon.verbs.swap import retry_on_conflict

# What makes listings is imported where a clinic or the site is new: a post, for which most processes start, needs none.
if TYPE_CHECKING:
    from colophon.decision.relisting.listing import Listing
    from colophon.verbs.clients import PublishClients


def put_empty_clinic_listings(known: ClinicRow, row: ClinicRow, site: SiteRow, clients: "PublishClients") -> None:
    """Put the clinic's listings in each language that ``known`` did not have yet; what stands there stays."""
    from colophon.decision.relisting.archive import decide_archive

    for lang in sorted(set(row.langs) - set(known.langs)):
        _put_listings(decide_archive(ArchiveRow(lang, row.clinic), (), (), row, site).listings, clients)


def put_empty_site_listings(known: SiteRow, row: SiteRow, clients: "PublishClients") -> None:
    """Put the listings of each language that ``known`` did not have yet, and what belongs to no language."""
    from colophon.decision.relisting.front import decide_front
    from colophon.decision.relisting.language import decide_directory, decide_home

    had = known.settings.languages if known.settings else ()
    langs = sorted(set(row.settings.languages) - set(had)) if row.settings else []
    for lang in langs:
        directory = decide_directory(DirectoryRow(lang), (), row)
        _put_listings((*directory.listings, *decide_home(HomeRow(lang), directory.row, (), row).listings), clients)
    if langs:
        _put_listings(decide_front(FrontRow(), row).listings, clients)


def _put_listings(listings: "Iterable[Listing]", clients: "PublishClients") -> None:
    clients.assets.ensure()
    for listing in listings:
        clients.site.put_if_absent(listing.make(1))


if TYPE_CHECKING:
    # A build asks what the site's files say, and starts without AWS's client.
    from colophon.stores.site import Site
    from colophon.verbs.clients import PublishClients


def update_site(clients: "PublishClients", *, force: bool = False) -> None:
    """Bring the site's row to what its own files say. The posts are rung by the row's change, never from here.

    ``fresh``: what every page loads is put where it is missing, whatever this process believes to be there.
    """
    retry_on_conflict(partial(_attempt_site, clients, force=force), "the site")


def decide_site_with_reads(row: SiteRow, inbox: InboxReader, folder: Folder | None = None) -> SiteDecision:
    """What becomes of the site by the files that ``source`` holds; ``folder`` is what was seen of them, if anything."""
    snapshot = SiteSnapshot(folder=folder or inbox.read_folder(SITE_PREFIX), contents={}, row=row)
    return decide_with_reads(decide_site, snapshot, inbox)


def _attempt_site(clients: "PublishClients", *, force: bool) -> None:
    row = clients.index.read_site()
    if force:
        clients.assets.put_missing()
    folder = clients.inbox.read_folder(SITE_PREFIX)
    settled = is_site_up_to_date(row, folder)
    if settled and _is_sheet_present(site_style_path(row.settings), clients.site):
        return
    decision = decide_site_with_reads(row, clients.inbox, folder)
    if decision.style:
        # Before the row: a page that is made from the row links to the sheet at once.
        clients.site.put_if_absent(finish_site_style(decision.style))
    if not settled:
        put_empty_site_listings(row, decision.row, clients)
        clients.index.record_site(decision.row)


def _is_sheet_present(path: str, site: "Site") -> bool:
    """Whether the sheet at ``path`` is there, so that a ring makes good what a site bucket has lost."""
    return not path or bool(site.read_token(path.removeprefix("/")).etag)


def update_clinic(clinic: str, clients: PublishClients) -> None:
    """Bring a clinic's row to what its folder says. Its posts are rung by the row's change, never from here."""
    retry_on_conflict(partial(_attempt_clinic, clinic, clients), clinic)


def _attempt_clinic(clinic: str, clients: PublishClients) -> None:
    known, site = clients.index.read_clinic(clinic)
    folder = clients.inbox.read_folder(ClinicFile(clinic).key.removesuffix("clinic.yaml"))
    snapshot = ClinicSnapshot(folder=folder, contents={}, row=known, site=site, now=clients.now())
    never = not known.n and not folder.histories
    if not never and not is_clinic_up_to_date(snapshot):
        row = decide_with_reads(decide_clinic, snapshot, clients.inbox)
        put_empty_clinic_listings(known, row, site, clients)
        clients.index.record_clinic(row, due_changes([(ClinicFile(clinic).key, known.next_at, row.next_at)]))
