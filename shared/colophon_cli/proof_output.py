"""A proof on the screen: place by place while they are few, else kind by kind, and whatever is not proven by name."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

import typer
from rich.console import Console

from colophon.cli.terminal import say, visible
from colophon_ops.withdraw.proof import Proof, Verdict

# More places than that are told kind by kind.
_ONE_BY_ONE = 250
_COLOURS: Mapping[Verdict, str] = {
    "proven": "green",
    "not proven": "bold red",
    "held": "yellow",
    "not checked": "yellow",
}


def print_json(proofs: Sequence[Proof]) -> None:
    """The proof as JSON: a list of {place, what, verdict, found, seconds}."""
    typer.echo(json.dumps([proof.as_json() for proof in proofs], ensure_ascii=False, indent=2))


def tell_proof(console: Console, proofs: Sequence[Proof], proven: str) -> None:
    """Print what every place was found as, and when. ``proven`` is the word for a place that is as it must be."""
    open_ones = [proof for proof in proofs if proof.verdict != "proven"]
    if len(proofs) <= _ONE_BY_ONE:
        for proof in proofs:
            _tell(console, proof, proven)
    else:
        _tell_kinds(console, proofs, proven)
        for proof in open_ones[:_ONE_BY_ONE]:
            _tell(console, proof, proven)
        if len(open_ones) > _ONE_BY_ONE:
            say(console, f"... and {len(open_ones) - _ONE_BY_ONE:,} more; --json lists them all.")
    _tell_sum(console, proofs, open_ones)


def _tell(console: Console, proof: Proof, proven: str) -> None:
    verdict = proven if proof.verdict == "proven" else proof.verdict
    when = f"{proof.seconds:7.2f} s" if proof.seconds is not None else " " * 9
    found = visible(proof.found.removeprefix("not checked: "))
    said = (f"{verdict:<11}", _COLOURS[proof.verdict])
    say(console, said, when, f"  {proof.what:<14}  ", (visible(proof.place), "bold"), f"  {found}")


def _tell_kinds(console: Console, proofs: Sequence[Proof], proven: str) -> None:
    for what, group in groupby(sorted(proofs, key=lambda proof: proof.what), key=lambda proof: proof.what):
        members = list(group)
        times = [proof.seconds for proof in members if proof.seconds is not None]
        when = f"from {min(times):.2f} s to {max(times):.2f} s" if times else ""
        colour = "green" if len(times) == len(members) else "bold red"
        say(console, f"{what:<14}  ", (f"{len(times):,} of {len(members):,} {proven}", colour), f"  {when}")


def _tell_sum(console: Console, proofs: Sequence[Proof], open_ones: Sequence[Proof]) -> None:
    if not open_ones:
        last = max((proof.seconds or 0 for proof in proofs), default=0)
        say(console, (f"Proven: all {len(proofs):,} places, the last after {last:.2f} s.", "bold green"))
        return
    counted = Counter(proof.verdict for proof in open_ones)
    words = (
        (counted["not proven"], f"of {len(proofs):,} places are not as they must be"),
        (counted["held"], "stay as they are until something else is done"),
        (counted["not checked"], "could not be checked"),
    )
    told = ", and ".join(f"{count:,} {what}" for count, what in words if count)
    say(console, (f"Not proven: {told}.", "bold red"))
