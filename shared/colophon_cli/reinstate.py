"""``colophon reinstate``: a withdrawal deleted, and what it withdrew read again, or the reason why it stays away."""

from typing import Annotated

import typer

from colophon.cli.failures import REFUSED, UNAVAILABLE
from colophon.cli.options import ProofAsJson, ProofWait, StackName
from colophon_cli.withdraw import USUAL_SECONDS


def reinstate_command(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="What was withdrawn, as colophon withdraw was given it.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="However many pages come back, without asking.")] = False,
    stack: StackName = "",
    wait: ProofWait = USUAL_SECONDS,
    as_json: ProofAsJson = False,
) -> None:
    """Show again what colophon withdraw took down, and prove it.

    Deletes that one withdrawal from the inbox, waits, and reads the pages, the addresses they had before and the images
    again. What another withdrawal covers too stays down; that, and whatever else keeps a page away, is said. Exits with
    1 when something has to be done first, with 3 when it did not come back in time.

    \b
    Examples:
      colophon reinstate my-clinic/my-post
      colophon reinstate my-clinic/my-post/image-2.jpg --json
      colophon reinstate my-clinic --yes
    """
    from colophon.cli.target import target_of
    from colophon.cli.terminal import err, out, progress, say, visible
    from colophon_cli.confirm import agree
    from colophon_cli.proof_output import print_json, tell_proof
    from colophon_ops.withdraw.clients import stack_of
    from colophon_ops.withdraw.run import reinstate, subject_in
    from colophon_ops.withdraw.subject import is_address, said, subject_of

    if not is_address(what):
        subject_of(what)
    target = target_of(stack)
    say(err(), f"Reinstating on {target.name}")
    opened = stack_of(target)
    subject = subject_in(what, opened)
    done = reinstate(subject, opened, wait, lambda found: agree(found, yes=yes, comes_back=True), progress)
    say(err(), f"Deleted {visible(', '.join(done.deleted))}: {said(subject)} may be shown again.")
    if as_json:
        print_json(done.proof)
    else:
        tell_proof(out(), done.proof, "back")
    if any(result.verdict == "held" for result in done.proof):
        raise typer.Exit(REFUSED)
    if any(result.verdict != "proven" for result in done.proof):
        raise typer.Exit(UNAVAILABLE)
