"""The process in which images are decoded, one after another, within the limits it was started with."""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import BinaryIO

from colophon.images.copy import Copy
from colophon.problem import Refused

LENGTH_BYTES = 8
# What the process says first, once it can take images.
READY = b"\n"
STARTING_SECONDS = 30.0


def main(memory: int, seconds: float) -> None:
    """Answer on standard output for each image on standard input.

    ``memory`` limits the bytes that the process may fill (Linux, setrlimit(2), RLIMIT_DATA), ``seconds`` how long one
    image may take: an alarm that nobody catches ends the process, also where its parent has gone.
    """
    images, answers = sys.stdin.buffer, _answers()
    _limit(memory, seconds)
    try:
        from colophon.images.recipe import copy_of
    except ImportError as error:
        answers.write(str(error).encode())
        return
    answers.write(READY)
    answers.flush()
    signal.setitimer(signal.ITIMER_REAL, 0)
    while head := images.read(LENGTH_BYTES):
        signal.setitimer(signal.ITIMER_REAL, seconds)
        _answer(images.read(int.from_bytes(head, "big")), copy_of, answers)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answers() -> BinaryIO:
    """Standard output, kept for answers alone: whatever else a library prints goes nowhere."""
    own = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return os.fdopen(own, "wb")


def _limit(memory: int, seconds: float) -> None:
    # The parent decides what an interrupt means; this process ends when its input does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, STARTING_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def _answer(content: bytes, copy_of: Callable[[bytes], Copy], answers: BinaryIO) -> None:
    """Write the length of the answer's head, the head in JSON, and the bytes of each size."""
    sizes: tuple[bytes, ...] = ()
    said: dict[str, object]
    try:
        copy = copy_of(content)
    except Refused as refusal:
        said = {"problems": [problem.as_json() for problem in refusal.problems]}
    else:
        sizes = tuple(size.content for size in copy.sizes)
        said = {
            "source": copy.outline.source,
            "width": copy.outline.width,
            "sizes": [
                [size.width, size.height, size.ending, size.content_type, len(size.content)] for size in copy.sizes
            ],
        }
    head = json.dumps(said).encode()
    answers.write(b"".join((len(head).to_bytes(LENGTH_BYTES, "big"), head, *sizes)))
    answers.flush()
