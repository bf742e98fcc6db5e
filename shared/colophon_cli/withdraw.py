"""``colophon withdraw``: take something down, and prove that it is gone."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from colophon.problem import Problem, Refused
from colophon_cli.confirm import confirm_withdrawal
from colophon_cli.exit_codes import REFUSED, UNAVAILABLE
from colophon_cli.options import ProofAsJson, ProofWait, StackName
from colophon_cli.proof_output import print_proof, print_proof_json
from colophon_cli.terminal import err, out, print_line, progress, visible
from colophon_ops.target import find_target
from colophon_ops.withdraw.clients import open_clients
from colophon_ops.withdraw.draft import draft_withdrawal
from colophon_ops.withdraw.run import Interaction, find_withdrawal_target, withdraw
from colophon_ops.withdraw.subject import is_address, parse_target, target_text

DEFAULT_WAIT = 120.0


def withdraw_command(
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help="A clinic, a post, an edition, an image; by name, key or address.")
    ],
    kind: Annotated[
        str,
        typer.Option(
            "--kind", help="gone (410), withdrawn (410 with the reason), hold (404 until a date), legal (451)."
        ),
    ],
    reason: Annotated[
        str, typer.Option("--reason", help="clinic-request, permission-ended, error, legal or other; shown to readers.")
    ],
    until: Annotated[
        str, typer.Option("--until", help="When a hold ends, with its UTC offset: at most 30 days after --at.")
    ] = "",
    reference: Annotated[str, typer.Option("--reference", help="A file number, shown to readers.")] = "",
    note: Annotated[str, typer.Option("--note", help="An internal note, never shown.")] = "",
    requested_by: Annotated[str, typer.Option("--requested-by", help="Who asked for it, never shown.")] = "",
    at: Annotated[str, typer.Option("--at", help="When it was ordered, with its UTC offset. Default: now.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask, however many pages readers lose.")] = False,
    stack: StackName = "",
    wait: ProofWait = DEFAULT_WAIT,
    as_json: ProofAsJson = False,
) -> None:
    """Take something down everywhere, and prove it.

    Writes a withdrawal file to the inbox and waits until the stack has processed it. Then it reads every place until
    nothing is left: the index, the pages and every size of the images in the bucket and at their public addresses, the
    earlier addresses, and all that could mention it. For each place it prints the second at which it was found gone.
    It stays gone, whatever is uploaded or sent again, until colophon reinstate WHAT.

    A clinic is withdrawn with all its posts. The command says how many pages readers lose, and asks; without a
    terminal, more than 20 pages need --yes. Exits with 1 if the withdrawal itself has to be corrected (nothing is
    written then), with 3 if something can still be read or a place could not be checked; run it again to repeat the
    proof.

    \b
    Examples:
      colophon withdraw my-clinic/my-post --kind gone --reason clinic-request
      colophon withdraw my-clinic/my-post/en --kind withdrawn --reason error --reference "Case 12"
      colophon withdraw my-clinic/my-post/image-2.jpg --kind gone --reason clinic-request --json > proof.json
      colophon withdraw my-clinic --kind withdrawn --reason permission-ended --yes
      colophon withdraw https://posts.example/en/my-clinic/my-post/ --kind hold --reason legal \\
          --until 2026-06-15T18:30:00+09:00
    """
    fields = {"kind": kind, "reason": reason, "at": at, "until": until}
    fields |= {"requested_by": requested_by, "reference": reference, "note": note}
    now = datetime.now(UTC)
    # Errors of the command line are reported before any call to AWS.
    try:
        draft_withdrawal(fields, now)
    except Refused as refused:
        _print_refusal(refused.problems)
        raise typer.Exit(REFUSED) from None
    if not is_address(what):
        parse_target(what)
    _run(what, fields, now, stack, yes=yes, seconds=wait, as_json=as_json)


def _run(
    what: str, fields: Mapping[str, str], now: datetime, stack: str, *, yes: bool, seconds: float, as_json: bool
) -> None:
    opened = find_target(stack)
    print_line(err(), f"Withdrawing from {opened.name}")
    clients = open_clients(opened)
    target = find_withdrawal_target(what, clients)
    draft = draft_withdrawal(fields, now, clients.time_zone)
    interaction = Interaction(partial(confirm_withdrawal, yes=yes), progress)
    result = withdraw(target, draft, clients, seconds, interaction)
    wrote = f"Wrote {visible(result.key)}" if result.written else f"{visible(result.key)} already says so"
    print_line(err(), f"{wrote}: {target_text(target)} is withdrawn ({fields['kind']}).")
    for problem in result.problems:
        print_line(err(), (f"{problem.what} {problem.fix}", "yellow"))
    if as_json:
        print_proof_json(result.proof)
    else:
        print_proof(out(), result.proof, "gone")
    if any(check.verdict != "proven" for check in result.proof):
        raise typer.Exit(UNAVAILABLE)


def _print_refusal(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        option = f"--{problem.field.replace('_', '-')}  " if problem.field else ""
        print_line(err(), ("error  ", "bold red"), (option, "bold"), visible(problem.what))
        print_line(err(), (f"→ {visible(problem.fix)}", "green"), indent=7)
    print_line(err(), "Nothing was written.")
