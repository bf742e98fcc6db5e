"""Copies the package ``colophon`` into the layer."""

import shutil
from pathlib import Path


def copy_package(package: Path, layer: Path) -> None:
    """Copy the folder ``package`` into ``layer``, sources included, because the code version is a hash of them."""
    shutil.copytree(package, layer / package.name, ignore=shutil.ignore_patterns("__pycache__"))
