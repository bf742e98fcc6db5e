"""``colophon build`` against Hugo: the same posts, pages of the same content, each once a round, written to memory.

What either reads was read just before, so that neither waits for the disk. Each was run once before, untimed, for its
memory: so Python has its bytecode, as an installed package has, and Hugo the images that it drew (``resources/_gen``).
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.bench.corpus import write_inbox
from tests.bench.front_matter import Form
from tests.bench.hugo_site import digest_layouts, write_hugo_site
from tests.bench.processes import Times, measure_peak_mib, run_timed

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "build" / "bench"
FORMS: tuple[Form, ...] = ("yaml", "json")
_JOBS = "2"


@dataclass(slots=True)
class Builder:
    """One of the two: the folder that it reads, its command for an output folder, and what was measured of it."""

    source: Path
    command: Callable[[Path], list[str]]
    times: list[Times] = field(default_factory=list)
    memory: float = 0.0
    files: int = 0
    bytes: int = 0


def measure_builds(posts: int, rounds: int) -> dict[str, float]:
    """Wall and processor time, memory and output of both builders for ``posts`` posts, by the name of the figure."""
    figures: dict[str, float] = {}
    for form in FORMS:
        builders = {"colophon": _colophon_builder(posts, form), "hugo": _hugo_builder(posts, form)}
        for builder in builders.values():
            with output_folder() as out:
                builder.memory = measure_peak_mib(builder.command(out), _environment())
        for turn in range(rounds):
            for name, builder in builders.items():
                with output_folder() as out:
                    builder.times.append(_time_build(builder, out))
                    _check_output(builder, out)
                print(f"{form} round {turn + 1}: {name} {builder.times[-1].wall:.2f} s", file=sys.stderr)
        figures |= _compare_times(f"build.{posts}.{form}", **builders)
    return figures


def measure_hugo(posts: int, rounds: int) -> float:
    """The median wall time of Hugo's full build of ``posts`` posts, in seconds."""
    walls = []
    for _ in range(rounds):
        with output_folder() as out:
            walls.append(_time_build(_hugo_builder(posts, "yaml"), out).wall)
    return median(walls)


def _time_build(builder: Builder, out: Path) -> Times:
    for path in builder.source.rglob("*"):
        if path.is_file():
            path.read_bytes()
    return run_timed(builder.command(out), _environment())


def _compare_times(of: str, colophon: Builder, hugo: Builder) -> dict[str, float]:
    rounds = list(zip(colophon.times, hugo.times, strict=True))
    figures = {
        f"{of}.wall_ratio": median(ours.wall / theirs.wall for ours, theirs in rounds),
        f"{of}.cpu_ratio": median(ours.cpu / theirs.cpu for ours, theirs in rounds),
        f"{of}.memory_ratio": colophon.memory / hugo.memory,
    }
    for name, builder in (("colophon", colophon), ("hugo", hugo)):
        figures |= {
            f"{of}.{name}.wall_s": median(times.wall for times in builder.times),
            f"{of}.{name}.wall_best_s": min(times.wall for times in builder.times),
            f"{of}.{name}.cpu_s": median(times.cpu for times in builder.times),
            f"{of}.{name}.peak_mib": builder.memory,
            f"{of}.{name}.files": builder.files,
            f"{of}.{name}.output_mib": builder.bytes / 2**20,
        }
    return figures


def _colophon_builder(posts: int, form: Form) -> Builder:
    inbox = CORPUS / f"inbox-{posts}-{form}"
    if not inbox.exists():
        write_inbox(inbox, posts, form)
    program = str(Path(sys.executable).parent / "colophon")
    return Builder(inbox, lambda out: [program, "build", str(inbox), "--out", str(out), "--jobs", _JOBS])


def _hugo_builder(posts: int, form: Form) -> Builder:
    site = CORPUS / f"hugo-{posts}-{form}-{digest_layouts()}"
    if not site.exists():
        write_hugo_site(site, posts, form)
    # The program itself: its wheel wraps it in a Python script that would only cost it time.
    program = next((ROOT / ".venv-bench").glob("**/hugo/binaries/hugo*"))
    return Builder(site, lambda out: [str(program), "--source", str(site), "--destination", str(out)])


def _environment() -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    folders = {"HUGO_CACHEDIR": "hugo-cache", "PYTHONPYCACHEPREFIX": "bytecode"}
    return environment | {name: str(CORPUS / folder) for name, folder in folders.items()}


@contextmanager
def output_folder() -> Iterator[Path]:
    """A new folder in memory, where the machine has such a place; emptied before anybody's time is taken again."""
    shared = Path("/dev/shm")
    place = Path(tempfile.mkdtemp(prefix="colophon-bench-", dir=shared if shared.is_dir() else CORPUS))
    try:
        yield place / "site"
    finally:
        shutil.rmtree(place)


def _check_output(builder: Builder, out: Path) -> None:
    files = [path for path in out.rglob("*") if path.is_file()]
    builder.files, builder.bytes = len(files), sum(path.stat().st_size for path in files)
