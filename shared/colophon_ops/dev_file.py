"""``build/dev.json``: where a running ``colophon dev`` is to be found."""

import json
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from colophon_ops.errors import Misused

PATH = Path("build/dev.json")


class DevStack(Struct, frozen=True):
    """A running emulation. The endpoint speaks S3, DynamoDB and SQS; the site is served as readers get it."""

    endpoint: str
    inbox_bucket: str
    site_bucket: str
    table: str
    site_url: str


def write(stack: DevStack) -> None:
    """Say in the working directory that ``stack`` runs. The file is there at once or not at all."""
    PATH.parent.mkdir(parents=True, exist_ok=True)
    partial = PATH.with_suffix(".part")
    partial.write_text(json.dumps(asdict(stack), indent=2) + "\n", "utf-8")
    partial.replace(PATH)


def read() -> DevStack | None:
    """The emulation that runs from this working directory, if any. Raises Misused for a file that is something else."""
    try:
        return DevStack(**json.loads(PATH.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (TypeError, ValueError):
        raise Misused(f"{PATH} can't be read. Delete it, and start colophon dev again.") from None


def remove() -> None:
    """Say that nothing runs here any more."""
    PATH.unlink(missing_ok=True)
