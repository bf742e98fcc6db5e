"""The grade that each kind has is the one that it earns on correct pairs and on seeded errors."""

from collections import Counter
from functools import cache

import pytest

from colophon.fidelity.compare import compare
from tests.bench.fidelity import find_kinds
from tests.bench.fidelity_pairs import Pair, build_documents, drop_block, generate_pairs, read_samples
from tests.bench.fidelity_seeds import SEEDS

# A kind that is wrong more often may only ask a person to look.
MIN_PRECISION, MIN_RECALL = 0.9, 0.97
NUMBER_ERRORS = [error for kind, error in SEEDS if kind == "number" and error != "other number in words"]


@cache
def pairs() -> tuple[Pair, ...]:
    return (*generate_pairs(300, 5), *read_samples())


@cache
def found_by_error() -> dict[str, tuple[int, int]]:
    """Of each sort of error, how many were seeded and how many of those were found."""
    seeded: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for (_, error), seed in SEEDS.items():
        for pair in pairs():
            for wrong in seed(pair):
                seeded[error] += 1
                found[error] += bool(find_kinds((pair[0], wrong)))
    return {error: (seeded[error], found[error]) for error in seeded}


def test_correct_pairs_have_no_alarm() -> None:
    assert {pair: kinds for pair in pairs() if (kinds := find_kinds(pair))} == {}


def test_numbers_are_found() -> None:
    counts = [found_by_error()[error] for error in NUMBER_ERRORS if error in found_by_error()]
    seeded, found = map(sum, zip(*counts, strict=True))
    assert seeded >= 1000
    assert found / seeded >= MIN_RECALL


@pytest.mark.parametrize("error", ["other unit", "Korean left in"])
def test_other_errors_are_found(error: str) -> None:
    seeded, found = found_by_error()[error]
    assert found / seeded >= MIN_PRECISION


def test_every_paragraph_that_is_left_out_is_found() -> None:
    for there, here in build_documents(pairs(), 12):
        for place in range(len(there.blocks)):
            kinds = {each.kind for each in compare(there, drop_block(here, place), {})}
            assert "omission" in kinds
