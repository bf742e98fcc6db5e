"""An inbox bucket in memory, and a reader of images that are short texts."""

import hashlib
from datetime import UTC, datetime

from msgspec import Struct

from colophon.images.copy import Copy, ImageFile, Outline
from colophon.images.mark import ImageMark
from colophon.problem import Problem, Refused
from colophon.upload import versions
from colophon.upload.versions import Folder, Version

# A minute before the first upload.
START = datetime(2026, 3, 10, tzinfo=UTC)


class Step(Struct, frozen=True):
    """One upload, one deletion (``content`` is None), or nothing but time that passed (``key`` is empty)."""

    at: datetime
    key: str = ""
    content: bytes | None = None


class InMemoryInbox:
    """The uploads as the inbox bucket lists them. ``reads`` are the keys of the versions that were read, in order."""

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self.steps = tuple(step for step in steps if step.key)
        self.reads: list[str] = []
        self._contents = {f"version {number}": step.content for number, step in enumerate(self.steps, 1)}
        self._versions = tuple(_version(step, number) for number, step in enumerate(self.steps, 1))

    def read_folder(self, prefix: str) -> Folder:
        """What lies under ``prefix``."""
        newest_first = reversed(self._versions)
        return versions.build_folder(prefix, (version for version in newest_first if version.key.startswith(prefix)))

    def read_content(self, version: Version) -> bytes:
        """The content of one version, which is no delete marker."""
        self.reads.append(version.key)
        content = self._contents[version.id]
        assert content is not None
        return content

    def newest_version(self, key: str) -> Version | None:
        """The newest version of one key."""
        return next((version for version in reversed(self._versions) if version.key == key), None)


class Drawings:
    """Makes a copy of an image that is a short text: 800 pixels wide, in two sizes and a JPEG."""

    def make_copy(self, content: bytes) -> Copy:
        """The copy of a drawing. Raises Refused for anything else."""
        outline = self.read_outline(content)
        if outline is None:
            raise Refused((Problem(f"“{content.decode()}” is not a drawing.", "Upload a drawing."),))
        webp = tuple(ImageFile(width, width // 2, "webp", "image/webp", content) for width in (480, 800))
        return Copy(outline, (*webp, ImageFile(800, 400, "jpg", "image/jpeg", content)))

    def read_outline(self, content: bytes) -> Outline | None:
        """What the paths of its copy are made from."""
        if not content.startswith(b"drawing"):
            return None
        _, *said = content.decode().split(", ")
        mark = ImageMark(said[0] if said else "", has_credentials=len(said) > 1)
        return Outline(hashlib.sha256(content).hexdigest(), 800, mark)


def _version(step: Step, number: int) -> Version:
    if step.content is None:
        return Version(step.key, f"version {number}", deleted=True, last_modified=step.at)
    etag = hashlib.sha256(step.content).hexdigest()
    return Version(step.key, f"version {number}", etag, len(step.content), last_modified=step.at)
