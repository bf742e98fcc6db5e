"""Two values that change places within one paragraph or one row."""

import pytest

from colophon.fidelity.exchange import find_exchanged
from colophon.fidelity.parts import Pair
from colophon.fidelity.value_differences import find_exchanged_values
from tests.fidelity.texts import compare_bodies, sentence

# Korean, English, and the grade of both discrepancies; "-" for none.
SENTENCES = """\
아침에는 5mg을 드세요. 저녁에는 10mg을 드세요. | Take 10 mg in the morning. Take 5 mg in the evening. | differs
아침에는 5mg을 드세요. 저녁에는 10mg을 드세요. | Take 5 mg in the morning. Take 10 mg in the evening. | -
아침에는 5mg을 드세요. 저녁에는 10mg을 드세요. | In the evening take 10 mg. In the morning take 5 mg. | -
초진은 30분입니다. 재진은 10분입니다. | The one is 10 minutes. The other is 30 minutes. | look
초진은 30분, 2만 원입니다. 재진은 10분, 1만 원입니다. | One: 10 minutes, 10,000 won. One: 30 minutes, 20,000 won. | -
5번 검사는 30분입니다. 7번 검사는 10분입니다. | Test 5 is 10 minutes. Test 7 is 30 minutes. | differs
30분 검사를 합니다. 10분 쉬세요. | There is a 10-minute wait, then a test of 30 minutes. It is over. | -
30분과 10분입니다. 그렇습니다. | It is 10 minutes and 30 minutes. So it is. | -
30분입니다. 2회입니다. | It is two times. It is 30 minutes. | -
아침 30분입니다. 저녁 10mg입니다. | In the morning it is 10 mg. In the evening it is 30 minutes. | -
아침에 5mg입니다. 저녁에 10mg입니다. | It is 10 mg in the morning and 5 mg in the evening. | -
아침에 3개입니다. 저녁에 5개입니다. | It is 5 in the morning. It is 3 in the evening. | -"""
ROWS = [
    ("| 도수 | 10만 원 | 90만 원 |", "| Manual | 900,000 won | 100,000 won |", ["differs", "differs"]),
    ("| 도수 | 10만 원 | 90만 원 |", "| Manual | 100,000 won | 900,000 won |", []),
    ("| 약 | 하루 2회, 5mg | 저녁 |", "| Pill | 5 mg twice, 2 times a day | evening |", []),
]


@pytest.mark.parametrize("line", SENTENCES.splitlines())
def test_sentences(line: str) -> None:
    korean, english, grade = line.split(" | ")
    found = [each for each in compare_bodies(korean, english) if each.kind != "length"]
    assert [each.grade for each in found] == ([] if grade == "-" else [grade] * 2)


NONE = [
    ("30분입니다. 10분입니다.", "It is 10 mg. It is 30 mg."),
    ("30분입니다. 10분입니다.", "It is 10 minutes. It is 30 minutes. So it is."),
    ("30분입니다. 10분입니다. 30분입니다.", "It is 10 minutes. It is 30 minutes. It is long."),
    ("30분입니다. 10분입니다. 깁니다.", "It is 10 minutes. It is 30 minutes. It is 30 minutes."),
]


@pytest.mark.parametrize(("korean", "english"), NONE)
def test_a_value_that_a_text_has_twice_or_in_another_unit_is_no_part_of_an_exchange(korean: str, english: str) -> None:
    (there,), (here,) = sentence(korean, "ko").blocks, sentence(english, "en").blocks
    assert list(find_exchanged(there, here)) == []


def test_blocks_that_one_holds_together_are_left_alone() -> None:
    (korean, english, _) = SENTENCES.splitlines()[0].split(" | ")
    there, here = sentence(korean, "ko").blocks, sentence(english, "en").blocks
    assert list(find_exchanged_values(Pair(there, here)))
    assert list(find_exchanged_values(Pair((*there, *there), here))) == []


def test_both_are_named_with_what_stands_in_their_place() -> None:
    korean, english, _ = SENTENCES.splitlines()[0].split(" | ")
    assert [(each.there, each.here) for each in compare_bodies(korean, english)] == [
        ("5mg", "10 mg"),
        ("10mg", "5 mg"),
    ]


@pytest.mark.parametrize(("korean", "english", "grades"), ROWS)
def test_rows(korean: str, english: str, grades: list[str]) -> None:
    there, here = (f"| a | b | c |\n|-|-|-|\n{row}" for row in (korean, english))
    assert [each.grade for each in compare_bodies(there, here)] == grades


def test_a_list_of_many_numbers_is_left_alone() -> None:
    numbers = range(20, 26)
    korean = " ".join(f"아침 {n}분입니다. 저녁 {n + 50}분입니다." for n in numbers)
    english = " ".join(f"It is {n + 50} minutes in the morning. It is {n} minutes in the evening." for n in numbers)
    assert [each.kind for each in compare_bodies(korean, english)] == ["number"] * 12
    assert compare_bodies(f"{korean} 낮 9분입니다.", f"{english} It is 9 minutes at noon.") == ()
