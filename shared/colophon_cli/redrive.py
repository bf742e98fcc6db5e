"""``colophon redrive``: list the dead letters, and send them again."""

import json
from collections.abc import Sequence
from typing import Annotated

import typer

from colophon.stores.index import Index
from colophon_cli.exit_codes import MISUSED
from colophon_cli.options import StackName
from colophon_cli.terminal import err, out, print_line, progress, visible
from colophon_ops.answers import outcomes_in_row_of
from colophon_ops.redrive import DeadLetter, RedriveResult, receive_dead_letters, redrive, release
from colophon_ops.target import Target, find_target

_LISTED, _KEYS, _BODY = 20, 3, 120


def redrive_command(
    queue: Annotated[str, typer.Option("--queue", help="Only this dead-letter queue, by name.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list the messages.")] = False,
    stack: StackName = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the messages as JSON.")] = False,
) -> None:
    """List the dead letters, and send them again.

    Each message is sent to the queue that it came from and only then deleted: none is lost, and handling one twice
    changes nothing. If a reader of the index's stream gave up on records, every upload without an outcome and every
    listing is processed again, and every report is rewritten. Messages that are not Colophon's stay in their queue for
    inspection, and what can't be read is named; the exit code is then 2.

    \b
    Examples:
      colophon redrive --dry-run
      colophon redrive
      colophon redrive --queue IntakeDeadQueue --json
    """
    target = find_target(stack)
    print_line(err(), f"Reading from {target.name}")
    letters = receive_dead_letters(target, queue)
    if not as_json:
        _print_letters(target, letters)
    if dry_run:
        release(target, letters)
        result = RedriveResult((), letters)
    else:
        with progress("sending again", len(letters)) as bar:
            result = redrive(target, letters, bar.advance)
    _print_result(result, as_json=as_json, dry_run=dry_run)
    if (result.left or result.warnings) and not dry_run:
        raise typer.Exit(MISUSED)


def _print_letters(target: Target, letters: Sequence[DeadLetter]) -> None:
    console = out()
    for name in dict.fromkeys(letter.queue.name for letter in letters):
        in_queue = [letter for letter in letters if letter.queue.name == name]
        oldest = min(letter.since for letter in in_queue)
        count = f"{len(in_queue):,} message{'' if len(in_queue) == 1 else 's'}"
        print_line(console, (name, "bold"), f"  {count}, the oldest of {oldest:%Y-%m-%d %H:%M:%S} UTC")
        for letter in in_queue[:_LISTED]:
            print_line(console, *_letter_text(letter), indent=2)
            _print_states(target, letter)
        if len(in_queue) > _LISTED:
            print_line(console, f"... and {len(in_queue) - _LISTED} more; --json lists them all.", indent=2)
    if not letters:
        print_line(console, "There are no dead letters.")


def _letter_text(letter: DeadLetter) -> tuple[str, ...]:
    more = f" and {len(letter.keys) - _KEYS} more" if len(letter.keys) > _KEYS else ""
    what = ", ".join(map(visible, letter.keys[:_KEYS])) + more if letter.keys else visible(letter.body[:_BODY])
    return (f"{letter.about}, tried {letter.tries} times: ", what)


def _print_states(target: Target, letter: DeadLetter) -> None:
    """Print the current states of the keys in the index."""
    index = Index(target.client("dynamodb"), target.table)
    for key in letter.keys[:_KEYS]:
        states = [outcome.state for outcome in outcomes_in_row_of(index, key) if outcome.key == key]
        print_line(out(), f"{visible(key)}: {states[0] if states else 'no outcome yet'}", indent=4)


def _print_result(result: RedriveResult, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        answer = {
            "sent": [letter.as_json() for letter in result.sent],
            "left": [letter.as_json() for letter in result.left],
            "warnings": list(result.warnings),
        }
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    elif not dry_run and (result.sent or result.left):
        print_line(out(), (f"{len(result.sent):,} sent again.", "bold"))
    if result.left and not dry_run:
        print_line(
            err(), ("TROUBLE  ", "bold white on red"), f"{len(result.left)} are not Colophon's messages; they stay."
        )
    for warning in result.warnings:
        print_line(err(), ("TROUBLE  ", "bold white on red"), visible(warning))
