"""What of the requirements the functions never import. Whatever is named here must be there, or the build fails."""

import shutil
import sys
from pathlib import Path

# Whole packages, and folders of packages. Who takes one away says here why nothing imports it.
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
    """Take away what no function imports. Ends the program if something named here is not there."""
    for name in UNUSED:
        if not (layer / name).exists():
            sys.exit(f"There is no {name} any more: contents.py must be told what became of it.")
        shutil.rmtree(layer / name)
    for record in layer.glob("*.dist-info/RECORD"):
        record.unlink()
