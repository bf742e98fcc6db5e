"""Compiles the layer to byte-code. Without it every cold start compiles all modules: the layer is read-only."""

import compileall
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

PYTHON = (3, 13)
# Where Lambda unpacks layers. Tracebacks then name these files, and the bytes do not depend on the build machine.
_UNPACKED = "/opt"


def compile_all(layer: Path) -> None:
    """Compile every module under ``layer`` (OUT/python), as unchecked hash-based pycs (PEP 552).

    Ends the program if one can't be compiled.
    """
    done = compileall.compile_dir(
        layer,
        maxlevels=32,
        quiet=1,
        force=True,
        stripdir=str(layer.parent),
        prependdir=_UNPACKED,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    if not done:
        sys.exit("Some modules of the layer could not be compiled.")
