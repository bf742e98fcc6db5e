"""The identity of the code and of the libraries that make a site."""

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
    for file in _find_sources():
        found.update(str(file.relative_to(_PACKAGES)).encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:32]


def _find_distributions() -> Iterator[str]:
    """The folders that installers leave, which are named by library and version."""
    for entry in dict.fromkeys(sys.path):
        folder = Path(entry)
        if folder.is_dir():
            yield from (each.name for each in folder.iterdir() if each.name.endswith((".dist-info", ".egg-info")))


def _find_sources() -> list[Path]:
    files = (file for name in _READ for file in (_PACKAGES / name).rglob("*"))
    return sorted(file for file in files if file.suffix in _ENDINGS)
