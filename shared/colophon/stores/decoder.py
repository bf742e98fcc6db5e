"""Door to a process that decodes images: what an image does to it, it does to nothing else."""

import json
import signal
import subprocess
import sys
from contextlib import suppress
from select import select
from types import TracebackType
from typing import IO, Self

from colophon.images.copy import Copy, ImageFile, Outline
from colophon.images.outline import read_outline
from colophon.problem import Problem, Refused, Unavailable
from colophon.stores.decoder_child import LENGTH_BYTES, READY_BYTE, STARTING_SECONDS

# The most that the process may fill; with the libraries it shares it stays below 256 MiB.
MEMORY = 224 * 1024 * 1024
SECONDS = 20.0
# A crash may be an accident of the machine; the same image twice in a row is none.
_ATTEMPTS = 2
# The process ends itself when its time is over. Should it not, this much later somebody else does.
_GRACE_SECONDS = 5.0
# How long a process that no longer answers may take to be gone.
_ENDING_SECONDS = 0.5
_PROGRAM = (
    "import sys; sys.path[:] = {path!r}; from colophon.stores.decoder_child import main; main({memory}, {seconds})"
)
_FIX = "Open it in an image program, save it as JPEG at most 4,000 pixels across, and upload that."


class _ProcessEnded(Exception):
    """The process has ended, or does not answer."""


class Decoder:
    """Makes copies of images in a process of its own, which is started with the first one and used again.

    ``memory`` is how many bytes that process may fill, ``seconds`` how long it may take over one image. One decoder
    serves one thread of one process; close it, or use it as a context.
    """

    def __init__(self, memory: int = MEMORY, seconds: float = SECONDS) -> None:
        self.memory = memory
        self.seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def make_copy(self, content: bytes) -> Copy:
        """The clean copy of an uploaded image, as ``images.recipe.copy_of`` makes it.

        Raises Refused also for an image that crashes its decoder, or takes more memory or time than there is, twice in
        a row. Raises Unavailable where no decoder can be started, or somebody from outside ends it twice: that says
        nothing of the image.
        """
        killed = 0
        for _ in range(_ATTEMPTS):
            used, process = self._process, self._running_process()
            try:
                return _request_copy(process, content, self.seconds)
            except (_ProcessEnded, OSError):
                killed += self._was_killed()
                self.close()
            except Refused:
                # A process that has made others has less memory left than a new one, which is to say the last word.
                if process is not used or read_outline(content) is None:
                    raise
                self.close()
        if killed:
            raise Unavailable("The image decoder was ended from outside; was there too little memory on the machine?")
        what = (
            f"The image could not be decoded within {self.seconds:g} seconds and {self.memory >> 20:,} MiB of memory."
        )
        raise Refused((Problem(what, _FIX),))

    @staticmethod
    def read_outline(content: bytes) -> Outline | None:
        """What the paths of a copy hang on, None for what is no image. It is read here: no pixel is decoded for it."""
        return read_outline(content)

    def close(self) -> None:
        """End the process and wait for its end. The next image starts another."""
        process, self._process = self._process, None
        if process:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    _not_none(pipe).close()
            process.wait()

    def _was_killed(self) -> bool:
        """Whether the process was ended by SIGKILL. A decoder that crashes ends by other signals; so does its alarm."""
        assert self._process
        try:
            return self._process.wait(_ENDING_SECONDS) == -signal.SIGKILL
        except subprocess.TimeoutExpired:
            return False

    def _running_process(self) -> "subprocess.Popen[bytes]":
        if self._process and self._process.poll() is not None:
            self.close()
        if not self._process:
            self._start()
        assert self._process
        return self._process

    def _start(self) -> None:
        program = _PROGRAM.format(path=sys.path, memory=self.memory, seconds=self.seconds)
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        try:
            # -I: neither the environment nor the folder it is started in has a say in what is imported.
            command = [sys.executable, "-I", "-c", program]
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere)  # noqa: S603
        except OSError as error:
            raise Unavailable(f"The image decoder can't be started: {error}.") from None
        answers = _not_none(self._process.stdout)
        first_byte = answers.read(1) if select([answers], [], [], STARTING_SECONDS + _GRACE_SECONDS)[0] else b""
        if first_byte != READY_BYTE:
            reason = (first_byte + answers.read()).decode(errors="replace") if first_byte else "it ended at once"
            self.close()
            raise Unavailable(f"The image decoder can't be started: {reason}.")


def _request_copy(process: "subprocess.Popen[bytes]", content: bytes, seconds: float) -> Copy:
    images, answers = _not_none(process.stdin), _not_none(process.stdout)
    images.write(len(content).to_bytes(LENGTH_BYTES, "big"))
    images.write(content)
    images.flush()
    if not select([answers], [], [], seconds + _GRACE_SECONDS)[0]:
        raise _ProcessEnded
    header = json.loads(_read_exactly(answers, int.from_bytes(_read_exactly(answers, LENGTH_BYTES), "big")))
    if "problems" in header:
        raise Refused(tuple(Problem(**problem) for problem in header["problems"]))
    sizes = tuple(
        ImageFile(width, height, ending, content_type, _read_exactly(answers, length))
        for width, height, ending, content_type, length in header["sizes"]
    )
    return Copy(Outline(header["source"], header["width"]), sizes)


def _read_exactly(answers: IO[bytes], length: int) -> bytes:
    found = answers.read(length)
    if len(found) < length:
        raise _ProcessEnded
    return found


def _not_none(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
