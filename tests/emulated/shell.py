"""The command line in this process, beside a stack that may be at work in its threads."""

from importlib import import_module

import pytest
from msgspec import Struct

from colophon_cli.app import COMMANDS, app
from colophon_ops.target import Target


class CommandResult(Struct, frozen=True):
    exit_code: int
    stdout: str
    stderr: str


class Shell:
    """Runs commands under pytest's own capture.

    Typer's ``CliRunner`` puts streams of its own in place for each command and closes them after it; the emulated
    functions do the same in their threads, and what one takes away the other still writes to.
    """

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def run(self, *words: str) -> CommandResult:
        self._capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            app(list(words), prog_name="colophon")
        output = self._capture.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return CommandResult(code, output.out, output.err)


def use_target(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every command work on ``target``, whatever stack is named."""
    for command in COMMANDS:
        module = import_module(f"colophon_cli.{command.replace('-', '_')}")
        if hasattr(module, "find_target"):
            monkeypatch.setattr(module, "find_target", lambda _: target)
