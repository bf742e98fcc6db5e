"""Runs DOMPurify in jsdom over the bodies of pages, in one process for all of them."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.hostile import installed_lists

_SCRIPT = Path(__file__).with_name("purify.mjs")


def find_removed(bodies: Sequence[str]) -> list[list[str]]:
    """For each of ``bodies``, HTML, the elements and attributes that DOMPurify would remove."""
    # Node resolves packages from a module's folder, so the script is passed as text.
    command = ["node", "--input-type=module", "--eval", _SCRIPT.read_text()]
    run = subprocess.run(
        command,
        cwd=installed_lists.FETCHED,
        input=json.dumps(bodies),
        check=True,
        capture_output=True,
        text=True,
    )
    removed: list[list[str]] = json.loads(run.stdout)
    return removed
