"""A command run to its end: how long it took, how much of the processors, and how much memory at most."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

_PAUSE, _LONG_PAUSE = 0.02, 0.5


class Times(Struct, frozen=True):
    """Seconds on the wall and seconds of all processors, those of every process that the command started included."""

    wall: float
    cpu: float


def run_timed(command: Sequence[str], env: Mapping[str, str]) -> Times:
    """Run ``command``, which must succeed."""
    before, begun = os.times(), time.perf_counter()
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - begun, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Times(wall, used)


def processor_seconds() -> float:
    """The processor time of this process so far, and of those that it started and that still run (Linux, proc(5))."""
    tick = os.sysconf("SC_CLK_TCK")
    others = (Path(f"/proc/{pid}/stat").read_text() for pid in _process_tree(os.getpid())[1:])
    # After the name, in parentheses: utime and stime are fields 14 and 15.
    ticks = (int(ticks) for stat in others for ticks in stat.rpartition(")")[2].split()[11:13])
    return time.process_time() + sum(ticks) / tick


def measure_peak_mib(command: Sequence[str], env: Mapping[str, str]) -> float:
    """The most memory that ``command`` and all its processes held at once, in MiB, looked at every 20 ms.

    It is their proportional set size (Linux, Documentation/filesystems/proc.rst, smaps_rollup): a page that several
    processes share counts once. Looking takes the command's time, so its times are taken in other runs.
    """
    return _watch_peak_mib(command, env, _PAUSE)


def run_watched(command: Sequence[str], env: Mapping[str, str]) -> tuple[Times, float]:
    """The times of ``command`` and the most memory that it held, from one run: for what runs many minutes.

    Its memory is looked at every half second, which takes next to nothing of its time.
    """
    before, begun = os.times(), time.perf_counter()
    memory = _watch_peak_mib(command, env, _LONG_PAUSE)
    wall, after = time.perf_counter() - begun, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Times(wall, used), memory


def _watch_peak_mib(command: Sequence[str], env: Mapping[str, str], pause: float) -> float:
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, sum(map(_read_proportional_kib, _process_tree(process.pid))))
        time.sleep(pause)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return most / 1024


def _process_tree(root: int) -> list[int]:
    pids = [root]
    for pid in pids:
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                pids += map(int, children.read_text().split())
            except OSError:
                continue
    return pids


def _read_proportional_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
