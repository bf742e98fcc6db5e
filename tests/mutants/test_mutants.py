"""The tables of mutants: each still applies to exactly one place, compiles, and names tests."""

from collections import Counter

import pytest
from jinja2 import Environment

from tests.mutants.mutant import ROOT, Mutant, StaleMutant, read_mutants

MUTANTS = list(read_mutants())


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_applies_to_exactly_one_place_and_compiles(mutant: Mutant) -> None:
    source = (ROOT / mutant.path).read_text()
    if mutant.path.endswith(".py"):
        compile(mutant.apply(source), mutant.path, "exec")
    else:
        Environment(autoescape=True).parse(mutant.apply(source))
    assert mutant.before != mutant.after
    assert mutant.why.strip()
    assert bool(mutant.tests) != bool(mutant.equivalent)
    assert "\n" not in mutant.equivalent
    assert [test for test in mutant.tests if not _exists(test)] == []


def _exists(test: str) -> bool:
    """Whether there is such a file or folder, and such a test in it if the id of one is given."""
    path, _, name = test.partition("::")
    return (ROOT / path).exists() and (not name or f"def {name.partition('[')[0]}(" in (ROOT / path).read_text())


def test_a_stale_mutant_is_an_error() -> None:
    mutant = Mutant("stale", "kind", "verbs/publish.py", "a text", "another", "nothing")
    for source in ("no such thing", "a text and a text"):
        with pytest.raises(StaleMutant, match="stale"):
            mutant.apply(source)
    assert mutant.apply("once a text") == "once another"


def test_names_are_unique_and_there_are_enough_of_each_area() -> None:
    assert not [name for name, count in Counter(mutant.name for mutant in MUTANTS).items() if count > 1]
    areas = Counter(mutant.area for mutant in MUTANTS)
    rooms = {"decision", "stores", "page", "templates", "edition", "listings", "upload"}
    assert areas.keys() >= {"functions", "verbs", "verify", *rooms}
    assert areas.total() >= 120
