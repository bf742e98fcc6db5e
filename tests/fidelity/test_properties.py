"""What holds for any text: a text does not differ from itself, sides can change places, and time is bounded."""

from cProfile import Profile

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from colophon.fidelity.compare import compare, find_discrepancies
from colophon.fidelity.discrepancy import Discrepancy
from colophon.fidelity.outline import TextBlock, TextOutline
from colophon.fidelity.pairs import pair_blocks
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
