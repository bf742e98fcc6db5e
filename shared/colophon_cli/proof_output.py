"""Prints a proof: check by check while they are few, else kind by kind, with the checks that are not proven."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter

import typer
from rich.console import Console

from colophon_cli.terminal import print_line, visible
from colophon_ops.withdraw.proof import PUBLIC_SITE, CheckResult, Verdict

# More checks than this are printed kind by kind.
_ONE_BY_ONE = 250
_COLOURS: Mapping[Verdict, str] = {
    "proven": "green",
    "not proven": "bold red",
    "held": "yellow",
    "not checked": "yellow",
}


def print_proof_json(proof: Sequence[CheckResult]) -> None:
    """The proof as JSON: a list of {place, what, verdict, found, seconds}."""
    typer.echo(json.dumps([result.as_json() for result in proof], ensure_ascii=False, indent=2))


def print_proof(console: Console, proof: Sequence[CheckResult], proven: str) -> None:
    """Print what each check found, and when. ``proven`` is the word to print for a check that is proven."""
    open_ones = [result for result in proof if result.verdict != "proven"]
    if len(proof) <= _ONE_BY_ONE:
        for result in proof:
            _print_result(console, result, proven)
    else:
        _print_kinds(console, proof, proven)
        for result in open_ones[:_ONE_BY_ONE]:
            _print_result(console, result, proven)
        if len(open_ones) > _ONE_BY_ONE:
            print_line(console, f"... and {len(open_ones) - _ONE_BY_ONE:,} more; --json lists them all.")
    _print_summary(console, proof, open_ones)


def _print_result(console: Console, result: CheckResult, proven: str) -> None:
    # The site as a whole is not "gone": that check is about the others.
    words = "answers" if result.kind == PUBLIC_SITE else proven
    verdict = words if result.verdict == "proven" else result.verdict
    when = f"{result.seconds:7.2f} s" if result.seconds is not None else " " * 9
    found = visible(result.found.removeprefix("not checked: "))
    coloured = (f"{verdict:<11}", _COLOURS[result.verdict])
    print_line(console, coloured, when, f"  {result.kind:<14}  ", (visible(result.resource), "bold"), f"  {found}")


def _print_kinds(console: Console, proof: Sequence[CheckResult], proven: str) -> None:
    for kind, group in groupby(sorted(proof, key=attrgetter("kind")), key=attrgetter("kind")):
        members = list(group)
        times = [result.seconds for result in members if result.seconds is not None]
        when = f"from {min(times):.2f} s to {max(times):.2f} s" if times else ""
        colour = "green" if len(times) == len(members) else "bold red"
        print_line(console, f"{kind:<14}  ", (f"{len(times):,} of {len(members):,} {proven}", colour), f"  {when}")


def _print_summary(console: Console, proof: Sequence[CheckResult], open_ones: Sequence[CheckResult]) -> None:
    if not open_ones:
        last = max((result.seconds or 0 for result in proof), default=0)
        print_line(console, (f"Proven: all {len(proof):,} places, the last after {last:.2f} s.", "bold green"))
        return
    counted = Counter(result.verdict for result in open_ones)
    words = (
        (counted["not proven"], f"of {len(proof):,} places are not as they should be"),
        (counted["held"], "stay as they are until something else is changed"),
        (counted["not checked"], "could not be checked"),
    )
    text = ", and ".join(f"{count:,} {what}" for count, what in words if count)
    print_line(console, (f"Not proven: {text}.", "bold red"))
