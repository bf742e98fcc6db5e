"""The versions of the inbox's keys, newest first, as one listing of a folder shows them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from colophon.upload.keys import to_nfc


class Version(Struct, frozen=True):
    """One version of one key. ``key`` is the raw key, ``size`` counts bytes; a delete marker has no content.

    ``since`` is when it came, where that is known. No order is ever taken from it: it tells how long an image has been
    there, and whether a version was replaced before its own time.
    """

    key: str
    id: str
    etag: str = ""
    size: int = 0
    deleted: bool = False
    last_modified: datetime | None = None


class KeyHistory(Struct, frozen=True):
    """Every version of one key, newest first.

    ``beside`` are the histories of other keys that normalise alike: they decide which key counts, so their newest
    versions belong to what tells one moment from another, and what they showed once must be known to be ended.
    """

    versions: tuple[Version, ...] = ()
    other_spellings: tuple["KeyHistory", ...] = ()

    @property
    def ever_uploaded(self) -> bool:
        """Whether anything was ever uploaded here."""
        return bool(self.versions)

    @property
    def newest(self) -> Version | None:
        return self.versions[0] if self.versions else None

    @property
    def exists(self) -> bool:
        """Whether the key holds an object now."""
        return bool(self.versions) and not self.versions[0].deleted

    def distinct_versions(self) -> Iterator[Version]:
        """The versions with each run of equal content cut to its oldest: the same bytes again are no news."""
        for index, version in enumerate(self.versions):
            older = self.versions[index + 1] if index + 1 < len(self.versions) else None
            if older is None or not _has_same_content(version, older):
                yield version

    def identity(self) -> tuple[str, ...]:
        """Version ids that tell this history from every earlier and later one, the same bytes again aside."""
        if len(self.versions) < 2 and not self.other_spellings:
            return tuple(version.id for version in self.versions)
        other_ids = sorted(history.newest.id for history in self.other_spellings if history.newest)
        return (*(version.id for version in self.distinct_versions()), *other_ids)

    def count_deletions(self) -> int:
        """How often what lay here, in any spelling of the key, was taken away."""
        return sum(
            version.deleted for history in (self, *self.other_spellings) for version in history.distinct_versions()
        )


EMPTY_HISTORY = KeyHistory()


class Folder(Struct, frozen=True):
    """One folder of the inbox at one moment. ``histories`` is keyed by the NFC form of each key."""

    prefix: str
    histories: Mapping[str, KeyHistory]

    @property
    def shadowed_keys(self) -> tuple[str, ...]:
        """Every key that was uploaded here, but another that normalises alike counts in its place."""
        shadowed = (spelling for history in self.histories.values() for spelling in history.other_spellings)
        return tuple(sorted(spelling.newest.key for spelling in shadowed if spelling.newest))

    def history_of(self, key: str) -> KeyHistory:
        return self.histories.get(to_nfc(key), EMPTY_HISTORY)

    def newest_version(self, key: str) -> Version | None:
        """The newest version of exactly ``key``, in this spelling."""
        history = self.history_of(key)
        versions = (version for spelling in (history, *history.other_spellings) for version in spelling.versions)
        return next((version for version in versions if version.key == key), None)

    def uploaded_keys(self) -> Iterator[str]:
        """Every key that ever was in the folder, in NFC, in order."""
        return iter(sorted(self.histories))


def build_folder(prefix: str, versions: Iterable[Version]) -> Folder:
    """The folder made of ``versions`` (each key's newest first).

    Of keys that normalise alike one counts: one that holds an object before one that does not, the one in NFC
    before others, then the first in code point order. The others are ``beside`` it.
    """
    spellings: dict[str, dict[str, list[Version]]] = {}
    for version in versions:
        spellings.setdefault(to_nfc(version.key), {}).setdefault(version.key, []).append(version)
    histories: dict[str, KeyHistory] = {}
    for key, by_raw in spellings.items():
        if len(by_raw) == 1:
            (versions_of_one,) = by_raw.values()
            histories[key] = KeyHistory(tuple(versions_of_one))
            continue
        raw_keys = sorted(by_raw, key=lambda raw: (by_raw[raw][0].deleted, raw != to_nfc(raw), raw))
        chosen, *others = (tuple(by_raw[raw]) for raw in raw_keys)
        histories[key] = KeyHistory(chosen, tuple(KeyHistory(versions) for versions in others))
    return Folder(prefix, histories)


def _has_same_content(one: Version, other: Version) -> bool:
    if one.deleted or other.deleted:
        return one.deleted and other.deleted
    return one.etag == other.etag and one.size == other.size
