"""``colophon reinstate``: delete a withdrawal, and prove that what it took down is shown again."""

from typing import Annotated

import typer

from colophon_cli.confirm import confirm_return
from colophon_cli.exit_codes import REFUSED, UNAVAILABLE
from colophon_cli.options import ProofAsJson, ProofWait, StackName
from colophon_cli.proof_output import print_proof, print_proof_json
from colophon_cli.terminal import err, out, print_line, progress, visible
from colophon_cli.withdraw import DEFAULT_WAIT
from colophon_ops.target import find_target
from colophon_ops.withdraw.clients import open_clients
from colophon_ops.withdraw.run import Interaction, find_withdrawal_target, reinstate
from colophon_ops.withdraw.subject import is_address, parse_target, target_text


def reinstate_command(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="What was withdrawn, as colophon withdraw was given it.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask, however many pages come back.")] = False,
    stack: StackName = "",
    wait: ProofWait = DEFAULT_WAIT,
    as_json: ProofAsJson = False,
) -> None:
    """Show again what colophon withdraw took down, and prove it.

    Deletes that one withdrawal from the inbox and waits until the stack has processed it. Then it reads the pages, the
    images and the addresses that the pages had before, until they are shown again. What another withdrawal covers too
    stays down; the proof says so, and why anything else is not shown. Exits with 1 if something has to be changed
    first, with 3 if something was not shown in time.

    \b
    Examples:
      colophon reinstate my-clinic/my-post
      colophon reinstate my-clinic/my-post/image-2.jpg --json
      colophon reinstate my-clinic --yes
    """
    # Errors of the command line are reported before any call to AWS.
    if not is_address(what):
        parse_target(what)
    opened = find_target(stack)
    print_line(err(), f"Reinstating on {opened.name}")
    clients = open_clients(opened)
    target = find_withdrawal_target(what, clients)
    interaction = Interaction(lambda footprint, _: confirm_return(footprint, yes=yes), progress)
    result = reinstate(target, clients, wait, interaction)
    print_line(err(), f"Deleted {visible(', '.join(result.deleted))}: {target_text(target)} may be shown again.")
    if as_json:
        print_proof_json(result.proof)
    else:
        print_proof(out(), result.proof, "back")
    if any(check.verdict == "held" for check in result.proof):
        raise typer.Exit(REFUSED)
    if any(check.verdict != "proven" for check in result.proof):
        raise typer.Exit(UNAVAILABLE)
