"""Keep the index's copy of what a clinic's folder says: token, look, swap, record."""

from functools import partial

from colophon.decision.clinic import ClinicLook, decide_clinic, is_clinic_settled
from colophon.decision.sweep import agenda
from colophon.upload.keys import ClinicFile
from colophon.verbs.attempts import until_landed
from colophon.verbs.doors import PublishDoors
from colophon.verbs.looking import settle
from colophon.verbs.shelves import put_clinic_shelves


def keep_clinic(clinic: str, doors: PublishDoors) -> None:
    """Bring a clinic's row to what its folder says. Its posts are rung by the row's change, never from here."""
    until_landed(partial(_attempt, clinic, doors), clinic)


def _attempt(clinic: str, doors: PublishDoors) -> None:
    verdicts: dict[str, object] = {}
    known, site = doors.index.clinic(clinic)
    folder = doors.inbox.folder(ClinicFile(clinic).key.removesuffix("clinic.yaml"))
    look = ClinicLook(known, site, folder, doors.now(), verdicts)
    never = not known.n and not folder.histories
    if not never and not is_clinic_settled(look):
        row = settle(partial(decide_clinic, look), verdicts, doors.inbox)
        put_clinic_shelves(known, row, site, doors)
        doors.index.record_clinic(row, agenda([(ClinicFile(clinic).key, known.next_at, row.next_at)]))
