"""Prunes Babel's CLDR data to the languages of the interface, and to what dates and language names need."""

import pickle
import sys
from collections.abc import Collection
from pathlib import Path

# The languages of the interface and their parent locales.
LOCALES = ("root", "en", "ja", "ko", "zh", "zh_Hans")
_OF_A_LOCALE = {
    *("character_order", "languages", "scripts", "territories", "variants"),
    *("days", "eras", "months", "quarters"),
}
_OF_ALL = {
    *("language_aliases", "script_aliases", "territory_aliases", "variant_aliases"),
    *("likely_subtags", "parent_exceptions"),
}


def prune_locales(babel: Path) -> None:
    """Prune the data in the folder ``babel``. Ends the program if any of the data to keep is missing.

    The files of other locales stay, but empty, because Babel lists the files to know which locales exist. The name of
    a language comes from the data of the interface's language, not from its own.
    """
    for locale in (babel / "locale-data").glob("*.dat"):
        if locale.stem not in LOCALES:
            locale.write_bytes(b"")
    _keep(babel / "global.dat", _OF_ALL)
    found = {key for locale in LOCALES for key in _keep(babel / "locale-data" / f"{locale}.dat", _OF_A_LOCALE)}
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
