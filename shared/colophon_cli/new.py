"""``colophon new``: a post folder to fill in."""

from pathlib import Path
from typing import Annotated

import typer

from colophon_cli.terminal import out, say


def new_command(
    name: Annotated[str, typer.Argument(metavar="CLINIC/POST", help="The clinic's folder and the post's.")],
    inbox: Annotated[Path, typer.Option("--inbox", "-i", file_okay=False, help="The inbox to put it into.")] = Path(),
) -> None:
    """Make a post folder to fill in.

    It has the original, a translation, and the clinic's record if it is not there yet. The files hold every field
    with a word on what belongs there; colophon check says what is still to fill in. Nothing is ever overwritten.

    \b
    Examples:
      colophon new my-clinic/my-first-post
      colophon new my-clinic/my-first-post --inbox inbox
    """
    from colophon_cli.outcomes import shown_path
    from colophon_ops.new_post import new

    laid = new(name, inbox.absolute())
    console = out()
    for path in laid.made:
        say(console, ("made  ", "green"), shown_path(path))
    for path in laid.kept:
        say(console, ("kept  ", "dim"), shown_path(path))
    say(console, "")
    say(console, "1. Fill in what has nothing behind its colon, and write the texts below the dashes.")
    say(console, "2. Put the images beside them, by the names that the texts use.")
    say(console, f"3. colophon check {shown_path(laid.folder)}")
