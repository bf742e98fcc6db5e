"""Run by the Python of .venv-translate: which checks of translate-toolkit fail for each pair, as JSON, in order."""

import json
import sys

from translate.filters import checks
from translate.storage import po

# What it can see of the same kinds. Its other checks are about software messages.
_CHECKS = ("numbers", "untranslated", "unchanged", "urls")


def main() -> None:
    """Reads a list of [Korean, English]; prints a list of lists of names."""
    checker = checks.StandardChecker(checkerconfig=checks.CheckerConfig(targetlanguage="en"), limitfilters=_CHECKS)
    found = []
    for korean, english in json.load(sys.stdin):
        unit = po.pounit(korean)
        unit.target = english
        found.append(sorted(checker.run_filters(unit)))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
