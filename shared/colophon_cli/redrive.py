"""``colophon redrive``: what was given up on, why as far as it can be told, and send it again."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from colophon_cli.exit_codes import MISUSED
from colophon_cli.options import StackName
from colophon_cli.terminal import err, out, progress, say, visible

if TYPE_CHECKING:
    from colophon_ops.redrive import Letter, Redriven
    from colophon_ops.target import Target

_LISTED, _KEYS, _BODY = 20, 3, 120


def redrive_command(
    queue: Annotated[str, typer.Option("--queue", help="One dead-letter queue alone, by its name.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is there.")] = False,
    stack: StackName = "",
    as_json: Annotated[bool, typer.Option("--json", help="The messages as JSON.")] = False,
) -> None:
    """Say what the dead-letter queues hold, and send it again.

    Counts first. Each message is sent to the queue that it came from and only then deleted: none is lost, and one that
    is answered twice changes nothing. Where a reader of the index's stream gave up, whatever has no answer is rung for,
    listings are looked at again, and every report is put anew. What is no message of Colophon's stays where it is,
    for somebody to look at; then the exit code is 2.

    \b
    Examples:
      colophon redrive --dry-run
      colophon redrive
      colophon redrive --queue IntakeDeadQueue --json
    """
    from colophon_ops.redrive import Redriven, gathered, let_go, redrive
    from colophon_ops.target import target_of

    target = target_of(stack)
    say(err(), f"Asking {target.name}")
    letters = gathered(target, queue)
    if not as_json:
        _tell(target, letters)
    if dry_run:
        let_go(target, letters)
        done = Redriven((), letters)
    else:
        with progress("Sending again", len(letters)) as bar:
            done = redrive(target, letters, bar.advance)
    _tell_done(done, as_json=as_json, dry_run=dry_run)
    if done.left and not dry_run:
        raise typer.Exit(MISUSED)


def _tell(target: "Target", letters: "Sequence[Letter]") -> None:
    console = out()
    for name in dict.fromkeys(letter.queue.name for letter in letters):
        there = [letter for letter in letters if letter.queue.name == name]
        oldest = min(letter.since for letter in there)
        count = f"{len(there):,} message{'' if len(there) == 1 else 's'}"
        say(console, (name, "bold"), f"  {count}, the oldest of {oldest:%Y-%m-%d %H:%M:%S} UTC")
        for letter in there[:_LISTED]:
            say(console, *_line(letter), indent=2)
            _tell_states(target, letter)
        if len(there) > _LISTED:
            say(console, f"... and {len(there) - _LISTED} more; --json lists them all.", indent=2)
    if not letters:
        say(console, "Nothing was given up on.")


def _line(letter: "Letter") -> tuple[str, ...]:
    more = f" and {len(letter.keys) - _KEYS} more" if len(letter.keys) > _KEYS else ""
    what = ", ".join(map(visible, letter.keys[:_KEYS])) + more if letter.keys else visible(letter.body[:_BODY])
    return (f"{letter.about}, tried {letter.tries} times: ", what)


def _tell_states(target: "Target", letter: "Letter") -> None:
    """What the index says of the keys: it is what stood before the answer that never came."""
    from colophon.stores.index import Index
    from colophon_ops.answers import outcomes_beside

    index = Index(target.client("dynamodb"), target.table)
    for key in letter.keys[:_KEYS]:
        states = [outcome.state for outcome in outcomes_beside(index, key) if outcome.key == key]
        say(out(), f"{visible(key)}: {states[0] if states else 'no answer yet'}", indent=4)


def _tell_done(done: "Redriven", *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        answer = {
            "sent": [letter.as_json() for letter in done.again],
            "left": [letter.as_json() for letter in done.left],
        }
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    elif not dry_run and (done.again or done.left):
        say(out(), (f"{len(done.again):,} sent again.", "bold"))
    if done.left and not dry_run:
        say(err(), ("TROUBLE  ", "bold white on red"), f"{len(done.left)} are no messages of Colophon's; they stay.")
