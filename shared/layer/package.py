"""The package ``colophon`` as the functions need it: the folder, whole."""

import shutil
from pathlib import Path


def copy_package(package: Path, layer: Path) -> None:
    """Copy the folder ``package`` into ``layer``, sources included: tracebacks quote them.

    Without documents, which only developers read.
    """
    shutil.copytree(package, layer / package.name, ignore=shutil.ignore_patterns("__pycache__", "*.md"))
