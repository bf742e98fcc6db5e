"""Clinics as a home page and the directory show them."""

from collections.abc import Iterable

from msgspec import Struct

from colophon.listings.entries import TagLink, tag_links
from colophon.listings.view import ClinicSummary
from colophon.page.names import ClinicName
from colophon.page.paths import archive_path


class ClinicCard(Struct, frozen=True):
    """A clinic: its names, its archive, and its tags as ways into that archive."""

    names: tuple[ClinicName, ...]
    archive: str
    tags: tuple[TagLink, ...]


def build_clinic_cards(clinics: Iterable[ClinicSummary], lang: str) -> list[ClinicCard]:
    """``clinics`` in their order."""
    return [
        ClinicCard(clinic.names, archive_path(lang, clinic.clinic), tag_links(clinic.tags, lang, clinic.clinic))
        for clinic in clinics
    ]
