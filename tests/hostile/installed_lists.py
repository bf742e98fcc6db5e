"""Where the lists of hostile texts and files are, and what is missing on a machine."""

import os
import shutil
from pathlib import Path

FETCHED = Path(__file__).parents[2] / ".venv-lists"
IMAGES = FETCHED / "images"
MODULES = FETCHED / "node_modules"
READY = FETCHED / "ready"


def is_required() -> bool:
    """Whether a machine that lacks something fails the tests instead of skipping them."""
    return os.environ.get("COLOPHON_BROWSER") == "required"


def describe_missing() -> str:
    """What keeps the tests from running, as half a sentence; empty when nothing does."""
    if not shutil.which("node"):
        return "no node on this machine"
    return "" if READY.exists() else f"no {FETCHED.name}: `make lists` fetches it"
