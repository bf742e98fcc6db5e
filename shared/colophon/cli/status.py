"""``colophon status``: what became of uploads, and who has to do something."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from colophon.cli.failures import REFUSED, Misused
from colophon.cli.options import StackName

if TYPE_CHECKING:
    from colophon.cli.page_stories import PageStory
    from colophon.cli.target import Target
    from colophon.decision.outcome import Outcome
    from colophon.stores.index import Index

_LISTED = 50


class Status(Struct, frozen=True):
    """``outcomes`` in the order of their keys; ``dead_letters`` counts the messages of each queue that has some.

    ``pages`` is what can be told of the one edition, or of the one post's, that was asked for.
    """

    outcomes: "tuple[Outcome, ...]"
    dead_letters: Mapping[str, int]
    pages: "tuple[PageStory, ...]" = ()


def status(target: "Target", key: str = "") -> Status:
    """What became of the upload at ``key``, of all that lie below it, or of everything where it is empty.

    Raises Misused when nothing is known of ``key``.
    """
    from colophon.cli.dead_letters import dead_letters
    from colophon.cli.outcome_line import in_order
    from colophon.cli.page_stories import stories_of
    from colophon.stores.index import Index

    index = Index(target.client("dynamodb"), target.table)
    found = in_order(_outcomes(index, key.rstrip("/")))
    if key and not found:
        raise Misused(f"Nothing is known of {key}. It was never uploaded there, or has not been looked at yet.")
    if key:
        return Status(tuple(found), {}, stories_of(index, key.rstrip("/")))
    return Status(tuple(found), dead_letters(target))


def _outcomes(index: "Index", key: str) -> "list[Outcome]":
    """The row of one upload, or of one post's folder, is at hand; anything wider is looked for in all of them."""
    from colophon.cli.answers import all_outcomes, outcomes_beside
    from colophon.cli.inbox_place import Place
    from colophon.cli.page_stories import folder_of_post

    post, place = folder_of_post(key), Place(Path(), key)
    beside = outcomes_beside(index, f"{key}/withdrawal.yaml" if post else key) if key else ()
    found = [outcome for outcome in beside if place.covers(outcome.key)]
    return found or [outcome for outcome in all_outcomes(index) if outcome.version and place.covers(outcome.key)]


def status_command(
    key: Annotated[
        str, typer.Argument(metavar="[KEY]", help="An upload's key, a folder of the inbox, or its path here.")
    ] = "",
    stack: StackName = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="The answer as JSON, its outcomes as in outcomes.json.")
    ] = False,
) -> None:
    """Say what became of uploads, or of one.

    Without KEY, counts, and those that need somebody; with KEY, its report in words. Of one edition, or of a post's
    folder, it also tells what each page is made from, and its history: every version that was published since the
    index was last begun, when, and what changed. With KEY it exits with 1 when something there has to be mended.

    \b
    Examples:
      colophon status
      colophon status posts/my-clinic/my-post/en.md
      colophon status posts/my-clinic --json
    """
    from colophon.cli.states import to_mend
    from colophon.cli.target import target_of
    from colophon.cli.terminal import err, say

    target = target_of(stack)
    say(err(), f"Asking {target.name}")
    found = status(target, _as_key(key))
    if as_json:
        _print_json(found)
    else:
        _tell_reports(found) if key else _tell_counts(found)
    if key and any(map(to_mend, found.outcomes)):
        raise typer.Exit(REFUSED)


def _as_key(text: str) -> str:
    """A path on this machine, as shells complete it, stands for its key in the inbox that it lies in."""
    from colophon.cli.inbox_place import place_of

    if text.startswith(("posts/", "clinics/", "site.")) or not text or not Path(text).exists():
        return text
    return place_of(Path(text)).key


def _print_json(found: Status) -> None:
    import json

    answer = {
        "outcomes": [outcome.as_json() for outcome in found.outcomes],
        "dead_letters": dict(found.dead_letters),
        "pages": [story.as_json() for story in found.pages],
    }
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _tell_counts(found: Status) -> None:
    from colophon.cli.outcome_lines import tell_outcomes
    from colophon.cli.states import count, counted, to_mend
    from colophon.cli.terminal import out, say

    console = out()
    present = [outcome for outcome in found.outcomes if outcome.state != "absent"]
    needy = [outcome for outcome in present if to_mend(outcome) or outcome.state == "waiting"]
    tell_outcomes(console, needy[:_LISTED])
    if len(needy) > _LISTED:
        say(console, f"... and {len(needy) - _LISTED} more; --json lists them all.")
    say(console, *counted(count(present)))
    for queue, letters in found.dead_letters.items():
        say(
            console,
            ("TROUBLE  ", "bold white on red"),
            f"{queue} holds {letters} that were given up on: colophon redrive.",
        )


def _tell_reports(found: Status) -> None:
    from colophon.cli.problem_lines import tell_report
    from colophon.cli.story_lines import tell_story
    from colophon.cli.terminal import out

    console, stories = out(), {story.page.key: story for story in found.pages}
    for outcome in found.outcomes:
        tell_report(console, outcome)
        if outcome.key in stories:
            tell_story(console, stories[outcome.key])
