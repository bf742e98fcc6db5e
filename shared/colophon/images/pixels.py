"""What is done to pixels in memory: turned upright, made narrower, told opaque from transparent."""

from typing import Any

# Exif 2.32, 4.6.4: what has to be done to the stored image, first turned clockwise and then mirrored left to right.
_TURNS = {1: 0, 2: 0, 3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
_MIRRORED = {2, 4, 5, 7}


def upright(picture: Any, orientation: int) -> Any:
    """``picture`` as people see it."""
    turned = picture.rot(f"d{_TURNS[orientation]}") if _TURNS[orientation] else picture
    mirrored = turned.fliphor() if orientation in _MIRRORED else turned
    return picture if mirrored is picture else mirrored.copy_memory()


def without_idle_alpha(picture: Any) -> Any:
    """``picture`` without its alpha channel, where that hides nothing."""
    return picture[:3].copy_memory() if picture.hasalpha() and picture[3].min() == 255 else picture


def narrowed(picture: Any, width: int, height: int) -> Any:
    """``picture`` in a smaller size."""
    if (picture.width, picture.height) == (width, height):
        return picture
    across, down = width / picture.width, height / picture.height
    if not picture.hasalpha():
        return picture.resize(across, vscale=down).copy_memory()
    return picture.premultiply().resize(across, vscale=down).unpremultiply().cast("uchar").copy_memory()
