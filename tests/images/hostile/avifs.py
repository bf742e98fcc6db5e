"""AVIF: honest files of every kind, and files whose boxes say what is not so."""

import struct
from collections.abc import Callable

from PIL import Image

from tests.images.hostile import exif
from tests.images.hostile.case import MARKER, QUARTERS, Case, clean, quarters, refusal, saved
from tests.images.hostile.turned import SEEN

SIZE = (64, 48)


def plain(**options: object) -> bytes:
    """An image of four quarters."""
    return saved(quarters(), "AVIF", **{"quality": 95, "speed": 10, "subsampling": "4:4:4", **options})


def _turned(way: int) -> bytes:
    # Pillow writes the orientation as the properties irot and imir.
    return plain(exif=exif.oriented(way))


def _sized(width: int, height: int) -> bytes:
    """An image that says of itself that it has this size."""
    content = plain()
    return content.replace(
        b"ispe\0\0\0\0" + struct.pack(">II", *SIZE), b"ispe\0\0\0\0" + struct.pack(">II", width, height)
    )


def _transparent() -> bytes:
    picture = quarters(mode="RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(SIZE))
    return saved(picture, "AVIF", quality=95, speed=10)


def _spoilt(old: bytes, new: bytes) -> Callable[[], bytes]:
    return lambda: plain().replace(old, new, 1)


def cases() -> list[Case]:
    """All of them."""
    turned = [
        clean(f"AVIF turned, {way}", lambda way=way: _turned(way), SIZE if way < 5 else SIZE[::-1], corners=corners)  # type: ignore[misc]
        for way, corners in SEEN.items()
    ]
    return [
        clean("AVIF", plain, SIZE, corners=QUARTERS),
        clean("AVIF of fewer colours", lambda: plain(subsampling="4:2:0"), SIZE),
        clean("AVIF with transparency", _transparent, SIZE, transparent=True),
        clean("AVIF with words in its Exif", lambda: plain(exif=exif.oriented(1) + MARKER), SIZE, corners=QUARTERS),
        clean("AVIF with words in its XMP", lambda: plain(xmp=MARKER), SIZE, corners=QUARTERS),
        clean("AVIF with bytes after it", lambda: plain() + b"\0\0\0\x20free" + MARKER[:24], SIZE, corners=QUARTERS),
        clean("AVIF of the general kind", _spoilt(b"ftypavif", b"ftypmif1"), SIZE, corners=QUARTERS),
        *turned,
        refusal("AVIF cut short", lambda: plain()[:-40], "AVIF"),
        refusal("AVIF without a body", lambda: plain()[:60], "AVIF"),
        refusal("AVIF of no size", lambda: _sized(0, 48), "AVIF"),
        refusal("AVIF of too many pixels", lambda: _sized(65_535, 65_535), "pixels"),
        refusal("AVIF that is too large for the memory", lambda: _sized(4000, 4000), "as a whole"),
        refusal("AVIF of another size", lambda: _sized(640, 480), "AVIF"),
        refusal("AVIF without a primary image", _spoilt(b"pitm", b"free"), "AVIF"),
        refusal("AVIF without properties", _spoilt(b"ipco", b"free"), "AVIF"),
        refusal("AVIF with a box of an endless size", _spoilt(b"\0\0\0\x0epitm", b"\xff\xff\xff\xffpitm"), "AVIF"),
        refusal("AVIF with a box of no size", _spoilt(b"\0\0\0\x0epitm", b"\0\0\0\x01pitm"), "AVIF"),
    ]
