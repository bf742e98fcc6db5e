"""Watch a folder for changes, without polling it: the system tells (watchfiles, by inotify, FSEvents and the like)."""

import signal
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from watchfiles import Change, watch
from watchfiles._rust_notify import WatchfilesRustInternalError

from colophon_ops.errors import Misused

_TICK_MS = 250
# Changes that come so closely together are one: a file that an editor replaces, a folder that is copied.
_DEBOUNCE_MS, _STEP_MS = 200, 40
_RESTART_SECONDS = 1
# How watchfiles says that the name of a changed file is not UTF-8.
_UNDECODABLE = "Unable to decode path"


def watch_changes(inbox: Path, stop: threading.Event, command: str) -> Iterator[set[Path] | None]:
    """What may have changed in ``inbox`` (None: anything), several times a second until ``stop`` is set.

    The watcher ends at a name that is not UTF-8, and can't even start beside a folder with such a name. Another one
    takes its place after a second, and what happened in between counts as a change. Raises Misused when the folder is
    gone; ``command`` is the one to start again then.
    """
    has_missed = False
    while not stop.is_set():
        try:
            for changes in _start_watcher(inbox, stop):
                yield None if has_missed else {Path(path) for _, path in changes}
                has_missed = False
        except FileNotFoundError:
            raise Misused(f"The folder {inbox} is gone. Put it back, and start {command} again.") from None
        except WatchfilesRustInternalError as error:
            if not str(error).startswith(_UNDECODABLE):
                raise
            has_missed = True
            stop.wait(_RESTART_SECONDS)
            yield None


def start_watching(inbox: Path, stop: threading.Event, command: str) -> Iterator[set[Path] | None]:
    """As ``watch_changes``, but it watches from now on: what changes before the first is asked for is not lost."""
    changes = watch_changes(inbox, stop, command)
    next(changes, None)
    return changes


def _start_watcher(inbox: Path, stop: threading.Event) -> Iterable[set[tuple[Change, str]]]:
    return watch(
        inbox,
        stop_event=stop,
        yield_on_timeout=True,
        rust_timeout=_TICK_MS,
        debounce=_DEBOUNCE_MS,
        step=_STEP_MS,
        raise_interrupt=False,
    )


def stop_at_a_signal() -> threading.Event:
    """An event that SIGINT and SIGTERM set, for an orderly shutdown."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    return stop
