"""``colophon reinstate``: a withdrawal deleted, and what it withdrew read again, or the reason why it stays away."""

from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from colophon.cli.withdraw import USUAL_SECONDS, agree
from colophon_cli.exit_codes import REFUSED, UNAVAILABLE
from colophon_cli.options import ProofAsJson, ProofWait, StackName
from colophon_ops.errors import Misused

if TYPE_CHECKING:
    from colophon.cli.order_subject import Subject
    from colophon.cli.proof import Proof
    from colophon.cli.withdrawing import Stack


class Reinstated(Struct, frozen=True):
    """The keys that were deleted, and what every place was found as."""

    deleted: tuple[str, ...]
    proofs: "tuple[Proof, ...]"


def reinstate(subject: "Subject", stack: "Stack", *, yes: bool, seconds: float) -> Reinstated:
    """Delete the order against ``subject``, wait for the answer, and prove that what the inbox still holds is back.

    Raises Misused when no such order stands.
    """
    import time

    from colophon.cli.withdrawing import answer_to, back_proof, delete_order, looked_up, standing

    before = standing(subject, stack)
    found = looked_up(subject, stack)
    if before is None:
        raise Misused(_nothing_there(subject, found.orders))
    agree(found, yes=yes or not found.covered, comes_back=True)
    begun = time.monotonic()
    markers = delete_order(subject, stack)
    answer_to(markers[0], stack, seconds)
    return Reinstated(tuple(marker.key for marker in markers), back_proof(found, stack, begun, seconds))


def _nothing_there(subject: "Subject", orders: tuple[str, ...]) -> str:
    from colophon.cli.footprint import wider
    from colophon.cli.order_subject import order_in, said

    what = f"No withdrawal stands against {said(subject)} itself."
    for order in map(order_in, orders):
        if order and wider(order, subject):
            return f"{what} {order.key} withdraws it: colophon reinstate {order.against}"
    return f"{what} There is no {subject.key} in the inbox."


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
    from colophon.cli.order_subject import is_address, said, subject_of
    from colophon.cli.proof_lines import print_json, tell_proof
    from colophon.cli.withdrawing import stack_of, subject_in
    from colophon_cli.terminal import err, out, visible
    from colophon_cli.terminal import print_line as say
    from colophon_ops.target import find_target as target_of

    if not is_address(what):
        subject_of(what)
    target = target_of(stack)
    say(err(), f"Reinstating on {target.name}")
    opened = stack_of(target)
    subject = subject_in(what, opened)
    done = reinstate(subject, opened, yes=yes, seconds=wait)
    say(err(), f"Deleted {visible(', '.join(done.deleted))}: {said(subject)} may be shown again.")
    if as_json:
        print_json(done.proofs)
    else:
        tell_proof(out(), done.proofs, "back")
    if any(proof.verdict == "held" for proof in done.proofs):
        raise typer.Exit(REFUSED)
    if any(proof.verdict != "proven" for proof in done.proofs):
        raise typer.Exit(UNAVAILABLE)
