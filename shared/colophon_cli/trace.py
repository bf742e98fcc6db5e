"""``colophon trace``: print what the functions logged about one upload."""

import json
from collections.abc import Iterator
from typing import Annotated, get_args

import typer
from rich.console import Console

from colophon.metrics import MetricName
from colophon_cli.exit_codes import UNAVAILABLE
from colophon_cli.options import StackName
from colophon_cli.terminal import err, out, print_line, visible
from colophon_ops.inbox_path import find_key
from colophon_ops.target import find_target
from colophon_ops.trail import Trail, TrailLine, find_trail

_KEYS = 3


def trace_command(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key of an upload, or its path on this machine.")],
    version: Annotated[str, typer.Option("--version", help="Another version than the newest, by its id.")] = "",
    wait: Annotated[float, typer.Option("--wait", min=1, help="Seconds that the query of the logs may take.")] = 60.0,
    stack: StackName = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the lines as JSON, with all of their fields.")] = False,
) -> None:
    """Print what the functions logged about one upload.

    One line for each step, with the seconds since the upload: the answer (publish, image), its report, the listings
    that follow (relist), and the purge of the CDN. What failed is there with its error and the id of the request. An
    answer can have several steps, because a page is made again when something that it shows changes.

    \b
    What is missing tells, too:
      no line at all        no function was called: is the sweep running? It finds lost notifications within a day.
      no line of report     the reader of the table's stream is late or failing.
      no line of purge      nothing had to be purged: a first publication replaces nothing.

    On AWS it asks CloudWatch Logs Insights, which costs about 0.005 US dollars for each gigabyte of log since the
    upload, and shows a line about a minute after it was written. Lines are kept for as long as the parameter
    LogRetentionDays says. It needs logs:StartQuery on the stack's log groups and logs:GetQueryResults.

    Uploads of one batch share what follows from it. Lines about other posts are counted; --json prints them.
    It exits with 3 if there are no lines.

    \b
    Examples:
      colophon trace posts/my-clinic/my-post/en.md
      colophon trace posts/my-clinic/my-post/withdrawal.yaml --json
    """
    target = find_target(stack)
    print_line(err(), f"Reading from {target.name}")
    trail = find_trail(target, find_key(key), version, wait)
    if as_json:
        typer.echo(json.dumps(trail.as_json(), ensure_ascii=False, indent=2))
    else:
        _print_trail(out(), trail)
    if not trail.lines:
        raise typer.Exit(UNAVAILABLE)


def _print_trail(console: Console, trail: Trail) -> None:
    what = "deleted" if trail.deleted else "uploaded"
    print_line(console, (visible(trail.key), "bold"), f"  {what} {trail.at:%Y-%m-%d %H:%M:%S} UTC")
    print_line(console, (f"version {visible(trail.version)}", "dim"), indent=2)
    own = [line for line in trail.lines if trail.is_own(line)]
    for line in own:
        seconds = (line.at - trail.at).total_seconds()
        text = ", ".join(_details(trail, line))
        colour = "red" if line.is_error else ""
        print_line(console, f"{seconds:+10.3f} s  ", (f"{line.function:<8}", "bold"), (visible(text), colour), indent=2)
    if others := len(trail.lines) - len(own):
        what = f"{others} lines about other posts, whose uploads came in the same batches or depend on this one"
        print_line(console, (f"{what}: --json prints them.", "dim"), indent=2)
    if not trail.lines:
        fix = "It may be too new, or older than the logs are kept. Try again in a minute; then look at the sweep."
        print_line(console, f"No function has logged anything about it. {fix}", indent=2)


def _details(trail: Trail, line: TrailLine) -> Iterator[str]:
    fields = line.fields
    yield str(fields.get("message", "")).rstrip(".")
    if line.is_error:
        yield f"{fields.get('exception_name')} (request {fields.get('request_id')}, {fields.get('subject')})"
        return
    if fields.get("key") not in (None, trail.key):
        yield str(fields["key"])
    if keys := [each for each in fields.get("keys", []) if each != trail.key]:
        yield " ".join(keys[:_KEYS]) + (f" and {len(keys) - _KEYS} more" if len(keys) > _KEYS else "")
    yield from (f"{name} {fields[name]}" for name in ("state", "rev", "changes", "groups") if fields.get(name))
    yield from (f"{name} {fields[name]}" for name in get_args(MetricName) if name in fields)
    if "milliseconds" in fields:
        yield f"{fields['milliseconds']} ms"
