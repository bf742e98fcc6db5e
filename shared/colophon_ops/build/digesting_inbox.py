"""An inbox folder whose versions are told apart by their content, as those of the bucket are."""

from collections.abc import Iterable, Iterator
from os import DirEntry
from pathlib import Path

from msgspec.structs import replace

from colophon.problem import Refused
from colophon.stores.inbox_folder import InboxFolder
from colophon.upload.limits import MAX_IMAGE_BYTES
from colophon.upload.versions import Version
from colophon_ops.build.stamps import KnownFile, Stamp, digest, stamp_of

# A larger file, such as a photo, is read again when it is needed: a batch of posts may have hundreds.
_KEPT_BYTES = 256 * 1024


class DigestingInbox(InboxFolder):
    """The id of a version has the digest of its content, so every identity that a decision makes changes with it.

    ``known`` are the files that were listed, by key, with the digests of the bytes that the decisions got: empty for a
    file that can't be read, or that changed between two reads. ``links`` are those that are links.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.known: dict[str, KnownFile] = {}
        self.links: set[str] = set()
        self._contents: dict[str, bytes] = {}

    def _versions(self, files: "Iterable[tuple[str, DirEntry[str] | Path]]") -> Iterator[Version]:
        listed = list(files)
        entries = dict(listed)
        for version in super()._versions(listed):
            entry = entries[version.key]
            if entry.is_symlink():
                self.links.add(version.key)
                yield self._identify(version, None)
            else:
                # The system call was made for the version's size.
                yield self._identify(version, stamp_of(entry.stat()))

    def _identify(self, version: Version, stamp: Stamp | None) -> Version:
        try:
            # Too large for any upload, a file is never read.
            content = super().read_content(version) if version.size <= MAX_IMAGE_BYTES else None
        except Refused:
            content = None
        found = digest(content) if content is not None else ""
        if stamp:
            self.known[version.key] = KnownFile(stamp, found)
        if content is None:
            return version
        if len(content) <= _KEPT_BYTES:
            self._contents[version.key] = content
        # The size, too, may have changed since the folder was listed.
        return replace(version, id=f"{version.key} {found}", size=len(content))

    def read_content(self, version: Version) -> bytes:
        """As InboxFolder reads it. A small file is read once for each time that it is listed."""
        kept = self._contents.pop(version.key, None)
        if kept is not None:
            return kept
        content = super().read_content(version)
        known = self.known.get(version.key)
        if known and known.digest != digest(content):
            self.known[version.key] = KnownFile(known.stamp, "")
        return content
