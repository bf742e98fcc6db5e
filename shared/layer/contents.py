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
    "pydantic/v1",  # pydantic's own past
    "pydantic/deprecated",
    "aws_lambda_powertools/event_handler",  # HTTP
)
# Languages of the interface and their CLDR parents: their data is read. Of every other locale only the name stays,
# by which Babel knows that there is such a language; what it is called is in the data of whoever reads of it.
LOCALES = ("root", "en", "ja", "ko", "zh", "zh_Hans")


def prune(layer: Path) -> None:
    """Take away what no function imports. Ends the program if something named here is not there."""
    for name in UNUSED:
        _existing(layer / name)
        shutil.rmtree(layer / name)
    for record in layer.glob("*.dist-info/RECORD"):
        record.unlink()
    kept = [_existing(layer / "babel/locale-data" / f"{locale}.dat") for locale in LOCALES]
    for locale in (layer / "babel/locale-data").glob("*.dat"):
        if locale not in kept:
            locale.write_bytes(b"")


def _existing(path: Path) -> Path:
    if not path.exists():
        sys.exit(f"The layer's requirements have no {path.name} at {path}: contents.py must be told what became of it.")
    return path
