"""The folder that ``colophon dev`` watches, when it goes away."""

import threading
from pathlib import Path

import pytest

from colophon_cli.watch import watch_changes
from colophon_ops.errors import Misused


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misused, match="inbox is gone"):
        next(watch_changes(tmp_path / "inbox", threading.Event(), "colophon dev"))
