"""The commands by name, and how their errors become messages and exit codes.

A command is imported when it runs or when its own help is asked for. Lists of commands (``colophon --help``, completion
in a shell) are made from ``COMMANDS`` alone. So the modules of the commands import what they need at the top.
"""

from collections.abc import Mapping
from importlib import import_module, metadata
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from colophon_cli import INTERRUPTED_LINE, exit_codes
from colophon_cli.terminal import err, print_line, visible

# The first line of each command's help. The command x-y is ``x_y_command`` in the module ``colophon_cli.x_y``.
COMMANDS: Mapping[str, str] = {
    "new": "Create a post folder to fill in.",
    "check": "Check uploads offline.",
    "pin": "Print the pins of texts, and fill them in.",
    "preview": "Show the site of a folder in the browser while you write.",
    "build": "Build the whole site from a folder, without AWS.",
    "dev": "Run template.yaml in emulated AWS, without an account.",
    "upload": "Upload what changed, and print the outcomes.",
    "status": "Print the outcomes of uploads, or of one.",
    "trace": "Print what the functions logged about one upload.",
    "withdraw": "Take something down everywhere, and prove it.",
    "reinstate": "Show again what colophon withdraw took down, and prove it.",
    "erase": "Remove a withdrawn post's uploads and reports for good.",
    "redrive": "List the dead letters, and send them again.",
    "republish": "Rebuild pages without delaying new uploads.",
    "verify": "Compare the live site with a build of the inbox.",
    "adopt-inbox": "Make an existing bucket the inbox of a new stack.",
    "copy-inbox": "Copy an inbox with its history into another bucket.",
    "schema": "Print the JSON Schema of a kind of file.",
}


class _Commands(TyperGroup):
    """Imports the command that runs. Reports a known error in one line; its exit code says who has to act."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        # Enough for lists. ``resolve_command`` replaces the one that runs.
        self.commands = {name: TyperCommand(name, help=text) for name, text in COMMANDS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name else command, rest

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            print_line(err(), ("colophon: ", "bold red"), INTERRUPTED_LINE)
            raise typer.Exit(exit_codes.INTERRUPTED) from None
        except Exception as error:
            exit_with(error)


def exit_with(error: Exception) -> NoReturn:
    """Print the message of a known error, and exit with its code. Raises any other error."""
    known = exit_codes.explain(error)
    if known is None:
        raise error
    code, line = known
    print_line(err(), ("colophon: ", "bold red"), visible(line))
    raise SystemExit(code) from None


def load_command(name: str) -> Any:
    """Import the command called ``name``, one of ``COMMANDS``, with its options and its whole help."""
    in_python = name.replace("-", "_")
    module = import_module(f"colophon_cli.{in_python}")
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    alone.command(name)(getattr(module, f"{in_python}_command"))
    return typer.main.get_command(alone)


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Publishes AI-translated clinic posts honestly.\n\n"
        "An inbox is a folder (or a bucket) with site.yaml, clinics/<clinic>/clinic.yaml and posts/<clinic>/<post>/. "
        "Colophon builds a site from it, and reports an outcome for every file.\n\n"
        "\b\nA first post:\n"
        "  colophon new my-clinic/my-post --inbox inbox   a folder to fill in\n"
        "  colophon check inbox                           find problems, offline\n"
        "  colophon preview inbox                         the site in the browser, as you write\n"
        "  colophon build inbox --out site                the site as files\n"
        "  colophon upload inbox                          the same, in the cloud"
    ),
    epilog="Exit codes: 0 done, 1 refused (fix the upload), 2 misused or misconfigured, 3 unavailable (try again).",
)


def _print_version(is_wanted: bool) -> None:
    """The version of the package, and of what makes pages: the fingerprint that ``republish --stale`` compares."""
    if not is_wanted:
        return
    try:
        release = metadata.version("colophon")
    except metadata.PackageNotFoundError:
        release = "(not installed)"
    code = import_module("colophon.decision.code_version").code_version()
    typer.echo(f"colophon {release}, code {code}")
    raise typer.Exit


@app.callback()
def _accept_options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and exit.")
    ] = False,
) -> None:
    """Makes ``app`` a group: Typer counts only commands that are registered."""
