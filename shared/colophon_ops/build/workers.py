"""The processes that share the work of a build. The one that starts the others takes part."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeAlias, TypeVar

from colophon.decision.code_version import code_version
from colophon.page.template import compile_templates
from colophon.problem import Unavailable
from colophon_ops.build.tasks import decoder

TaskT = TypeVar("TaskT")
ResultT = TypeVar("ResultT")
# None if this process works alone.
Workers: TypeAlias = ProcessPoolExecutor | None


@contextmanager
def start_workers(jobs: int) -> Iterator[Workers]:
    """Processes for the time of the block that are, with this one, ``jobs`` (0: one per core). None if that is one.

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
    with ProcessPoolExecutor(jobs - 1, context, _prepare) as workers:
        # The first task, even an empty one, starts all processes.
        workers.submit(int)
        try:
            yield workers
        except BrokenExecutor:
            raise Unavailable("A worker process was killed, perhaps for lack of memory. Try --jobs 1.") from None
        finally:
            workers.shutdown(wait=True, cancel_futures=True)


def take_back(
    started: dict[Future[ResultT], TaskT], run: Callable[[TaskT], ResultT]
) -> Iterator[tuple[ResultT, TaskT]]:
    """Run those of the tasks ``started`` here that no other process has begun, from the last one."""
    for future in reversed(list(started)):
        if future.cancel():
            task = started.pop(future)
            yield run(task), task


def gather(
    started: dict[Future[ResultT], TaskT], own: Iterator[tuple[ResultT, TaskT]]
) -> Iterator[tuple[ResultT, TaskT]]:
    """The results of the tasks ``started``, in any order, each with its task.

    Instead of waiting for them, this process makes the next of its ``own``; those that are left are the caller's.
    """
    while started:
        done = wait(started, timeout=0).done
        if not done and (made := next(own, None)):
            yield made
        elif not done:
            done = wait(started, return_when=FIRST_COMPLETED).done
        for future in done:
            yield future.result(), started.pop(future)


def _default_jobs() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _prepare() -> None:
    """Compile what the first page needs. Ctrl-C is left to the parent process, and so is its image decoder."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    decoder.cache_clear()
    code_version()
    compile_templates()
