"""Prunes Babel's CLDR data to the languages of the interface with their regions, and to what dates and names need."""

import pickle
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

_OF_A_LOCALE = {
    *("character_order", "languages", "scripts", "territories", "variants"),
    *("days", "eras", "months", "quarters", "day_periods"),
    *("date_formats", "time_formats"),
}
_OF_ALL = {
    *("language_aliases", "script_aliases", "territory_aliases", "variant_aliases"),
    *("likely_subtags", "parent_exceptions"),
}


def find_locales(tags: Collection[str]) -> Collection[str]:
    """Babel's names of the locales that hold the data of the languages ``tags`` and of their regional forms.

    With all that they inherit from. Ends the program if CLDR does not know one of the tags.
    """
    # Imported late: while the layer is built, only its own Babel is on the path.
    from babel.core import get_global

    parents, locales = get_global("parent_exceptions"), {"root"}
    for name in (name for tag in tags for name in _find_regional_forms(tag)):
        while name not in locales:
            locales.add(name)
            # As babel.localedata.load, which skips some parents: a locale more does no harm.
            name = parents.get(name) or name.rpartition("_")[0] or "root"
    return sorted(locales)


def _find_regional_forms(tag: str) -> Iterator[str]:
    """The locale of ``tag``, and those that differ from it by a region alone, as en_GB does from en."""
    from babel import Locale, UnknownLocaleError
    from babel.localedata import locale_identifiers

    try:
        language = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        sys.exit(f"CLDR has no dates for “{tag}”: use another tag for its file in colophon/language/words.")
    yield str(language)
    for name in [] if language.territory else locale_identifiers():
        form = Locale.parse(name)
        if (form.language, form.script, form.variant) == (language.language, language.script, None):
            yield name


def prune_locales(babel: Path, tags: Collection[str]) -> None:
    """Keep the data in the folder ``babel`` that the interface languages ``tags`` need.

    Of every other locale its name stays, as an empty file, by which Babel knows that there is such a language. The
    name of a language is in the data of its readers' language. Ends the program if any needed data is missing.
    """
    locales = find_locales(tags)
    for locale in (babel / "locale-data").glob("*.dat"):
        if locale.stem not in locales:
            locale.write_bytes(b"")
    _keep(babel / "global.dat", _OF_ALL)
    found = {key for locale in locales for key in _keep(babel / "locale-data" / f"{locale}.dat", _OF_A_LOCALE)}
    if found != _OF_A_LOCALE:
        sys.exit(
            f"Babel's locales have no {', '.join(sorted(_OF_A_LOCALE - found))} any more: see layer/locale_data.py."
        )


def _keep(path: Path, names: Collection[str]) -> Collection[str]:
    """Keep only ``names`` of the mapping in ``path``; returns those that existed."""
    if not path.exists():
        sys.exit(f"Babel has no {path.name} any more: see layer/locale_data.py.")
    mapping = pickle.loads(path.read_bytes())  # noqa: S301
    kept = {name: value for name, value in mapping.items() if name in names}
    path.write_bytes(pickle.dumps(kept, pickle.HIGHEST_PROTOCOL))
    return kept.keys()
