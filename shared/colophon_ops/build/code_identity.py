"""The identity of the code and of the libraries that make a site."""

import os
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

_PACKAGES = Path(__file__).parents[2]
_READ = ("colophon", "colophon_ops")
_ENDINGS = (".py", ".html", ".xml", ".css", ".js", ".yaml", ".json")


@cache
def build_identity() -> str:
    """Changes with any source, template and text, with Python, and with the version of any installed library.

    It is wider than what a build uses: a list of what it uses could be incomplete, and a clean build takes seconds.
    """
    found = sha256(sys.version.encode())
    for name in sorted(_find_distributions()):
        found.update(name.encode() + b"\0")
    for package in _READ:
        for path in sorted(_find_sources(package)):
            found.update(path.encode() + b"\0" + Path(f"{_PACKAGES}/{path}").read_bytes())
    return found.hexdigest()[:32]


def _find_distributions() -> Iterator[str]:
    """The folders that installers leave, which are named by library and version."""
    for entry in dict.fromkeys(sys.path):
        folder = Path(entry)
        if folder.is_dir():
            yield from (name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info")))  # noqa: PTH208


def _find_sources(folder: str) -> Iterator[str]:
    """The paths of the sources in ``folder``, from that of the packages: plain text, as ``Path`` takes longer."""
    with os.scandir(f"{_PACKAGES}/{folder}") as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _find_sources(f"{folder}/{entry.name}")
            elif entry.name.endswith(_ENDINGS):
                yield f"{folder}/{entry.name}"
