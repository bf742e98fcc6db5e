"""``colophon republish``: pages made anew through the slow lane, counted first."""

from typing import TYPE_CHECKING, Annotated

import typer

from colophon.cli.failures import Misused
from colophon.cli.options import LaneWait, StackName

if TYPE_CHECKING:
    from datetime import datetime

    from colophon.cli.backlog import Backlog

USUAL_SECONDS = 300.0


def republish_command(
    clinic: Annotated[str, typer.Option("--clinic", help="The posts of this clinic.")] = "",
    lang: Annotated[str, typer.Option("--lang", help="The pages in this language.")] = "",
    since: Annotated[
        str, typer.Option("--since", help="Posts of which something was uploaded on this day (UTC) or later.")
    ] = "",
    stale: Annotated[
        bool, typer.Option("--stale", help="Posts made by other templates, notices or code than the stack has now.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="All of it, whatever is there.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    anew: Annotated[bool, typer.Option("--anew", help="From the start, not where the same command was ended.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="However many they are, without asking.")] = False,
    stack: StackName = "",
    wait: LaneWait = USUAL_SECONDS,
    as_json: Annotated[bool, typer.Option("--json", help="The counts as JSON.")] = False,
) -> None:
    """Have pages made anew, without delaying today's uploads.

    Says first how many there are and what it costs. Each page is compared with what must stand, whatever the index
    says, and is put only if something else stands there, or nothing: so this brings back a site bucket that was
    emptied, a table that was lost or restored, and both. Nothing that is withdrawn comes back. Readers see no
    difference but the new pages, and no copy of a page is purged whose text is the same.

    Ended halfway, the same command goes on within a day where it was. Several options mean what all of them mean.

    \b
    Examples:
      colophon republish --stale --dry-run
      colophon republish --stale --yes
      colophon republish --clinic my-clinic --lang en
      colophon republish --all
    """
    from datetime import UTC, datetime

    from colophon.cli.backlog import Choice
    from colophon.cli.republishing import republisher
    from colophon.cli.target import target_of
    from colophon.cli.terminal import err, progress, say, visible

    choice = Choice(clinic, lang, _day(since), stale)
    if choice.is_all != every:
        raise Misused("Say which: --stale, --clinic, --lang, --since, or --all alone.")
    target = target_of(stack)
    say(err(), f"Asking {target.name}")
    at_work = republisher(target, wait)
    with progress("counting") as bar:
        backlog = at_work.backlog(choice, bar.advance)
    after = "" if anew else at_work.left_off(choice, datetime.now(UTC))
    _tell_count(backlog, as_json=as_json, dry_run=dry_run)
    if stale and not backlog.posts:
        say(err(), "A deployment is known here within a minute: if there was one just now, ask again then.")
    if dry_run:
        return
    if after:
        say(err(), f"Going on after {visible(after)}, where the same command was ended. --anew begins again.")
    _agree(backlog, yes=yes)
    with progress("making anew", len(backlog.posts)) as bar:
        rung = at_work.run(backlog, after, bar.at)
    say(err(), (f"{rung:,} posts were looked at anew, and their listings.", "bold"))


def _day(text: str) -> "datetime | None":
    from datetime import UTC, date, datetime, time

    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        raise Misused(f"“{text}” is not a day. Write it as 2026-05-31.") from None


def _agree(backlog: "Backlog", *, yes: bool) -> None:
    from colophon_cli.confirm import MAX_UNCONFIRMED_PAGES, ask

    if not yes and backlog.pages > MAX_UNCONFIRMED_PAGES:
        ask(f"{backlog.pages:,} pages in {len(backlog.posts):,} posts will be made anew.")


def _tell_count(backlog: "Backlog", *, as_json: bool, dry_run: bool) -> None:
    import json

    from colophon.cli.list_price import list_price
    from colophon.cli.terminal import err, out, say

    posts, pages, images = len(backlog.posts), backlog.pages, backlog.images
    dollars = list_price(posts, pages, images)
    if as_json:
        counts = {"posts": posts, "pages": pages, "images": images, "dollars": round(dollars, 4), "dry_run": dry_run}
        typer.echo(json.dumps({**counts, "chosen": [str(post) for post in backlog.posts]}, indent=2))
        return
    counted = f"{posts:,} posts with {pages:,} pages and {images:,} images"
    say(out() if dry_run else err(), (counted, "bold"), f": at most about ${dollars:,.2f} at list price.")
