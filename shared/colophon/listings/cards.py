"""Clinics as the home page and the directory show them."""

from collections.abc import Iterable

from msgspec import Struct

from colophon.page.names import ClinicName
from colophon.page.paths import archive_path
from colophon.page.tags import TagLink, tag_links


class ClinicSummary(Struct, frozen=True, omit_defaults=True):
    """What the index keeps of a clinic to show it elsewhere; ``tags`` are those of its posts, sorted."""

    clinic: str
    names: tuple[ClinicName, ...]
    tags: tuple[str, ...] = ()


class ClinicCard(Struct, frozen=True):
    """A clinic's names, the path of its archive, and its tags as links into the archive."""

    names: tuple[ClinicName, ...]
    archive: str
    tags: tuple[TagLink, ...]


def build_clinic_cards(clinics: Iterable[ClinicSummary], lang: str) -> list[ClinicCard]:
    """The cards of ``clinics``, in their order."""
    return [
        ClinicCard(clinic.names, archive_path(lang, clinic.clinic), tag_links(clinic.tags, lang, clinic.clinic))
        for clinic in clinics
    ]
