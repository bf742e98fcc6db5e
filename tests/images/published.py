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
# Before the packet in its part: marker, length and namespace; name, keyword and four fields; name.
_PACKET_HEADER_BYTES = {"jpg": 4 + 29, "png": 4 + 18 + 4, "webp": 4}


def picture_in(size: ImageFile, packet: bytes = b"") -> Image.Image:
    """The pixels of ``size``, whose bytes are what they say they are and carry nothing else but the XMP ``packet``."""
    assert size.content_type == _CONTENT_TYPES[size.extension]
    parts = parts_of(size)
    if packet:
        told = [part for part in parts if packet in part]
        assert [len(part) for part in told] == [len(packet) + _PACKET_HEADER_BYTES[size.extension]]
        parts = [part for part in parts if part not in told]
    _check_parts(size, parts)
    picture = Image.open(io.BytesIO(size.content), formats=[_FORMS[size.extension]])
    picture.load()
    assert picture.size == (size.width, size.height)
    assert picture.mode in (("RGB",) if size.extension == "jpg" else ("RGB", "RGBA"))
    assert [round(dots) for dots in picture.info.get("dpi", (72, 72))] == [72, 72]
    assert not {"exif", "icc_profile", "comment", "photoshop"} & set(picture.info)
    assert picture.info.get("xmp", b"") == (packet if size.extension != "png" else picture.info.get("xmp", b""))
    return picture


def parts_of(size: ImageFile) -> list[bytes]:
    """The segments or chunks of ``size``, without their checksums. Those of a JPEG's scans are one part."""
    return {"jpg": _jpeg_parts, "png": _png_parts, "webp": _webp_parts}[size.extension](size.content)


def _check_parts(size: ImageFile, parts: list[bytes]) -> None:
    if size.extension == "jpg":
        for part in parts:
            marker = part[1]
            assert marker == _JFIF or not (_FIRST_APPLICATION <= marker <= _LAST or marker == _COMMENT)
        assert size.content.endswith(b"\xff\xd9")
    else:
        assert {part[:4] for part in parts} <= _CHUNKS[size.extension]


def _jpeg_parts(content: bytes) -> list[bytes]:
    at, found = 2, []
    while content[at + 1] != _SCAN:
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        found.append(content[at:end])
        at = end
    return [*found, content[at:]]


def _png_parts(content: bytes) -> list[bytes]:
    at, found = 8, []
    while at < len(content):
        end = at + 8 + int.from_bytes(content[at : at + 4], "big")
        found.append(content[at + 4 : end])
        at = end + 4
    return found


def _webp_parts(content: bytes) -> list[bytes]:
    assert int.from_bytes(content[4:8], "little") + 8 == len(content)
    at, found = 12, []
    while at < len(content):
        length = int.from_bytes(content[at + 4 : at + 8], "little")
        found.append(content[at : at + 4] + content[at + 8 : at + 8 + length])
        at += 8 + length + length % 2
    return found
