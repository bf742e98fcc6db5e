"""``make load``: many uploads at once on ``colophon dev``, a process of its own with a real client of S3.

Nothing is lost, no live page changes, there are no dead letters, and memory stays flat. Prints a table with the waits,
and writes build/load.json. Takes about an hour; ``--only WORD`` runs the loads whose name has the word, after the
posts.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from tests.load.dev_process import ROOT, DevProcess, Memory
from tests.load.load import WHOLE, Load, Result, Size, write_inbox
from tests.load.loads import (
    load_folder,
    load_posts,
    load_republish,
    load_two_uploads,
    load_versions,
)
from tests.load.month import load_month

LOADS: tuple[Callable[[Load], Result], ...] = (
    load_posts,
    load_republish,
    load_two_uploads,
    load_versions,
    load_folder,
    load_month,
)
OUT = ROOT / "build/load.json"
# What the handlers may keep more at the end than after a quarter of the first load, when all of them are warm; and what
# their caches may keep when they are full.
_HANDLERS_MIB, _CACHES_MIB = 1.0, 16.0
# What emulated AWS keeps of an upload, its rows, its report, its pages and the lines of the log, at most; of a row that
# is put without an upload, its record in the stream and its places in listings; and what the libraries of every
# function take when they are first used.
_UPLOAD_MIB, _ROW_MIB, _WARM_MIB = 0.5, 0.03, 80.0


def main() -> None:
    """Run the loads, print and write. Exits with 1 if something went wrong."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--only", default="")
    arguments.add_argument("--posts", type=int, default=WHOLE.posts)
    chosen = arguments.parse_args()
    size = msgspec.structs.replace(WHOLE, posts=chosen.posts)
    loads = [load for load in LOADS if load is load_posts or chosen.only in load.__name__]
    with tempfile.TemporaryDirectory(prefix="colophon-load-") as folder:
        results = run_loads(Path(folder), size, loads, _show, _write)
    print(render(results))
    _write(size, results)
    print(f"Written to {OUT.relative_to(ROOT)}")
    if any(result.faults for result in results):
        raise SystemExit(1)


def _write(size: Size, results: Sequence[Result]) -> None:
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_bytes(msgspec.json.format(msgspec.json.encode({"size": size, "loads": results}), indent=1) + b"\n")


def run_loads(
    folder: Path,
    size: Size,
    loads: Sequence[Callable[[Load], Result]],
    show: Callable[[str], None],
    keep: Callable[[Size, Sequence[Result]], None] = lambda *_: None,
) -> list[Result]:
    """The results of ``loads``, one after the other on one stack, and of the stack's end.

    ``keep`` gets the results so far after each.
    """
    write_inbox(folder / "inbox")
    results: list[Result] = []
    with DevProcess(folder, size.part) as dev:
        load = Load(dev, size, show)
        for each in loads:
            show(f"{each.__name__} ...")
            results.append(each(load))
            _check_dead_letters(dev, results[-1])
            keep(size, results)
            show(f"{each.__name__}: {results[-1].seconds:.0f} s, {'; '.join(results[-1].faults) or 'as it should be'}")
        code = dev.stop()
    last = results[-1]
    last.expect(code == 0, f"colophon dev ended with {code}: {dev.printed()[-500:]}")
    _check_memory(results)
    return results


def _check_dead_letters(dev: DevProcess, result: Result) -> None:
    letters = dev.count_messages(dead=True)
    result.figures["dead letters"] = sum(letters.values())
    result.expect(not letters, f"dead letters: {letters}")


def _check_memory(results: Sequence[Result]) -> None:
    moments = [memory for result in results for memory in result.memory]
    warm, last = moments[min(1, len(moments) - 1)], moments[-1]
    grown = last.handlers - warm.handlers
    results[-1].expect(grown < _HANDLERS_MIB, f"the handlers keep {grown:.1f} MiB more than when they were warm")
    caches = last.caches
    results[-1].expect(caches < _CACHES_MIB, f"the caches of the handlers keep {caches:.1f} MiB")
    expected = sum(result.uploads * _UPLOAD_MIB + result.rows * _ROW_MIB for result in results)
    grown = last.process - moments[0].process
    results[-1].figures["the process has grown by MiB"] = round(grown, 1)
    results[-1].expect(grown < _WARM_MIB + expected, f"the process has grown by {grown:.0f} MiB")


def render(results: Iterable[Result]) -> str:
    """The table, and below it the other figures of each load."""
    lines = [
        "| load | uploads | seconds | states | to live, median | worst "
        "| MiB: process | decoders | handlers | caches | faults |",
        "| --- | ---: | ---: | --- | ---: | ---: | --- | --- | --- | --- | ---: |",
    ]
    for result in results:
        states = ", ".join(f"{count:,} {state}" for state, count in result.states.items())
        waits = [f"{wait:.1f} s" if wait else "" for wait in (result.median_wait, result.worst_wait)]
        cells = [result.name, f"{result.uploads:,}", f"{result.seconds:.0f}", states, *waits, *_moments(result.memory)]
        lines.append(f"| {' | '.join([*cells, str(len(result.faults))])} |")
    for result in results:
        lines += [f"{result.name}: {what}: {value}" for what, value in result.figures.items()]
        lines += [f"FAULT {result.name}: {fault}" for fault in result.faults]
    return "\n".join(lines)


def _moments(memory: Sequence[Memory]) -> list[str]:
    return [
        " → ".join(f"{getattr(each, part):.{digits}f}" for each in memory)
        for part, digits in (("process", 0), ("children", 0), ("handlers", 1), ("caches", 1))
    ]


_BEGAN = time.monotonic()
_SHOWN = [0.0]


def _show(text: str) -> None:
    """A line of progress on standard error, one every ten seconds at most unless a load begins or ends."""
    now = time.monotonic() - _BEGAN
    if text.startswith("load_") or now - _SHOWN[0] > 10:
        _SHOWN[0] = now
        print(f"{now:6.0f} s  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
