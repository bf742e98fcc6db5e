"""Which blocks stand for each other, when the two texts are not built alike."""

import pytest

from colophon.fidelity.outline import TextOutline
from colophon.fidelity.pairs import pair_blocks
from colophon.fidelity.parts import Pair
from tests.fidelity.texts import outline

KOREAN = [
    "아침에 발꿈치가 아프지요.",
    "몇 걸음 걷고 나면 덜해지지만 오래 앉았다 일어나면 다시 아픕니다.",
    "## 왜 아플까요",
    "발바닥에는 발꿈치에서 발가락까지 이어지는 두꺼운 띠가 있습니다.",
    "![발바닥의 띠](sole.png)",
    "- 오래 서서 일하는 사람",
    "- 며칠 사이에 갑자기 많이 걷거나 뛰어서 발을 무리하게 쓴 사람",
    "하루에 10분씩 두 번 늘려 주세요.",
    "※ 밤에 가만히 있어도 아프면 바로 진료를 받으세요.",
]
ENGLISH = [
    "The heel hurts in the morning.",
    "It eases after a few steps, but returns when they get up after sitting for a long time.",
    "## Why does it hurt",
    "A thick band runs along the sole of the foot, from the heel to the toes.",
    "![The band of the sole](sole.png)",
    "- People who stand for long at work",
    "- People who strained their feet in the last days by suddenly walking or running a lot",
    "Stretch it twice a day for 10 minutes.",
    "※ If it hurts at night while you rest, see a doctor at once.",
]


def build(parts: list[str], lang: str = "ko") -> TextOutline:
    return outline("\n\n".join(parts).replace("\n\n- People who s", "\n- People who s"), lang)


def places(pairs: list[Pair]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The numbers of the blocks of each pair, without the title's."""
    return [
        (tuple(block.number for block in pair.there), tuple(block.number for block in pair.here)) for pair in pairs[1:]
    ]


def alone(pairs: list[Pair]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return [pair for pair in places(pairs) if not pair[0] or not pair[1]]


def test_texts_that_are_built_alike_are_paired_by_their_places() -> None:
    assert places(pair_blocks(build(KOREAN), build(ENGLISH, "en"))) == [((n,), (n,)) for n in range(1, 10)]


@pytest.mark.parametrize("dropped", range(9))
def test_a_block_that_is_dropped_is_the_one_without_a_counterpart(dropped: int) -> None:
    pairs = pair_blocks(build(KOREAN), build([each for n, each in enumerate(ENGLISH) if n != dropped], "en"))
    assert alone(pairs) == [((dropped + 1,), ())]


@pytest.mark.parametrize("added", [0, 2, 3, 7, 9])
def test_a_block_that_is_added_is_the_one_without_a_counterpart(added: int) -> None:
    sentence = (
        "This whole paragraph stands in no other text and talks about shoes, insoles and the shops that sell them."
    )
    pairs = pair_blocks(build(KOREAN), build([*ENGLISH[:added], sentence, *ENGLISH[added:]], "en"))
    assert alone(pairs) == [((), (added + 1,))]


def test_two_paragraphs_that_become_one_are_paired_with_it() -> None:
    pairs = pair_blocks(build(KOREAN), build([f"{ENGLISH[0]} {ENGLISH[1]}", *ENGLISH[2:]], "en"))
    assert alone(pairs) == []
    assert places(pairs)[0] == ((1, 2), (1,))


def test_a_paragraph_that_becomes_two_is_paired_with_both() -> None:
    halves = ["A thick band runs along the sole of the foot.", "It begins at the heel and ends at the toes."]
    whole = "발바닥에는 두꺼운 띠가 있습니다. 발꿈치에서 시작해 발가락에서 끝납니다."
    pairs = pair_blocks(build([*KOREAN[:3], whole, *KOREAN[4:]]), build([*ENGLISH[:3], *halves, *ENGLISH[4:]], "en"))
    assert alone(pairs) == []
    assert places(pairs)[3] == ((4,), (4, 5))


def test_the_order_of_the_texts_does_not_matter() -> None:
    short = build([*ENGLISH[:3], *ENGLISH[5:]], "en")
    one, other = pair_blocks(build(KOREAN), short), pair_blocks(short, build(KOREAN))
    assert places(one) == [(there, here) for here, there in places(other)]


def test_long_texts_are_paired_within_a_band() -> None:
    many = [f"{sentence} {number}" for number in range(150) for sentence in KOREAN[:2]]
    assert alone(pair_blocks(outline("\n\n".join(many)), outline("\n\n".join(many[1:])))) == [((1,), ())]


LIST, SENTENCE = ["- 칫솔", "- 치약", "- 컵"], "Bring a toothbrush, toothpaste and a cup."
WHOLE = "발바닥에는 두꺼운 띠가 있습니다. 아침에 첫걸음이 가장 아픕니다. 오래 쉬면 낫습니다."
THREE = ["A thick band runs along the sole.", "The first steps hurt most in the morning.", "It heals with long rest."]
AROUND = ("숨을 쉽니다.", "Breathe in and out.")
PARTS = {
    "a list that became a sentence": (["\n".join(LIST)], [SENTENCE], [((1, 2, 3), (1,))]),
    "a sentence that became a list": (
        ["칫솔, 치약, 컵입니다."],
        ["- Toothbrush\n- Toothpaste\n- Cup"],
        [((1,), (1, 2, 3))],
    ),
    "a list that became a heading": (["\n".join(LIST)], [f"## {SENTENCE}"], None),
    "a list of two that became a sentence": (["\n".join(LIST[:2])], ["A toothbrush, toothpaste."], None),
    "a list that lost a member": (["\n".join(LIST)], ["Bring a toothbrush."], None),
    "a paragraph that became three": (
        [AROUND[0], WHOLE, AROUND[0]],
        [AROUND[1], *THREE, AROUND[1]],
        [((1,), (1,)), ((2,), (2, 3, 4)), ((3,), (5,))],
    ),
    "another sentence beside two of three": (
        [AROUND[0], WHOLE, AROUND[0]],
        [AROUND[1], *THREE, "We sell soft insoles for every kind of shoe in the shop.", AROUND[1]],
        None,
    ),
    "one that is far longer than the three": (
        [AROUND[0], WHOLE, AROUND[0]],
        [AROUND[1], *(f"{each[:-1]}, for as long as one in the house can remember it." for each in THREE), AROUND[1]],
        None,
    ),
    "three paragraphs that became another": ([*KOREAN[:2], KOREAN[3]], [ENGLISH[0]], None),
}


@pytest.mark.parametrize(("korean", "english", "expected"), PARTS.values(), ids=PARTS)
def test_several_blocks_that_one_holds_are_paired_with_it(
    korean: list[str], english: list[str], expected: list[tuple[tuple[int, ...], tuple[int, ...]]] | None
) -> None:
    pairs = pair_blocks(outline("\n\n".join(korean)), outline("\n\n".join(english), "en"))
    if expected is None:
        assert alone(pairs)
    else:
        assert places(pairs) == expected


def test_two_blocks_that_changed_places_in_a_text_of_the_same_shape_are_seen() -> None:
    words = [" ".join(f"{letter}{other}" for other in "KLMN") for letter in "ABCDEFGH"]
    korean, english = ([f"{start} {each}" for each in words] for start in ("여기", "Here"))
    assert not alone(pair_blocks(build(korean), build(english, "en")))
    english[3:5] = english[4:2:-1]
    assert len(alone(pair_blocks(build(korean), build(english, "en")))) == 2
