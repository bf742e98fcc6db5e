"""The file in ``<out>.cache/`` with what a build made, so that the next one makes only what changed.

It has two parts. The index tells whether something changed, and is small. The body is read only if something did. Any
file that can't be read whole, or that other code, other libraries or another inbox made, counts as none.
"""

from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct, field

from colophon.images.mark import ImageMark
from colophon_ops.build.moments import Validity
from colophon_ops.build.stamps import KnownFile

_NAME = "build"
_MAGIC = b"colophon build cache 1\n"
_HASH_BYTES = 32


class WrittenFile(Struct, frozen=True, array_like=True, gc=False):
    """A file of the site: the digest of its content, and its size in bytes and time in nanoseconds when it was written.

    ``answer`` is the metadata of a tombstone, by which the edge sets status and headers.
    """

    digest: str
    size: int
    modified: int
    answer: Mapping[str, str] | None = None


class KnownPost(Struct, frozen=True, array_like=True):
    """A post at the last build: its files by key, the keys of its pages and images, and the moments it is made for."""

    files: dict[str, KnownFile]
    keys: tuple[str, ...]
    validity: Validity


class OutcomeLine(Struct, frozen=True, array_like=True, gc=False):
    """The outcome of an upload as a line of outcomes.json."""

    key: str
    text: str
    state: str
    needs_fixing: bool
    has_differences: bool


class ListingFile(Struct, frozen=True, array_like=True, gc=False):
    """A listing's fingerprint. Not shown: there is nothing at its address."""

    fp: str
    is_shown: bool


class KnownCopyFile(Struct, frozen=True, array_like=True):
    """One file of an image's copy, and the digest of its bytes."""

    width: int
    height: int
    extension: str
    content_type: str
    digest: str


class KnownCopy(Struct, frozen=True, array_like=True):
    """The copy of an upload with this SHA-256, which is so many pixels wide, without the bytes of its files."""

    sha256: str
    width: int
    files: tuple[KnownCopyFile, ...]
    is_animated: bool
    mark: ImageMark


class Totals(Struct, frozen=True):
    """What a build reports of all uploads. ``duplicates`` are as in its JSON."""

    states: dict[str, int]
    to_mend: int
    differing: int
    duplicates: list[dict[str, Any]]


class CacheIndex(Struct, frozen=True):
    """What tells whether something changed since the last build.

    ``identity`` is that of the code and the libraries. ``looked_at`` is when the inbox was listed, in nanoseconds.
    ``shared_files`` are the uploads that belong to no post (None: a name can't be stored), ``validity`` is that of all
    decisions about them. ``posts`` are by folder; ``unrecorded`` are those that no cache can hold, with the keys
    of their files. ``written`` are all files of the site by key. ``outcomes`` is what is beside the site.
    """

    identity: str
    inbox: str
    looked_at: int
    shared_files: dict[str, KnownFile] | None
    validity: Validity
    posts: dict[str, KnownPost]
    unrecorded: dict[str, tuple[str, ...]]
    written: dict[str, WrittenFile]
    outcomes: WrittenFile
    totals: Totals


class CacheBody(Struct):
    """What the rest is made from when something changed.

    ``site`` and ``clinics`` are digests of the rows of the site and of each clinic. ``records`` are the posts by
    folder, encoded; ``claiming`` are those of which redirects are made; ``lines`` are outcomes, ``marks`` those of
    texts as plain tuples. ``clinic_records`` are the listings of each clinic, ``listing_files`` their files, and under
    "" those of the shared ones. ``searched`` are digests of what the
    search of each language finds. ``moved_keys`` are redirects. ``copies`` are by the digest of the upload.
    """

    site: str = ""
    clinics: dict[str, str] = field(default_factory=dict)
    asset_keys: tuple[str, ...] = ()
    records: dict[str, bytes] = field(default_factory=dict)
    claiming: set[str] = field(default_factory=set)
    lines: dict[str, tuple[OutcomeLine, ...]] = field(default_factory=dict)
    marks: dict[str, tuple[tuple[str, str, str], ...]] = field(default_factory=dict)
    clinic_records: dict[str, bytes] = field(default_factory=dict)
    listing_files: dict[str, dict[str, ListingFile]] = field(default_factory=dict)
    searched: dict[str, str] = field(default_factory=dict)
    moved_keys: tuple[str, ...] = ()
    copies: dict[str, KnownCopy] = field(default_factory=dict)


class Cache:
    """The cache of a build. ``body`` is decoded when it is first needed."""

    def __init__(self, index: CacheIndex, body: CacheBody | Raw) -> None:
        self.index = index
        self._body = body

    @property
    def body(self) -> CacheBody:
        if isinstance(self._body, Raw):
            self._body = msgspec.msgpack.decode(self._body, type=CacheBody)
        return self._body

    def with_index(self, index: CacheIndex) -> "Cache":
        return Cache(index, self._body)

    def encode(self) -> bytes:
        return msgspec.msgpack.encode((self.index, self._body))


class NoCache(Exception):
    """There is no cache that can be used; the message says why, and is empty if there never was one."""


def load_cache(folder: Path, identity: str, inbox: Path) -> Cache:
    """The cache in ``folder`` of a build of ``inbox`` by this code. Raises NoCache."""
    try:
        stored = (folder / _NAME).read_bytes()
    except FileNotFoundError:
        raise NoCache from None
    except OSError as error:
        raise NoCache(f"{folder} can't be read: {error.strerror}") from None
    if not stored.startswith(_MAGIC):
        raise NoCache(f"{folder} was written by another version of Colophon, or is no cache")
    start = len(_MAGIC) + _HASH_BYTES
    content = memoryview(stored)[start:]
    try:
        if sha256(content).digest() != stored[len(_MAGIC) : start]:
            raise NoCache(f"{folder} is damaged")
        parts = msgspec.msgpack.decode(content, type=tuple[Raw, Raw])
        index = msgspec.msgpack.decode(parts[0], type=CacheIndex)
    except msgspec.MsgspecError:
        raise NoCache(f"{folder} is damaged") from None
    if index.identity != identity:
        raise NoCache("Colophon or a library that it uses has changed")
    if index.inbox != str(inbox):
        raise NoCache(f"the last build was of {index.inbox}")
    return Cache(index, parts[1])


def save_cache(folder: Path, cache: Cache) -> None:
    """Replace the cache in ``folder``. Where that is impossible, there is none."""
    content = cache.encode()
    file = folder / _NAME
    partial = file.with_suffix(".part")
    try:
        folder.mkdir(exist_ok=True)
        partial.write_bytes(_MAGIC + sha256(content).digest() + content)
        partial.replace(file)
    except OSError:
        remove_cache(folder)


def remove_cache(folder: Path) -> None:
    """Remove the cache in ``folder``, and no other file in it."""
    for file in (folder / _NAME, (folder / _NAME).with_suffix(".part")):
        with suppress(OSError):
            file.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
