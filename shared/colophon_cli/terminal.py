"""Printing: coloured on a terminal, plain in pipes, with control characters in file names escaped.

Rich is imported when the first line is printed. By then the processes of a build are running: imported at the top, Rich
would delay their start, and only one of them needs it.
"""

import io
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, TextIO

from colophon.upload.file_names import escape_name

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

_BETWEEN_DRAWINGS = 0.1
_BETWEEN_LINES = 30.0


def prepare_streams() -> None:
    """Make standard output and standard error forgiving.

    Characters that the terminal's encoding lacks are replaced. A reader that goes away (``| head``) does not end the
    command, whose exit code still says what it found. A full disk behind standard output raises OSError, once.
    """
    # A stream that is closed when the command starts is None, and its number would become that of another file.
    sys.stdout = _forgiving(sys.stdout or open(os.devnull, "w"), "standard output")  # noqa: PTH123, SIM115
    sys.stderr = _forgiving(sys.stderr or open(os.devnull, "w"), "")  # noqa: PTH123, SIM115


def _forgiving(stream: TextIO, name: str) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.flush()
    buffer = io.BufferedWriter(_ForgivingOutput(stream, name))
    return io.TextIOWrapper(buffer, stream.encoding, "replace", line_buffering=stream.line_buffering)


class _ForgivingOutput(io.RawIOBase):
    """Passes bytes on to ``stream`` until that fails, and drops all others. Without a ``name`` it raises nothing."""

    def __init__(self, stream: io.TextIOWrapper, name: str) -> None:
        # The stream closes its file when it is collected.
        self._stream, self._name, self._failed = stream, name, False
        self._raw: Any = getattr(stream.buffer, "raw", stream.buffer)

    def write(self, content: Any) -> int:
        if self._failed:
            return len(content)
        try:
            written: int = self._raw.write(content)
            return written
        except BrokenPipeError:
            self._failed = True
        except OSError as error:
            self._failed = True
            if self._name:
                raise OSError(error.errno, error.strerror, self._name) from None
        return len(content)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()


def out() -> "Console":
    """Standard output, for results. Rich honours NO_COLOR, and writes plain text where there is no terminal."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def err() -> "Console":
    """Standard error, for progress and problems, so that a pipe gets only the result."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def print_line(console: "Console", *parts: str | tuple[str, str], indent: int = 0) -> None:
    """Print one line of ``parts``, text or text with a style. It is wrapped, with its indent, only on a terminal."""
    from rich.padding import Padding
    from rich.text import Text

    line = Text.assemble(*parts)
    if console.is_terminal:
        console.print(Padding(line, (0, 0, 0, indent), expand=False))
    else:
        console.print(Text(" " * indent) + line, soft_wrap=True)


def visible(text: str) -> str:
    """``text`` as one line, with control characters, and bytes that are not UTF-8, escaped."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in escape_name(text))


def display_width(text: str) -> int:
    """The columns that ``text`` takes on a terminal: a Korean or Japanese character takes two."""
    from rich.cells import cell_len

    return cell_len(text)


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator["Bar"]:
    """A progress bar from the first step to the end of the block. It is erased at the end.

    Where there is no terminal, as in the log of a pipeline, it is a line every half minute.
    """
    bar = Bar(what, total)
    try:
        yield bar
    finally:
        bar.close()


class Bar:
    """One line of progress, drawn from its first step on. Its methods may be called from several threads."""

    def __init__(self, what: str, total: int | None) -> None:
        self._what, self._total = what, total
        self._shown: Progress | None = None
        self._lock, self._drawn, self._printed = Lock(), 0.0, time.monotonic()

    def advance(self, steps: int = 1) -> None:
        shown = self._show()
        shown.advance(shown.task_ids[0], steps)
        self._draw(shown)

    def at(self, done: int, total: int, what: str | None = None) -> None:
        """Show ``done`` of ``total``, and ``what`` as the new description if given."""
        shown = self._show()
        shown.update(shown.task_ids[0], completed=done, total=total, description=what)
        self._draw(shown)

    def close(self) -> None:
        """Erase the bar. The next step draws another one."""
        with self._lock:
            shown, self._shown = self._shown, None
        if shown:
            shown.stop()

    def _show(self) -> "Progress":
        with self._lock:
            if self._shown is None:
                self._shown = _display()
                self._shown.add_task(self._what, total=self._total)
                self._shown.start()
            return self._shown

    def _draw(self, shown: "Progress") -> None:
        if shown.disable:
            self._print(shown)
        elif time.monotonic() - self._drawn > _BETWEEN_DRAWINGS:
            self._drawn = time.monotonic()
            shown.refresh()

    def _print(self, shown: "Progress") -> None:
        with self._lock:
            if time.monotonic() - self._printed < _BETWEEN_LINES:
                return
            self._printed = time.monotonic()
        task = shown.tasks[0]
        of_total = "" if task.total is None else f" of {task.total:,.0f}"
        print_line(err(), f"{task.description}: {task.completed:,.0f}{of_total}")


def _display() -> "Progress":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = err()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    # Without Rich's own drawing thread: a process forked while that thread held a lock would wait for it forever.
    return Progress(*columns, console=console, transient=True, auto_refresh=False, disable=not console.is_terminal)
