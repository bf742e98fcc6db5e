"""Fingerprints: the identity of what a decision used."""

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from msgspec.json import Encoder

_HASHED_FOLDERS = (
    "upload",
    "language",
    "edition",
    "clinic",
    "notices",
    "page",
    "listings",
    "templates",
    "decision",
    "images",
)
_HASHED_ENDINGS = (".py", ".html", ".xml", ".css", ".js", ".yaml", ".json")


# Shared, as a decision computes several fingerprints.
_ENCODER = Encoder(order="deterministic")


def fingerprint(*inputs: object) -> str:
    """The SHA-256, in hex, of ``inputs`` in their order.

    They are strings, numbers, None, dates, and lists, maps or structs of these. The order of a map makes no difference.
    """
    return hashlib.sha256(_ENCODER.encode(inputs)).hexdigest()


@cache
def code_version() -> str:
    """The identity of all code, templates and notice texts that decide about a page's bytes."""
    digest = hashlib.sha256()
    root = files("colophon")
    for folder in _HASHED_FOLDERS:
        _hash_folder(digest, root / folder)
    for module in ("site_settings.py", "views.py", "withdrawal.py"):
        digest.update((root / module).read_bytes())
    return digest.hexdigest()[:16]


def _hash_folder(digest: "hashlib._Hash", folder: Traversable) -> None:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            _hash_folder(digest, entry)
        elif entry.name.endswith(_HASHED_ENDINGS):
            digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
