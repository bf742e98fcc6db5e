"""Removes the parts of the requirements that the functions never import.

The build fails if a listed part does not exist, so that the list stays correct when a requirement changes.
"""

import shutil
import sys
from pathlib import Path

# Packages and folders of packages, each with the reason why nothing imports it.
UNUSED = (
    "bin",  # command lines
    "boto3",  # only the command line uses it; the functions have botocore's own clients
    "s3transfer",  # boto3's
    "cffi",  # cmarkgfm needs the module _cffi_backend alone
    "pycparser",  # cffi's
    "babel/messages",  # translations of programs
    "aws_lambda_powertools/event_handler",  # HTTP
)


def prune(layer: Path) -> None:
    """Remove ``UNUSED`` from ``layer``, and the RECORD files, which list what was removed.

    Ends the program if an unused part does not exist.
    """
    for name in UNUSED:
        if not (layer / name).exists():
            sys.exit(f"The requirements have no {name} any more: correct the list in layer/contents.py.")
        shutil.rmtree(layer / name)
    for record in layer.glob("*.dist-info/RECORD"):
        record.unlink()
