"""The processes that share the work of a build."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeAlias

from colophon.decision.identity import code_version
from colophon.page.template import compile_templates
from colophon.problem import Unavailable

# None if this process works alone.
Workers: TypeAlias = ProcessPoolExecutor | None


@contextmanager
def start_workers(jobs: int) -> Iterator[Workers]:
    """``jobs`` processes (0: one per core) for the time of the block; None if that is one.

    They prepare themselves at once, while this process lists the inbox. Raises Unavailable if one is killed.
    """
    jobs = jobs or _default_jobs()
    if jobs == 1:
        yield None
        return
    # A forked process shares the loaded modules. Only on Linux is a fork safe, and only without other threads, which
    # may hold a lock at that moment (a preview's server has some).
    is_safe = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if is_safe else "spawn")
    with ProcessPoolExecutor(jobs, context, _prepare) as workers:
        # The first task, even an empty one, starts all processes.
        workers.submit(int)
        try:
            yield workers
        except BrokenExecutor:
            raise Unavailable("A worker process was killed, perhaps for lack of memory. Try --jobs 1.") from None
        finally:
            workers.shutdown(wait=True, cancel_futures=True)


def _default_jobs() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _prepare() -> None:
    """Compile what the first page needs. Ctrl-C is left to the parent process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    code_version()
    compile_templates()
