"""A clinic's registered names as a page shows them: each with the language that it is in."""

from dataclasses import dataclass

from colophon.clinic.record import ClinicRecord


@dataclass(frozen=True, slots=True)
class Name:
    """A name and the language tag that it is to be read in."""

    lang: str
    text: str


def clinic_names(clinic: ClinicRecord, lang: str, original_language: str) -> list[Name]:
    """The name for readers of ``lang`` and, where it is another, the one in the original's language."""
    first = next((tag for tag in (lang, "en", "ko", *clinic.names) if tag in clinic.names), lang)
    names = [Name(first, clinic.name(lang))]
    original = clinic.names.get(original_language)
    if original is not None and original != names[0].text:
        names.append(Name(original_language, original))
    return names
