"""Decodes images in a child process, so that an image that crashes its decoder crashes nothing else."""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from select import select
from types import TracebackType
from typing import IO, Self

from colophon.images.copy import Copy, ImageFile, Outline
from colophon.images.mark import ImageMark
from colophon.images.outline import read_outline
from colophon.problem import Problem, Refused, Unavailable
from colophon.stores.decoder_child import LENGTH_BYTES, READY_BYTE, STARTING_SECONDS

# Limit of the child's memory in bytes; with the libraries it shares it stays below 256 MiB.
MEMORY = 224 * 1024 * 1024
SECONDS = 20.0
# One crash may be an accident of the machine; two in a row with the same image are not.
_ATTEMPTS = 2
# The child ends itself when its time is over. If it does not, this process ends it so much later.
_GRACE_SECONDS = 5.0
# How long to wait for the exit status of a child that no longer responds.
_ENDING_SECONDS = 0.5
_PROGRAM = (
    "import sys; sys.path[:] = {path!r}; from colophon.stores.decoder_child import main; main({memory}, {seconds})"
)
_FIX = "Open it in an image program, save it as JPEG at most 4,000 pixels across, and upload that."


class _ProcessEnded(Exception):
    """The child has ended, or does not respond."""


class Decoder:
    """Makes copies of images in a child process, which starts with the first image and is used again.

    ``environment`` is all that the child sees of one (``settings.decoder_environment``): no credentials. ``memory``
    limits the bytes that the child may fill, ``seconds`` the time for one image. A decoder is not thread-safe, and must
    be closed: use it as a context manager.
    """

    def __init__(
        self, environment: Mapping[str, str] | None = None, memory: int = MEMORY, seconds: float = SECONDS
    ) -> None:
        self._environment = dict(environment or {})
        self.memory = memory
        self.seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def make_copy(self, content: bytes) -> Copy:
        """The clean copy of an uploaded image, as ``images.recipe.make_copy`` makes it.

        Raises Refused, also for an image that twice in a row crashes the child or exceeds its memory or time. Raises
        Unavailable if no child can be started, or if it was killed from outside: that says nothing about the image.
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
                # A child that has made other copies has less memory left. A new one decides.
                if process is not used or read_outline(content) is None:
                    raise
                self.close()
        if killed:
            raise Unavailable(
                "The image decoder was killed from outside, perhaps because the machine is short of memory."
            )
        what = (
            f"The image could not be decoded within {self.seconds:g} seconds and {self.memory >> 20:,} MiB of memory."
        )
        raise Refused((Problem(what, _FIX),))

    @staticmethod
    def read_outline(content: bytes) -> Outline | None:
        """What the paths of a copy depend on; None if ``content`` is not an image. No pixel is decoded for it."""
        return read_outline(content)

    def close(self) -> None:
        """End the child and wait for its exit. The next image starts a new one."""
        process, self._process = self._process, None
        if process:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    _not_none(pipe).close()
            process.wait()

    def _was_killed(self) -> bool:
        """Whether the child was ended by SIGKILL. A crash, and the child's own alarm, end it by other signals."""
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
            # -I: neither the environment nor the working directory decides what is imported.
            command = [sys.executable, "-I", "-c", program]
            environment = self._environment
            self._process = subprocess.Popen(  # noqa: S603
                command, stdin=pipe, stdout=pipe, stderr=nowhere, env=environment
            )
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
    outline = Outline(header["source"], header["width"], ImageMark(*header["mark"]))
    return Copy(outline, sizes, header["animated"])


def _read_exactly(answers: IO[bytes], length: int) -> bytes:
    found = answers.read(length)
    if len(found) < length:
        raise _ProcessEnded
    return found


def _not_none(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
