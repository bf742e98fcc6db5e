"""What the checks in a browser need, where it is installed, and what is missing on a machine."""

import os
import shutil
import sys
from pathlib import Path

FETCHED = Path(__file__).parents[2] / ".venv-browser"
DRIVER = FETCHED / "python"
AXE = FETCHED / "axe.min.js"
NU = FETCHED / "vnu.jar"
COMMONMARK = FETCHED / "commonmark-spec.txt"
READY = FETCHED / "ready"
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def is_required() -> bool:
    """Whether a machine that lacks something fails the tests instead of skipping them."""
    return os.environ.get("COLOPHON_BROWSER") == "required"


def find_chromium() -> str | None:
    """The path of the browser."""
    return next((path for name in _CHROMIUM if (path := shutil.which(name))), None)


def missing_programs() -> list[str]:
    """The programs that must be installed on the machine before anything can be fetched, and are not."""
    return [*_programs_missing_to_run(), *(["npm"] if not shutil.which("npm") else [])]


def describe_missing() -> str:
    """What keeps the tests from running, as half a sentence; empty when nothing does."""
    if missing := _programs_missing_to_run():
        return f"no {' and no '.join(missing)} on this machine"
    return "" if READY.exists() else f"no {FETCHED.name}: `make browser` fetches it"


def add_driver_to_path() -> None:
    """Make the browser's driver importable: it is outside of the environment that `make setup` makes."""
    if str(DRIVER) not in sys.path:
        sys.path.append(str(DRIVER))


def _programs_missing_to_run() -> list[str]:
    return [name for name, path in (("Chromium", find_chromium()), ("Java", shutil.which("java"))) if path is None]
