"""The grade that each kind has is the one that it earns on correct pairs and on seeded errors."""

import msgspec
import pytest

from colophon.fidelity.discrepancy import Discrepancy
from colophon.fidelity.grades import MIN_PRECISION, Measured, load_measured, settle_grade
from tests.bench.fidelity import MEASURED
from tests.bench.fidelity_measure import LOOK_ONLY, find_kinds, measure, measure_drops
from tests.bench.fidelity_pairs import generate_pairs, read_samples

PAIRS = [*generate_pairs(46, 5), *list(read_samples())[::6]]
# What is measured here, on few pairs, may differ so much from what the whole set gave.
TOLERANCE = 0.1


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure(PAIRS, "", (), 40)[0]


def test_correct_pairs_have_no_alarm() -> None:
    assert {pair: kinds for pair in PAIRS if (kinds := find_kinds(pair))} == {}


def test_numbers_are_found(measured: Measured) -> None:
    assert measured.kinds["number"].recall >= 0.97


def test_each_kind_is_found_as_often_as_the_whole_set_says(measured: Measured) -> None:
    recorded = load_measured().kinds
    assert recorded.keys() >= measured.kinds.keys()
    assert [kind for kind, one in measured.kinds.items() if one.recall < recorded[kind].recall - TOLERANCE] == []


def test_text_that_was_left_is_told_with_certainty() -> None:
    assert load_measured().kinds["untranslated"].precision >= 0.98


def test_every_paragraph_that_is_left_out_is_found() -> None:
    drops = measure_drops(PAIRS)
    assert drops["found"] == drops["seeded"] > 0


def test_what_was_measured_is_as_the_bench_wrote_it() -> None:
    assert msgspec.json.decode(MEASURED.read_bytes(), type=Measured) == load_measured()


def _discrepancy(kind: str) -> Discrepancy:
    return msgspec.convert(
        {**dict.fromkeys(("block", "line", "original_block", "original_line"), 1), "kind": kind, "grade": "differs"},
        Discrepancy,
    )


@pytest.mark.parametrize("kind", sorted(load_measured().kinds))
def test_a_kind_is_told_to_readers_only_if_it_is_seldom_wrong(kind: str) -> None:
    is_told = load_measured().kinds[kind].precision >= MIN_PRECISION and kind not in LOOK_ONLY
    assert settle_grade(_discrepancy(kind), "ko", "en") == ("differs" if is_told else "look")


def test_a_kind_that_is_often_wrong_is_for_editors(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = load_measured().kinds
    wrong = msgspec.structs.replace(kinds["number"], precision=MIN_PRECISION - 0.01)
    doubtful = msgspec.structs.replace(load_measured(), kinds={**kinds, "number": wrong})
    monkeypatch.setattr("colophon.fidelity.grades.load_measured", lambda: doubtful)
    assert settle_grade(_discrepancy("number"), "ko", "en") == "look"


@pytest.mark.parametrize("lang", ["ja", "zh-Hans", "vi"])
def test_a_language_that_was_not_measured_is_for_editors(lang: str) -> None:
    assert settle_grade(_discrepancy("number"), "ko", lang) == "look"


def test_two_versions_of_one_text_need_no_translation() -> None:
    assert settle_grade(_discrepancy("number"), "ja", "ja") == "differs"
