"""``build/dev.json``: the addresses of a running ``colophon dev``."""

import json
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from colophon_ops.errors import Misused

PATH = Path("build/dev.json")
_CONNECT_SECONDS = 1


class DevStack(Struct, frozen=True):
    """A running emulator. The endpoint serves S3, DynamoDB and SQS; ``site_url`` serves the site as readers see it."""

    endpoint: str
    inbox_bucket: str
    site_bucket: str
    table: str
    site_url: str


def write(stack: DevStack) -> None:
    """Record in the working directory that ``stack`` is running. The file is written atomically."""
    PATH.parent.mkdir(parents=True, exist_ok=True)
    partial = PATH.with_suffix(".part")
    try:
        partial.write_text(json.dumps(asdict(stack), indent=2) + "\n", "utf-8")
        partial.replace(PATH)
    except OSError as error:
        partial.unlink(missing_ok=True)
        # An error of the write itself names no file.
        raise OSError(error.errno, error.strerror, str(PATH)) from None


def read() -> DevStack | None:
    """The emulator started from this working directory, if any. Raises Misused for an unreadable file."""
    try:
        return msgspec.json.decode(PATH.read_bytes(), type=DevStack)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, msgspec.MsgspecError):
        raise Misused(f"{PATH} is unreadable. Delete it, and start colophon dev again.") from None


def remove(stack: DevStack) -> None:
    """Record that ``stack`` is not running any more. The record of another one stays."""
    with suppress(Misused):
        if read() == stack:
            PATH.unlink(missing_ok=True)


def clear() -> None:
    """Remove what one that was killed has left. Raises Misused if it is still running.

    Without the file, commands would go from its stack to one in AWS.
    """
    running = None
    with suppress(Misused):
        running = read()
    if running and _is_listening(running.endpoint):
        what = f"colophon dev is already running here, at {running.endpoint}. Stop it, or start this one elsewhere."
        raise Misused(f"{what} If something else answers there, delete {PATH}.")
    PATH.unlink(missing_ok=True)


def _is_listening(endpoint: str) -> bool:
    try:
        address = urlsplit(endpoint)
        with socket.create_connection((address.hostname or "", address.port or 80), _CONNECT_SECONDS):
            return True
    except (OSError, ValueError):
        return False
