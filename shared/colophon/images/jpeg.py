"""JPEG (ITU-T T.81): segments up to the first scan, and where the image that is shown ends."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from colophon.images.exif import orientation_of
from colophon.images.kinds import JPEG, SAVE_AGAIN, cut_short, not_well_formed, refused
from colophon.images.layout import Layout

# No program writes more: each further scan of an image makes its decoding longer and its file hardly so.
SCANS = 40

_SOI, _EOI, _SOS, _APP1, _APP2, _APP14 = 0xD8, 0xD9, 0xDA, 0xE1, 0xE2, 0xEE
_HUFFMAN_FRAMES = (0xC0, 0xC1, 0xC2)
_PROGRESSIVE = 0xC2
_OTHER_FRAMES = (0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
_APPLICATION = range(0xE0, 0xF0)
_COMMENT = 0xFE
_PROFILE = b"ICC_PROFILE\0"
# In a scan's own bytes 0xFF is followed by 0 or a restart marker; fill bytes before a marker are 0xFF themselves.
_NEXT_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)


@dataclass(slots=True)
class _Seen:
    kept: list[bytes] = field(default_factory=lambda: [b"\xff\xd8"])
    frame: bytes = b""
    marker: int = 0
    orientation: int = 1
    profile: dict[int, bytes] = field(default_factory=dict)


def jpeg_layout(content: bytes) -> Layout:
    """The layout of a JPEG file. Raises Refused."""
    seen = _Seen()
    scan = 0
    for marker, start, end in _segments(content):
        if marker == _SOS:
            scan = start
            break
        _note(seen, marker, content[start:end])
    components = seen.frame[9] if len(seen.frame) > 9 else 0
    if not scan or components not in (1, 3, 4) or len(seen.frame) < 10 + 3 * components:
        raise not_well_formed(JPEG)
    precision, height, width = struct.unpack_from(">BHH", seen.frame, 4)
    if precision != 8 or not width or not height:
        raise not_well_formed(JPEG)
    many = seen.marker == _PROGRESSIVE or content[scan + 4] != components
    whole = _coefficients(seen.frame, width, height) if many else 0
    profile = b"".join(part for _, part in sorted(seen.profile.items()))
    seen.kept.append(_scans(content, scan) if many else _one_scan(content, scan))
    return Layout(JPEG, width, height, b"".join(seen.kept), seen.orientation, profile, whole)


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, first byte and end of each segment, up to the first scan's."""
    at = 2
    while True:
        found = _NEXT_MARKER.match(content, at)
        while not found and content[at : at + 2] == b"\xff\xff":
            at += 1
            found = _NEXT_MARKER.match(content, at)
        if not found:
            raise cut_short(JPEG) if at + 1 >= len(content) else not_well_formed(JPEG)
        end = at + 2 + _length(content, at + 2)
        yield content[at + 1], at, end
        at = end


def _length(content: bytes, at: int) -> int:
    length = int.from_bytes(content[at : at + 2], "big")
    if at + length > len(content):
        raise cut_short(JPEG)
    if length < 2:
        raise not_well_formed(JPEG)
    return length


def _note(seen: _Seen, marker: int, segment: bytes) -> None:
    said = segment[4:]
    if marker in _OTHER_FRAMES:
        raise refused("This kind of JPEG is shown by hardly any browser.", SAVE_AGAIN)
    if marker in _HUFFMAN_FRAMES:
        if seen.frame:
            raise not_well_formed(JPEG)
        seen.frame, seen.marker = segment, marker
    if marker == _APP1 and said.startswith(b"Exif\0\0") and seen.orientation == 1:
        seen.orientation = orientation_of(said)
    if marker == _APP2 and said.startswith(_PROFILE) and len(said) > 14:
        seen.profile.setdefault(said[12], said[14:])
    # Adobe's segment says how four colours are stored, and whether three of them are red, green and blue.
    adobe = marker == _APP14 and said.startswith(b"Adobe")
    if adobe or not (marker in _APPLICATION or marker == _COMMENT):
        seen.kept.append(segment)


def _coefficients(frame: bytes, width: int, height: int) -> int:
    """The bytes that the coefficients of the whole image take: two for each sample."""
    factors = [(sampling >> 4, sampling & 15) for sampling in frame[11 : 10 + 3 * frame[9] : 3]]
    widest, highest = max(h for h, _ in factors), max(v for _, v in factors)
    if not widest or not highest:
        raise not_well_formed(JPEG)
    return sum(2 * width * height * h * v // (widest * highest) for h, v in factors)


def _one_scan(content: bytes, start: int) -> bytes:
    """The only scan of most photos, which is faster to find than one of several."""
    end = content.find(b"\xff\xd9", start + 2 + _length(content, start + 2))
    if end < 0:
        raise cut_short(JPEG)
    return content[start : end + 2]


def _scans(content: bytes, first: int) -> bytes:
    """The scans from ``first`` to the end of the image; what follows it is no part of it."""
    at, scans = first, 0
    while True:
        marker = content[at + 1]
        if marker == _EOI:
            return content[first : at + 2]
        scans += marker == _SOS
        if marker == _SOI or scans > SCANS:
            break
        found = _NEXT_MARKER.search(content, at + 2 + _length(content, at + 2))
        if not found:
            raise cut_short(JPEG)
        at = found.start()
    if scans > SCANS:
        raise refused(f"The JPEG is made of more than {SCANS} layers, far more than a photo has.", SAVE_AGAIN)
    raise not_well_formed(JPEG)
