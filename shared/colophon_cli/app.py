"""The commands, and how their errors become messages and exit codes."""

from typing import Any

import typer
from typer.core import TyperGroup

from colophon_cli import exit_codes
from colophon_cli.build import build_command
from colophon_cli.check import check_command
from colophon_cli.dev import dev_command
from colophon_cli.new import new_command
from colophon_cli.redrive import redrive_command
from colophon_cli.reinstate import reinstate_command
from colophon_cli.republish import republish_command
from colophon_cli.schema import schema_command
from colophon_cli.status import status_command
from colophon_cli.terminal import err, print_line
from colophon_cli.upload import upload_command
from colophon_cli.verify import verify_command
from colophon_cli.withdraw import withdraw_command


class _Commands(TyperGroup):
    """Reports a known error in one line, and by its exit code says who has to act."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(exit_codes.INTERRUPTED) from None
        except Exception as error:
            known = exit_codes.explain(error)
            if known is None:
                raise
            code, line = known
            print_line(err(), ("colophon: ", "bold red"), line)
            raise typer.Exit(code) from None


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
        "  colophon build inbox --out site                the site, on this machine\n"
        "  colophon upload inbox                          the same, in the cloud"
    ),
    epilog="Exit codes: 0 done, 1 refused (fix the upload), 2 misused or misconfigured, 3 unavailable (try again).",
)
app.command("new")(new_command)
app.command("check")(check_command)
app.command("build")(build_command)
app.command("dev")(dev_command)
app.command("upload")(upload_command)
app.command("status")(status_command)
app.command("withdraw")(withdraw_command)
app.command("reinstate")(reinstate_command)
app.command("redrive")(redrive_command)
app.command("republish")(republish_command)
app.command("verify")(verify_command)
app.command("schema")(schema_command)
