"""Every way in which Exif says that an image is turned, the wrong ones among them."""

from tests.images.hostile import exif
from tests.images.hostile.case import BLUE, GOLD, GREEN, QUARTERS, RED, Case, clean
from tests.images.hostile.jpeg_parts import plain, segment, with_first

SIZE = (64, 48)
# What people then see in the corners of an image that is stored as QUARTERS.
SEEN = {
    1: QUARTERS,
    2: (GREEN, RED, GOLD, BLUE),
    3: (GOLD, BLUE, GREEN, RED),
    4: (BLUE, GOLD, RED, GREEN),
    5: (RED, BLUE, GREEN, GOLD),
    6: (BLUE, RED, GOLD, GREEN),
    7: (GOLD, GREEN, BLUE, RED),
    8: (GREEN, GOLD, RED, BLUE),
}
_WRONG = {
    "turned, 0": exif.oriented(0),
    "turned, 9": exif.oriented(9),
    "turned, 65535": exif.oriented(65535),
    "turned, 6 as a long": exif.oriented(6, kind=4),
    "a directory outside": b"II*\0\xff\xff\xff\xff",
    "a directory on its head": b"II*\0\0\0\0\0",
    "endless entries": b"II*\0\x08\0\0\0\xff\xff" + bytes(24),
    "three bytes": b"II*",
}


def turned(block: bytes) -> bytes:
    """An image of four quarters with this Exif block."""
    return with_first(plain(), segment(0xE1, b"Exif\0\0" + block))


def cases() -> list[Case]:
    """All of them."""
    ways = [
        clean(
            f"JPEG turned, {way}, order {order}",
            lambda way=way, order=order: turned(exif.oriented(way, order=order)),  # type: ignore[misc]
            SIZE if way < 5 else SIZE[::-1],
            corners=corners,
        )
        for order in "<>"
        for way, corners in SEEN.items()
    ]
    wrong = [
        clean(f"JPEG with Exif: {name}", lambda block=block: turned(block), SIZE, corners=QUARTERS)  # type: ignore[misc]
        for name, block in _WRONG.items()
    ]
    return ways + wrong
