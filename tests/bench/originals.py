"""``colophon build`` with an original for half of the posts, against the same posts without: processor time a page.

Every translation that has an original is compared with it. ``off``: that is all; ``on``: its page shows it, too.
"""

import os
import sys
from pathlib import Path
from statistics import median

from tests.bench.build_times import CORPUS, output_folder
from tests.bench.corpus import Originals, write_inbox
from tests.bench.processes import run_timed

_KINDS: tuple[Originals, ...] = ("none", "off", "on")


def measure_originals(posts: int, rounds: int) -> dict[str, float]:
    """Processor seconds of each build, and those with originals a page as a share of those without."""
    taken: dict[Originals, list[float]] = {originals: [] for originals in _KINDS}
    program = str(Path(sys.executable).parent / "colophon")
    for originals in _KINDS:
        inbox = CORPUS / f"inbox-{posts}-originals-{originals}"
        if not inbox.exists():
            write_inbox(inbox, posts, originals=originals)
    for turn in range(rounds):
        for originals, times in taken.items():
            inbox = CORPUS / f"inbox-{posts}-originals-{originals}"
            with output_folder() as out:
                command = [program, "build", str(inbox), "--out", str(out), "--jobs", "2"]
                times.append(run_timed(command, dict(os.environ)).cpu)
        print(f"originals, round {turn + 1}: {[round(times[-1], 2) for times in taken.values()]} s", file=sys.stderr)
    figures = {f"originals.{posts}.{originals}.cpu_s": median(times) for originals, times in taken.items()}
    pages = (posts + posts // 2) / posts
    for originals in ("off", "on"):
        shares = [more / plain / pages for more, plain in zip(taken[originals], taken["none"], strict=True)]
        figures[f"originals.{posts}.{originals}.cpu_ratio_a_page"] = median(shares)
    return figures
