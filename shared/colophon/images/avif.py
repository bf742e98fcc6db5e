"""AVIF (AV1 Image File Format 1.1, on ISO/IEC 23008-12): what the headers say of its primary picture.

The decoder (libheif) rotates, mirrors and crops by the file's own properties, so sizes here are those afterwards.
"""

import struct
from collections.abc import Iterator

from colophon.images.kinds import AVIF, malformed_refusal, truncated_refusal
from colophon.images.layout import Layout
from colophon.images.mark import ImageMark, is_manifest_store
from colophon.images.xmp import find_packet, read_source_type

_MAX_BOXES = 10_000
# A box of the version and flags of FullBox (ISO/IEC 14496-12, 4.2).
_FULL_BOX_BYTES = 4
# C2PA Technical Specification, A.5: the box of Content Credentials, by its UUID. A JUMBF box lies in it.
_CREDENTIALS = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_ALPHA = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"
# Measured with images that filled the decoder's memory: it holds planes and a picture made of them. By alpha and depth.
_BYTES_PER_PIXEL = {(False, False): 13, (True, False): 15, (False, True): 15, (True, True): 19}


def read_avif_layout(content: bytes) -> Layout:
    """The layout of an AVIF file. Raises Refused if it is malformed or truncated."""
    meta = _find_box(content, 0, len(content), b"meta")
    children = (meta[0] + _FULL_BOX_BYTES, meta[1])
    primary = _read_primary_item(content, *_find_box(content, *children, b"pitm"))
    properties = _find_box(content, *children, b"iprp")
    container = _find_box(content, *properties, b"ipco")
    own = list(_read_boxes(content, *container))
    used = _read_associations(content, *_find_box(content, *properties, b"ipma")).get(primary, [])
    picture = [own[number - 1] for number in used if 0 < number <= len(own)]
    width, height = _read_size(content, picture)
    if not width or not height:
        raise malformed_refusal(AVIF)
    has_alpha = content.find(_ALPHA, *container) >= 0
    deep = any(name == b"av1C" and content[start + 2] & 0x40 for name, start, _ in own)
    decoder_bytes = width * height * _BYTES_PER_PIXEL[has_alpha, deep]
    # An image sequence keeps its frames in a track, as a film does (AV1 Image File Format 1.1, 3).
    is_animated = any(name == b"moov" for name, _, _ in _read_boxes(content, 0, len(content)))
    mark = ImageMark(read_source_type(find_packet(content)), _has_credentials(content))
    profile = _read_profile(content, picture)
    return Layout(AVIF, width, height, content, 1, profile, decoder_bytes, is_animated=is_animated, mark=mark)


def _has_credentials(content: bytes) -> bool:
    for name, start, _ in _read_boxes(content, 0, len(content)):
        if name == b"uuid" and content.startswith(_CREDENTIALS, start):
            head = content[start : start + 256]
            return is_manifest_store(head[max(0, head.find(b"jumb") - 4) :])
    return False


def _read_boxes(content: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of the content of each box (ISO/IEC 14496-12, 4.2)."""
    for _ in range(_MAX_BOXES):
        if at + 8 > end:
            return
        size, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        start = at + 8
        if size == 1:
            size, start = int.from_bytes(content[start : start + 8], "big"), start + 8
        stop = end if size == 0 else at + size
        if stop < start:
            raise malformed_refusal(AVIF)
        if stop > end:
            raise truncated_refusal(AVIF)
        yield name, start, stop
        at = stop
    raise malformed_refusal(AVIF)


def _find_box(content: bytes, at: int, end: int, wanted: bytes) -> tuple[int, int]:
    for name, start, stop in _read_boxes(content, at, end):
        if name == wanted:
            return start, stop
    raise malformed_refusal(AVIF)


def _read_primary_item(content: bytes, start: int, end: int) -> int:
    return int.from_bytes(content[start + _FULL_BOX_BYTES : min(end, start + (6 if content[start] == 0 else 8))], "big")


def _read_associations(content: bytes, start: int, end: int) -> dict[int, list[int]]:
    """The numbers of the properties of each item, from 1, in order (ISO/IEC 23008-12, 9.3.1)."""
    id_bytes = 2 if content[start] == 0 else 4
    index_bytes = 2 if content[start + 3] & 1 else 1
    items: dict[int, list[int]] = {}
    (count,) = struct.unpack_from(">I", content, start + _FULL_BOX_BYTES)
    at = start + _FULL_BOX_BYTES + 4
    for _ in range(min(count, _MAX_BOXES)):
        if at >= end:
            break
        item = int.from_bytes(content[at : at + id_bytes], "big")
        at += id_bytes + 1
        numbers = [
            # The first bit says whether the property is essential.
            int.from_bytes(content[each : each + index_bytes], "big") & ((1 << (8 * index_bytes - 1)) - 1)
            for each in range(at, at + content[at - 1] * index_bytes, index_bytes)
        ]
        items.setdefault(item, numbers)
        at += len(numbers) * index_bytes
    return items


def _read_size(content: bytes, properties: list[tuple[bytes, int, int]]) -> tuple[int, int]:
    """Width and height after the crop and the rotation, in the order of ``properties``."""
    width = height = 0
    for name, start, _ in properties:
        if name == b"ispe":
            width, height = struct.unpack_from(">II", content, start + _FULL_BOX_BYTES)
        elif name == b"clap":
            across, of_across, down, of_down = struct.unpack_from(">IIII", content, start)
            if not of_across or not of_down:
                raise malformed_refusal(AVIF)
            width, height = min(width, across // of_across), min(height, down // of_down)
        elif name == b"irot" and content[start] & 1:
            width, height = height, width
    return width, height


def _read_profile(content: bytes, properties: list[tuple[bytes, int, int]]) -> bytes:
    for name, start, stop in properties:
        if name == b"colr" and content[start : start + 4] in (b"prof", b"rICC"):
            return content[start + 4 : stop]
    return b""
