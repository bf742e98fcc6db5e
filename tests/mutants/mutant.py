"""A mutant: a deliberate bug as a text to find in one file and the text to put in its place.

The tables are the YAML files beside this one, one per area of the code. A text that is not found exactly once is an
error: the code has changed, and the mutant must change with it.
"""

from collections.abc import Iterator
from pathlib import Path

import yaml
from msgspec import Struct, convert

TABLES = Path(__file__).parent
ROOT = TABLES.parents[1]


class StaleMutant(Exception):
    """The text of a mutant is not in its file exactly once."""


class Mutant(Struct, frozen=True, forbid_unknown_fields=True):
    """One deliberate bug in ``file``, a path below shared/``package``, or below functions if that is the package.

    ``tests`` are what pytest is given, in this order: the first that fails catches the bug. ``why`` is what would
    happen to readers or uploaders. ``equivalent``: why the change makes no difference, so that no test can see it.
    """

    name: str
    kind: str
    file: str
    before: str
    after: str
    why: str
    tests: tuple[str, ...] = ()
    equivalent: str = ""
    package: str = "colophon"

    @property
    def path(self) -> str:
        """The file's path below the root of the project."""
        return f"{'' if self.package == 'functions' else 'shared/'}{self.package}/{self.file}"

    @property
    def area(self) -> str:
        return self.package if self.package == "functions" else self.file.partition("/")[0]

    def apply(self, source: str) -> str:
        """``source`` with the bug. Raises StaleMutant."""
        if (count := source.count(self.before)) != 1:
            what = f"{self.name}: its text is {count} times in {self.path}, not once."
            raise StaleMutant(f"{what} Bring its table in tests/mutants up to date.")
        return source.replace(self.before, self.after)


def read_mutants() -> Iterator[Mutant]:
    """All mutants, in the order of the tables."""
    for table in sorted(TABLES.glob("*.yaml")):
        yield from convert(yaml.load(table.read_text(), Loader=yaml.CSafeLoader), list[Mutant])
