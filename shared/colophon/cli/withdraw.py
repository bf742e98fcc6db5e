"""``colophon withdraw``: the order written, and every place read again until nothing of it is left."""

from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from colophon_cli.exit_codes import REFUSED, UNAVAILABLE
from colophon_cli.options import ProofAsJson, ProofWait, StackName
from colophon_ops.errors import Misused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from colophon.cli.footprint import Footprint
    from colophon.cli.order_subject import Subject
    from colophon.cli.proof import Proof
    from colophon.cli.withdrawing import Stack
    from colophon.problem import Problem

USUAL_SECONDS = 120.0
# So many pages go, or come back, without a question.
UNASKED = 20


class Withdrawn(Struct, frozen=True):
    """The order's key, what its report says must be mended, and what every place was found as."""

    key: str
    written: bool
    problems: "tuple[Problem, ...]"
    proofs: "tuple[Proof, ...]"


def withdraw(
    subject: "Subject", fields: "Mapping[str, str]", stack: "Stack", now: "datetime", *, yes: bool, seconds: float
) -> Withdrawn:
    """Write the order against ``subject`` that ``fields`` make, wait for its answer, and prove that all of it is gone.

    The same order again is not written again, only proven. Raises Misused, and Refused when ``fields`` make no order.
    """
    import time

    from colophon.cli.order_file import order_file
    from colophon.cli.withdrawing import answer_to, check_replaced, gone_proof, looked_up, put_order, standing

    file = order_file(fields, now, stack.time_zone)
    found, before = looked_up(subject, stack), standing(subject, stack)
    same = before is not None and file.says_no_more_than(before.order)
    if before and not same:
        check_replaced(subject, before.order, file.order)
    if not same:
        agree(found, yes=yes)
    begun = time.monotonic()
    version = before.version if before and same else put_order(subject, file, stack)
    answer = answer_to(version, stack, seconds)
    order = before.order if before and same else file.order
    proofs = gone_proof(found, order, stack, begun, seconds)
    return Withdrawn(version.key, not same, answer.problems if answer else (), proofs)


def agree(found: "Footprint", *, yes: bool, comes_back: bool = False) -> None:
    """Ask where much changes, or where nothing is known of what was named. Raises Misused where nobody can be asked."""
    from colophon.cli.order_subject import said

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
    import sys

    from colophon_cli.terminal import err
    from colophon_cli.terminal import print_line as say

    say(err(), (what, "bold red"))
    if not sys.stdin.isatty():
        raise Misused("Nobody is here to ask. Add --yes to go on; nothing was changed.")
    if not typer.confirm("Go on?", err=True):
        raise Misused("Nothing was changed.")


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

    from colophon.cli.order_file import order_file
    from colophon.cli.order_subject import is_address, subject_of
    from colophon.problem import Refused

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
    from colophon.cli.order_subject import said
    from colophon.cli.proof_lines import print_json, tell_proof
    from colophon.cli.withdrawing import stack_of, subject_in
    from colophon_cli.terminal import err, out, visible
    from colophon_cli.terminal import print_line as say
    from colophon_ops.target import find_target as target_of

    target = target_of(stack)
    say(err(), f"Withdrawing from {target.name}")
    opened = stack_of(target)
    subject = subject_in(what, opened)
    done = withdraw(subject, fields, opened, now, yes=yes, seconds=seconds)
    wrote = f"Wrote {visible(done.key)}" if done.written else f"{visible(done.key)} said so already"
    say(err(), f"{wrote}: {said(subject)} is withdrawn ({fields['kind']}).")
    for problem in done.problems:
        say(err(), (f"{problem.what} {problem.fix}", "yellow"))
    if as_json:
        print_json(done.proofs)
    else:
        tell_proof(out(), done.proofs, "gone")
    if any(proof.verdict != "proven" for proof in done.proofs):
        raise typer.Exit(UNAVAILABLE)


def _tell_refusal(problems: "tuple[Problem, ...]") -> None:
    from colophon_cli.terminal import err, visible
    from colophon_cli.terminal import print_line as say

    for problem in problems:
        option = f"--{problem.field.replace('_', '-')}  " if problem.field else ""
        say(err(), ("error  ", "bold red"), (option, "bold"), visible(problem.what))
        say(err(), (f"→ {visible(problem.fix)}", "green"), indent=7)
    say(err(), "Nothing was written.")
