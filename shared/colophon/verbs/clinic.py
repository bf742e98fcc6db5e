"""Keep the index's copy of what a clinic's folder says: token, look, record."""

from functools import partial

from colophon.decision.clinic import ClinicLook, decide_clinic, is_clinic_settled
from colophon.upload.keys import ClinicFile
from colophon.verbs.attempts import until_landed
from colophon.verbs.doors import Doors
from colophon.verbs.looking import settle


def keep_clinic(clinic: str, doors: Doors) -> None:
    """Bring a clinic's row to what its folder says. Its posts are rung by the row's change, never from here."""
    until_landed(partial(_attempt_clinic, clinic, doors), clinic)


def _attempt_clinic(clinic: str, doors: Doors) -> None:
    verdicts: dict[str, object] = {}
    row = doors.index.clinic(clinic)
    folder = doors.inbox.folder(ClinicFile(clinic).key.removesuffix("clinic.yaml"))
    look = ClinicLook(row, folder, doors.now(), verdicts)
    if not is_clinic_settled(look):
        doors.index.record_clinic(settle(partial(decide_clinic, look), verdicts, doors.inbox))
