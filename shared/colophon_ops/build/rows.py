"""The rows that a build decides besides posts: the site's and a clinic's; and the outcomes of strays."""

from datetime import datetime

from colophon.decision.clinic import ClinicSnapshot, decide_clinic
from colophon.decision.drawings import draw_clinic_cards
from colophon.decision.rows import ClinicRow, Outcome, SiteRow
from colophon.decision.stray import StrayRow, decide_stray
from colophon.page.objects import SiteObject
from colophon.stores.inbox_folder import InboxFolder
from colophon.upload.keys import ClinicFile
from colophon.verbs.clinic_and_site import decide_site_with_reads, site_files
from colophon.verbs.reading import InboxReader, decide_with_reads


def build_site_row(inbox: InboxReader, now: datetime) -> SiteRow:
    """The site's row at ``now``, from the site's own files."""
    return decide_site_with_reads(SiteRow(), inbox, now).row


def build_site_files(inbox: InboxReader, now: datetime) -> tuple[SiteObject, ...]:
    """The objects of the site's own files: its style sheet and icon, if it has valid ones, and what is drawn for it."""
    return tuple(site_files(decide_site_with_reads(SiteRow(), inbox, now)))


def build_card_objects(row: ClinicRow, site: SiteRow) -> tuple[SiteObject, ...]:
    """The objects of a clinic's cards."""
    return tuple(draw_clinic_cards(row, site.settings, row.card_paths)) if site.settings else ()


def build_clinic_row(clinic: str, inbox: InboxReader, site: SiteRow, now: datetime) -> ClinicRow:
    """A clinic's row, from its folder and the site's settings."""
    folder = inbox.read_folder(ClinicFile(clinic).key.removesuffix("clinic.yaml"))
    snapshot = ClinicSnapshot(folder=folder, contents={}, row=ClinicRow(clinic), site=site, now=now)
    return decide_with_reads(decide_clinic, snapshot, inbox)


def decide_stray_outcome(key: str, inbox: InboxReader) -> Outcome:
    """The outcome of a key that names nothing, or that differs from the key in use only by its spelling."""
    if isinstance(inbox, InboxFolder) and (problem := inbox.link_problem(key)):
        return Outcome(key, "refused", problems=(problem,), version=key)
    outcome = decide_stray(StrayRow(key), inbox.newest_version(key)).outcome
    assert outcome is not None
    return outcome
