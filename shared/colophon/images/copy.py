"""A clean copy of an uploaded image, and the paths it may have on the site."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from colophon.upload.keys import ImageRef

# Part of every path: another recipe makes other bytes, and a path never changes its bytes.
RECIPE = "1"


MAX_WIDTH = 1600


@dataclass(frozen=True, slots=True)
class Copy:
    """What the site serves in place of an upload: re-encoded, upright, without metadata.

    ``source`` is the upload's SHA-256, in hex.
    """

    source: str
    content: bytes
    content_type: str
    ending: str
    width: int
    height: int


def key_of(image: ImageRef, copy: Copy, times_ended: int) -> str:
    """The site key of ``copy``: never shared by two names or two posts, and new after each end of the image."""
    seal = hashlib.sha256(f"{RECIPE}\0{image.name}\0{copy.source}".encode()).hexdigest()[:12]
    again = f".{times_ended}" if times_ended else ""
    stem = PurePosixPath(image.name).stem
    return f"images/{image.post.clinic}/{image.post.post}/{stem}.{seal}{again}-{copy.width}.{copy.ending}"
