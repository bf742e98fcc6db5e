"""Questions before much changes. Where no terminal is, the command stops instead."""

import sys
from typing import TYPE_CHECKING

import typer

from colophon.cli.failures import Misused

if TYPE_CHECKING:
    from colophon_ops.withdraw.footprint import Footprint

# So many pages go, or come back, without a question.
UNASKED = 20


def agree(found: "Footprint", *, yes: bool, comes_back: bool = False) -> None:
    """Ask where much changes, or where nothing is known of what was named. Raises Misused where nobody can be asked."""
    from colophon_ops.withdraw.subject import said

    pages = sum(edition.present for edition in found.covered)
    known = bool(found.covered or found.images)
    if yes or (known and pages <= UNASKED):
        return
    if not known:
        raise Misused(f"Nothing of {said(found.subject)} was ever uploaded: check the name, or add --yes.")
    goes = "would be shown again" if comes_back else "will be gone, for every reader"
    ask(f"{said(found.subject).capitalize()}: {pages:,} pages in {len(found.posts):,} posts {goes}.")


def ask(what: str) -> None:
    """Go on only if somebody at the terminal says yes. Raises Misused where nobody is."""
    from colophon.cli.terminal import err, say

    say(err(), (what, "bold red"))
    if not sys.stdin.isatty():
        raise Misused("Nobody is here to ask. Add --yes to go on; nothing was changed.")
    if not typer.confirm("Go on?", err=True):
        raise Misused("Nothing was changed.")
