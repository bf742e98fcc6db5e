"""Text that was left in another script: the original under a translation's name, and paragraphs of it."""

import pytest

from colophon.edition.read import read_edition
from colophon.problem import Refused
from tests.edition.editions import BODY_LINE, FRONT, edition_file

KOREAN = "무릎이 아프면 계단을 피하세요."
JAPANESE = "膝が痛いときは階段を避けてください。"
CHINESE = "膝盖疼痛时请避免走楼梯。"
RUSSIAN = "Если болит колено, избегайте лестниц."
ENGLISH = "If the knee hurts, do not take the stairs. See a doctor after a week."


def told(lang: str, body: str, front: str = FRONT) -> list[tuple[int | None, str, str]]:
    """Line, field and text of each warning of an edition in ``lang``, whose title is English."""
    try:
        problems = read_edition(lang, edition_file(body, front)).warnings
    except Refused as refused:
        problems = refused.problems
    return [(problem.line, problem.field, problem.what) for problem in problems]


@pytest.mark.parametrize(
    ("lang", "body", "words"),
    [
        ("en", f"{KOREAN}\n\n일주일이 지나도 아프면 오세요.", "The English edition is almost wholly in Hangul"),
        ("en", f"a\n\n{KOREAN}\n{KOREAN}\n\n- {KOREAN}", "The English edition is almost wholly in Hangul"),
        ("en-GB", KOREAN, "almost wholly in Hangul"),
        ("en", JAPANESE, "almost wholly in Japanese"),
        ("en", CHINESE, "almost wholly in Chinese characters"),
        ("vi", KOREAN, "The Vietnamese edition is almost wholly in Hangul"),
        ("ru", KOREAN, "almost wholly in Hangul"),
        ("ja", KOREAN, "The Japanese edition is almost wholly in Hangul"),
        ("zh-Hans", KOREAN, "almost wholly in Hangul"),
        ("zh-Hans", JAPANESE, "almost wholly in Japanese"),
        ("ko", JAPANESE, "almost wholly in Japanese"),
        ("ja", ENGLISH, "The Japanese edition has no Japanese in its text"),
        ("ja", CHINESE * 2, "has no Japanese in its text"),
        ("ko", ENGLISH, "The Korean edition has no Hangul in its text"),
        ("zh-Hans", ENGLISH, "has no Chinese characters in its text"),
        ("en", f'> "{KOREAN}"', "almost wholly in Hangul"),
    ],
)
def test_a_text_of_another_language_is_told_once(lang: str, body: str, words: str) -> None:
    (problem,) = told(lang, body)
    assert problem[0] == BODY_LINE
    assert words in problem[2]


@pytest.mark.parametrize(
    ("lang", "body", "lines"),
    [
        ("en", f"{ENGLISH * 2}\n\n{KOREAN}\n\n{ENGLISH}", (2,)),
        ("en", f"{ENGLISH * 2}\n\n※ {KOREAN}\n\n{ENGLISH}", (2,)),
        ("en", f"{ENGLISH * 2}\n\n- a\n- {KOREAN}", (3,)),
        ("en", f"{ENGLISH * 2}\n\n## 무릎은 왜 아픈가요?\n\n{ENGLISH}", (2,)),
        ("en", f"{ENGLISH * 2}\n\n- 찜질을 하루에 두 번 하세요\n- Avoid stairs", (2,)),
        ("en", f"{ENGLISH * 2}\n\n| a | b |\n|---|---|\n| Stairs | 오래 걷지 마세요 |\n\n{ENGLISH}", (4,)),
        ("en", f"{ENGLISH * 4} 일주일이 지나도 계속 아프면 병원에 오셔서 진료를 받으세요.", (0,)),
        ("en", f"{ENGLISH * 4}\n\n{JAPANESE}", (2,)),
        ("en", f"{ENGLISH * 4}\n\n{CHINESE}", (2,)),
        ("en", f"{ENGLISH * 4}\n\n{KOREAN}\n\n**{KOREAN}**", (2, 4)),
        ("ja", f"{JAPANESE * 3}\n\n{KOREAN}", (2,)),
        ("zh-Hans", f"{CHINESE * 4}\n\n{KOREAN}", (2,)),
        ("zh-Hans", f"{CHINESE * 9}\n\n{JAPANESE}", (2,)),
        ("ru", f"{RUSSIAN * 4}\n\n{KOREAN}", (2,)),
    ],
)
def test_a_paragraph_that_was_left_is_told_with_its_line(lang: str, body: str, lines: tuple[int, ...]) -> None:
    assert [line for line, _, _ in told(lang, body)] == [BODY_LINE + line for line in lines]


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("en", "봄날피부과의원 is on the second floor of 서울빌딩."),
        ("en", f"{ENGLISH} (무릎이 아프면 계단을 피하세요.)"),
        ("en", f"{ENGLISH} The sign says “{KOREAN}” and no more."),
        ("en", f"{ENGLISH}\n\n「{KOREAN}」"),
        ("en", f"{ENGLISH * 2}\n\n> {KOREAN}\n\n{ENGLISH}"),
        ("en", f"{ENGLISH}\n\n[프락셀 레이저 이야기를 해 볼까요?](https://a.kr)"),
        ("en", f"{ENGLISH}\n\n서울특별시 강남구 테헤란로 123, 봄날빌딩 4층"),
        ("en", f"{ENGLISH}\n\n봄날의원"),
        ("en", f"{ENGLISH} 염증(炎症) means inflammation, 注意 means care."),
        ("en", f"{ENGLISH}\n\n`{KOREAN}`"),
        ("ja", f"{JAPANESE} MRI, CT, Fraxel laser and more English words than Japanese ones are no matter."),
        ("ja", f"{JAPANESE}\n\n{ENGLISH}"),
        ("ja", f"{JAPANESE} 봄날피부과의원"),
        ("ko", f"{KOREAN} 염증(炎症) Fraxel レーザー"),
        ("zh-Hans", f"{CHINESE} 봄날피부과의원 の"),
        ("ru", RUSSIAN),
        ("ka", KOREAN),
        ("en", "Short."),
        ("ja", "MRI"),
        ("ko", "![무릎](a.jpg)\n\nMRI"),
    ],
)
def test_names_quotations_titles_and_parentheses_are_silent(lang: str, body: str) -> None:
    assert told(lang, body) == []


@pytest.mark.parametrize(
    ("lang", "title", "is_told"),
    [
        ("en", "프락셀 레이저 이야기", True),
        ("en", "Fraxel 프락셀", False),
        ("en", "봄날 (Bomnal)", False),
        ("ja", "프락셀 레이저 이야기", True),
        ("ja", "Fraxel", False),
        ("ko", "프락셀 레이저 이야기", False),
    ],
)
def test_a_title_in_another_script_is_told(lang: str, title: str, is_told: bool) -> None:
    body = {"en": ENGLISH, "ja": JAPANESE, "ko": KOREAN}[lang]
    found = told(lang, body, FRONT.replace("title: What fractional lasers do", f"title: {title}"))
    assert [(line, field) for line, field, _ in found] == ([(2, "title")] if is_told else [])


def test_the_words_of_an_image_are_read_too() -> None:
    assert [line for line, _, _ in told("en", f"{ENGLISH}\n\n![무릎 운동을 하는 모습](a.jpg)")] == [BODY_LINE + 2]
    assert told("en", f"{ENGLISH}\n\n![A poster: 무릎 운동](a.jpg)") == []
