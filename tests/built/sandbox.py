"""One Lambda sandbox: AWS's own runtime interface emulator and client run a handler in a process of its own."""

import json
import os
import platform
import re
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from msgspec import Struct

ROOT = Path(__file__).parents[2]
MACHINE = {"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())
# As Lambda and the template name it.
ARCHITECTURE = "arm64" if MACHINE == "aarch64" else MACHINE
_CALL = "/2015-03-31/functions/function/invocations"
# From the start of the process to its first question for an event; the REPORT line's own Init Duration is not that.
_INIT = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)\)")
_START_SECONDS = 30.0


class Call(Struct, frozen=True):
    """One invocation: the handler's answer, the milliseconds until it was there, and those of a processor."""

    answer: Any
    milliseconds: float
    processor_milliseconds: float


class Sandbox:
    """``app.handler`` in the folder ``code``, within the ``with`` block. The first call starts the runtime.

    ``layers`` are the folders of modules on its path, ``variables`` its environment. It reads the same folders on each
    start and writes nothing into them, as Lambda mounts them.
    """

    def __init__(
        self, code: Path, layers: Iterable[Path], variables: Mapping[str, str], *, timeout: float = 60.0
    ) -> None:
        self._code, self._timeout = code, timeout
        self._environment = {
            **variables,
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, layers)),
            # A layer can't be written to: what is not compiled stays so.
            "PYTHONDONTWRITEBYTECODE": "1",
            "LANG": "C.UTF-8",
        }
        self._port, self._inner = _find_free_ports()
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed by __exit__)
        self._process: subprocess.Popen[str]

    def __enter__(self) -> Self:
        addresses = ["--runtime-interface-emulator-address", f"127.0.0.1:{self._port}", "--runtime-api-address"]
        client = [str(ROOT / ".venv-lambda/bin/python"), "-s", "-m", "awslambdaric", "app.handler"]
        self._process = subprocess.Popen(
            [str(_find_emulator()), *addresses, f"127.0.0.1:{self._inner}", *client],
            cwd=self._code,
            env=self._environment,
            stdout=self._log,
            stderr=self._log,
            text=True,
            start_new_session=True,
        )
        end = time.monotonic() + _START_SECONDS
        while not _is_listening(self._port):
            if time.monotonic() > end:
                self.__exit__(None, None, None)
                raise RuntimeError(f"The runtime interface emulator did not start.\n{self.log}")
            time.sleep(0.005)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._log.close()

    def invoke(self, event: Mapping[str, Any]) -> Call:
        """The answer of the handler to ``event``. Raises RuntimeError, with the log, if it raises."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
        worked, began = self._processor_milliseconds(), time.perf_counter()
        connection.request("POST", _CALL, json.dumps(event))
        answer = json.loads(connection.getresponse().read())
        milliseconds = (time.perf_counter() - began) * 1000
        connection.close()
        if isinstance(answer, dict) and "errorType" in answer:
            raise RuntimeError(f"{self._code} failed: {answer}\n{self.log}")
        return Call(answer, milliseconds, self._processor_milliseconds() - worked)

    def _processor_milliseconds(self) -> float:
        """What the runtime and the processes it started have used so far, to 10 ms. The emulator itself is left out."""
        return sum(
            milliseconds for pid, milliseconds in _processes_of_session(self._process.pid) if pid != self._process.pid
        )

    @property
    def log(self) -> str:
        """What the function, the client and the emulator have written."""
        self._log.seek(0)
        return self._log.read()

    @property
    def init_milliseconds(self) -> float:
        """How long the first call waited until the handler could be called."""
        found = _INIT.search(self.log)
        if found is None:
            raise RuntimeError(f"{self._code} did not start.\n{self.log}")
        return float(found[1])


def _processes_of_session(leader: int) -> Iterator[tuple[int, float]]:
    """The processes that ``leader`` began, and the milliseconds of each, with those of its children that have ended.

    proc(5): after the command in parentheses, the session is the 4th field, and utime, stime, cutime and cstime the
    12th to the 15th, in clock ticks.
    """
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader:
                yield int(stat.parent.name), sum(map(int, fields[11:15])) * 1000 / os.sysconf("SC_CLK_TCK")


def _find_emulator() -> Path:
    """The emulator that the SAM command line brings for its own containers; it needs none."""
    return next((ROOT / ".venv-tools").glob(f"**/samcli/local/rapid/aws-lambda-rie-{ARCHITECTURE}"))


def _is_listening(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


def _find_free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
