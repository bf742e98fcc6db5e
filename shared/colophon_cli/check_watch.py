"""``colophon check --watch``: check again at each change, until stopped."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from colophon.decision.rows import Outcome, OutcomeState
from colophon.problem import Problem
from colophon_cli.outcomes import print_duplicates, print_problems, render_counts
from colophon_cli.terminal import out, print_line, progress
from colophon_cli.watch import start_watching, stop_at_a_signal
from colophon_ops.build.cache import OutcomeLine
from colophon_ops.errors import Misused
from colophon_ops.inbox_path import InboxPath, find_inbox_path
from colophon_ops.preview.preview_build import PreviewBuild, PreviewSite


def watch_and_check(paths: Sequence[Path], clock: Callable[[], datetime]) -> None:
    """Check ``paths``, print what is to fix, and do so again when something changes. Raises Misused.

    The whole inbox is decided about, as for a preview, and only what is in ``paths`` is printed.
    """
    selected = [find_inbox_path(path) for path in paths]
    root = selected[0].root
    if any(path.root != root for path in selected):
        raise Misused("These paths are in two inboxes. Watch one at a time.")
    changes = start_watching(root, stop_at_a_signal(), "colophon check --watch")
    with PreviewBuild(root, clock=clock) as build:
        with progress("checking") as bar:
            site = build.build(on_step=bar.at)
        _print_check(site, root, selected)
        for changed in changes:
            if changed is None or changed or build.is_due():
                _print_check(build.build(changed), root, selected)
    print_line(out(), "Stopped.")


class _Line(Struct, frozen=True):
    """What is read again of a line of outcomes.json."""

    problems: tuple[Problem, ...] = ()


def _print_check(site: PreviewSite, root: Path, selected: Sequence[InboxPath]) -> None:
    console = out()
    # Only on a terminal: a file keeps every check.
    console.clear()
    lines = [line for line in site.lines if any(path.covers(line.key) for path in selected)]
    outcomes = [_read_outcome(line) for line in lines]
    print_problems(console, root, outcomes)
    print_duplicates(console, site.duplicates)
    print_line(console, *render_counts(Counter(line.state for line in lines)))
    if needing_fixes := sum(line.needs_fixing for line in lines):
        print_line(console, (f"{needing_fixes} to fix.", "bold red"))
    elif not any(outcome.problems for outcome in outcomes):
        print_line(console, ("Nothing to fix.", "green"))
    print_line(console, "Watching for changes. Stop with Ctrl-C.")


def _read_outcome(line: OutcomeLine) -> Outcome:
    state = msgspec.convert(line.state, OutcomeState)
    return Outcome(line.key, state, problems=msgspec.json.decode(line.text, type=_Line).problems)
