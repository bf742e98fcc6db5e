"""The package ``colophon`` as the functions need it."""

import shutil
from pathlib import Path

# The command line has requirements that the layer hasn't.
_NOT_FOR_LAMBDA = ("cli",)


def copy_package(package: Path, layer: Path) -> None:
    """Copy the folder ``package`` into ``layer``, its sources too: the code version is made of them."""

    def unwanted(folder: str, names: list[str]) -> set[str]:
        top = _NOT_FOR_LAMBDA if Path(folder) == package else ()
        return {name for name in names if name == "__pycache__" or name in top}

    shutil.copytree(package, layer / package.name, ignore=unwanted)
