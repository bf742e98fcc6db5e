"""PNG (W3C PNG Specification, Third Edition): the chunks that its pixels need, its profile and orientation."""

import struct
import zlib
from collections.abc import Iterator

from colophon.images.exif import read_orientation
from colophon.images.kinds import PNG, malformed_refusal, truncated_refusal
from colophon.images.layout import Layout

# Far more than profiles of cameras and screens have. A limit, because a few bytes can inflate to gigabytes.
MAX_PROFILE_BYTES = 4 * 1024 * 1024
# 20 MB in chunks of 100 bytes: far smaller ones than any program writes.
_MAX_CHUNKS = 200_000

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
# By colour type: samples of a pixel (PNG specification, 11.2.1).
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_INTERLACE_OFFSET = 28


def read_png_layout(content: bytes) -> Layout:
    """The layout of a PNG file; if animated, of its default image. Raises Refused if malformed or truncated."""
    pixel_chunks, profile, orientation, frames = [_SIGNATURE], b"", 1, 1
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
    pixel_content = b"".join(pixel_chunks)
    width, height, bits, colour = struct.unpack_from(">IIBB", pixel_content, 16)
    if not width or not height or colour not in SAMPLES or b"IDAT" not in pixel_content:
        raise malformed_refusal(PNG)
    # Decoders widen palette entries to four bytes and small samples to one.
    samples = 4 if colour == 3 else SAMPLES[colour]
    decoder_bytes = width * height * samples * max(1, bits // 8) if pixel_content[_INTERLACE_OFFSET] else 0
    return Layout(PNG, width, height, pixel_content, orientation, profile, decoder_bytes, is_animated=frames > 1)


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


def _inflate_profile(chunk: bytes) -> bytes:
    """The profile in an iCCP chunk; empty if it is malformed or too large."""
    _, separator, packed = chunk.partition(b"\0")
    try:
        inflate = zlib.decompressobj()
        profile = inflate.decompress(packed[1:], MAX_PROFILE_BYTES) if separator else b""
    except zlib.error:
        return b""
    return profile if inflate.eof else b""
