"""Apply each mutant to a copy of the project and run its tests: ``make mutants``.

Each processor has a copy of its own, which takes one mutant after the other. Prints a line for each mutant, then those
that no test noticed. The project itself is not touched. Exits with 1 if a mutant
survived that is not marked as equivalent, or if a table is stale.
"""

import argparse
import compileall
import contextlib
import importlib
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path
from time import monotonic

import pytest
from msgspec import Struct, to_builtins

from tests.mutants.mutant import ROOT, Mutant, StaleMutant, read_mutants

# More than any of the tests needs. What takes longer was not noticed: a test of a loop must have an end of its own.
_SECONDS = 600
_COPIED = ("shared", "functions", "tests", "infra", "template.yaml", "samconfig.toml", "pyproject.toml")
_NOT_COPIED = shutil.ignore_patterns("__pycache__", ".pytest_cache", "site", "node_modules")
# What the tests import beside the project: imported once, before a process is forked for each mutant.
_IMPORTED_ONCE = ("boto3", "moto", "moto.s3.models", "moto.dynamodb.models", "moto.sqs.models", "pydantic", "jinja2")
# The same random schedules for everyone and on every day, and all pairs of handlers.
_ENVIRONMENT = {"COLOPHON_DAY": "739950", "COLOPHON_EVERY_PAIR": "1"}
_RESULT = "build/mutants.json"
# Files and folders of tests that are run together without any mutant.
_TESTS_A_PART = 6
# What the answer of a child begins with if its tests could not be run.
_BROKEN = "broken: "


class Result(Struct, frozen=True):
    """What became of one mutant. ``caught_by`` is the first test that failed, empty if none did."""

    name: str
    path: str
    area: str
    kind: str
    caught_by: str
    seconds: float
    equivalent: str = ""


class TestsBroken(Exception):
    """Tests could not be run, which says nothing about a mutant: something is missing, or their names are wrong."""


class _FirstFailure:
    """A plugin of pytest that remembers the first test that fails, or the first file that can't be collected."""

    def __init__(self) -> None:
        self.name = ""
        self.broken = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.name:
            self.name = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.broken:
            self.broken = f"{report.nodeid} can't be collected"


def copy_project(to: Path) -> None:
    """A copy of all that tests need, compiled."""
    for name in _COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=_NOT_COPIED)
        else:
            shutil.copy(source, to / name)
    for page in ROOT.glob("*.md"):
        shutil.copy(page, to / page.name)
    compileall.compile_dir(to / "shared", quiet=1)


def run_tests(copy: Path, tests: Sequence[str], *, keep_bytecode: bool = False) -> str:
    """Run ``tests`` in a process of its own. Returns the first that fails; empty if none does. Raises TestsBroken."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        _run_in_child(copy, tests, writer, keep_bytecode=keep_bytecode)
    os.close(writer)
    with os.fdopen(reader) as answers:
        answer = answers.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) != signal.SIGALRM:
        return f"{' '.join(tests)} (ended by signal {os.WTERMSIG(status)})"
    if answer.startswith(_BROKEN):
        raise TestsBroken(answer.removeprefix(_BROKEN))
    return answer


@cache
def _own_copy(folder: Path) -> Path:
    """The copy of this process, made in ``folder``."""
    copy = folder / str(os.getpid())
    copy_project(copy)
    return copy


def _find_failure(folder: Path, tests: Sequence[str]) -> str:
    """What fails of ``tests`` without any mutant, or can't be run; empty if nothing does."""
    try:
        return run_tests(_own_copy(folder), tests, keep_bytecode=True)
    except TestsBroken as broken:
        return str(broken)


def _try_mutant(folder: Path, mutant: Mutant) -> Result:
    """``try_mutant`` in the copy of this process. Raises StaleMutant, and TestsBroken with the mutant's name."""
    try:
        return try_mutant(mutant, _own_copy(folder))
    except TestsBroken as broken:
        raise TestsBroken(f"The tests of {mutant.name} could not be run: {broken}.") from broken


def _run_in_child(copy: Path, tests: Sequence[str], writer: int, *, keep_bytecode: bool) -> None:
    signal.alarm(_SECONDS)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.chdir(copy)
    os.environ |= {**_ENVIRONMENT, "PYTHONPATH": str(copy / "shared")}
    own = {str(ROOT), str(ROOT / "shared"), ""}
    sys.path[:] = [str(copy / "shared"), str(copy), *(path for path in sys.path if path not in own)]
    for name in [name for name in sys.modules if name.partition(".")[0] in ("tests", "colophon")]:
        del sys.modules[name]
    sys.dont_write_bytecode = not keep_bytecode
    first = _FirstFailure()
    options = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header"]
    code = pytest.main([*options, *tests], plugins=[first])
    is_run = code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and not first.broken
    answer = first.name if is_run else f"{_BROKEN}{first.broken or f'pytest ended with {int(code)}'}"
    os.write(writer, answer.encode())
    os._exit(0)


def try_mutant(mutant: Mutant, copy: Path) -> Result:
    """Apply ``mutant`` to the copy, run its tests, and take it back. Raises StaleMutant."""
    begun, path = monotonic(), copy / mutant.path
    source = path.read_text()
    path.write_text(mutant.apply(source))
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
        compiled.unlink()
    try:
        caught_by = "" if mutant.equivalent else run_tests(copy, mutant.tests)
    finally:
        path.write_text(source)
    seconds = round(monotonic() - begun, 1)
    return Result(mutant.name, mutant.path, mutant.area, mutant.kind, caught_by, seconds, mutant.equivalent)


def print_table(results: Iterable[Result]) -> None:
    """How many of each kind were noticed, and those that were not."""
    kinds: dict[str, Counter[str]] = {}
    for result in results:
        state = "caught" if result.caught_by else "equivalent" if result.equivalent else "survived"
        kinds.setdefault(result.kind, Counter())[state] += 1
    print(f"\n{'kind':44} {'mutants':>8} {'caught':>8} {'equivalent':>11} {'survived':>9}")
    total: Counter[str] = Counter()
    for kind, counts in sorted(kinds.items()):
        _print_row(kind, counts)
        total += counts
    _print_row("all", total)


def _print_row(kind: str, counts: Counter[str]) -> None:
    numbers = (f"{counts.total():>8} {counts['caught']:>8} {counts['equivalent']:>11}", f"{counts['survived']:>9}")
    print(f"{kind:44} {' '.join(numbers)}")


def _divide(tests: Iterable[str]) -> Iterator[Sequence[str]]:
    """``tests`` in parts for the processors, small enough that none waits long for the last."""
    in_order = sorted(tests)
    for start in range(0, len(in_order), _TESTS_A_PART):
        yield in_order[start : start + _TESTS_A_PART]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument(
        "--only", action="append", metavar="WORDS", help="only mutants with these words in their name, file or kind"
    )
    parser.add_argument("--unchecked", action="store_true", help="don't first run the tests without any mutant")
    options = parser.parse_args(arguments)
    wanted = options.only or [""]
    mutants = [
        each for each in read_mutants() if any(words in f"{each.name} {each.file} {each.kind}" for words in wanted)
    ]
    begun, results = monotonic(), list[Result]()
    for module in _IMPORTED_ONCE:
        importlib.import_module(module)
    # Forked, so that what was imported need not be imported by each process.
    forked = multiprocessing.get_context("fork")
    with (
        tempfile.TemporaryDirectory(prefix="colophon-mutants-") as name,
        ProcessPoolExecutor(os.cpu_count(), forked) as pool,
    ):
        folder = Path(name)
        parts = [] if options.unchecked else _divide({test for each in mutants for test in each.tests})
        if failed := next(filter(None, pool.map(partial(_find_failure, folder), parts)), ""):
            pool.shutdown(cancel_futures=True)
            print(f"Without any mutant, {failed} fails. Mend that first.")
            return 1
        try:
            for result in pool.map(partial(_try_mutant, folder), mutants):
                results.append(result)
                said = result.caught_by or (f"equivalent: {result.equivalent}" if result.equivalent else "SURVIVED")
                place = f"{len(results):3}/{len(mutants)} {result.path}"
                print(f"{place}: {result.name}: {said} ({result.seconds} s)", flush=True)
        except (StaleMutant, TestsBroken) as error:
            pool.shutdown(cancel_futures=True)
            print(error)
            return 1
    print_table(results)
    survivors = [each for each in results if not each.caught_by and not each.equivalent]
    for survivor in survivors:
        print(f"No test noticed {survivor.name} in {survivor.area}.")
    print(f"{len(results)} mutants, {len(survivors)} not explained, in {monotonic() - begun:.0f} seconds: {_RESULT}")
    with contextlib.suppress(FileExistsError):
        (ROOT / _RESULT).parent.mkdir()
    (ROOT / _RESULT).write_text(json.dumps(to_builtins(results), indent=2) + "\n")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
