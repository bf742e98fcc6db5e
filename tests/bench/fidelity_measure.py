"""How many seeded errors of each kind the comparison finds, and how often it is wrong about correct texts."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from random import Random
from time import process_time

from msgspec import Struct

from colophon.fidelity.compare import find_discrepancies
from colophon.fidelity.discrepancy import Discrepancy
from colophon.fidelity.grades import Measured, Measurement
from colophon.fidelity.outline import TextBlock, TextOutline
from tests.bench.fidelity_documents import DOCUMENT_SEEDS, PARAGRAPHS, PATTERN, Document, build_documents
from tests.bench.fidelity_pairs import Pair
from tests.bench.fidelity_seeds import GLOSSARY, NAMES, SEEDS, with_names_and_terms

MAX_SEEDED = 1500
LONG_TEXT = 256 * 1024
# A text begins at every fourth pair.
_STEP = 4
# A wrong number may be told as any of these.
_VALUES = frozenset({"number", "date", "percent", "unit"})
# Told to editors only, whatever was measured.
LOOK_ONLY = frozenset({"length"})


class Recall(Struct, frozen=True):
    """Of ``seeded`` errors of one sort, those that were found."""

    kind: str
    error: str
    seeded: int
    found: int


@lru_cache(maxsize=20_000)
def read_sentence(text: str, lang: str) -> TextOutline:
    """The outline of one paragraph."""
    return TextOutline(lang, (TextBlock("paragraph", 1, lang, text),))


def find(there: TextOutline, here: TextOutline) -> list[Discrepancy]:
    """What differs, before any kind is demoted."""
    return find_discrepancies(there, here, NAMES, GLOSSARY)


def find_in_pair(pair: Pair) -> list[Discrepancy]:
    return find(read_sentence(pair[0], "ko"), read_sentence(pair[1], "en"))


def find_kinds(pair: Pair) -> list[str]:
    """The kinds of what differs between two sentences."""
    return [each.kind for each in find_in_pair(pair) if each.grade == "differs"]


def seed_pairs(pairs: Sequence[Pair], limit: int = MAX_SEEDED) -> Iterator[tuple[str, str, list[tuple[Pair, str]]]]:
    """For each sort of error: its kind, its name, and correct pairs with a wrong translation of each.

    As many as there can be, up to a limit, of which a sample is taken.
    """
    for (kind, error), seed in SEEDS.items():
        wrong = [(pair, text) for pair in pairs for text in seed(pair) if text != pair[1]]
        yield kind, error, Random(error).sample(wrong, min(limit, len(wrong)))


def measure_recall(pairs: Sequence[Pair], limit: int) -> Iterator[Recall]:
    """For each sort of error, in pairs and in whole texts."""
    for kind, error, wrong in seed_pairs(pairs, limit):
        found = sum(_is_found(kind, find_in_pair(pair), find_in_pair((pair[0], text))) for pair, text in wrong)
        yield Recall(kind, error, len(wrong), found)
    documents = build_documents(pairs, step=_STEP)
    for (kind, error), seed in DOCUMENT_SEEDS.items():
        yield _measure_documents(kind, error, documents, seed, limit)


def _measure_documents(
    kind: str, error: str, documents: Iterable[Document], seed: Callable[[Document], Iterator[TextOutline]], limit: int
) -> Recall:
    seeded = found = 0
    for document in documents:
        correct = find(*document)
        for wrong in seed(document) if seeded < limit else ():
            seeded, found = seeded + 1, found + _is_found(kind, correct, find(document[0], wrong))
    return Recall(kind, error, seeded, found)


def _is_found(kind: str, correct: Iterable[Discrepancy], wrong: Iterable[Discrepancy]) -> bool:
    """Whether there is an alarm that the correct text does not have."""
    kinds = _VALUES if kind in _VALUES else {kind}
    known = {(each.kind, each.there, each.here) for each in correct}
    return any(
        each.kind in kinds
        and (each.grade == "differs" or kind in LOOK_ONLY)
        and (each.kind, each.there, each.here) not in known
        for each in wrong
    )


def measure_drops(pairs: Sequence[Pair]) -> dict[str, int]:
    """Paragraphs that are left out of texts of twelve: those found, and those of which the right one is named."""
    seeded = found = named = 0
    for there, here in build_documents(pairs, PARAGRAPHS):
        for place, block in enumerate(there.blocks):
            short = TextOutline("en", (*here.blocks[:place], *here.blocks[place + 1 :]))
            left = [each for each in find(there, short) if each.kind == "omission"]
            seeded, found = seeded + 1, found + bool(left)
            named += any(each.original_block == block.number for each in left)
    return {"seeded": seeded, "found": found, "named": named}


def count_alarms(correct: Sequence[Pair]) -> Mapping[str, float]:
    """Of each kind, false alarms per 100 correct blocks."""
    alarms = Counter(kind for pair in correct for kind in set(find_kinds(pair)))
    of_kind = {kind: 100 * count / len(correct) for kind, count in alarms.items()}
    documents = build_documents(correct, step=_STEP)
    in_documents = Counter(each.kind for document in documents for each in find(*document) if each.grade == "differs")
    kinds = {kind for kind, _ in DOCUMENT_SEEDS}
    blocks = len(documents) * len(PATTERN)
    return of_kind | {kind: 100 * in_documents[kind] / blocks for kind in kinds}


def measure(
    pairs: Sequence[Pair], digest: str, right: Iterable[int], limit: int = MAX_SEEDED
) -> tuple[Measured, list[Recall]]:
    """Every kind, and every sort of error. ``digest`` is that of the pairs.

    ``right`` are the numbers of pairs that do differ: nothing is put into these. At most ``limit`` errors of a sort.
    """
    pairs, known = with_names_and_terms(pairs), set(right)
    correct = [pair for number, pair in enumerate(pairs, 1) if number not in known]
    recalls = list(measure_recall(correct, limit))
    alarms = count_alarms(correct)
    kinds = {}
    for kind in dict.fromkeys(each.kind for each in recalls):
        seeded = sum(each.seeded for each in recalls if each.kind == kind)
        found = sum(each.found for each in recalls if each.kind == kind)
        if seeded:
            recall, wrong = found / seeded, alarms.get(kind, 0.0)
            precision = recall / (recall + wrong / 100) if recall else 0.0
            kinds[kind] = Measurement(seeded, round(recall, 4), round(wrong, 2), round(precision, 4))
    return Measured(digest, len(pairs), kinds), recalls


def measure_time(pairs: Sequence[Pair]) -> dict[str, float]:
    """Milliseconds of processor to compare two texts of 256 kB: the least of three runs.

    The outlines are ready, with their values read; pairing and comparing are measured. ``agree``: of two texts that are
    built alike. ``differ``: every tenth block is left out.
    """
    count = LONG_TEXT * len(pairs) // sum(len(pair[0].encode()) for pair in pairs)
    ((there, here),) = build_documents([pairs[n % len(pairs)] for n in range(count)], ("paragraph",) * count)
    short = TextOutline("en", tuple(block for n, block in enumerate(here.blocks) if n % 10))
    return {name: min(_time(there, other) for _ in range(3)) for name, other in (("agree", here), ("differ", short))}


def _time(there: TextOutline, here: TextOutline) -> float:
    begin = process_time()
    find(there, here)
    return round(1000 * (process_time() - begin), 1)
