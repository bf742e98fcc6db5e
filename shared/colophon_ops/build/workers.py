"""The processes that share a build's work."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeAlias

from colophon.decision.identity import code_version
from colophon.page.template import compile_templates
from colophon.problem import Unavailable

# None where one process works alone.
Workers: TypeAlias = ProcessPoolExecutor | None


@contextmanager
def start_workers(jobs: int) -> Iterator[Workers]:
    """``jobs`` processes (0: one for each core) for the time of the block; none beside this one where that is one.

    They make themselves ready at once, while this one lists the inbox. Raises Unavailable when one of them was ended.
    """
    jobs = jobs or _default_jobs()
    if jobs == 1:
        yield None
        return
    # A forked process shares what is loaded already; elsewhere than on Linux a fork is not safe.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(jobs, context, _prepare) as workers:
        # With the first that there is to do, be it nothing, all of them begin.
        workers.submit(int)
        try:
            yield workers
        except BrokenExecutor:
            raise Unavailable("A process was ended from outside; was there too little memory? Try --jobs 1.") from None
        finally:
            workers.shutdown(wait=True, cancel_futures=True)


def _default_jobs() -> int:
    """As many processes as this one may run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _prepare() -> None:
    """What a process needs before its first page. A key pressed at the terminal is its parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    code_version()
    compile_templates()
