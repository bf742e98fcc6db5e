"""The versions of inbox keys as one listing of a folder shows them, newest first."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from colophon.problem import Problem
from colophon.upload.keys import to_nfc
from colophon.upload.limits import MAX_CONTENTS

_ARCHIVED = frozenset({"GLACIER", "DEEP_ARCHIVE"})
# Objects of the last class are archived if its archive tiers are turned on; only a read shows which are.
# Amazon S3 user guide, "Understanding and managing Amazon S3 storage classes". GLACIER_IR is read at once.
MAYBE_ARCHIVED = _ARCHIVED | {"INTELLIGENT_TIERING"}
ARCHIVED_PROBLEM = Problem(
    "The file is stored in an archive class of S3, from which it can't be read.",
    "Upload it again with the storage class STANDARD. If you have no other copy, restore it first, and then copy it "
    "over itself with that class.",
)
# S3's id for what it stored while the bucket was not versioned (Amazon S3 user guide, "How S3 Versioning works"). A key
# has at most one such version, and the next one takes its place.
NULL = "null"
NULL_VERSION_PROBLEM = Problem(
    "S3 stored the file without a version, as it may do in the first 15 minutes after a bucket was set up.",
    "Upload the file again, unchanged: it is then stored with a version.",
)


def null_version_id(etag: str, last_modified: datetime | None = None) -> str:
    """The id, to tell it from others, of an unversioned upload or, without ``etag``, of such a delete marker.

    S3's own id is the same for all of them. Without ``last_modified`` it is what the ids of the upload begin with.
    """
    moment = f"{last_modified:%Y-%m-%dT%H:%M:%SZ}" if last_modified else ""
    stripped = etag.strip('"') or "deleted"
    return f"{NULL} {stripped} {moment}"


class Version(Struct, frozen=True):
    """One version of one raw key. ``size`` is in bytes; ``deleted`` is a delete marker, which has no content.

    ``last_modified`` is None where the store does not know it. It never orders versions, the listing does. It shows
    how long an image has existed, and whether a version was replaced before its ``publish_at``. ``storage_class`` is
    one of ``MAYBE_ARCHIVED``, from which S3 may not read the content, else empty.
    """

    key: str
    id: str
    etag: str = ""
    size: int = 0
    deleted: bool = False
    last_modified: datetime | None = None
    storage_class: str = ""

    @property
    def is_archived(self) -> bool:
        """Whether S3 does not read the content until it is restored."""
        return self.storage_class in _ARCHIVED

    @property
    def is_null(self) -> bool:
        """Whether S3 stored it without a version. It is listed, but never read.

        The next upload replaces it and a deletion removes it, both without a trace. What was shown from it would have
        no history: no older text to fall back to, no count of endings, and an identity that returns to an old value.
        """
        return self.id.startswith(f"{NULL} ")

    @property
    def content_id(self) -> str:
        """The same for versions of one key with equal content, as far as the store's listing tells.

        The same bytes in another storage class, or with a version, may be the repair of an upload that can't be read.
        """
        if self.is_null:
            return self.id
        return f"{self.key} {self.etag} {self.size} {self.storage_class}" if self.etag else self.id


class KeyHistory(Struct, frozen=True):
    """Every version of one key, newest first.

    ``other_spellings`` are the histories of other raw keys with the same NFC form. They help to decide which key
    counts, so their newest versions are part of the identity, and their deletions count too.
    """

    versions: tuple[Version, ...] = ()
    other_spellings: tuple["KeyHistory", ...] = ()

    @property
    def ever_uploaded(self) -> bool:
        """Whether the key ever had a version, a delete marker included."""
        return bool(self.versions)

    @property
    def newest(self) -> Version | None:
        return self.versions[0] if self.versions else None

    @property
    def exists(self) -> bool:
        """Whether the key has an object now."""
        return bool(self.versions) and not self.versions[0].deleted

    def distinct_versions(self) -> Iterator[Version]:
        """The versions without repeats: of successive ones with equal content only the oldest."""
        for index, version in enumerate(self.versions):
            older = self.versions[index + 1] if index + 1 < len(self.versions) else None
            if older is None or not _has_same_content(version, older):
                yield version

    def identity(self) -> tuple[str, ...]:
        """Version ids that change whenever the history does, except when the same content is uploaded again."""
        if len(self.versions) < 2 and not self.other_spellings:
            return tuple(version.id for version in self.versions)
        other_ids = sorted(history.newest.id for history in self.other_spellings if history.newest)
        return (*(version.id for version in self.distinct_versions()), *other_ids)

    def count_deletions(self) -> int:
        """The number of deletions, in any spelling of the key."""
        return sum(
            version.deleted for history in (self, *self.other_spellings) for version in history.distinct_versions()
        )


EMPTY_HISTORY = KeyHistory()


def readable_versions(histories: Iterable[KeyHistory], kept: str = "") -> Iterator[Version]:
    """The distinct versions of ``histories``, the spellings of one key, that a decision may read; newest first.

    Equal contents count once. Of more than MAX_CONTENTS the newest are among them, and the one of the version with the
    id ``kept``, however old it is. Delete markers, which have no content, always are.
    """
    spellings = tuple(histories)
    every = [version for history in spellings for version in history.versions]
    kept_content = next((version.content_id for version in every if kept and version.id == kept), "")
    contents = {kept_content} if kept_content else set()
    for version in (version for history in spellings for version in history.distinct_versions()):
        if not version.deleted:
            if len(contents) >= MAX_CONTENTS and version.content_id not in contents:
                continue
            contents.add(version.content_id)
        yield version


class Folder(Struct, frozen=True):
    """One folder of the inbox at one moment. ``histories`` maps the NFC form of each key to its history.

    ``is_selected``: its files are those that the index has rows for, however many.
    """

    prefix: str
    histories: Mapping[str, KeyHistory]
    is_selected: bool = False

    @property
    def shadowed_keys(self) -> tuple[str, ...]:
        """The raw keys that are ignored because another key with the same NFC form counts, sorted."""
        shadowed = (spelling for history in self.histories.values() for spelling in history.other_spellings)
        return tuple(sorted(spelling.newest.key for spelling in shadowed if spelling.newest))

    @property
    def unversioned_keys(self) -> tuple[str, ...]:
        """The raw keys whose newest version S3 stored without a version, so that it is never read, sorted."""
        spellings = (each for history in self.histories.values() for each in (history, *history.other_spellings))
        newest = (history.newest for history in spellings if history.exists)
        return tuple(sorted(version.key for version in newest if version and version.is_null))

    def history_of(self, key: str) -> KeyHistory:
        return self.histories.get(to_nfc(key), EMPTY_HISTORY)

    def newest_version(self, key: str) -> Version | None:
        """The newest version of the raw ``key``, in exactly this spelling, or None."""
        history = self.history_of(key)
        versions = (version for spelling in (history, *history.other_spellings) for version in spelling.versions)
        return next((version for version in versions if version.key == key), None)

    def uploaded_keys(self) -> Iterator[str]:
        """The NFC form of every key that the folder ever had, sorted."""
        return iter(sorted(self.histories))


def build_folder(prefix: str, versions: Iterable[Version]) -> Folder:
    """The folder with ``versions``, which are ordered newest first for each raw key.

    Of raw keys with the same NFC form one counts: an existing object before a deleted one, then the key that is in
    NFC, then the first in code point order. The others become its ``other_spellings``.
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
    if one.is_null or other.is_null:
        return False
    if one.deleted or other.deleted:
        return one.deleted and other.deleted
    return one.etag == other.etag and one.size == other.size and one.storage_class == other.storage_class
