"""The sizes of an image as a page offers them: the reader's browser takes the one that it needs."""

from collections.abc import Iterable


def srcset_of(path: str, widths: Iterable[int]) -> str:
    """The WebP files beside ``path``, that of every reader, as a ``srcset``.

    HTML standard, 4.8.4.2.1: candidates are parted by commas. No path has one, or a space: they are quoted.
    """
    base = path.rpartition("-")[0]
    return ", ".join(f"{base}-{width}.webp {width}w" for width in widths)
