"""``colophon pin``: the pins of texts, and fill in which text a translation or a review is about."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from colophon.upload.file_names import escape_name
from colophon_cli.exit_codes import REFUSED
from colophon_cli.file_fixes import make_fixes, print_fixes
from colophon_cli.outcomes import display_path
from colophon_cli.terminal import err, out, print_line, visible
from colophon_ops.pin import ORIGINAL, REVIEW, PinPlan, plan_pins


class PinKind(StrEnum):
    """What ``--renew`` takes."""

    ORIGINAL = ORIGINAL
    REVIEW = REVIEW


def pin_command(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Posts, files of them, or an inbox.")],
    renew: Annotated[
        list[PinKind] | None,
        typer.Option("--renew", help="Replace pins of this kind that name another text: original, review. Repeatable."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Show what would change; change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print pins and changes as JSON. Changes nothing without --yes.")
    ] = False,
) -> None:
    """Print the pins of texts, and fill them in.

    A pin says which text a claim is about: 16 hex digits, the beginning of a digest of title and body. This command
    prints the pin of every text at PATH, and fills in, where there is none:

    \b
      translation.of          the original beside the translation, as it is now
      translation.review.of   this text as it is now, if it has a review

    Fill in only what is true: that it was translated from this original, and that this text was reviewed. Later, when
    a text changes, its page says so, and no page says "reviewed" of a text that no person has seen. A pin that names
    another text stays as it is. If a translation has what changed in its original, or its text was reviewed again, say
    so with --renew.

    It shows every change, asks, and saves each file as it was in .colophon/before-fix of the inbox. Comments, order and
    line ends stay. Without Colophon: printf '%s\\n%s' TITLE BODY | sha256sum, as the page for writers explains.

    \b
    Examples:
      colophon pin inbox/posts/my-clinic/my-post
      colophon pin inbox/posts/my-clinic/my-post/en.md --renew original
      colophon pin inbox --dry-run
    """
    plan = plan_pins(paths, [kind.value for kind in renew or ()])
    if as_json:
        typer.echo(json.dumps(_as_json(plan), ensure_ascii=False, indent=2))
    else:
        for text in plan.texts:
            print_line(out(), (text.pin, "bold"), f"  {display_path(text.root / text.key)}")
    print_fixes(plan.fixes, (*plan.left, *plan.refused))
    if plan.fixes and not dry_run and (yes or not as_json):
        make_fixes(plan.fixes, "Is that so: translated from these originals, and these texts reviewed?", yes=yes)
    elif not plan.fixes:
        print_line(err(), "There is nothing to fill in.")
    if plan.refused:
        raise typer.Exit(REFUSED)


def _as_json(plan: PinPlan) -> list[dict[str, object]]:
    changes = {
        (fix.root, fix.key): [{"line": line.number, "text": visible(line.after)} for line in fix.text.changes]
        for fix in plan.fixes
        if fix.text
    }
    left = {(file.root, file.key): file.why for file in plan.left}
    return [
        {
            "key": escape_name(text.key),
            "file": escape_name(str(text.root / text.key)),
            "pin": text.pin,
            "changes": changes.get((text.root, text.key), []),
            "left": left.get((text.root, text.key), ""),
        }
        for text in plan.texts
    ]
