"""The child process of ``decoder``: decodes one image after another, within limits of memory and time.

On standard input, each image is its length (``LENGTH_BYTES``, big-endian) and its bytes. On standard output, the child
first writes ``READY_BYTE``, or the text of an import error. Each answer is the length of its header, the header as JSON
(the copy's outline and sizes, or the problems) and the bytes of each size.
"""

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
# Written first, once the child can take images.
READY_BYTE = b"\n"
STARTING_SECONDS = 30.0


def main(memory: int, seconds: float) -> None:
    """Write an answer to standard output for each image on standard input.

    ``memory`` limits the bytes that the process may fill (Linux, setrlimit(2), RLIMIT_DATA), ``seconds`` the time for
    one image: SIGALRM, which is not caught, then ends the process, even if its parent is gone.
    """
    images, answers = sys.stdin.buffer, _take_over_stdout()
    _set_limits(memory, seconds)
    try:
        # Not at the top: the parent imports this module too, without the image library; an error is reported to it.
        from colophon.images.recipe import make_copy
    except ImportError as error:
        answers.write(str(error).encode())
        return
    answers.write(READY_BYTE)
    answers.flush()
    signal.setitimer(signal.ITIMER_REAL, 0)
    while head := images.read(LENGTH_BYTES):
        signal.setitimer(signal.ITIMER_REAL, seconds)
        _answer_image(images.read(int.from_bytes(head, "big")), make_copy, answers)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _take_over_stdout() -> BinaryIO:
    """Standard output, for answers alone: what a library prints is discarded."""
    own = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return os.fdopen(own, "wb")


def _set_limits(memory: int, seconds: float) -> None:
    # Ctrl-C is left to the parent; this process ends when its input does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, STARTING_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def _answer_image(content: bytes, make_copy: Callable[[bytes], Copy], answers: BinaryIO) -> None:
    """Write the answer to one image: see the module's docstring."""
    sizes: tuple[bytes, ...] = ()
    header: dict[str, object]
    try:
        copy = make_copy(content)
    except Refused as refusal:
        header = {"problems": [problem.as_json() for problem in refusal.problems]}
    else:
        sizes = tuple(size.content for size in copy.files)
        header = {
            "source": copy.outline.sha256,
            "width": copy.outline.width,
            "mark": [copy.outline.mark.source_type, copy.outline.mark.has_credentials],
            "animated": copy.is_animated,
            "sizes": [
                [size.width, size.height, size.extension, size.content_type, len(size.content)] for size in copy.files
            ],
        }
    encoded_header = json.dumps(header).encode()
    answers.write(b"".join((len(encoded_header).to_bytes(LENGTH_BYTES, "big"), encoded_header, *sizes)))
    answers.flush()
