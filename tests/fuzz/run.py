"""Random documents through every reader: ``python -m tests.fuzz.run --count 1000000``.

A failure prints the error and the number of its batch, which ``--reader NAME --batch N`` plays again, and writes the
shortest document found into ``build/fuzz/``.
"""

import argparse
import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from msgspec import Struct

from tests.fuzz.readers import READERS, read_one

BATCH = 1000
FAILURES = Path("build/fuzz")
# How many of a hundred documents each reader gets: a post is what people write most.
SHARES = {
    "edition": 42, "markdown": 6, "clinic.yaml": 7, "glossary.yaml": 5, "site.yaml": 7, "withdrawal": 7, "site.css": 8,
    "image": 4, "site.icon": 2, "key": 6, "message": 6,
}  # fmt: skip


class Batch(Struct, frozen=True):
    """``count`` documents for one reader. The same ``number`` always draws the same ones."""

    reader: str
    number: int
    count: int


class BatchResult(Struct, frozen=True):
    """How many documents were read, and the failure, if any, with the shortest document found that shows it."""

    batch: Batch
    read: int
    failure: str = ""
    document: bytes = b""


def plan_batches(count: int, first: int) -> Iterator[Batch]:
    """At least ``count`` documents in batches, which are numbered from ``first``, shared out as ``SHARES`` says."""
    for position in range(-(-count // (BATCH * 100))):
        for reader, share in SHARES.items():
            for number in range(share):
                yield Batch(reader, first + position * 100 + number, min(BATCH, -(-count // 100)))


def run_batch(batch: Batch) -> BatchResult:
    """Read the documents of ``batch``."""
    reader, read, last = READERS[batch.reader], 0, b""

    @seed(batch.number)
    @settings(
        max_examples=batch.count,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(reader.documents)
    def read_all(document: bytes | str) -> None:
        nonlocal read, last
        read, last = read + 1, document if isinstance(document, bytes) else document.encode()
        read_one(reader, document)

    try:
        read_all()
    except BaseException as error:
        error.__notes__ = []  # Hypothesis adds the whole document.
        return BatchResult(batch, read, "".join(traceback.format_exception(error, limit=-6)), last)
    return BatchResult(batch, read)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parse_arguments(arguments)
    if options.reader:
        batches = [Batch(options.reader, options.batch, BATCH)]
    else:
        batches = list(plan_batches(options.count, options.batch))
    read, failures, began = Counter[str](), list[BatchResult](), time.monotonic()
    with ProcessPoolExecutor(options.jobs) as pool:
        for done in as_completed([pool.submit(run_batch, batch) for batch in batches]):
            result = done.result()
            read[result.batch.reader] += result.read
            if result.failure:
                failures.append(result)
                _print_failure(result)
            if sys.stderr.isatty():
                print(f"\r{read.total():,} documents", end="", file=sys.stderr)
    for reader, number in read.most_common():
        print(f"{number:9,} {reader}")
    print(f"{read.total():9,} documents in {time.monotonic() - began:.0f} s: {len(failures)} batches failed")
    return 1 if failures else 0


def _print_failure(result: BatchResult) -> None:
    FAILURES.mkdir(parents=True, exist_ok=True)
    path = FAILURES / f"{result.batch.reader}-{result.batch.number}"
    path.write_bytes(result.document)
    print(f"{result.batch.reader}, batch {result.batch.number}: {path}\n{result.failure}", flush=True)


def _parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="documents in all (default: a million)")
    parser.add_argument("--batch", type=int, default=0, help="number of the first batch: another one, other documents")
    parser.add_argument("--reader", choices=sorted(READERS), help="only one batch of this reader")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: one per processor)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
