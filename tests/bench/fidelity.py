"""``make bench-fidelity [PAIRS=FILE.tsv]``: how many seeded errors the comparison finds, and how often it is wrong.

Every kind is measured on correct sentence pairs into which one error at a time is put, beside translate-toolkit's
checks on the same pairs. The result goes to ``build/fidelity.json``, with the digest of the set. The comparison knows
nothing of meaning: what is found here is what a program can see.
"""

import argparse
import json
import re
import subprocess
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct

from colophon.fidelity.compare import compare
from colophon.fidelity.discrepancy import NOT_CHECKED
from tests.bench.fidelity_pairs import Pair, build_documents, drop_block, generate_pairs, read_file, read_samples
from tests.bench.fidelity_seeds import SEEDS
from tests.fidelity.texts import sentence

REPORT = Path("build/fidelity.json")
ROOT = Path(__file__).parents[2]
_TOOLKIT = ROOT / ".venv-translate/bin/python"
_GENERATED, _SEED, _MAX_SEEDED, _BLOCKS = 600, 11, 1500, 12
_DIGIT = re.compile(r"\d")


class Recall(Struct, frozen=True):
    """Of ``seeded`` errors of one sort, those found: by the comparison, and by translate-toolkit."""

    kind: str
    error: str
    seeded: int
    found: int
    found_by_toolkit: int


def find_kinds(pair: Pair) -> list[str]:
    """The kinds of what differs between two sentences."""
    there, here = (sentence(text, lang) for text, lang in zip(pair, ("ko", "en"), strict=True))
    return [each.kind for each in compare(there, here, {}) if each.grade == "differs"]


def run_toolkit(pairs: Sequence[Pair]) -> list[list[str]]:
    """The checks of translate-toolkit that fail for each pair."""
    command = [str(_TOOLKIT), str(ROOT / "tests/bench/translate_toolkit.py")]
    done = subprocess.run(command, input=json.dumps(pairs), capture_output=True, text=True, check=True)
    found: list[list[str]] = json.loads(done.stdout)
    return found


def measure_recall(pairs: Sequence[Pair]) -> list[Recall]:
    """For each sort of error, in pairs without an alarm: all that there can be, up to a limit."""
    toolkit_is_quiet = {pair for pair, found in zip(pairs, run_toolkit(pairs), strict=True) if not found}
    quiet = [pair for pair in pairs if not find_kinds(pair)]
    results = []
    for (kind, error), seed in SEEDS.items():
        seeded = [((pair[0], wrong), pair) for pair in quiet for wrong in seed(pair) if wrong != pair[1]][:_MAX_SEEDED]
        by_toolkit = run_toolkit([wrong for wrong, _ in seeded])
        found = sum(bool(find_kinds(wrong)) for wrong, _ in seeded)
        # An alarm that the correct pair has too finds nothing.
        told = sum(
            bool(names) and pair in toolkit_is_quiet for names, (_, pair) in zip(by_toolkit, seeded, strict=True)
        )
        results.append(Recall(kind, error, len(seeded), found, told))
    return results


def measure_drops(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Paragraphs that are left out of texts of twelve: those found, and those of which the right one is named."""
    seeded = found = named = 0
    for there, here in build_documents(pairs, _BLOCKS):
        for place, block in enumerate(there.blocks):
            left = [each for each in compare(there, drop_block(here, place), {}) if each.kind == "omission"]
            seeded, found = seeded + 1, found + bool(left)
            named += any(each.original_block == block.number for each in left)
    return {"seeded": seeded, "found": found, "named": named}


def measure_alarms(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Alarms on the pairs as they are. ``pairs`` names them, so that a person can tell which are right."""
    with_number = [pair for pair in pairs if _DIGIT.search(pair[0] + pair[1])]
    alarms = [number for number, pair in enumerate(pairs, 1) if find_kinds(pair)]
    return {
        "pairs": len(pairs),
        "pairs_with_number": len(with_number),
        "alarms": alarms,
        "alarms_per_100_with_number": _per_hundred(sum(bool(find_kinds(pair)) for pair in with_number), with_number),
        "toolkit_per_100_with_number": _per_hundred(sum(map(bool, run_toolkit(with_number))), with_number),
    }


def _per_hundred(count: int, of: Sequence[Pair]) -> float:
    return round(100 * count / len(of), 2) if of else 0.0


def main() -> None:
    """Measure, write the report, print a table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("pairs", nargs="?", type=Path, help="a file of pairs: Korean, a tab, English")
    chosen = arguments.parse_args()
    pairs = read_file(chosen.pairs) if chosen.pairs else [*generate_pairs(_GENERATED, _SEED), *read_samples()]
    digest = sha256("\n".join("\t".join(pair) for pair in pairs).encode()).hexdigest()
    recall, drops, alarms = measure_recall(pairs), measure_drops(pairs), measure_alarms(pairs)
    _print(recall, alarms)
    print(f"Paragraphs dropped: {drops['seeded']}, found {drops['found']}, the right one named {drops['named']}")
    REPORT.parent.mkdir(exist_ok=True)
    report = {
        "set": digest,
        "alarms": alarms,
        "dropped_paragraphs": drops,
        "recall": [{name: getattr(each, name) for name in each.__struct_fields__} for each in recall],
        "not_checked": NOT_CHECKED,
    }
    REPORT.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(f"All figures: {REPORT}")


def _print(recall: Iterable[Recall], alarms: dict[str, Any]) -> None:
    print(f"{'kind':<14}{'error':<24}{'seeded':>8}{'found':>8}{'recall':>8}{'translate-toolkit':>20}")
    for each in recall:
        share, other = ((count / each.seeded if each.seeded else 0) for count in (each.found, each.found_by_toolkit))
        print(f"{each.kind:<14}{each.error:<24}{each.seeded:>8}{each.found:>8}{share:>8.3f}{other:>20.3f}")
    print(
        f"{alarms['pairs']} pairs, {alarms['pairs_with_number']} with a number: "
        f"{alarms['alarms_per_100_with_number']} alarms per 100 of these "
        f"(translate-toolkit {alarms['toolkit_per_100_with_number']})"
    )
    print(f"Pairs with an alarm: {', '.join(map(str, alarms['alarms'])) or 'none'}")


if __name__ == "__main__":
    main()
