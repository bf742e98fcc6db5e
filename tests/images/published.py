"""What a published file is, taken apart by hand: no more than pixels."""

import io

from PIL import Image

from colophon.images.copy import ImageFile

_FORMS = {"webp": "WEBP", "jpg": "JPEG", "png": "PNG"}
_CONTENT_TYPES = {"webp": "image/webp", "jpg": "image/jpeg", "png": "image/png"}
_CHUNKS = {"webp": {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}, "png": {b"IHDR", b"pHYs", b"IDAT", b"IEND"}}
# Of a JPEG's segments with a meaning beside the pixels' only JFIF's.
_JFIF, _FIRST_APPLICATION, _LAST, _SCAN = 0xE0, 0xE1, 0xEF, 0xDA
_COMMENT = 0xFE


def picture_in(size: ImageFile) -> Image.Image:
    """The pixels of ``size``, whose bytes are what they say they are and carry nothing else."""
    assert size.content_type == _CONTENT_TYPES[size.extension]
    _parts(size)
    picture = Image.open(io.BytesIO(size.content), formats=[_FORMS[size.extension]])
    picture.load()
    assert picture.size == (size.width, size.height)
    assert picture.mode in (("RGB",) if size.extension == "jpg" else ("RGB", "RGBA"))
    assert [round(dots) for dots in picture.info.get("dpi", (72, 72))] == [72, 72]
    assert not {"exif", "icc_profile", "xmp", "comment", "photoshop"} & set(picture.info)
    return picture


def _parts(size: ImageFile) -> None:
    if size.extension == "jpg":
        for marker in _markers(size.content):
            assert marker == _JFIF or not (_FIRST_APPLICATION <= marker <= _LAST or marker == _COMMENT)
        assert size.content.endswith(b"\xff\xd9")
    else:
        names = _png_names(size.content) if size.extension == "png" else _webp_names(size.content)
        assert set(names) <= _CHUNKS[size.extension]


def _markers(content: bytes) -> list[int]:
    at, found = 2, []
    while content[at + 1] != _SCAN:
        found.append(content[at + 1])
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return found


def _png_names(content: bytes) -> list[bytes]:
    at, found = 8, []
    while at < len(content):
        found.append(content[at + 4 : at + 8])
        at += 12 + int.from_bytes(content[at : at + 4], "big")
    return found


def _webp_names(content: bytes) -> list[bytes]:
    assert int.from_bytes(content[4:8], "little") + 8 == len(content)
    at, found = 12, []
    while at < len(content):
        found.append(content[at : at + 4])
        length = int.from_bytes(content[at + 4 : at + 8], "little")
        at += 8 + length + length % 2
    return found
