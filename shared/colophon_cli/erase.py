"""``colophon erase``: remove a withdrawn post's uploads and reports for good."""

import json
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from colophon.upload.keys import PostWithdrawal
from colophon_cli.confirm import ask
from colophon_cli.options import ProofWait, StackName
from colophon_cli.terminal import err, out, print_line, progress, visible
from colophon_cli.withdraw import DEFAULT_WAIT
from colophon_ops.erase import REMAINS, ErasePlan, EraseResult, erase
from colophon_ops.errors import Misused
from colophon_ops.target import find_target
from colophon_ops.withdraw.clients import open_clients
from colophon_ops.withdraw.subject import is_address, parse_target


def erase_command(
    post: Annotated[str, typer.Argument(metavar="POST", help="The post, as my-clinic/my-post.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    stack: StackName = "",
    wait: ProofWait = DEFAULT_WAIT,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was removed and what remains as JSON.")] = False,
) -> None:
    """Remove a withdrawn post's uploads and reports for good.

    Only for a post that colophon withdraw took down, and not with a hold, which ends. First it proves again that the
    post is gone everywhere. Then it deletes every version of its texts and images from the inbox, and every report on
    them but the last, which only says that the file is absent. Its withdrawals stay, so its address keeps its
    tombstone. This can't be undone.

    It needs the right to delete versions, which the inbox grants to the role in the stack's parameter EraseRole alone.
    If it is interrupted, run it again: it resumes. At the end it lists what remains elsewhere, such as backups of the
    table. Exits with 2 if the post is not withdrawn, with 3 if some place still shows it.

    \b
    Examples:
      colophon withdraw my-clinic/my-post --kind gone --reason clinic-request
      colophon erase my-clinic/my-post
      colophon erase my-clinic/my-post --yes --json > erased.json
    """
    target = _parse_post(post)
    opened = find_target(stack)
    print_line(err(), f"Erasing from {opened.name}")
    now = partial(datetime.now, UTC)
    result = erase(target, open_clients(opened), now, wait, partial(_confirm, yes=yes), progress)
    if as_json:
        typer.echo(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
    else:
        _print_result(result)


def _parse_post(text: str) -> PostWithdrawal:
    not_a_post = Misused(f"“{text}” is not a post. Write it as my-clinic/my-post.")
    if is_address(text):
        raise not_a_post
    target = parse_target(text)
    if not isinstance(target, PostWithdrawal):
        raise not_a_post
    return target


def _confirm(plan: ErasePlan, *, yes: bool) -> None:
    for key in sorted({version.key for version in plan.versions}):
        print_line(err(), visible(key), indent=2)
    what = f"{len(plan.versions)} versions of uploads and {len(plan.reports)} of reports would be erased for good."
    if yes:
        print_line(err(), what)
    else:
        ask(what, "Erase?")


def _print_result(result: EraseResult) -> None:
    counts = f"{result.versions} versions of uploads and {result.reports} of reports"
    print_line(out(), (f"Erased {visible(result.post)}: {counts}.", "bold green"))
    print_line(out(), "Kept, so that it stays withdrawn:", f" {visible(', '.join(result.kept))}")
    print_line(out(), "What remains:")
    for place in REMAINS:
        print_line(out(), f"- {place}", indent=2)
