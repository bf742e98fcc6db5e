"""PNG (W3C PNG Specification, Third Edition): the chunks that its pixels need, its profile and orientation."""

import struct
import zlib
from collections.abc import Iterator

from colophon.images.exif import read_orientation
from colophon.images.kinds import PNG, malformed_refusal, truncated_refusal
from colophon.images.layout import Layout
from colophon.images.mark import ImageMark, is_manifest_store
from colophon.images.xmp import MAX_PACKET_BYTES, read_source_type

# Far more than profiles of cameras and screens have. A limit, because a few bytes can inflate to gigabytes.
MAX_PROFILE_BYTES = 4 * 1024 * 1024
# 20 MB in chunks of 100 bytes: far smaller ones than any program writes.
_MAX_CHUNKS = 200_000

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
# By colour type: samples of a pixel (PNG specification, 11.2.1).
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_INTERLACE_OFFSET, _AFTER_HEADER = 28, 33
# XMP Specification Part 3, 1.1.5: the keyword of the chunk that holds the packet.
_XMP_KEYWORD = b"XML:com.adobe.xmp\0"


def read_png_layout(content: bytes) -> Layout:
    """The layout of a PNG file; if animated, of its default image. Raises Refused if malformed or truncated."""
    pixel_chunks, profile, orientation, frames = [_SIGNATURE], b"", 1, 1
    xmp, has_credentials = b"", False
    for name, start, end in read_chunks(content):
        if (name == b"IHDR") != (start == len(_SIGNATURE)):
            raise malformed_refusal(PNG)
        if name in _KEPT_CHUNKS:
            pixel_chunks.append(content[start:end])
        elif name == b"iCCP" and not profile:
            profile = _inflate_profile(content[start + 8 : end - 4])
        elif name == b"eXIf":
            orientation = read_orientation(content[start + 8 : end - 4])
        elif name == b"acTL":
            frames = int.from_bytes(content[start + 8 : start + 12], "big")
        elif name == b"iTXt" and not xmp and content.startswith(_XMP_KEYWORD, start + 8):
            xmp = _read_text(content[start + 8 + len(_XMP_KEYWORD) : end - 4])
        elif name == b"caBX":
            has_credentials = has_credentials or is_manifest_store(content[start + 8 : min(end, start + 128)])
    pixel_content = b"".join(pixel_chunks)
    width, height, bits, colour = struct.unpack_from(">IIBB", pixel_content, 16)
    if not width or not height or colour not in SAMPLES or b"IDAT" not in pixel_content:
        raise malformed_refusal(PNG)
    # Decoders widen palette entries to four bytes and small samples to one.
    samples = 4 if colour == 3 else SAMPLES[colour]
    decoder_bytes = width * height * samples * max(1, bits // 8) if pixel_content[_INTERLACE_OFFSET] else 0
    mark = ImageMark(read_source_type(xmp), has_credentials)
    is_animated = frames > 1
    return Layout(
        PNG, width, height, pixel_content, orientation, profile, decoder_bytes, is_animated=is_animated, mark=mark
    )


def read_chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk up to IEND. Anything after it is ignored. Raises Refused if one is cut off."""
    at = len(_SIGNATURE)
    for _ in range(_MAX_CHUNKS):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(content):
            raise truncated_refusal(PNG)
        yield name, at, end
        if name == b"IEND":
            return
        at = end
    raise malformed_refusal(PNG)


def _read_text(after_keyword: bytes) -> bytes:
    """The text of an iTXt chunk (PNG specification, 11.3.3.4); empty if it is malformed or too large."""
    is_packed, fields = after_keyword[:1] == b"\1", after_keyword[2:].split(b"\0", 2)
    text = fields[-1] if len(fields) == 3 else b""
    return _inflate(text, MAX_PACKET_BYTES) if is_packed else text


def _inflate_profile(chunk: bytes) -> bytes:
    """The profile in an iCCP chunk; empty if it is malformed or too large."""
    _, _, packed = chunk.partition(b"\0")
    return _inflate(packed[1:], MAX_PROFILE_BYTES)


def _inflate(packed: bytes, most: int) -> bytes:
    """What ``packed`` holds; empty if it is malformed or longer than ``most``."""
    inflate = zlib.decompressobj()
    try:
        content = inflate.decompress(packed, most)
    except zlib.error:
        return b""
    return content if inflate.eof else b""


def add_packet(content: bytes, packet: bytes) -> bytes:
    """The PNG ``content`` with an XMP packet behind its header, as plain text: as XMP requires it, which libvips packs.

    XMP Specification Part 3, 1.1.5.
    """
    chunk = b"iTXt" + _XMP_KEYWORD + bytes(4) + packet
    framed = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return content[:_AFTER_HEADER] + framed + content[_AFTER_HEADER:]
