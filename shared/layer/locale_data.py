"""CLDR's data as Babel keeps it: of the languages that sites speak, as much as dates and names are made of."""

import pickle
import sys
from collections.abc import Collection
from pathlib import Path

# The interface's languages, and what each inherits from.
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
    """Keep what is named here of the data in the folder ``babel``. Ends the program if any of it is not there.

    Of every other locale its name stays, an empty file, by which Babel knows that there is such a language. What a
    language is called is in the data of whoever reads of it.
    """
    for locale in (babel / "locale-data").glob("*.dat"):
        if locale.stem not in LOCALES:
            locale.write_bytes(b"")
    _keep(babel / "global.dat", _OF_ALL)
    found = {key for locale in LOCALES for key in _keep(babel / "locale-data" / f"{locale}.dat", _OF_A_LOCALE)}
    if found != _OF_A_LOCALE:
        sys.exit(f"Babel's locales have no {', '.join(sorted(_OF_A_LOCALE - found))} any more: see locale_data.py.")


def _keep(path: Path, names: Collection[str]) -> Collection[str]:
    """Keep ``names`` of the mapping in ``path``, and say which of them were there."""
    if not path.exists():
        sys.exit(f"Babel has no {path.name} any more: see locale_data.py.")
    whole = pickle.loads(path.read_bytes())  # noqa: S301
    kept = {name: value for name, value in whole.items() if name in names}
    path.write_bytes(pickle.dumps(kept, pickle.HIGHEST_PROTOCOL))
    return kept.keys()
