"""One Lambda sandbox, cold: AWS's own runtime interface emulator and client run a handler in a process of its own."""

import json
import os
import platform
import re
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from msgspec import Struct

ROOT = Path(__file__).parents[2]
_CALL = "/2015-03-31/functions/function/invocations"
# From the start of the process to its first question for an event; the REPORT line's own Init Duration is not that.
_INIT = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)\)")
_TIMEOUT_SECONDS = 30.0
MACHINE = {"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())


class ColdStart(Struct, frozen=True):
    """Milliseconds until the handler could be called, and from then until its first answer was there."""

    init: float
    first: float
    answer: Any

    @property
    def whole(self) -> float:
        return self.init + self.first


def start_cold(code: Path, layer: Path | None, variables: Mapping[str, str], event: Mapping[str, Any]) -> ColdStart:
    """A first call of ``app.handler`` in the folder ``code``, with ``layer`` (the folder of modules) on the path."""
    door, inner = _find_free_ports()
    environment = {
        **variables,
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(layer or ""),
        # A layer can't be written to: what is not compiled stays so.
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
    }
    addresses = ["--runtime-interface-emulator-address", f"127.0.0.1:{door}", "--runtime-api-address"]
    client = [str(ROOT / ".venv-bench/bin/python"), "-s", "-m", "awslambdaric", "app.handler"]
    with tempfile.TemporaryFile("w+") as log:
        command = [str(_find_emulator()), *addresses, f"127.0.0.1:{inner}", *client]
        process = subprocess.Popen(
            command, cwd=code, env=environment, stdout=log, stderr=log, text=True, start_new_session=True
        )
        try:
            seconds, answer = _invoke(door, json.dumps(event))
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.seek(0)
        told = log.read()
    found = _INIT.search(told)
    if not found or (isinstance(answer, dict) and "errorType" in answer):
        raise RuntimeError(f"{code} did not start: {answer}\n{told}")
    init = float(found[1])
    return ColdStart(init, seconds * 1000 - init, answer)


def _invoke(port: int, event: str) -> tuple[float, Any]:
    """The seconds that the first call took, which begins the sandbox, and the answer."""
    end = time.monotonic() + _TIMEOUT_SECONDS
    while not _is_listening(port):
        if time.monotonic() > end:
            raise RuntimeError("The runtime interface emulator did not start.")
        time.sleep(0.005)
    connection = HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_SECONDS)
    began = time.perf_counter()
    connection.request("POST", _CALL, event)
    answer = connection.getresponse().read()
    seconds = time.perf_counter() - began
    connection.close()
    return seconds, json.loads(answer)


def _find_emulator() -> Path:
    """The emulator that the SAM command line brings for its own containers; it needs none."""
    name = f"aws-lambda-rie-{'arm64' if MACHINE == 'aarch64' else 'x86_64'}"
    return next((ROOT / ".venv-tools").glob(f"**/samcli/local/rapid/{name}"))


def _is_listening(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


def _find_free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
