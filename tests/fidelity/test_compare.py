"""What is found between an original and its translation, by kind; and what is not."""

import pytest

from colophon.fidelity.compare import compare
from colophon.fidelity.discrepancy import Discrepancy
from tests.fidelity.texts import NAMES, compare_bodies, outline


def kinds(discrepancies: tuple[Discrepancy, ...]) -> list[tuple[str, str]]:
    return [(discrepancy.kind, discrepancy.grade) for discrepancy in discrepancies]


FOUND = {
    "number": ("30분 쉬세요.", "Rest for 13 minutes.", ("number", "differs")),
    "percent": ("90%가 낫습니다.", "9 percent heal.", ("percent", "differs")),
    "date": ("3월에 시작합니다.", "It begins in April.", ("date", "differs")),
    "unit": ("3일 쉬세요.", "Rest for 3 weeks.", ("unit", "differs")),
    "heading": (
        "문장입니다.\n\n## 제목\n\n둘째 문장입니다.",
        "A sentence.\n\nA second sentence.",
        ("heading", "differs"),
    ),
    "warning": ("문장입니다.\n\n※ 아프면 오세요.", "A sentence.", ("warning", "differs")),
    "warning added": ("문장입니다.", "A sentence.\n\n※ Come if it hurts.", ("warning", "differs")),
    "figure": ("문장입니다.\n\n![그림](a.png)", "A sentence.", ("figure", "differs")),
    "another figure": ("문장입니다.\n\n![그림](a.png)", "A sentence.\n\n![A](b.png)", ("figure", "differs")),
    "item": ("- 물\n- 밥\n- 국", "- Water\n- Rice", ("item", "differs")),
    "row": (
        "| 가 | 나 |\n| - | - |\n| 물 | 밥 |\n| 국 | 김 |",
        "| A | B |\n| - | - |\n| Water | Rice |",
        ("row", "differs"),
    ),
    "link": ("[여기](https://a.example/1)를 보세요.", "See [here](https://a.example/2).", ("link", "differs")),
    "omission": (
        "첫 문장입니다.\n\n다른 긴 문장이 하나 더 있습니다.",
        "This is a first sentence.",
        ("omission", "differs"),
    ),
    "addition": ("첫 문장입니다.", "A first one.\n\nAnd another one that nothing stands for.", ("addition", "differs")),
    "untranslated": ("물을 드세요.", "Drink 물을 드세요.", ("untranslated", "differs")),
    "one word": ("막걸리입니다.", "It is 막걸리.", ("untranslated", "look")),
    "guarantee": ("낫습니다.", "It heals, guaranteed.", ("guarantee", "look")),
    "superlative": ("병원입니다.", "We are the leading clinic.", ("superlative", "look")),
    "price": ("검사합니다.", "We test at a discount.", ("price", "look")),
    "telephone": ("연락하세요.", "Call 02-555-0100.", ("telephone", "look")),
    "booking": ("오세요.", "Book an appointment.", ("booking", "look")),
}


@pytest.mark.parametrize(("korean", "english", "expected"), FOUND.values(), ids=FOUND)
def test_it_is_found(korean: str, english: str, expected: tuple[str, str]) -> None:
    assert expected in kinds(compare_bodies(korean, english))


QUIET = {
    "a registered name": ("하늘담의원입니다.", "We are Haneuldam Clinic (하늘담의원), 하늘담의원."),
    "a word in quotes": ("문장입니다.", "Koreans say “밥 먹었어요”."),
    "a word beside its translation": ("문장입니다.", "Drink rice wine (막걸리 한 잔)."),
    "advertising of the original": ("지금 예약하세요.", "Book an appointment now."),
    "links alike": ("[가](https://a.example/)와 나", "[A](https://a.example/) and B"),
}


@pytest.mark.parametrize(("korean", "english"), QUIET.values(), ids=QUIET)
def test_it_is_not_found(korean: str, english: str) -> None:
    assert compare_bodies(korean, english) == ()


def test_a_text_has_no_difference_from_itself() -> None:
    body = "3일 동안 500mg을 드세요.\n\n※ 5월까지입니다.\n\n![그림](a.png)\n\n- [링크](https://a.example/)"
    assert compare(outline(body), outline(body), NAMES) == ()


def test_a_finding_names_the_lines_of_both_files_and_both_values() -> None:
    (found,) = compare_bodies(
        "문장입니다.\n\n30분 쉬세요.", "A sentence.\n\nIt is\n\nRest for 13 minutes.".replace("It is\n\n", "")
    )
    assert (found.original_line, found.line, found.original_block, found.block) == (14, 14, 2, 2)
    assert (found.there, found.here) == ("30분", "13 minutes")


def test_what_is_missing_is_named_after_the_block_before_it() -> None:
    (found,) = compare_bodies("문장입니다.\n\n※ 아프면 오세요.", "A sentence.")
    assert (found.block, found.line, found.original_line, found.there) == (1, None, 14, "※ 아프면 오세요.")
