"""``colophon preview``: the site of a folder on a local port, built again at each change."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from colophon.page.paths import FRONT_PATH
from colophon_cli.local_site import choose_port
from colophon_cli.outcomes import display_path
from colophon_cli.terminal import out, print_line, progress
from colophon_cli.watch import start_watching, stop_at_a_signal
from colophon_ops.errors import Misused
from colophon_ops.inbox_path import InboxPath, find_inbox_path
from colophon_ops.preview.drafts import Draft
from colophon_ops.preview.pages import PROBLEMS_PATH
from colophon_ops.preview.preview_build import PreviewBuild, PreviewSite
from colophon_ops.preview.server import PreviewServer

PREVIEW_PORT = 8767


def preview_command(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="An inbox, or posts in one.")],
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The local port. 0: 8767, or a free one.")] = 0,
) -> None:
    """Show the site of a folder in the browser while you write.

    Builds the site and serves it on this machine only. When a file is saved, what it changes is built again, and the
    browser reloads by itself. The pages are those that the cloud makes, with the same answers for what was withdrawn
    or has moved.

    Drafts that readers would not see are shown too: a refused one as the list of its problems, with file, line and
    fix, at the address of its page; a scheduled one as its page, with a line that says so.

    With posts instead of an inbox, only those are built, and the listings that they are in.

    What was built is kept in ~/.cache/colophon/, so the next start is quick. Stop with Ctrl-C.

    \b
    Examples:
      colophon preview inbox
      colophon preview inbox/posts/my-clinic/my-post
      colophon preview inbox --port 9000
    """
    root, chosen = _choose(paths)
    changes = start_watching(root, stop_at_a_signal(), "colophon preview")
    with PreviewBuild(root, chosen) if chosen else PreviewBuild(root) as build:
        with progress("building") as bar:
            site = build.build(on_step=bar.at)
        with PreviewServer(build, root, choose_port(port, PREVIEW_PORT)) as server:
            _print_start(server.url, site, root, [path.key for path in map(find_inbox_path, paths)])
            _serve(build, server, changes)
    print_line(out(), "Stopped.")


class _Chosen:
    """The posts that are in ``paths``, or hold one."""

    def __init__(self, paths: Sequence[InboxPath]) -> None:
        self._paths = paths

    def __call__(self, folder: str) -> bool:
        return any(path.touches(folder) for path in self._paths)


def _choose(paths: Sequence[Path]) -> tuple[Path, _Chosen | None]:
    """The inbox that ``paths`` are in, and which posts they choose; None: all."""
    found = [find_inbox_path(path) for path in paths]
    root = found[0].root
    if other := next((path for path in found if path.root != root), None):
        raise Misused(f"{root} and {other.root} are two inboxes. Start one preview for each.")
    return root, None if any(not path.key for path in found) else _Chosen(found)


def _serve(build: PreviewBuild, server: PreviewServer, changes: Iterable[set[Path] | None]) -> None:
    for changed in changes:
        if changed is None or changed or build.is_due():
            before = build.site
            site = build.build(changed)
            if site.written != before.written or site.drafts != before.drafts:
                server.announce()
            _print_change(site, before)


def _print_start(url: str, site: PreviewSite, root: Path, keys: Sequence[str]) -> None:
    console, first = out(), next(_page_paths(site, keys), FRONT_PATH)
    print_line(console, ("The site   ", "bold"), (url + first, "blue"))
    if site.drafts:
        print_line(console, ("Problems   ", "bold"), (url + PROBLEMS_PATH, "blue"), f"   {_count(site.drafts)}")
    print_line(console, f"Watching {display_path(root)}. Stop with Ctrl-C.")


def _page_paths(site: PreviewSite, keys: Sequence[str]) -> Iterator[str]:
    """The paths of the pages, and of drafts, of the posts that ``keys`` name."""
    endings = tuple(f"/{'/'.join(key.split('/')[1:3])}/index.html" for key in keys if key.count("/") >= 2)
    yield from (f"/{key.removesuffix('index.html')}" for key in sorted(site.written) if key.endswith(endings))
    yield from (draft.path for draft in site.drafts if draft.path and f"{draft.path}index.html".endswith(endings))


def _print_change(site: PreviewSite, before: PreviewSite) -> None:
    what = "everything" if site.posts is None else "1 post" if site.posts == 1 else f"{site.posts:,} posts"
    print_line(
        out(), f"Built {what} in {site.seconds:.2f} seconds.", f"   {_count(site.drafts)}" if site.drafts else ""
    )


def _count(drafts: Sequence[Draft]) -> str:
    uploads = "1 upload" if len(drafts) == 1 else f"{len(drafts):,} uploads"
    return f"{uploads} with problems, or not shown yet."
