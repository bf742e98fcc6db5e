"""Pairs in Korean and English to measure the comparison with: generated sentences, the samples' blocks, or a file's."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from random import Random

from colophon.edition.read import read_edition
from colophon.fidelity.outline import TextOutline, read_outline
from colophon.fidelity.pairs import pair_blocks
from colophon.fidelity.placed_blocks import place_blocks

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests/samples/inbox/posts"
Pair = tuple[str, str]
# {n}, {d} and {y} are numbers in digits; {k} and {e} are one number in words, {m} and {M} one month, {w} and {t} one
# amount, {n} and {b} another.
_SENTENCES = """\
약을 먹고 {n}분이 지나면 졸음이 옵니다. | Drowsiness comes {n} minutes after the medicine.
하루에 {k} 번, {n}초씩 늘려 줍니다. | Stretch it {e} times a day for {n} seconds each.
{n}명 가운데 {k} 명은 다시 아프다고 합니다. | Of {n} people, {e} say that it hurts again.
체온이 {n}도를 넘으면 전화로 물어보세요. | If the temperature is above {n} degrees, ask by telephone.
상처의 길이는 {n}mm였습니다. | The wound was {n} mm long.
그 물약은 한 번에 {n}mL만 드세요. | Take only {n} mL of that syrup at a time.
전체의 {n}%가 봄에 찾아옵니다. | {n} percent of all come in spring.
{n}개월이 지나야 모양이 잡힙니다. | It takes {n} months to find its shape.
{k} 달 뒤에 사진을 다시 찍습니다. | We take another picture {e} months later.
{n}년 전에 쓴 글을 고쳤습니다. | This corrects a text from {n} years ago.
걸음은 하루 {n}보까지만 늘립니다. | Increase the steps to {n} a day, no more.
{n}시에 문을 열고 쉬는 시간은 {k} 시간입니다. | We open at {n} o'clock and rest for {e} hours.
화면과 눈 사이는 {n}cm 떨어뜨립니다. | Keep {n} cm between the screen and the eyes.
아이가 {k} 살이 되면 이가 갈립니다. | A child's teeth change at the age of {e}.
접수는 {m}월에 시작합니다. | It begins in {M}.
{n}주 동안은 뛰지 마세요. | Do not run for {n} weeks.
두께는 {d}mm였고 무게는 {n}g이었습니다. | It was {d} mm thick and weighed {n} g.
{m}월 {k} 번째 주에 안내문을 보냅니다. | We send the note in the {o} week of {M}.
{m}월 {y}일까지 서류를 받습니다. | We accept papers until {M} {y}.
약값은 모두 {w}만 원이었습니다. | The medicine cost {t} won in all.
이 병을 앓는 사람은 {d}백만 명입니다. | This illness affects {d} million people.
남은 예산은 {n}억 원입니다. | The rest of the budget is {b} billion won.
환자의 {d}%가 다시 찾아왔고 {n}%는 그러지 않았습니다. | {d}% of the patients came back, and {n}% did not."""
_DIGITS = (3, 5, 7, 10, 12, 15, 20, 24, 30, 36, 40, 45, 60, 80, 90, 100, 120, 150, 200, 250, 500)
_WORDS = {
    2: ("두", "two", "second"),
    3: ("세", "three", "third"),
    4: ("네", "four", "fourth"),
    5: ("다섯", "five", "fifth"),
    6: ("여섯", "six", "sixth"),
    7: ("일곱", "seven", "seventh"),
}
_MONTHS = ("January", "March", "May", "July", "September", "November")


def generate_pairs(count: int, seed: int) -> list[Pair]:
    """``count`` pairs, each a sentence with values; the same for the same ``seed``."""
    chance, templates = Random(seed), [line.split(" | ") for line in _SENTENCES.splitlines()]
    pairs = []
    for korean, english in itertools.islice(itertools.cycle(templates), count):
        number, (word, in_english, ordinal) = chance.choice(_DIGITS), chance.choice(list(_WORDS.values()))
        month, tens = chance.choice(_MONTHS), chance.choice(_DIGITS)
        day = chance.randrange(10, 29)
        known = {
            "y": day,
            "n": number,
            "k": word,
            "e": in_english,
            "o": ordinal,
            "M": month,
            "m": 2 * _MONTHS.index(month) + 1,
        }
        amounts = {"d": chance.randrange(11, 99) / 10, "w": tens, "t": f"{tens * 10_000:,}", "b": f"{number / 10:g}"}
        pairs.append((korean.format(**known, **amounts), english.format(**known, **amounts)))
    return pairs


def read_samples() -> Iterator[Pair]:
    """The blocks of the samples' originals and translations that stand for each other."""
    for original in sorted(SAMPLES.glob("*/*/ko.md")):
        translation = original.with_name("en.md")
        if translation.exists():
            (there, texts), (here, others) = _read(original), _read(translation)
            for pair in pair_blocks(there, here):
                if pair.there and pair.here and pair.here[0].number and not pair.here[0].figure:
                    yield (
                        "\n".join(texts[block.number] for block in pair.there),
                        "\n".join(others[block.number] for block in pair.here),
                    )


def _read(path: Path) -> tuple[TextOutline, dict[int, str]]:
    """The outline, and the text of each block by its number."""
    edition = read_edition(path.stem, path.read_bytes())
    return read_outline(edition), {block.number: block.text for block in place_blocks(edition.blocks)}


def read_file(path: Path) -> list[Pair]:
    """Pairs of a file with one a line: Korean, a tab, English."""
    lines = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line.strip()]
    if wrong := [number for number, line in enumerate(lines, 1) if len(line) != 2]:
        raise SystemExit(f"{path}, line {wrong[0]}: a pair is Korean, a tab and English.")
    return [(korean, english) for korean, english in lines]
