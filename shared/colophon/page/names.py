"""A clinic's registered names on pages, each marked with its language."""

from functools import lru_cache

from markupsafe import Markup
from msgspec import Struct

from colophon.clinic.record import ClinicRecord
from colophon.language.served import lookup_tags
from colophon.page.template import load_macro, render_markup


class ClinicName(Struct, frozen=True):
    """A name and the tag of its language."""

    lang: str
    text: str


def clinic_names(clinic: ClinicRecord, lang: str, original_language: str) -> list[ClinicName]:
    """The name for readers of ``lang`` and, if it differs, the one in the original's language."""
    first = next((tag for tag in (*lookup_tags(lang), "en", "ko", *clinic.names) if tag in clinic.names), lang)
    names = [ClinicName(first, clinic.name(lang))]
    original = clinic.names.get(original_language)
    if original is not None and original != names[0].text:
        names.append(ClinicName(original_language, original))
    return names


@lru_cache(maxsize=256)
def render_names(names: tuple[ClinicName, ...], lang: str) -> Markup:
    """``names`` on one line of a page in ``lang``. Cached, as all pages of a clinic in a language share them."""
    return render_markup("names.html", names=names, lang=lang)


@lru_cache(maxsize=256)
def render_other_names(names: tuple[ClinicName, ...], lang: str) -> Markup:
    """All of ``names`` but the first, to be shown after it."""
    return load_macro("name.html", "other_names")(names, lang)
