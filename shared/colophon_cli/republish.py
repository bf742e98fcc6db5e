"""``colophon republish``: republish pages through the slow lane, counted first."""

import json
from datetime import UTC, date, datetime, time
from typing import Annotated

import typer

from colophon_cli.confirm import MAX_UNCONFIRMED_PAGES, ask
from colophon_cli.options import LaneWait, StackName
from colophon_cli.terminal import err, out, print_line, progress, visible
from colophon_ops.backlog import Backlog, Selection
from colophon_ops.errors import Misused
from colophon_ops.republish import list_price, open_republisher
from colophon_ops.target import find_target

_DEFAULT_SECONDS = 300.0


def republish_command(
    clinic: Annotated[str, typer.Option("--clinic", help="Only posts of this clinic.")] = "",
    lang: Annotated[str, typer.Option("--lang", help="Only pages in this language.")] = "",
    since: Annotated[str, typer.Option("--since", help="Only posts with an upload on this day (UTC) or later.")] = "",
    stale: Annotated[
        bool,
        typer.Option("--stale", help="Only posts made by other templates, notices or code than the stack has now."),
    ] = False,
    all_posts: Annotated[bool, typer.Option("--all", help="All posts.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    restart: Annotated[
        bool, typer.Option("--anew", help="Start from the beginning, even if the same command was interrupted.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask, however many pages there are.")] = False,
    stack: StackName = "",
    wait: LaneWait = _DEFAULT_SECONDS,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Rebuild pages without delaying new uploads.

    First prints the number of pages and the cost. Whatever the index says, each object in the site bucket is compared
    with what it should be, and put only if it differs or is missing. So this restores a site bucket that was emptied,
    a table that was lost or restored from a backup, or both. Withdrawn pages stay withdrawn. Pages whose text does not
    change are not purged from the CDN.

    If interrupted, run it again within a day: it resumes. With several options, posts must meet all of them.

    \b
    Examples:
      colophon republish --stale --dry-run
      colophon republish --stale --yes
      colophon republish --clinic my-clinic --lang en
      colophon republish --all
    """
    selection = Selection(clinic, lang, _parse_day(since), stale)
    if selection.is_all != all_posts:
        raise Misused("Say which posts: --stale, --clinic, --lang, --since, or --all alone.")
    target = find_target(stack)
    print_line(err(), f"Reading from {target.name}")
    republisher = open_republisher(target, wait)
    with progress("counting") as bar:
        backlog = republisher.backlog(selection, bar.advance)
    after = "" if restart else republisher.resume_point(selection, datetime.now(UTC))
    _print_counts(backlog, as_json=as_json, dry_run=dry_run)
    if stale and not backlog.posts:
        print_line(err(), "A deployment takes effect here within a minute: if there was one just now, try again then.")
    if dry_run:
        return
    if after:
        print_line(
            err(),
            f"Resuming after {visible(after)}, where the same command was interrupted. Use --anew to start again.",
        )
    _confirm(backlog, yes=yes)
    with progress("republishing", len(backlog.posts)) as bar:
        republished = republisher.run(backlog, after, bar.at)
    print_line(err(), (f"{republished:,} posts and their listings were republished.", "bold"))


def _parse_day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        raise Misused(f"“{text}” is not a date. Write it as 2026-05-31.") from None


def _confirm(backlog: Backlog, *, yes: bool) -> None:
    if not yes and backlog.pages > MAX_UNCONFIRMED_PAGES:
        ask(f"{backlog.pages:,} pages in {len(backlog.posts):,} posts will be rebuilt.")


def _print_counts(backlog: Backlog, *, as_json: bool, dry_run: bool) -> None:
    posts, pages, images = len(backlog.posts), backlog.pages, backlog.images
    dollars = list_price(posts, pages, images)
    if as_json:
        counts = {"posts": posts, "pages": pages, "images": images, "dollars": round(dollars, 4), "dry_run": dry_run}
        typer.echo(json.dumps({**counts, "chosen": [str(post) for post in backlog.posts]}, indent=2))
        return
    counted = f"{posts:,} posts with {pages:,} pages and {images:,} images"
    print_line(out() if dry_run else err(), (counted, "bold"), f": {_price(dollars)} at list price.")


def _price(dollars: float) -> str:
    return f"at most about ${dollars:,.2f}" if dollars >= 0.01 else "less than $0.01"
