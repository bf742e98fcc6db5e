"""Questions before readers lose something, or much is changed. Without a terminal many pages need --yes."""

import sys
from collections.abc import Sequence

import typer

from colophon.upload.keys import PageRef
from colophon_cli.terminal import err, print_line
from colophon_ops.errors import Misused
from colophon_ops.readers import count_text, lost_text
from colophon_ops.withdraw.footprint import Footprint
from colophon_ops.withdraw.run import ReadLivePages
from colophon_ops.withdraw.subject import target_text

# Where there is no terminal, up to this number of pages is changed without --yes.
MAX_UNCONFIRMED_PAGES = 20


def confirm_withdrawal(footprint: Footprint, read_live: ReadLivePages, *, yes: bool) -> None:
    """Ask with the number of pages that readers lose.

    Raises Misused if the answer is no, or if nothing is known of the target.
    """
    if yes:
        return
    _check_known(footprint)
    live = read_live()
    present = sum(edition.present for edition in footprint.covered)
    if not sys.stdin.isatty() and max(present, len(live)) <= MAX_UNCONFIRMED_PAGES:
        return
    if lost := loss_text(footprint, live):
        ask(lost, "Withdraw?")


def confirm_return(footprint: Footprint, *, yes: bool) -> None:
    """Ask if many pages would be shown again. Raises Misused as ``confirm_withdrawal`` does."""
    if yes:
        return
    _check_known(footprint)
    pages = [edition.page for edition in footprint.covered if edition.present]
    if len(pages) > MAX_UNCONFIRMED_PAGES:
        ask(f"{_subject(footprint)}: {count_text(pages)} would be shown again.", "Reinstate?")


def loss_text(footprint: Footprint, live: Sequence[PageRef]) -> str:
    """What readers lose, of whose pages they have ``live`` now; empty if that is nothing."""
    lost = [lost_text(live)] if live else []
    # An image goes with its page, or alone from the pages that stay.
    if not footprint.covered and footprint.images:
        lost = ["the image stops being shown"]
    waiting = sum(edition.present for edition in footprint.covered) - len(live)
    if waiting > 0:
        lost.append(f"{waiting:,} not shown now will not be shown while this is withdrawn")
    return f"{_subject(footprint)}: {', and '.join(lost)}." if lost else ""


def ask(what: str, question: str = "Continue?") -> None:
    """Print ``what`` and ask whether to go on. Raises Misused if the answer is no, or if there is no terminal."""
    print_line(err(), (what, "bold red"))
    if not sys.stdin.isatty():
        raise Misused("Not a terminal: pass --yes to confirm. Nothing was changed.")
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:
        agreed = False
    if not agreed:
        raise Misused("Nothing was changed.")


def _subject(footprint: Footprint) -> str:
    # Not capitalize, which makes all other letters small: an edition may be zh-Hans.
    return target_text(footprint.target).replace("the ", "The ", 1)


def _check_known(footprint: Footprint) -> None:
    if not footprint.covered and not footprint.images:
        raise Misused(f"Nothing of {target_text(footprint.target)} was ever uploaded: check the name, or add --yes.")
