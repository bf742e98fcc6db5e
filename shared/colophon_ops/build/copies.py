"""Copies of images that the last build made: the site has their files, so no pixel is decoded again."""

from collections.abc import Mapping
from pathlib import Path

from colophon.images.copy import Copier, Copy, ImageFile, Outline
from colophon_ops.build.cache import KnownCopy, KnownCopyFile
from colophon_ops.build.stamps import digest


class KnownCopies:
    """A copier that takes from the site what was made of an equal upload.

    ``known`` are the copies by the digest of the upload, ``files`` the files of the site by the digest of their bytes.
    ``made`` are all copies that it returned.
    """

    def __init__(self, copier: Copier, known: Mapping[str, KnownCopy], files: Mapping[str, Path]) -> None:
        self._copier = copier
        self._known, self._files = known, files
        self.made: dict[str, KnownCopy] = {}

    def make_copy(self, content: bytes) -> Copy:
        """Raises Refused."""
        upload = digest(content)
        known = self._known.get(upload)
        copy = (known and self._read_copy(known)) or self._copier.make_copy(content)
        self.made[upload] = _without_bytes(copy)
        return copy

    def read_outline(self, content: bytes) -> Outline | None:
        return self._copier.read_outline(content)

    def _read_copy(self, known: KnownCopy) -> Copy | None:
        """The copy as the files of the site have it; None if one of them is gone or was changed."""
        files = []
        for file in known.files:
            content = self._read_file(file.digest)
            if content is None:
                return None
            files.append(ImageFile(file.width, file.height, file.extension, file.content_type, content))
        return Copy(Outline(known.sha256, known.width, known.mark), tuple(files), known.is_animated)

    def _read_file(self, wanted: str) -> bytes | None:
        path = self._files.get(wanted)
        try:
            content = path.read_bytes() if path else None
        except OSError:
            return None
        return content if content is not None and digest(content) == wanted else None


def _without_bytes(copy: Copy) -> KnownCopy:
    files = (
        KnownCopyFile(file.width, file.height, file.extension, file.content_type, digest(file.content))
        for file in copy.files
    )
    return KnownCopy(copy.outline.sha256, copy.outline.width, tuple(files), copy.is_animated, copy.outline.mark)
