"""Keep the index's copy of what a clinic's folder, or ``site.yaml``, says: token, look, record."""

from functools import partial

from colophon.decision.clinic import ClinicLook, decide_clinic, is_clinic_settled
from colophon.decision.site import decide_site, is_site_settled
from colophon.upload.keys import ClinicFile, SiteFile
from colophon.verbs.attempts import until_landed
from colophon.verbs.doors import Doors
from colophon.verbs.looking import settle


def keep_clinic(clinic: str, doors: Doors) -> None:
    """Bring a clinic's row to what its folder says. Its posts are rung by the row's change, never from here."""
    until_landed(partial(_attempt_clinic, clinic, doors), clinic)


def keep_site(doors: Doors) -> None:
    """Bring the site's row to what ``site.yaml`` says. The posts are rung by the row's change, never from here."""
    until_landed(partial(_attempt_site, doors), "site.yaml")


def _attempt_clinic(clinic: str, doors: Doors) -> None:
    verdicts: dict[str, object] = {}
    row = doors.index.clinic(clinic)
    folder = doors.inbox.folder(ClinicFile(clinic).key.removesuffix("clinic.yaml"))
    look = ClinicLook(row, folder, doors.now(), verdicts)
    if not is_clinic_settled(look):
        doors.index.record_clinic(settle(partial(decide_clinic, look), verdicts, doors.inbox))


def _attempt_site(doors: Doors) -> None:
    verdicts: dict[str, object] = {}
    row = doors.index.site()
    folder = doors.inbox.folder(SiteFile().key)
    if not is_site_settled(row, folder):
        doors.index.record_site(settle(partial(decide_site, row, folder, verdicts), verdicts, doors.inbox))
