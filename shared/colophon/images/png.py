"""PNG (W3C PNG Specification, Third Edition): its chunks, the critical ones kept, no text of it inflated."""

import struct
import zlib
from collections.abc import Iterator

from colophon.images.exif import orientation_of
from colophon.images.kinds import PNG, cut_short, not_well_formed
from colophon.images.layout import Layout

# No profile of a camera or a screen comes near; a few bytes may inflate to much more.
PROFILE_BYTES = 4 * 1024 * 1024
# Of 20 MB, in pieces far smaller than any program writes.
_CHUNKS = 200_000

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_INTERLACED = 28


def png_layout(content: bytes) -> Layout:
    """The layout of a PNG file; of an animated one the image that stands for it. Raises Refused."""
    kept, profile, orientation = [_SIGNATURE], b"", 1
    for name, start, end in _chunks(content):
        if (name == b"IHDR") != (start == len(_SIGNATURE)):
            raise not_well_formed(PNG)
        if name in _KEPT:
            kept.append(content[start:end])
        elif name == b"iCCP" and not profile:
            profile = _inflated(content[start + 8 : end - 4])
        elif name == b"eXIf":
            orientation = orientation_of(content[start + 8 : end - 4])
    bare = b"".join(kept)
    width, height, bits, colour = struct.unpack_from(">IIBB", bare, 16)
    if not width or not height or colour not in _SAMPLES or b"IDAT" not in bare:
        raise not_well_formed(PNG)
    # Palettes and small samples are widened to a byte or four by decoders.
    samples = 4 if colour == 3 else _SAMPLES[colour]
    whole = width * height * samples * max(1, bits // 8) if bare[_INTERLACED] else 0
    return Layout(PNG, width, height, bare, orientation, profile, whole)


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, first byte and end of each chunk, the last one included; what follows it is no part of the image."""
    at = len(_SIGNATURE)
    for _ in range(_CHUNKS):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(content):
            raise cut_short(PNG)
        yield name, at, end
        if name == b"IEND":
            return
        at = end
    raise not_well_formed(PNG)


def _inflated(chunk: bytes) -> bytes:
    """The profile of an iCCP chunk, or nothing where it is broken or too large."""
    _, found, packed = chunk.partition(b"\0")
    try:
        inflate = zlib.decompressobj()
        profile = inflate.decompress(packed[1:], PROFILE_BYTES) if found else b""
    except zlib.error:
        return b""
    return profile if inflate.eof else b""
