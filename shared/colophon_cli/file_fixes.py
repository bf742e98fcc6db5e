"""Show how files would change, ask, and change them: all on standard error."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from colophon_cli.confirm import ask
from colophon_cli.outcomes import display_path
from colophon_cli.terminal import err, print_line, visible
from colophon_ops.fix.run import FileFix, Unfixed, apply_fixes


def print_fixes(fixes: Iterable[FileFix], left: Iterable[Unfixed]) -> None:
    """Print every change, and what is left as it is, with the reason."""
    for each in fixes:
        _print_fix(each)
    for file in left:
        print_line(err(), ("left  ", "yellow"), display_path(file.root / file.key))
        print_line(err(), visible(file.why), indent=4)


def make_fixes(fixes: Sequence[FileFix], question: str, *, yes: bool) -> None:
    """Ask, unless ``yes``, and make the changes. Raises Misused if the answer is no."""
    count = len(fixes)
    if not yes:
        ask(f"{count} file{'' if count == 1 else 's'} would be changed as above.", question)
    for folder in apply_fixes(fixes, datetime.now(UTC)):
        print_line(err(), f"Saved as they were in {display_path(folder)}; delete it when it is not needed.")


def _print_fix(fix: FileFix) -> None:
    console = err()
    print_line(console, (display_path(fix.root / fix.key), "bold"))
    if fix.new_key != fix.key:
        print_line(console, f"rename to {visible(fix.new_key.rpartition('/')[2])}", indent=4)
    if not fix.text:
        return
    for note in fix.text.notes:
        print_line(console, note, indent=4)
    for change in fix.text.changes:
        if change.before == change.after:
            print_line(console, f"{change.number}  {visible(change.after)}", indent=4)
            continue
        if change.before:
            print_line(console, (f"{change.number} -{visible(change.before)}", "red"), indent=4)
        print_line(console, (f"{change.number} +{visible(change.after)}", "green"), indent=4)
