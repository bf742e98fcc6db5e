"""Byte-code beside every source: in Lambda the layer is read-only, and each cold start would compile all of it anew."""

import compileall
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

PYTHON = (3, 13)
# Where Lambda unpacks layers; tracebacks name files there, and two machines make the same bytes.
_UNPACKED = "/opt"


def compile_all(layer: Path) -> None:
    """Compile each module under ``layer`` (OUT/python), never to be compared with its source again (PEP 552)."""
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
