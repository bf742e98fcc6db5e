"""Questions before much is changed. Without a terminal the command stops instead."""

import sys

import typer

from colophon_cli.terminal import err, print_line
from colophon_ops.errors import Misused
from colophon_ops.withdraw.footprint import Footprint
from colophon_ops.withdraw.subject import target_text

# Up to this number of pages is changed without a question.
MAX_UNCONFIRMED_PAGES = 20


def confirm_pages(footprint: Footprint, *, yes: bool, comes_back: bool = False) -> None:
    """Ask if many pages would change. Raises Misused if the answer is no, or if nothing is known of the target."""
    pages = sum(edition.present for edition in footprint.covered)
    known = bool(footprint.covered or footprint.images)
    if yes or (known and pages <= MAX_UNCONFIRMED_PAGES):
        return
    text = target_text(footprint.target)
    if not known:
        raise Misused(f"Nothing of {text} was ever uploaded: check the name, or add --yes.")
    change = "would be shown again" if comes_back else "will be taken down for every reader"
    ask(f"{text.capitalize()}: {pages:,} pages in {len(footprint.posts):,} posts {change}.")


def ask(what: str) -> None:
    """Print ``what`` and ask whether to go on. Raises Misused if the answer is no, or if there is no terminal."""
    print_line(err(), (what, "bold red"))
    if not sys.stdin.isatty():
        raise Misused("Not a terminal: pass --yes to confirm. Nothing was changed.")
    if not typer.confirm("Continue?", err=True):
        raise Misused("Nothing was changed.")
