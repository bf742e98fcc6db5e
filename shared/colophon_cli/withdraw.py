"""``colophon withdraw``: the order written, and every place read again until nothing of it is left."""

from typing import TYPE_CHECKING, Annotated

import typer

from colophon.cli.failures import REFUSED, UNAVAILABLE
from colophon.cli.options import ProofAsJson, ProofWait, StackName

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from colophon.problem import Problem

USUAL_SECONDS = 120.0


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
        str, typer.Option("--reason", help="clinic-request, permission-ended, error, legal or other: readers are told.")
    ],
    until: Annotated[
        str, typer.Option("--until", help="When a hold ends by itself, with its UTC offset: at most 30 days on.")
    ] = "",
    reference: Annotated[str, typer.Option("--reference", help="A file number, shown to readers.")] = "",
    note: Annotated[str, typer.Option("--note", help="A note for yourselves, never shown.")] = "",
    requested_by: Annotated[str, typer.Option("--requested-by", help="Who asked for it, never shown.")] = "",
    at: Annotated[str, typer.Option("--at", help="When it was ordered, with its UTC offset. Default: now.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="However many pages go, without asking.")] = False,
    stack: StackName = "",
    wait: ProofWait = USUAL_SECONDS,
    as_json: ProofAsJson = False,
) -> None:
    """Take something down everywhere, and prove it.

    Writes a withdrawal beside it in the inbox, waits, and then reads every place again: its pages in the bucket and as
    readers get them, its earlier addresses, every size of its images, all that could mention it, the index. Each is
    told with the second in which it was found gone. It stays gone, whatever is uploaded or sent again, until
    colophon reinstate WHAT.

    A clinic is withdrawn with all its posts. More than 20 pages are counted first and asked about. Exits with 1 when
    the order itself has to be mended (nothing is written then), with 3 when something could still be read, or when a
    place could not be reached; run it again to prove it again.

    \b
    Examples:
      colophon withdraw my-clinic/my-post --kind gone --reason clinic-request
      colophon withdraw my-clinic/my-post/en --kind withdrawn --reason error --reference "Case 12"
      colophon withdraw my-clinic/my-post/image-2.jpg --kind gone --reason clinic-request --json > proof.json
      colophon withdraw my-clinic --kind withdrawn --reason permission-ended --yes
      colophon withdraw https://posts.example/en/my-clinic/my-post/ --kind hold --reason legal \\
          --until 2026-06-15T18:30:00+09:00
    """
    from datetime import UTC, datetime

    from colophon.problem import Refused
    from colophon_ops.withdraw.draft import order_file
    from colophon_ops.withdraw.subject import is_address, subject_of

    fields = {"kind": kind, "reason": reason, "at": at, "until": until}
    fields |= {"requested_by": requested_by, "reference": reference, "note": note}
    now = datetime.now(UTC)
    try:
        order_file(fields, now)
    except Refused as refused:
        _tell_refusal(refused.problems)
        raise typer.Exit(REFUSED) from None
    if not is_address(what):
        subject_of(what)
    _carry_out(what, fields, now, stack, yes=yes, seconds=wait, as_json=as_json)


def _carry_out(
    what: str, fields: "Mapping[str, str]", now: "datetime", stack: str, *, yes: bool, seconds: float, as_json: bool
) -> None:
    from colophon.cli.target import target_of
    from colophon.cli.terminal import err, out, progress, say, visible
    from colophon_cli.confirm import agree
    from colophon_cli.proof_output import print_json, tell_proof
    from colophon_ops.withdraw.clients import stack_of
    from colophon_ops.withdraw.draft import order_file
    from colophon_ops.withdraw.run import subject_in, withdraw
    from colophon_ops.withdraw.subject import said

    target = target_of(stack)
    say(err(), f"Withdrawing from {target.name}")
    opened = stack_of(target)
    subject = subject_in(what, opened)
    file = order_file(fields, now, opened.time_zone)
    done = withdraw(subject, file, opened, seconds, lambda found: agree(found, yes=yes), progress)
    wrote = f"Wrote {visible(done.key)}" if done.written else f"{visible(done.key)} said so already"
    say(err(), f"{wrote}: {said(subject)} is withdrawn ({fields['kind']}).")
    for problem in done.problems:
        say(err(), (f"{problem.what} {problem.fix}", "yellow"))
    if as_json:
        print_json(done.proof)
    else:
        tell_proof(out(), done.proof, "gone")
    if any(result.verdict != "proven" for result in done.proof):
        raise typer.Exit(UNAVAILABLE)


def _tell_refusal(problems: "tuple[Problem, ...]") -> None:
    from colophon.cli.terminal import err, say, visible

    for problem in problems:
        option = f"--{problem.field.replace('_', '-')}  " if problem.field else ""
        say(err(), ("error  ", "bold red"), (option, "bold"), visible(problem.what))
        say(err(), (f"→ {visible(problem.fix)}", "green"), indent=7)
    say(err(), "Nothing was written.")
