"""Fingerprints: the identity of what a decision used."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from msgspec.json import Encoder

# What reads uploads, what decides, and what makes the files of images. Whatever these import counts, at any depth.
_ROOTS = ("verbs.reading", "decision.page", "decision.image", "listings.kinds", "images.recipe")
_IMPORT = re.compile(r"^ *from colophon(?:\.([\w.]+))? import (\([^)]*\)|[^\n]*)", re.MULTILINE)
# Templates, style, scripts, the texts of notices and of the interface, and what comparisons of texts know.
_DATA_ENDINGS = (".html", ".xml", ".css", ".js", ".yaml", ".json", ".txt")


# Hex digits of a digest that is only compared with the one before.
DIGEST_LENGTH = 6
# Shared, as a decision computes several fingerprints.
_ENCODER = Encoder(order="deterministic")


# Hex digits of an identity: 128 bits. A page's row has six identities, and DynamoDB bills each KB of an item that is
# begun. S3 chooses the version ids in them, so no uploader can look for two inputs of one identity.
IDENTITY_LENGTH = 32


def fingerprint(*inputs: object) -> str:
    """The first half of the SHA-256, in hex, of ``inputs`` in their order.

    They are strings, numbers, None, dates, and lists, maps or structs of these. The order of a map makes no difference.
    """
    return hashlib.sha256(_ENCODER.encode(inputs)).hexdigest()[:IDENTITY_LENGTH]


def fingerprint_by_code(*inputs: object) -> str:
    """The fingerprint of ``inputs`` and, after a dot, the digest of the code that decides from them."""
    return f"{fingerprint(*inputs)}.{code_digest(code_version())}"


def inputs_of(fp: str) -> str:
    """The part of ``fp`` that all code versions have in common."""
    return fp.partition(".")[0]


def code_of(fp: str) -> str:
    """The digest of the code that decided; empty if ``fp`` does not say."""
    return fp.partition(".")[2]


def is_same_but_for_code(fp: str, other: str) -> bool:
    """Whether two fingerprints are of the same inputs, whichever code decided."""
    return inputs_of(fp) == inputs_of(other)


def add_original(visible_id: str, version: str) -> str:
    """``visible_id`` of a page that also shows the upload ``version`` of its original, after a dot."""
    return f"{visible_id}.{fingerprint(version)}"


def shows_what_was_replaced(before: str, after: str) -> bool:
    """Whether a copy of the page with the ``visible_id`` ``before`` shows what the page with ``after`` does not.

    An original that was added later is missing in the copy, which is no harm.
    """
    body, _, original = before.partition(".")
    body_after, _, original_after = after.partition(".")
    return body != body_after or (bool(original) and original != original_after)


@lru_cache(maxsize=8)
def code_digest(code: str) -> str:
    """A short identity of the code version ``code``. Digests are only compared, so a few digits are enough."""
    return fingerprint(code)[:DIGEST_LENGTH]


@cache
def code_version() -> str:
    """The identity of everything in this package that decides about the bytes of pages, listings and images.

    It is derived from the sources, so that no list of modules can go stale: the modules that ``_ROOTS`` import, and
    every template and text.
    """
    paths = dict(_list_files(files("colophon")))
    contents = {name: entry.read_bytes() for name, entry in paths.items() if name.endswith(_DATA_ENDINGS)}
    contents |= _read_imported(paths)
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(name.encode() + b"\0" + contents[name])
    return digest.hexdigest()[:16]


def _list_files(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.name == "__pycache__":
            continue
        if entry.is_dir():
            yield from _list_files(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry


def _read_imported(paths: Mapping[str, Traversable]) -> dict[str, bytes]:
    """The sources of ``_ROOTS`` and of all that they import of this package, by path."""
    sources: dict[str, bytes] = {}
    pending = list(_ROOTS)
    while pending:
        module = pending.pop().replace(".", "/")
        for path in (f"{module}.py", f"{module}/__init__.py"):
            if path in paths and path not in sources:
                sources[path] = paths[path].read_bytes()
                for package, names in _IMPORT.findall(sources[path].decode()):
                    # An imported name may be a module of that package.
                    pending += [package, *(f"{package}.{name}".strip(".") for name in re.findall(r"\w+", names))]
    return sources
