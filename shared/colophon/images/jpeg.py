"""JPEG (ITU-T T.81): the segments before the first scan, and the scans up to the end of the image."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from colophon.images.exif import read_orientation
from colophon.images.kinds import JPEG, SAVE_AGAIN, malformed_refusal, refusal, truncated_refusal
from colophon.images.layout import Layout
from colophon.images.mark import ImageMark, is_manifest_store
from colophon.images.xmp import MAX_PACKET_BYTES, read_source_type

# More than any program writes. An attacker could add scans that cost few bytes and much decoding time.
MAX_SCANS = 40

_SOI, _EOI, _SOS, _APP1, _APP2, _APP11, _APP14 = 0xD8, 0xD9, 0xDA, 0xE1, 0xE2, 0xEB, 0xEE
_HUFFMAN_FRAMES = (0xC0, 0xC1, 0xC2)
_PROGRESSIVE = 0xC2
_OTHER_FRAMES = (0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
_APPLICATION = range(0xE0, 0xF0)
_COMMENT = 0xFE
_PROFILE = b"ICC_PROFILE\0"
# XMP Specification Part 3, 1.1.3: a packet; and what did not fit into its segment, in parts. Each begins with the GUID
# by which the packet names it, the length of the whole and its own offset, of four bytes each.
_XMP, _EXTENDED_XMP, _GUID_BYTES = b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0", 32
# Of 64 kB, as programs write them, a sixteenth of these are as much as is read.
_MAX_EXTENDED_XMP_PARTS = 256
# Before a JUMBF box (ISO 19566-5, annex D.2): an identifier, and two numbers.
_JUMBF, _JUMBF_HEADER_BYTES = b"JP", 8
# Inside a scan 0xFF is followed by 0 or a restart marker. Any marker may have 0xFF before it as fill bytes.
_NEXT_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)


@dataclass(slots=True)
class _Headers:
    pixel_segments: list[bytes] = field(default_factory=lambda: [b"\xff\xd8"])
    frame: bytes = b""
    frame_marker: int = 0
    orientation: int = 1
    profile: dict[int, bytes] = field(default_factory=dict)
    xmp: bytes = b""
    extended_xmp: list[bytes] = field(default_factory=list)
    has_credentials: bool = False


def read_jpeg_layout(content: bytes) -> Layout:
    """The layout of a JPEG file. Raises Refused if it is malformed, truncated or of an unsupported kind."""
    headers = _Headers()
    scan = 0
    for marker, start, end in _read_segments(content):
        if marker == _SOS:
            scan = start
            break
        _collect_segment(headers, marker, content[start:end])
    components = headers.frame[9] if len(headers.frame) > 9 else 0
    if not scan or components not in (1, 3, 4) or len(headers.frame) < 10 + 3 * components:
        raise malformed_refusal(JPEG)
    precision, height, width = struct.unpack_from(">BHH", headers.frame, 4)
    if precision != 8 or not width or not height:
        raise malformed_refusal(JPEG)
    has_several_scans = headers.frame_marker == _PROGRESSIVE or content[scan + 4] != components
    decoder_bytes = _count_coefficient_bytes(headers.frame, width, height) if has_several_scans else 0
    profile = b"".join(part for _, part in sorted(headers.profile.items()))
    headers.pixel_segments.append(_cut_scans(content, scan) if has_several_scans else _cut_single_scan(content, scan))
    content = b"".join(headers.pixel_segments)
    mark = ImageMark(_read_source_type(headers), headers.has_credentials)
    return Layout(JPEG, width, height, content, headers.orientation, profile, decoder_bytes, mark=mark)


def _read_segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment, endlessly: the caller stops at the first scan."""
    at = 2
    while True:
        match = _NEXT_MARKER.match(content, at)
        while not match and content[at : at + 2] == b"\xff\xff":
            at += 1
            match = _NEXT_MARKER.match(content, at)
        if not match:
            raise truncated_refusal(JPEG) if at + 1 >= len(content) else malformed_refusal(JPEG)
        end = at + 2 + _segment_length(content, at + 2)
        yield content[at + 1], at, end
        at = end


def _segment_length(content: bytes, at: int) -> int:
    length = int.from_bytes(content[at : at + 2], "big")
    if at + length > len(content):
        raise truncated_refusal(JPEG)
    if length < 2:
        raise malformed_refusal(JPEG)
    return length


def _collect_segment(headers: _Headers, marker: int, segment: bytes) -> None:
    payload = segment[4:]
    if marker in _OTHER_FRAMES:
        raise refusal("Hardly any browser can show this kind of JPEG.", SAVE_AGAIN)
    if marker in _HUFFMAN_FRAMES:
        if headers.frame:
            raise malformed_refusal(JPEG)
        headers.frame, headers.frame_marker = segment, marker
    if marker == _APP1 and payload.startswith(b"Exif\0\0") and headers.orientation == 1:
        headers.orientation = read_orientation(payload)
    if marker == _APP2 and payload.startswith(_PROFILE) and len(payload) > 14:
        headers.profile.setdefault(payload[12], payload[14:])
    if marker == _APP1 and payload.startswith(_XMP):
        headers.xmp = headers.xmp or payload.removeprefix(_XMP)
    if marker == _APP1 and payload.startswith(_EXTENDED_XMP) and len(headers.extended_xmp) < _MAX_EXTENDED_XMP_PARTS:
        headers.extended_xmp.append(payload.removeprefix(_EXTENDED_XMP))
    if marker == _APP11 and payload.startswith(_JUMBF) and is_manifest_store(payload[_JUMBF_HEADER_BYTES:]):
        headers.has_credentials = True
    # Adobe's segment says how CMYK is stored, and whether three components are RGB.
    adobe = marker == _APP14 and payload.startswith(b"Adobe")
    if adobe or not (marker in _APPLICATION or marker == _COMMENT):
        headers.pixel_segments.append(segment)


def _read_source_type(headers: _Headers) -> str:
    """The term in the packet, or in the extension that the packet names by its GUID."""
    if term := read_source_type(headers.xmp):
        return term
    named = [part for part in headers.extended_xmp if part[:_GUID_BYTES] in headers.xmp]
    parts = {part[_GUID_BYTES + 4 : _GUID_BYTES + 8]: part[_GUID_BYTES + 8 :] for part in reversed(named)}
    if sum(map(len, parts.values())) > MAX_PACKET_BYTES:
        return ""
    return read_source_type(b"".join(part for _, part in sorted(parts.items())))


def _count_coefficient_bytes(frame: bytes, width: int, height: int) -> int:
    """The memory for the coefficients of the whole image: two bytes for each sample."""
    factors = [(sampling >> 4, sampling & 15) for sampling in frame[11 : 10 + 3 * frame[9] : 3]]
    widest, highest = max(h for h, _ in factors), max(v for _, v in factors)
    if not widest or not highest:
        raise malformed_refusal(JPEG)
    return sum(2 * width * height * h * v // (widest * highest) for h, v in factors)


def _cut_single_scan(content: bytes, start: int) -> bytes:
    """The scan of an image with only one, as most photos have: a simple search for its end is enough."""
    end = content.find(b"\xff\xd9", start + 2 + _segment_length(content, start + 2))
    if end < 0:
        raise truncated_refusal(JPEG)
    return content[start : end + 2]


def _cut_scans(content: bytes, first: int) -> bytes:
    """The scans from ``first`` to the end of the image, without anything after it."""
    at, scans = first, 0
    while True:
        marker = content[at + 1]
        if marker == _EOI:
            return content[first : at + 2]
        scans += marker == _SOS
        if marker == _SOI or scans > MAX_SCANS:
            break
        match = _NEXT_MARKER.search(content, at + 2 + _segment_length(content, at + 2))
        if not match:
            raise truncated_refusal(JPEG)
        at = match.start()
    if scans > MAX_SCANS:
        raise refusal(f"The JPEG has more than {MAX_SCANS} scans, far more than a photo has.", SAVE_AGAIN)
    raise malformed_refusal(JPEG)
