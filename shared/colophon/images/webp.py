"""WebP (RFC 9649): the still image, or the first frame of an animation as a still one."""

import struct
from collections.abc import Iterator

from colophon.images.exif import orientation_of
from colophon.images.kinds import WEBP, cut_short, not_well_formed
from colophon.images.layout import Frame, Layout

_HEAD = 12
_CHUNKS = 200_000
_ALPHA_FLAG = 0x10
_PICTURE = (b"ALPH", b"VP8 ", b"VP8L")
_FRAME_HEAD = 16


def webp_layout(content: bytes) -> Layout:
    """The layout of a WebP file. Raises Refused."""
    found = _found(content, _HEAD, len(content))
    canvas = _canvas(content[slice(*found[b"VP8X"])]) if b"VP8X" in found else None
    frame, picture = None, found
    if b"ANMF" in found and canvas:
        start, end = found[b"ANMF"]
        frame = _frame(content[start:end])
        picture = _found(content, start + _FRAME_HEAD, end)
    parts = {name: content[slice(*picture[name])] for name in _PICTURE if name in picture}
    width, height = _size(parts)
    stored = canvas or (width, height)
    inside = frame or Frame(0, 0, *stored)
    fits = inside.left + inside.width <= stored[0] and inside.top + inside.height <= stored[1]
    if (inside.width, inside.height) != (width, height) or not fits:
        raise not_well_formed(WEBP)
    orientation = orientation_of(content[slice(*found[b"EXIF"])]) if b"EXIF" in found else 1
    profile = content[slice(*found[b"ICCP"])] if b"ICCP" in found else b""
    part = inside if inside != Frame(0, 0, *stored) else None
    whole = stored[0] * stored[1] * _bytes_a_pixel(parts, part)
    return Layout(WEBP, *stored, _still(parts, width, height), orientation, profile, whole, part)


def _found(content: bytes, at: int, end: int) -> dict[bytes, tuple[int, int]]:
    """Where what each chunk says lies, the first one of each name."""
    found: dict[bytes, tuple[int, int]] = {}
    for name, start, stop in _chunks(content, at, end):
        found.setdefault(name, (start, stop))
    return found


def _chunks(content: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    if at == _HEAD:
        # What lies after the RIFF container is no part of the image.
        said = int.from_bytes(content[4:8], "little") + 8
        if said > len(content) + 1:
            raise cut_short(WEBP)
        end = min(end, said)
    for _ in range(_CHUNKS):
        if at + 8 > end:
            return
        start = at + 8
        stop = start + int.from_bytes(content[at + 4 : start], "little")
        if stop > end:
            raise cut_short(WEBP)
        yield content[at : at + 4], start, stop
        at = stop + (stop - start) % 2
    raise not_well_formed(WEBP)


def _canvas(said: bytes) -> tuple[int, int]:
    if len(said) < 10:
        raise not_well_formed(WEBP)
    return _three(said, 4) + 1, _three(said, 7) + 1


def _frame(said: bytes) -> Frame:
    if len(said) < _FRAME_HEAD:
        raise not_well_formed(WEBP)
    return Frame(2 * _three(said, 0), 2 * _three(said, 3), _three(said, 6) + 1, _three(said, 9) + 1)


def _three(said: bytes, at: int) -> int:
    return int.from_bytes(said[at : at + 3], "little")


def _size(parts: dict[bytes, bytes]) -> tuple[int, int]:
    """Width and height that the picture's own bytes tell (RFC 6386, 9.1; RFC 9649, 3.4)."""
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
        raise not_well_formed(WEBP)
    return size


def _bytes_a_pixel(parts: dict[bytes, bytes], part: Frame | None) -> int:
    """How much of each pixel a decoder keeps to the last: lossy ones come row by row, but for their alpha."""
    if part:
        return 12
    if b"VP8L" in parts:
        return 4
    return 5 if b"ALPH" in parts else 0


def _still(parts: dict[bytes, bytes], width: int, height: int) -> bytes:
    """The same picture as a file of its own."""
    chunks = []
    if b"ALPH" in parts:
        size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        chunks.append(_chunk(b"VP8X", bytes([_ALPHA_FLAG, 0, 0, 0]) + size))
    chunks += [_chunk(name, said) for name, said in parts.items()]
    riff = b"WEBP" + b"".join(chunks)
    return b"RIFF" + len(riff).to_bytes(4, "little") + riff


def _chunk(name: bytes, said: bytes) -> bytes:
    return name + len(said).to_bytes(4, "little") + said + bytes(len(said) % 2)
