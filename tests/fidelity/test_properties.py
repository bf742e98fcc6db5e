"""What holds for any text: a text does not differ from itself, sides can change places, and time is bounded."""

from cProfile import Profile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from colophon.fidelity import korean
from colophon.fidelity.compare import compare, find_discrepancies
from colophon.fidelity.discrepancy import Discrepancy
from colophon.fidelity.outline import TextBlock, TextOutline
from colophon.fidelity.pairs import pair_blocks
from colophon.fidelity.word_cache import WordCache
from tests.bench.fidelity_documents import build_documents
from tests.bench.fidelity_measure import find
from tests.bench.fidelity_pairs import generate_pairs
from tests.bench.fidelity_seeds import GLOSSARY, NAMES

KINDS = ("heading", "paragraph", "item", "row", "warning", "figure")
PARTS = (
    "3회", "30만 원", "오후 2시 30분", "스물다섯 살", "3분의 1", "반", "한 시간 반", "10~20%", "5월 3일", "하늘담의원",
    "최고", "twenty-five", "half an hour", "3.5 cm", "quarter past five", "May 5", "$3 million", "XIV", "the best",
    "三回", "5月3日", "30分", "一半", "도수치료", "artificial tears", "MRI", "※", "38°C (100.4°F)", "2인 1조", "'98년",
)  # fmt: skip
texts = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(PARTS), max_size=5).map(" ".join))
blocks = st.lists(st.tuples(st.sampled_from(KINDS), texts, st.sampled_from(("", "https://a.example/"))), max_size=8)
langs = st.sampled_from(("ko", "en", "ja", "zh-Hans", "vi"))


def build(lang: str, parts: list[tuple[str, str, str]]) -> TextOutline:
    return TextOutline(
        lang,
        tuple(
            TextBlock(kind, number, lang, text, (link,) if link else (), f"{number}.png" if kind == "figure" else "")
            for number, (kind, text, link) in enumerate(parts, 1)
        ),
    )


@settings(deadline=None)
@given(langs, blocks)
def test_a_text_does_not_differ_from_itself(lang: str, parts: list[tuple[str, str, str]]) -> None:
    outline = build(lang, parts)
    assert compare(outline, build(lang, parts), NAMES, GLOSSARY) == ()


@settings(deadline=None)
@given(langs, texts)
def test_what_is_seen_before_values_are_read_leaves_out_none(lang: str, text: str) -> None:
    block = TextBlock("paragraph", 1, lang, text)
    assert block.has_digits or not block.values.digits
    assert block.may_count or not block.values.in_words


# Where one word ends with a numeral, and the next one says what it counts.
@pytest.mark.parametrize(
    "text", ["이 분", "열여 시간", "열 남짓 명", "두 주", "하루 걸러", "스물 네 살", "두\n시간", "반 알"]
)
def test_a_value_of_two_words_is_seen_before_values_are_read(text: str) -> None:
    block = TextBlock("paragraph", 1, "ko", text)
    assert block.values.single
    assert block.may_count


KOREAN_PARTS = (
    *(
        "이",
        "분",
        "열",
        "여",
        "남짓",
        "하루",
        "걸러",
        "반",
        "배",
        "십",
        "이십",
        "만",
        "성",
        "세",
        "서",
        "네 살",
        "제",
        "3",
        "조",
        "항",
        "분의",
    ),
    *(" ", " ", "\n", "\u3000", ",", "(", "가", "한", "시", "두", "첫", "째", "③", "㎖", "일"),
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(KOREAN_PARTS), max_size=8).map("".join))
def test_a_value_in_korean_is_looked_for_at_every_place_where_one_begins(text: str) -> None:
    everywhere = [found.span() for found in korean.build_pattern().finditer(text)]
    assert [found.span() for found in korean.match_values(text)] == everywhere


def test_of_most_blocks_of_a_right_translation_no_value_is_read() -> None:
    there, here = (
        TextOutline(lang, tuple(TextBlock("paragraph", number, lang, text) for number in range(1, 41)))
        for lang, text in (("ko", "물을 조금씩 자주 드시면 좋습니다."), ("en", "It is good to drink some water often."))
    )
    profile = Profile()
    assert profile.runcall(compare, there, here, NAMES) == ()
    assert not [entry for entry in profile.getstats() if getattr(entry.code, "co_name", "") == "read_values"]


def test_words_are_kept_within_bounds() -> None:
    cache = WordCache(len)
    assert [cache[f"{number}"] for number in range(30_000)][-1] == 5
    assert len(cache) <= 20_000
    assert cache["a" * 1000] == 1000
    assert "a" * 1000 not in cache


MIRRORED = {"omission": "addition", "addition": "omission"}
# These ask what the translation has, so they have a direction.
ONE_WAY = {"untranslated", "name", "term", "price", "telephone", "booking", "superlative", "guarantee"}


def mirror(found: list[Discrepancy]) -> set[tuple[str, str, str]]:
    """What was found with the sides changed."""
    return {(MIRRORED.get(each.kind, each.kind), each.here, each.there) for each in found if each.kind not in ONE_WAY}


def test_the_order_of_the_languages_does_not_matter() -> None:
    for there, here in build_documents(generate_pairs(80, 7)):
        for place in range(len(here.blocks)):
            short = replace(here, blocks=(*here.blocks[:place], *here.blocks[place + 1 :]))
            found = [each for each in find(there, short) if each.kind not in ONE_WAY]
            assert {(each.kind, each.there, each.here) for each in found} == mirror(
                find_discrepancies(short, there, NAMES, GLOSSARY)
            )


# As many pairs of blocks as are considered in about a tenth of a second.
MAX_CONSIDERED = 60_000


def count_considered(there: TextOutline, here: TextOutline) -> int:
    """How many pairs of blocks are rated to pair two texts."""
    profile = Profile()
    profile.runcall(pair_blocks, there, here)
    return sum(entry.callcount for entry in profile.getstats() if getattr(entry.code, "co_name", "") == "score")


def long_texts() -> tuple[TextOutline, TextOutline]:
    """Two texts of 256 kB, if every paragraph has 90 bytes."""
    pairs = generate_pairs(2800, 3)
    ((there, here),) = build_documents(pairs, ("paragraph",) * len(pairs))
    return there, here


def test_the_time_to_pair_two_long_texts_is_bounded() -> None:
    there, here = long_texts()
    half = len(here.blocks) // 2
    others = {
        "alike": here.blocks,
        "one left out": (*here.blocks[:half], *here.blocks[half + 1 :]),
        "every tenth left out": tuple(block for n, block in enumerate(here.blocks) if n % 10),
        "half left out": here.blocks[:half],
        "the other way round": here.blocks[::-1],
    }
    counts = {name: count_considered(there, replace(here, blocks=blocks)) for name, blocks in others.items()}
    assert counts["alike"] == 0
    assert max(counts.values()) <= MAX_CONSIDERED


def test_a_block_that_is_left_out_of_a_long_text_is_the_one_that_is_told() -> None:
    there, here = long_texts()
    half = len(here.blocks) // 2
    short = replace(here, blocks=(*here.blocks[:half], *here.blocks[half + 1 :]))
    assert [each.original_block for each in find(there, short) if each.kind == "omission"] == [half + 1]


def test_two_long_texts_that_agree_are_compared_without_a_look_at_single_values() -> None:
    there, here = long_texts()
    profile = Profile()
    profile.runcall(find, there, here)
    compared = sum(entry.callcount for entry in profile.getstats() if getattr(entry.code, "co_name", "") == "is_same")
    assert compared < 2 * len(there.blocks)
