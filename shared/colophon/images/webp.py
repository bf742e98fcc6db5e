"""WebP (RFC 9649): a still image, or the first frame of an animation as one."""

import struct
from collections.abc import Iterator
from itertools import islice

from colophon.images.exif import read_orientation
from colophon.images.kinds import WEBP, malformed_refusal, truncated_refusal
from colophon.images.layout import Frame, Layout
from colophon.images.mark import ImageMark, is_manifest_store
from colophon.images.xmp import read_source_type

_RIFF_HEADER_BYTES = 12
_MAX_CHUNKS = 200_000
_ALPHA_FLAG = 0x10
_PICTURE_CHUNKS = (b"ALPH", b"VP8 ", b"VP8L")
_FRAME_HEADER_BYTES = 16


def read_webp_layout(content: bytes) -> Layout:
    """The layout of a WebP file. Raises Refused if it is malformed or truncated."""
    chunks = _index_chunks(content, _RIFF_HEADER_BYTES, len(content))
    canvas = _read_canvas(content[slice(*chunks[b"VP8X"])]) if b"VP8X" in chunks else None
    frame, picture = None, chunks
    if b"ANMF" in chunks and canvas:
        start, end = chunks[b"ANMF"]
        frame = _read_frame(content[start:end])
        picture = _index_chunks(content, start + _FRAME_HEADER_BYTES, end)
    parts = {name: content[slice(*picture[name])] for name in _PICTURE_CHUNKS if name in picture}
    width, height = _read_size(parts)
    stored = canvas or (width, height)
    placed = frame or Frame(0, 0, *stored)
    fits = placed.left + placed.width <= stored[0] and placed.top + placed.height <= stored[1]
    if (placed.width, placed.height) != (width, height) or not fits:
        raise malformed_refusal(WEBP)
    orientation = read_orientation(content[slice(*chunks[b"EXIF"])]) if b"EXIF" in chunks else 1
    profile = content[slice(*chunks[b"ICCP"])] if b"ICCP" in chunks else b""
    source_type = read_source_type(content[slice(*chunks[b"XMP "])]) if b"XMP " in chunks else ""
    has_credentials = b"C2PA" in chunks and is_manifest_store(content[slice(*chunks[b"C2PA"])])
    partial_frame = placed if placed != Frame(0, 0, *stored) else None
    decoder_bytes = stored[0] * stored[1] * _decoder_bytes_per_pixel(parts, partial_frame)
    still = _build_still(parts, width, height)
    animated = frame is not None and _has_two_frames(content)
    mark = ImageMark(source_type, has_credentials)
    return Layout(WEBP, *stored, still, orientation, profile, decoder_bytes, partial_frame, animated, mark)


def _has_two_frames(content: bytes) -> bool:
    names = (name for name, _, _ in _read_chunks(content, _RIFF_HEADER_BYTES, len(content)))
    return len(list(islice((name for name in names if name == b"ANMF"), 2))) == 2


def _index_chunks(content: bytes, at: int, end: int) -> dict[bytes, tuple[int, int]]:
    """Start and end of the payload of the first chunk of each name."""
    chunks: dict[bytes, tuple[int, int]] = {}
    for name, start, stop in _read_chunks(content, at, end):
        chunks.setdefault(name, (start, stop))
    return chunks


def _read_chunks(content: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    if at == _RIFF_HEADER_BYTES:
        # Bytes after the RIFF container are not part of the image.
        riff_end = int.from_bytes(content[4:8], "little") + 8
        if riff_end > len(content) + 1:
            raise truncated_refusal(WEBP)
        end = min(end, riff_end)
    for _ in range(_MAX_CHUNKS):
        if at + 8 > end:
            return
        start = at + 8
        stop = start + int.from_bytes(content[at + 4 : start], "little")
        if stop > end:
            raise truncated_refusal(WEBP)
        yield content[at : at + 4], start, stop
        at = stop + (stop - start) % 2
    raise malformed_refusal(WEBP)


def _read_canvas(payload: bytes) -> tuple[int, int]:
    if len(payload) < 10:
        raise malformed_refusal(WEBP)
    return _uint24(payload, 4) + 1, _uint24(payload, 7) + 1


def _read_frame(payload: bytes) -> Frame:
    if len(payload) < _FRAME_HEADER_BYTES:
        raise malformed_refusal(WEBP)
    return Frame(2 * _uint24(payload, 0), 2 * _uint24(payload, 3), _uint24(payload, 6) + 1, _uint24(payload, 9) + 1)


def _uint24(payload: bytes, at: int) -> int:
    return int.from_bytes(payload[at : at + 3], "little")


def _read_size(parts: dict[bytes, bytes]) -> tuple[int, int]:
    """Width and height from the bitstream (VP8: RFC 6386, 9.1; VP8L: RFC 9649, 3.4)."""
    lossy, lossless = parts.get(b"VP8 ", b""), parts.get(b"VP8L", b"")
    if lossy[3:6] == b"\x9d\x01\x2a" and len(lossy) > 10:
        width, height = struct.unpack_from("<HH", lossy, 6)
        size = width & 0x3FFF, height & 0x3FFF
    elif lossless[:1] == b"\x2f" and len(lossless) > 5 and not lossy:
        (bits,) = struct.unpack_from("<I", lossless, 1)
        size = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        size = 0, 0
    if not all(size):
        raise malformed_refusal(WEBP)
    return size


def _decoder_bytes_per_pixel(parts: dict[bytes, bytes], partial_frame: Frame | None) -> int:
    """The memory that a decoder needs for each pixel. Lossy images are decoded row by row, except their alpha."""
    if partial_frame:
        return 12
    if b"VP8L" in parts:
        return 4
    return 5 if b"ALPH" in parts else 0


def _build_still(parts: dict[bytes, bytes], width: int, height: int) -> bytes:
    """A WebP file of the picture alone."""
    chunks = []
    if b"ALPH" in parts:
        size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        chunks.append(_build_chunk(b"VP8X", bytes([_ALPHA_FLAG, 0, 0, 0]) + size))
    chunks += [_build_chunk(name, payload) for name, payload in parts.items()]
    riff = b"WEBP" + b"".join(chunks)
    return b"RIFF" + len(riff).to_bytes(4, "little") + riff


def _build_chunk(name: bytes, payload: bytes) -> bytes:
    return name + len(payload).to_bytes(4, "little") + payload + bytes(len(payload) % 2)
