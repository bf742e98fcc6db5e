"""Fetches what drives the browser, what checks its pages, and CommonMark's examples, each against its digest in a lock.

    python -m tests.tools.fetch_browser_tools

Where the machine lacks a program or an index, it says so: the browser tests will then be skipped. With
COLOPHON_BROWSER=required it exits with 1 instead.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.browser import installed_tools

HERE = Path(__file__).parent
# What is used of each npm package, and where it is kept.
PARTS = {
    "axe-core": ("package/axe.min.js", installed_tools.AXE),
    "vnu-jar": ("package/build/dist/vnu.jar", installed_tools.NU),
    "commonmark-spec": ("package/spec.txt", installed_tools.COMMONMARK),
}


def main() -> int:
    if missing := installed_tools.missing_programs():
        return _report_missing(f"no {', no '.join(missing)}")
    print(f"Setting up {installed_tools.FETCHED.name} (what drives Chromium, and what checks pages and Markdown) ...")
    shutil.rmtree(installed_tools.FETCHED, ignore_errors=True)
    try:
        _driver()
        for line in (HERE / "npm.lock").read_text().splitlines():
            _package(*line.split())
    except subprocess.CalledProcessError as failed:
        return _report_missing(f"{failed.cmd[0]} said:\n{failed.stderr.strip()}")
    installed_tools.READY.touch()
    return 0


def _report_missing(reason: str) -> int:
    print(f"The browser tests {'cannot run' if installed_tools.is_required() else 'will be skipped'}: {reason}")
    return 1 if installed_tools.is_required() else 0


def _driver() -> None:
    """Into a folder of its own, so that the environment of `make setup` stays small."""
    quietly = ("--quiet", "--disable-pip-version-check", "--require-hashes")
    _run(
        sys.executable, "-m", "pip", "install", *quietly, "--target", installed_tools.DRIVER, "-r", HERE / "browser.txt"
    )


def _package(name: str, version: str, integrity: str) -> None:
    """Raises SystemExit when what came is not what the lock names."""
    member, kept = PARTS[name]
    with tempfile.TemporaryDirectory() as folder:
        _run("npm", "pack", "--silent", "--pack-destination", folder, f"{name}@{version}")
        (tarball,) = Path(folder).iterdir()
        digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
        if f"sha512-{digest}" != integrity:
            sys.exit(f"{name} {version} is not the one in npm.lock: its digest is sha512-{digest}.")
        with tarfile.open(tarball) as packed, kept.open("wb") as file:
            shutil.copyfileobj(packed.extractfile(member), file)  # type: ignore[arg-type]


def _run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)


if __name__ == "__main__":
    sys.exit(main())
