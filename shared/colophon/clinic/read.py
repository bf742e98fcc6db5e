"""From the bytes of ``clinic.yaml`` to a clinic's record, or to everything that is wrong with it."""

from collections.abc import Iterator

from colophon.clinic.record import ClinicRecord
from colophon.problem import Problem
from colophon.upload.fields import Fields
from colophon.upload.strict import fields_of_file
from colophon.upload.validated import validated

_KOREAN = ("names", "ko")


def read_clinic(content: bytes) -> ClinicRecord:
    """The record that ``content`` holds. Raises Refused with every problem of it."""
    fields = fields_of_file(content)
    return validated(ClinicRecord, fields, _without_korean_name(fields))


def _without_korean_name(fields: Fields) -> Iterator[Problem]:
    names = fields.get("names")
    if isinstance(names, dict) and names and "ko" not in names and _KOREAN not in fields.refused:
        what = "“names.ko” is missing: the name that the clinic is registered under."
        yield fields.problem(_KOREAN, what, "Add names.ko: the registered Korean name.")
