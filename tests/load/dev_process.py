"""``colophon dev`` in a process of its own, with clients of its endpoint and commands that talk to it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config
from msgspec import Struct

from colophon_emulator.engine import ACCESS_KEY, SECRET_KEY
from colophon_ops.dev_file import PATH

ROOT = Path(__file__).parents[2]
_PATIENCE = 900.0
_CONFIG = Config(max_pool_connections=32, read_timeout=600, retries={"mode": "standard", "total_max_attempts": 3})
_ANSWERS = "memory.jsonl"


class Memory(Struct, frozen=True):
    """MiB: of the process, emulated AWS with all that it stores included; of its child processes, which decode images;
    what the handlers in it keep between their invocations; and what their caches with a limit keep."""

    process: float
    children: float
    handlers: float
    caches: float


class DevProcess:
    """``colophon dev inbox``, run in ``folder`` for the time of the block. ``part``: see ``limits``."""

    def __init__(self, folder: Path, part: int = 1) -> None:
        self.folder, self._part = folder, part
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "PYTHONPATH": f"{ROOT / 'shared'}{os.pathsep}{ROOT}",
            "NO_COLOR": "1",
        }

    def __enter__(self) -> Self:
        words = ["-m", "tests.load.measured_dev", _ANSWERS, str(self._part), "inbox"]
        self._log, self._errors = (self.folder / "log").open("w"), (self.folder / "errors").open("w")
        self._process = subprocess.Popen(
            [sys.executable, *words, *_ports(), "--template", str(ROOT / "template.yaml")],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._errors,
            text=True,
        )
        addresses = self._wait_for(self.folder / PATH)
        self.inbox_bucket, self.site_bucket = str(addresses["inbox_bucket"]), str(addresses["site_bucket"])
        self.table, self.site_url = str(addresses["table"]), str(addresses["site_url"])
        session = boto3.session.Session(ACCESS_KEY, SECRET_KEY, region_name="us-east-1")
        self.s3: Any = session.client("s3", endpoint_url=addresses["endpoint"], config=_CONFIG)
        self.sqs: Any = session.client("sqs", endpoint_url=addresses["endpoint"], config=_CONFIG)
        self.dynamodb: Any = session.client("dynamodb", endpoint_url=addresses["endpoint"], config=_CONFIG)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> int:
        """Stop the process as Ctrl-C does; its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(_PATIENCE)
        for file in (self._log, self._errors):
            file.close()
        return code

    def printed(self) -> str:
        """What it printed, violations included."""
        return (self.folder / "log").read_text() + (self.folder / "errors").read_text()

    def start_command(self, *words: str) -> "subprocess.Popen[str]":
        """Start ``colophon`` with ``words``, as another terminal would."""
        program = [sys.executable, "-m", "tests.load.limits", str(self._part), *words]
        return subprocess.Popen(
            program,
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def count_messages(self, *, dead: bool = False) -> dict[str, int]:
        """Messages that are visible or in flight, by the URL of their queue, without empty queues.

        Of the queues that functions read, or of those of dead letters.
        """
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counts: dict[str, int] = {}
        for url in self.sqs.list_queues()["QueueUrls"]:
            if dead == any(word in url for word in ("Dead", "Failed")):
                answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
                counts[url] = sum(int(answer["Attributes"][name]) for name in names)
        return {url: count for url, count in counts.items() if count}

    def measure_memory(self) -> Memory:
        """The memory as it is now."""
        answers = self.folder / _ANSWERS
        before = answers.stat().st_size if answers.exists() else 0
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        while not answers.exists() or answers.stat().st_size == before or not answers.read_text().endswith("\n"):
            self._check_runs()
            time.sleep(0.05)
        kept = json.loads(answers.read_text().splitlines()[-1])
        pid = self._process.pid
        children = sum(_resident_mib(child) for child in _children(pid))
        handlers, caches = (round(kept[part] / 2**20, 2) for part in ("handlers", "caches"))
        return Memory(round(_resident_mib(pid), 1), round(children, 1), handlers, caches)

    def _wait_for(self, file: Path) -> dict[str, Any]:
        end = time.monotonic() + _PATIENCE
        while not file.exists():
            self._check_runs()
            assert time.monotonic() < end, self.printed()
            time.sleep(0.05)
        addresses: dict[str, Any] = json.loads(file.read_text())
        return addresses

    def _check_runs(self) -> None:
        assert self._process.poll() is None, self.printed()


def _ports() -> list[str]:
    """Ports that are free now, and that no other process started at the same time would take first."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return ["--port", str(one.getsockname()[1]), "--s3-port", str(other.getsockname()[1])]


def _resident_mib(pid: int) -> float:
    """Source: proc(5), VmRSS in /proc/pid/status. 0 for a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in found for child in file.read_text().split()]
