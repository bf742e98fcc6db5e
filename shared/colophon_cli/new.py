"""``colophon new``: create a post folder to fill in."""

from pathlib import Path
from typing import Annotated

import typer

from colophon_cli.outcomes import display_path
from colophon_cli.terminal import out, print_line
from colophon_ops.inbox_path import find_own_inbox
from colophon_ops.new_post import create_post


def new_command(
    name: Annotated[
        str, typer.Argument(metavar="CLINIC/POST", help="The names of the clinic's folder and the post's.")
    ],
    inbox: Annotated[
        Path | None,
        typer.Option(
            "--inbox",
            "-i",
            file_okay=False,
            help="The inbox to create it in. Default: the one that you are in, else this folder.",
        ),
    ] = None,
    languages: Annotated[
        list[str] | None,
        typer.Option(
            "--language", "-l", help="Of a translation; can be repeated. Default: the first that site.yaml lists."
        ),
    ] = None,
) -> None:
    """Create a post folder to fill in.

    Creates an original and translations, and the clinic's record and site.yaml if they do not exist yet. The files
    list every field with a short explanation; colophon check prints what is still missing. Nothing is overwritten.

    Editors check the YAML files while you type: their first line names a schema in .colophon of the inbox, a hidden
    folder that is never uploaded. VS Code needs the extension YAML (redhat.vscode-yaml) for that.

    \b
    Examples:
      colophon new my-clinic/my-first-post
      colophon new my-clinic/my-first-post --inbox inbox
      colophon new my-clinic/my-first-post --language en --language ja
    """
    post = create_post(name, inbox.absolute() if inbox else find_own_inbox(Path.cwd()), languages or ())
    console = out()
    for path in post.created:
        print_line(console, ("made  ", "green"), display_path(path))
    for path in post.kept:
        print_line(console, ("kept  ", "dim"), display_path(path))
    print_line(console, "")
    print_line(console, "1. Fill in every field that has no value, and write the texts below the dashes.")
    print_line(console, "2. Put the images into the same folder, under the names that the texts use.")
    print_line(console, f"3. colophon check {display_path(post.folder)}")
