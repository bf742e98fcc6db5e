"""``colophon upload``: what changed in a folder, and what became of it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from colophon.cli.failures import REFUSED, UNAVAILABLE, Misused
from colophon.cli.options import StackName

if TYPE_CHECKING:
    from colophon.cli.target import Target
    from colophon.decision.outcome import Outcome

_USUAL_SECONDS = 60.0
_SETTLE_SECONDS = 10.0
_LISTED = 20


class Uploaded(Struct, frozen=True):
    """What was sent and deleted, what the stack made of it, and the keys that it has not answered for yet."""

    sent: tuple[str, ...]
    deleted: tuple[str, ...]
    alike: int
    outcomes: "tuple[Outcome, ...]"
    unanswered: tuple[str, ...]


def upload(
    inbox: Path, target: "Target", *, delete: bool, confirm: Callable[[list[str]], bool], seconds: float
) -> Uploaded:
    """Bring the inbox bucket to what the folder ``inbox`` holds, and wait for the answers, ``seconds`` without news.

    What only the bucket has stays, unless ``delete``: then ``confirm`` is asked once, with the keys. Raises Misused.
    """
    from colophon.cli.inbox_place import inbox_at
    from colophon.cli.terminal import progress
    from colophon.cli.transfer import Step, carry_out, differences, uploads_in

    root = inbox_at(inbox)
    s3 = target.client("s3")
    keys = [key for key in uploads_in(root) if not _unheard(key)]
    found = differences(root, keys, s3, target.inbox_bucket)
    doomed = found.only_there if delete and found.only_there and confirm(list(found.only_there)) else ()
    steps = [*(Step(key, root / key) for key in found.to_send), *(Step(key) for key in doomed)]
    with progress("uploading", len(steps)) as bar:
        versions = carry_out(steps, s3, target.inbox_bucket, bar.advance)
    heard = {key: version for key, version in versions.items() if not _unheard(key)}
    answers = _answers(heard, target, seconds)
    outcomes = (*answers.values(), *_unheard_of(root))
    return Uploaded(found.to_send, tuple(doomed), found.alike, outcomes, tuple(sorted(heard.keys() - answers)))


def _answers(versions: Mapping[str, str], target: "Target", seconds: float) -> "dict[str, Outcome]":
    from colophon.cli.answers import await_answers
    from colophon.cli.terminal import progress
    from colophon.stores.index import Index

    index = Index(target.client("dynamodb"), target.table)
    with progress("waiting for answers", len(versions)) as bar:
        return await_answers(versions, index, seconds, _SETTLE_SECONDS, lambda done: bar.at(done, len(versions)))


def _unheard(key: str) -> bool:
    """Whether an upload of ``key`` would lie where nobody listens."""
    return not key.startswith(("posts/", "clinics/", "site."))


def _unheard_of(root: Path) -> "list[Outcome]":
    from colophon.cli.transfer import uploads_in
    from colophon.stores.inbox_folder import InboxFolder
    from colophon.verbs.build import stray_outcome

    return [stray_outcome(key, InboxFolder(root)) for key in uploads_in(root) if _unheard(key)]


def upload_command(
    inbox: Annotated[Path, typer.Argument(metavar="INBOX", help="The folder with site.yaml, clinics/ and posts/.")],
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete what is in the bucket and not in the folder.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Delete without asking.")] = False,
    stack: StackName = "",
    wait: Annotated[
        float, typer.Option("--wait", min=0, help="Seconds without news to wait for answers.")
    ] = _USUAL_SECONDS,
    as_json: Annotated[bool, typer.Option("--json", help="What became of each upload, as JSON.")] = False,
) -> None:
    """Upload what changed, and say what became of each.

    Nothing is deleted without --delete, which counts first and asks. Exits with 1 when something has to be mended,
    with 3 when an answer has not come in time: colophon status KEY will have it later.

    \b
    Examples:
      colophon upload inbox
      colophon upload inbox --stack colophon-staging
      colophon upload inbox --delete --yes --json
    """
    from colophon.cli.states import to_mend
    from colophon.cli.target import target_of
    from colophon.cli.terminal import err, say

    target = target_of(stack)
    say(err(), f"Uploading to {target.name}, bucket {target.inbox_bucket}")
    done = upload(inbox, target, delete=delete, confirm=lambda keys: yes or _agreed(keys), seconds=wait)
    if as_json:
        _print_json(done)
    else:
        _tell(done)
    if any(map(to_mend, done.outcomes)):
        raise typer.Exit(REFUSED)
    if done.unanswered:
        raise typer.Exit(UNAVAILABLE)


def _agreed(keys: list[str]) -> bool:
    import sys

    from colophon.cli.terminal import err, say, visible

    orders = sum(key.endswith("withdrawal.yaml") for key in keys)
    for key in keys[:_LISTED]:
        say(err(), visible(key), indent=2)
    if len(keys) > _LISTED:
        say(err(), f"... and {len(keys) - _LISTED} more", indent=2)
    say(err(), f"{len(keys)} objects are in the bucket and not in the folder.")
    if orders:
        say(err(), (f"{orders} of them are withdrawals: what they withdraw would be shown again.", "bold red"))
    if not sys.stdin.isatty():
        raise Misused("Nobody is here to ask. Add --yes to delete them.")
    return typer.confirm(f"Delete {len(keys)} objects?", err=True)


def _print_json(done: Uploaded) -> None:
    import json

    from colophon.cli.outcome_line import in_order

    answer = {
        "sent": list(done.sent),
        "deleted": list(done.deleted),
        "alike": done.alike,
        "outcomes": [outcome.as_json() for outcome in in_order(done.outcomes)],
        "unanswered": list(done.unanswered),
    }
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _tell(done: Uploaded) -> None:
    from colophon.cli.outcome_lines import tell_outcomes
    from colophon.cli.states import count, counted
    from colophon.cli.terminal import out, say, visible

    console = out()
    tell_outcomes(console, done.outcomes)
    for key in done.unanswered:
        say(console, ("no answer yet  ", "yellow"), visible(key))
    say(console, f"{len(done.sent)} sent, {len(done.deleted)} deleted, {done.alike} were there already.")
    if done.outcomes:
        say(console, *counted(count(done.outcomes)))
