"""``make bench-fidelity [PAIRS=FILE.tsv]``: how many seeded errors the comparison finds, and how often it is wrong.

Every kind is measured on correct pairs, or on texts made of them, into which one error at a time is put, beside
translate-toolkit's checks on the same pairs. The result goes to ``build/fidelity.json``, with the digest of the set.
With ``--write`` the file's pairs and the project's own are measured together, and ``measured.json`` is written: the
grades of all kinds come from it. The comparison knows nothing of meaning: what is found here is what a program can see.
"""

import argparse
import json
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import yaml

from colophon.fidelity.discrepancy import NOT_CHECKED
from colophon.fidelity.grades import Measured
from tests.bench.fidelity_measure import Recall, find_kinds, measure, measure_drops, seed_pairs
from tests.bench.fidelity_pairs import Pair, generate_pairs, read_file, read_samples
from tests.bench.fidelity_seeds import with_names_and_terms

REPORT = Path("build/fidelity.json")
ROOT = Path(__file__).parents[2]
MEASURED = ROOT / "shared/colophon/fidelity/measured.json"
# By the digest of a set: the numbers of pairs that do differ, as a person judged.
RIGHT = ROOT / "tests/bench/fidelity_right.yaml"
_TOOLKIT = ROOT / ".venv-translate/bin/python"
_GENERATED, _SEED = 1200, 11
_DIGIT = re.compile(r"\d")


def run_toolkit(pairs: Sequence[Pair]) -> list[list[str]]:
    """The checks of translate-toolkit that fail for each pair."""
    command = [str(_TOOLKIT), str(ROOT / "tests/bench/translate_toolkit.py")]
    done = subprocess.run(command, input=json.dumps(pairs), capture_output=True, text=True, check=True)
    found: list[list[str]] = json.loads(done.stdout)
    return found


def measure_toolkit(pairs: Sequence[Pair]) -> dict[tuple[str, str], float]:
    """The recall of translate-toolkit by kind and error; an alarm that the correct pair has too finds nothing."""
    quiet = {pair for pair, found in zip(pairs, run_toolkit(pairs), strict=True) if not found}
    recall = {}
    for kind, error, wrong in seed_pairs(pairs):
        found = run_toolkit([(pair[0], text) for pair, text in wrong])
        told = sum(bool(names) and pair in quiet for names, (pair, _) in zip(found, wrong, strict=True))
        recall[kind, error] = told / len(wrong) if wrong else 0.0
    return recall


def measure_alarms(pairs: Sequence[Pair], right: Sequence[int]) -> dict[str, Any]:
    """Alarms on the pairs as they are. ``pairs`` names them, so that a person can tell which are right."""
    with_number = [(number, pair) for number, pair in enumerate(pairs, 1) if _DIGIT.search(pair[0] + pair[1])]
    alarms = {number: kinds for number, pair in enumerate(pairs, 1) if (kinds := find_kinds(pair))}
    false = [number for number, _ in with_number if number in alarms and number not in right]
    by_toolkit = sum(map(bool, run_toolkit([pair for _, pair in with_number])))
    return {
        "pairs": len(pairs),
        "pairs_with_number": len(with_number),
        "alarms": alarms,
        "right": [number for number in alarms if number in right],
        "per_100_with_number": _per_hundred(sum(number in alarms for number, _ in with_number), with_number),
        "false_per_100_with_number": _per_hundred(len(false), with_number),
        "toolkit_per_100_with_number": _per_hundred(by_toolkit, with_number),
    }


def _per_hundred(count: int, of: Sequence[object]) -> float:
    return round(100 * count / len(of), 2) if of else 0.0


def find_digest(pairs: Iterable[Pair]) -> str:
    """The digest that names a set."""
    return sha256("\n".join("\t".join(pair) for pair in pairs).encode()).hexdigest()


def read_right(digest: str) -> list[int]:
    numbers: list[int] = yaml.safe_load(RIGHT.read_text("utf-8")).get(digest, [])
    return numbers


def main() -> None:
    """Measure, write the report, print a table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("pairs", nargs="?", type=Path, help="a file of pairs: Korean, a tab, English")
    arguments.add_argument("--write", action="store_true", help="write measured.json, from these pairs and our own")
    chosen = arguments.parse_args()
    pairs = read_file(chosen.pairs) if chosen.pairs else []
    right = read_right(find_digest(pairs))
    if chosen.write or not pairs:
        pairs = [*pairs, *generate_pairs(_GENERATED, _SEED), *read_samples()]
    measured, recalls = measure(pairs, find_digest(pairs), right)
    alarms, drops = measure_alarms(pairs, right), measure_drops(pairs)
    _print(measured, recalls, measure_toolkit(with_names_and_terms(pairs)), alarms)
    print(f"Paragraphs dropped: {drops['seeded']}, found {drops['found']}, the right one named {drops['named']}")
    if chosen.write:
        MEASURED.write_bytes(msgspec.json.format(msgspec.json.encode(measured), indent=1) + b"\n")
    REPORT.parent.mkdir(exist_ok=True)
    report = {"alarms": alarms, "dropped_paragraphs": drops, "errors": recalls, "not_checked": NOT_CHECKED}
    REPORT.write_bytes(msgspec.json.format(msgspec.json.encode({**msgspec.to_builtins(measured), **report}), indent=1))
    print(f"All figures: {REPORT}")


def _print(
    measured: Measured, recalls: Iterable[Recall], toolkit: Mapping[tuple[str, str], float], alarms: dict[str, Any]
) -> None:
    print(f"{'kind':<14}{'error':<26}{'seeded':>8}{'found':>8}{'recall':>8}{'translate-toolkit':>20}")
    for each in recalls:
        share = each.found / each.seeded if each.seeded else 0.0
        other = f"{toolkit[each.kind, each.error]:.3f}" if (each.kind, each.error) in toolkit else "-"
        print(f"{each.kind:<14}{each.error:<26}{each.seeded:>8}{each.found:>8}{share:>8.3f}{other:>20}")
    print(f"\n{'kind':<14}{'recall':>8}{'false alarms per 100 correct blocks':>38}{'precision':>12}")
    for kind, one in measured.kinds.items():
        print(f"{kind:<14}{one.recall:>8.3f}{one.false_alarms:>38.2f}{one.precision:>12.3f}")
    print(
        f"\n{alarms['pairs']} pairs, {alarms['pairs_with_number']} with a number: "
        f"{alarms['per_100_with_number']} alarms per 100 of these, {alarms['false_per_100_with_number']} of them false "
        f"(translate-toolkit {alarms['toolkit_per_100_with_number']} alarms)"
    )
    named = ", ".join(f"{number} ({', '.join(kinds)})" for number, kinds in alarms["alarms"].items())
    print(f"Pairs with an alarm: {named or 'none'}; of these a person found right: {alarms['right'] or 'none'}")


if __name__ == "__main__":
    main()
