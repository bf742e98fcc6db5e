"""Removes the parts of the requirements that the functions never import.

The build fails if a listed part does not exist, so that the list stays correct when a requirement changes.
"""

import shutil
import sys
from pathlib import Path

# Packages and folders of packages, each with the reason why nothing imports it.
UNUSED = (
    "bin",  # scripts
    "boto3",  # the functions use botocore's clients; only the command line uses boto3
    "s3transfer",  # only boto3 needs it
    "cffi",  # cmarkgfm needs only its module _cffi_backend
    "pycparser",  # only cffi needs it
    "babel/messages",  # message catalogues; the functions use only locale data
    "aws_lambda_powertools/event_handler",  # HTTP APIs, which no function serves
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
