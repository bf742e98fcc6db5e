"""``colophon`` in a process of its own beside a stack that runs here."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import IO

from colophon_cli.local_stack import LocalStack
from colophon_ops import dev_file
from tests.bench.stack_site import TEMPLATE

_SHARED = TEMPLATE.parent / "shared"


@contextmanager
def write_dev_file(stack: LocalStack, site_url: str = "") -> Iterator[Path]:
    """A folder for the time of the block in which the command finds ``stack``."""
    with tempfile.TemporaryDirectory() as place:
        with chdir(place):
            buckets = (stack.inbox_bucket, stack.site_bucket)
            dev_file.write(dev_file.DevStack(stack.endpoint, *buckets, stack.table, site_url))
        yield Path(place)


def start_command(place: Path, *words: str, out: "IO[str] | int | None" = None) -> "subprocess.Popen[str]":
    """The command line ``words``, begun in ``place`` with nobody at its terminal; what it prints goes to ``out``."""
    program = [sys.executable, "-c", "from colophon_cli import main; main()", *words]
    unset = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {**unset, "PYTHONPATH": str(_SHARED), "NO_COLOR": "1"}
    return subprocess.Popen(program, cwd=place, env=environment, stdin=subprocess.DEVNULL, stdout=out, text=True)
