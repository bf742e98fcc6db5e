"""The ``colophon`` command in a process of its own, forked from one that has already read what every command reads.

A new interpreter for each command is most of a command's work. The server has no threads, so that it may fork.
"""

import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from functools import cache
from pathlib import Path

SHARED = Path(__file__).parents[1] / "shared"
_SERVICES = ("cloudformation", "dynamodb", "lambda", "s3", "sqs")
_ANY_SESSION = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}


def run_command(*words: str, cwd: Path, env: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """``colophon`` with ``words``. It has no terminal: it reads nothing and prints into files."""
    server = _start_server()
    assert server.stdin
    assert server.stdout
    server.stdin.write(json.dumps({"words": words, "cwd": str(cwd), "env": dict(env)}) + "\n")
    server.stdin.flush()
    answer = json.loads(server.stdout.readline())
    return subprocess.CompletedProcess(["colophon", *words], answer["code"], answer["stdout"], answer["stderr"])


@cache
def _start_server() -> "subprocess.Popen[str]":
    """One for this process; it ends when this process does, as its input ends."""
    environment = {**os.environ, "PYTHONPATH": str(SHARED)}
    return subprocess.Popen(
        [sys.executable, __file__], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _serve() -> None:
    import boto3  # noqa: F401 - what the commands import when they run

    import colophon_cli.app  # noqa: F401
    import colophon_ops.withdraw.run  # noqa: F401
    from colophon_ops.aws_clients import make_client

    for service in _SERVICES:
        # Keeps the descriptions of the service.
        make_client(service, _ANY_SESSION)
    for line in sys.stdin:
        with tempfile.TemporaryFile("w+b") as output, tempfile.TemporaryFile("w+b") as errors:
            child = os.fork()
            if child == 0:
                os._exit(_run(json.loads(line), output.fileno(), errors.fileno()))
            _, status = os.waitpid(child, 0)
            answer = {"code": os.waitstatus_to_exitcode(status)}
            for name, file in (("stdout", output), ("stderr", errors)):
                file.seek(0)
                answer[name] = file.read().decode()
        print(json.dumps(answer), flush=True)


def _run(request: dict[str, object], output: int, errors: int) -> int:
    """The exit code, as the interpreter would choose it."""
    from colophon_cli import main

    for old, new in ((os.open(os.devnull, os.O_RDONLY), 0), (output, 1), (errors, 2)):
        os.dup2(old, new)
    os.chdir(str(request["cwd"]))
    os.environ.clear()
    os.environ.update(request["env"])  # type: ignore[call-overload]
    sys.argv = ["colophon", *request["words"]]  # type: ignore[misc]
    try:
        main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    _serve()
